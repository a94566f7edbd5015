//! Who may use a field, written into the schema where clients and tests can read it.
//!
//! The directive tells; the resolver checks. (The framework's guards null the parent of what they refuse.)

use async_graphql::{Enum, TypeDirective};

/// Who may use a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "AccessRule")]
pub enum Access {
    /// Anybody, signed in or not.
    Anyone,
    /// Whoever is signed in, guests included.
    SignedIn,
    /// Members only.
    Member,
}

/// Who may use this field.
#[TypeDirective(name = "access", location = "FieldDefinition")]
pub fn allow(#[graphql(desc = "The weakest viewer that is let in.")] rule: Access) {}
