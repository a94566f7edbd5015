//! Validation: every rule of the specification for executable documents.
//!
//! The framework's own validation differs from the specification in too many rules to be mended from outside: it takes
//! variables of other types than their places, members that are given twice, and one response key for values of two
//! shapes, and refuses absent variables where an argument has a default. It also merges fields only when it has resolved
//! each of them.
//!
//! | rules | module |
//! | --- | --- |
//! | lone anonymous operation, unique operations, fragments and variables, known and composite types, used fragments | `definitions` |
//! | known fields, leafs, possible fragments, known, unique and required arguments, directives, literals | `selections` |
//! | declared, used and allowed variables | `usages` |
//! | fields that can be merged | `overlaps` |
//! | one root field of a subscription | `subscriptions` |
//! | unique members of objects | `parse`, which reads them |
//! | no cycles of fragments | `measure`, which needs it first |

mod definitions;
mod overlaps;
mod selections;
mod subscriptions;
mod usages;

use std::collections::HashMap;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Name, Pos, ServerError};

use self::usages::Usages;
use super::types::Types;
use crate::graphql::RequestError;
use crate::graphql::error::code;

pub(super) use definitions::unique;

/// Applies all rules to a document without cycles.
///
/// # Errors
/// All violations, in the order of the text.
pub(super) fn validate(types: &Types, document: &ExecutableDocument) -> Result<(), RequestError> {
    let mut errors = Errors::default();
    let mut usages = HashMap::new();
    for (name, operation) in document.operations.iter() {
        definitions::check_operation(types, &operation.node, &mut errors);
        usages.insert(
            Definition::Operation(name),
            selections::check_operation(types, document, &operation.node, &mut errors),
        );
    }
    for (name, fragment) in &document.fragments {
        definitions::check_fragment(types, &fragment.node, &mut errors);
        usages.insert(
            Definition::Fragment(name),
            selections::check_fragment(types, document, &fragment.node, &mut errors),
        );
    }
    usages::check(document, &usages, &mut errors);
    errors.into_result()?;
    // These rules need to know the type of each field.
    let mut errors = Errors::default();
    for (_, operation) in document.operations.iter() {
        overlaps::check(types, document, &operation.node, &mut errors)?;
        subscriptions::check(document, &operation.node, &mut errors);
    }
    errors.into_result()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Definition<'d> {
    Operation(Option<&'d Name>),
    Fragment(&'d Name),
}

/// What each definition uses.
type AllUsages<'d> = HashMap<Definition<'d>, Usages<'d>>;

/// The violations of a document.
#[derive(Debug, Default)]
struct Errors(Vec<ServerError>);

impl Errors {
    fn add(&mut self, position: Pos, message: impl Into<String>) {
        self.0.push(ServerError::new(message, Some(position)));
    }

    fn into_result(mut self) -> Result<(), RequestError> {
        if self.0.is_empty() {
            return Ok(());
        }
        // Operations and fragments are kept in maps.
        self.0.sort_by(|one, other| (&one.locations, &one.message).cmp(&(&other.locations, &other.message)));
        self.0.dedup();
        Err(RequestError::from_errors(code::GRAPHQL_VALIDATION_FAILED, self.0))
    }
}
