//! The checks of a document before execution. Pure functions: text in, an accepted [`Document`] or a `RequestError` out.
//!
//! Once per document: tokens and the limits of the text ([`scan()`]), the syntax (`parse`), limits of the parsed document
//! ([`measure()`]), and validation (`rules`, `values`). At every request: the operation is selected, its variables are
//! coerced (`variables`), its cost is computed (`cost`), and what the framework executes is built (`bind`).

mod bind;
pub mod cache;
mod cost;
mod measure;
mod parse;
mod paths;
mod rules;
mod scan;
mod strings;
mod types;
mod values;
mod variables;
mod viewer_independent;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Name, Positioned, ServerError, Variables};

use super::RequestError;
use super::error::code;
use super::sharing::ViewerIndependent;
use crate::config::Limits;

pub use bind::Bound;
pub use measure::{Measure, OperationSize, max_nesting, measure};
pub use scan::{Scan, scan};
pub use types::Types;
pub use variables::check_shape;

static NEXT_NUMBER: AtomicU64 = AtomicU64::new(0);

/// An accepted document.
#[derive(Debug)]
pub struct Document {
    pub parsed: ExecutableDocument,
    /// Unique among the documents of this process.
    pub number: u64,
    /// The length of its text.
    pub text_bytes: usize,
    analyses: HashMap<Option<Name>, OperationAnalysis>,
}

/// The results of the checks of an operation that do not depend on the request.
#[derive(Debug, Default)]
struct OperationAnalysis {
    size: OperationSize,
    /// `None` if the cost depends on variables.
    cost: Option<u64>,
}

/// An operation of a document.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'d> {
    pub definition: &'d Positioned<OperationDefinition>,
    analysis: &'d OperationAnalysis,
    pub kind: OperationType,
    pub checks_credential: bool,
    pub has_introspection: bool,
}

/// Parses a document without checking it against the schema.
///
/// # Errors
/// When the text exceeds a limit, has a syntax error, or defines a name twice.
pub fn parse(text: &str, limits: &Limits) -> Result<ExecutableDocument, RequestError> {
    rules::unique(parse::parse(scan(text, limits)?)?)
}

/// Reads a document.
///
/// # Errors
/// When it exceeds a limit, has a syntax error or is not valid for the schema.
pub fn read(text: &str, types: &Types, limits: &Limits) -> Result<Document, RequestError> {
    let parsed = parse(text, limits)?;
    let measured = measure(&parsed, limits)?;
    rules::validate(types, &parsed)?;
    let analyses = measured.operations.into_iter().map(|(name, size)| {
        let operation = parsed.operations.iter().find(|(other, _)| *other == name.as_ref());
        let cost = operation.and_then(|(_, operation)| cost::constant_cost(types, &parsed, &operation.node));
        (name, OperationAnalysis { size, cost })
    });
    let analyses = analyses.collect();
    let number = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
    Ok(Document { parsed, number, text_bytes: text.len(), analyses })
}

impl Document {
    /// Completes the paths of errors, which the framework ends at the item of a list.
    pub fn complete_paths(&self, types: &Types, operation_name: Option<&str>, errors: &mut [ServerError]) {
        let Ok(operation) = self.operation(operation_name) else { return };
        for error in errors {
            paths::complete(types, &self.parsed, &operation.definition.node, error);
        }
    }

    /// Selects the operation with this name, or the only one.
    ///
    /// # Errors
    /// When the document has no such operation, or several and no name is given.
    pub fn operation(&self, name: Option<&str>) -> Result<Operation<'_>, RequestError> {
        let no_such_operation = || unresolved("The document has no operation of this name.");
        let (name, definition) = match (&self.parsed.operations, name) {
            (DocumentOperations::Single(only), None) => (None, only),
            (DocumentOperations::Multiple(several), Some(name)) => match several.get_key_value(name) {
                Some((name, operation)) => (Some(name), operation),
                None => return Err(no_such_operation()),
            },
            (DocumentOperations::Multiple(several), None) => match (several.iter().next(), several.len()) {
                (Some((name, operation)), 1) => (Some(name), operation),
                _ => return Err(unresolved("The document has several operations. Select one by operationName.")),
            },
            (DocumentOperations::Single(_), Some(_)) => return Err(no_such_operation()),
        };
        let analysis = self.analyses.get(&name.cloned()).ok_or_else(no_such_operation)?;
        let kind = definition.node.ty;
        Ok(Operation {
            definition,
            analysis,
            kind,
            checks_credential: kind == OperationType::Mutation && analysis.size.credentials > 0,
            has_introspection: kind == OperationType::Query && analysis.size.introspections > 0,
        })
    }

    /// Returns true if this is a subscription whose responses can be shared by its followers.
    pub fn is_viewer_independent(&self, types: &Types, fields: ViewerIndependent, operation: Operation<'_>) -> bool {
        operation.kind == OperationType::Subscription
            && viewer_independent::is_viewer_independent(types, fields, &self.parsed, &operation.definition.node)
    }

    /// Coerces the variables of a request, and returns the cost of `operation` with them.
    ///
    /// # Errors
    /// When a variable is missing or has the wrong type, or the cost exceeds the limit.
    pub fn check_request(
        &self,
        types: &Types,
        operation: Operation<'_>,
        variables: &mut Variables,
        limits: &Limits,
    ) -> Result<u64, RequestError> {
        *variables = variables::coerce(types, &operation.definition.node, std::mem::take(variables))?;
        let cost = operation.analysis.cost;
        let cost = cost.unwrap_or_else(|| cost::cost(types, &self.parsed, &operation.definition.node, variables));
        if cost > limits.max_cost {
            let limit = limits.max_cost;
            let message =
                format!("The operation costs {cost} points, and the limit is {limit}. Request smaller pages.");
            return Err(RequestError::too_complex(message).at(operation.definition.pos));
        }
        Ok(cost)
    }

    /// Builds what the framework executes, with the coerced variables of a request.
    ///
    /// # Errors
    /// When a variable is null where it must not be.
    pub fn bind(&self, types: &Types, operation: Operation<'_>, variables: &Variables) -> Result<Bound, RequestError> {
        bind::bind(types, &self.parsed, operation.definition, variables)
    }
}

fn unresolved(message: &str) -> RequestError {
    RequestError::new(code::OPERATION_RESOLUTION_FAILURE, message)
}
