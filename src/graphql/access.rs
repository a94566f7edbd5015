//! The directive `@access`: which viewers may use a field, in the schema for clients and tests to read.
//!
//! The directive only documents; resolvers check. The framework's guards would null the parent of a rejected field.

use async_graphql::{Enum, TypeDirective};

/// Which viewers may use a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "AccessRule")]
pub enum Access {
    /// Every caller, signed in or not.
    Anyone,
    /// Members and guests who are signed in.
    SignedIn,
    /// Members only.
    Member,
    /// Moderators and admins.
    Moderator,
    /// Admins.
    Admin,
}

/// Which viewers may use this field. For others it is null, with the error `UNAUTHENTICATED` without a session and
/// `FORBIDDEN` with one. Only a description: the server applies the rule at every request.
#[TypeDirective(name = "access", location = "FieldDefinition")]
pub fn allow(#[graphql(desc = "The minimum that the viewer must be.")] rule: Access) {}
