//! What happens to a document before it runs. Pure code: text in, an accepted [`Document`] or a `RequestError` out.
//!
//! In this order: length, tokens and brackets of the text ([`scan()`]); parsing; `__typename` (`rewrite`); size, each
//! fragment once ([`measure()`]); the framework's validation, and the literals it leaves out (`values`). Then, at every
//! request: the operation is chosen, its variables are checked (`variables`) and its cost is added up (`cost`).

pub mod cache;
mod cost;
mod measure;
mod rewrite;
mod scan;
mod types;
mod values;
mod variables;
mod viewer_independent;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Name, Positioned, ServerError, Variables};

use self::values::Filled;
use super::RequestError;
use super::error::code;
use super::sharing::ViewerIndependent;
use crate::config::Limits;

pub use measure::{Measure, Size, max_nesting, measure};
pub use scan::{Scan, scan};
pub use types::Types;
pub use variables::check_shape;

/// How many documents were read.
static READ: AtomicU64 = AtomicU64::new(0);

/// A document that passed every check that depends on its text alone.
#[derive(Debug)]
pub struct Document {
    pub parsed: ExecutableDocument,
    /// No other document that this process has read has it.
    pub number: u64,
    known: HashMap<Option<Name>, CachedDocument>,
}

/// What is known of an operation before any request for it.
#[derive(Debug, Default)]
struct CachedDocument {
    size: Size,
    /// Arguments to check once more with each request's variables.
    filled: Vec<Filled>,
    /// What it costs, where that does not depend on variables.
    cost: Option<u64>,
}

/// One operation of a document.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'d> {
    pub definition: &'d Positioned<OperationDefinition>,
    known: &'d CachedDocument,
    pub kind: OperationType,
    pub checks_credential: bool,
    pub asks_for_schema: bool,
}

/// Reads a text as a document that is not validated yet.
///
/// # Errors
/// When it is too large in any direction, or not GraphQL.
pub fn read(text: &str, types: &Types, limits: &Limits) -> Result<Document, RequestError> {
    scan(text, limits)?;
    if variables::has_upload_marker(text) {
        return Err(RequestError::invalid("A string cannot name an uploaded file."));
    }
    let mut parsed = parse_query(text).map_err(|error| unreadable(&error))?;
    let measured = measure(&parsed, limits)?;
    values::check_declarations(types, &parsed)?;
    rewrite::expose_typename_directives(&mut parsed)?;
    let number = READ.fetch_add(1, Ordering::Relaxed);
    let known = measured
        .operations
        .into_iter()
        .map(|(name, size)| (name, CachedDocument { size, ..CachedDocument::default() }));
    Ok(Document { parsed, number, known: known.collect() })
}

impl Document {
    /// Finishes a document that the framework found valid.
    ///
    /// # Errors
    /// When a literal does not fit, or a subscription's root is not what it may be.
    pub fn accept(mut self, types: &Types) -> Result<Self, RequestError> {
        for (name, operation) in self.parsed.operations.iter() {
            let known = self.known.entry(name.cloned()).or_default();
            known.filled = values::check_literals(types, &self.parsed, &operation.node)?;
            known.cost = cost::fixed(types, &self.parsed, &operation.node);
        }
        rewrite::inline_subscription_roots(&mut self.parsed)?;
        Ok(self)
    }

    /// Chooses the operation that `name` names, or the only one.
    ///
    /// # Errors
    /// When there is no such operation, or no name where one is needed.
    pub fn operation(&self, name: Option<&str>) -> Result<Operation<'_>, RequestError> {
        let (known, definition) = match (&self.parsed.operations, name) {
            (DocumentOperations::Single(only), None) => (None, only),
            (DocumentOperations::Multiple(several), Some(name)) => match several.get_key_value(name) {
                Some((name, operation)) => (Some(name), operation),
                None => return Err(unresolved("There is no operation of that name.")),
            },
            (DocumentOperations::Multiple(several), None) => match (several.iter().next(), several.len()) {
                (Some((name, operation)), 1) => (Some(name), operation),
                _ => return Err(unresolved("The document has several operations: say which by operationName.")),
            },
            (DocumentOperations::Single(_), Some(_)) => return Err(unresolved("There is no operation of that name.")),
        };
        let known = self.known.get(&known.cloned()).ok_or_else(|| unresolved("There is no operation of that name."))?;
        let kind = definition.node.ty;
        Ok(Operation {
            definition,
            known,
            kind,
            checks_credential: kind == OperationType::Mutation && known.size.credentials > 0,
            asks_for_schema: kind == OperationType::Query && known.size.introspections > 0,
        })
    }

    /// Tells whether answers to this subscription can be shared among those who follow the same.
    pub fn is_alike(&self, types: &Types, alike: ViewerIndependent, operation: Operation<'_>) -> bool {
        operation.kind == OperationType::Subscription
            && viewer_independent::is_alike(types, alike, &self.parsed, &operation.definition.node)
    }

    /// Checks what the request brings along for `operation`: its variables, and what it costs with them.
    ///
    /// # Errors
    /// When a variable is missing or does not fit, or the cost is too high.
    pub fn check_request(
        &self,
        types: &Types,
        operation: Operation<'_>,
        variables: &mut Variables,
        limits: &Limits,
    ) -> Result<u64, RequestError> {
        variables::check_types(types, &operation.definition.node, variables)?;
        for argument in &operation.known.filled {
            argument.check(types, |name| variables::value(&operation.definition.node, variables, name))?;
        }
        let cost = operation.known.cost;
        let cost = cost.unwrap_or_else(|| cost::cost(types, &self.parsed, &operation.definition.node, variables));
        if cost > limits.max_cost {
            let why =
                format!("The operation costs {cost} points, more than {}: ask for smaller pages.", limits.max_cost);
            return Err(RequestError::too_complex(why).at(operation.definition.pos));
        }
        Ok(cost)
    }
}

/// Says what the parser expected and where. Its own message draws the line at fault, however long that is.
fn unreadable(error: &async_graphql::parser::Error) -> RequestError {
    let drawn = error.to_string();
    let expected = drawn.lines().last().unwrap_or_default().trim_start_matches([' ', '=']);
    let message = format!("The document is not GraphQL: {expected}");
    RequestError::of(code::GRAPHQL_PARSE_FAILED, vec![ServerError { message, ..ServerError::from(error.clone()) }])
}

fn unresolved(message: &str) -> RequestError {
    RequestError::new(code::OPERATION_RESOLUTION_FAILURE, message)
}
