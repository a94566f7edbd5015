//! The checks of a document before execution. Pure functions: text in, an accepted [`Document`] or a `RequestError` out.
//!
//! Once per document: limits of the text ([`scan()`]), parsing, limits of the parsed document ([`measure()`]), directives
//! on `__typename` (`rewrite`), the framework's validation, and the literals that it does not check (`values`). At every
//! request: the operation is selected, its variables are checked (`variables`), and its cost is computed (`cost`).

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
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, ServerError, Variables};

use self::values::VariableArgument;
use super::RequestError;
use super::error::code;
use super::sharing::ViewerIndependent;
use crate::config::Limits;

pub use measure::{Measure, OperationSize, max_nesting, measure};
pub use scan::{Scan, scan};
pub use types::Types;
pub use variables::check_shape;

static NEXT_NUMBER: AtomicU64 = AtomicU64::new(0);

/// A parsed document.
#[derive(Debug)]
pub struct Document {
    pub parsed: ExecutableDocument,
    /// Unique among the documents of this process.
    pub number: u64,
    /// The length of its text.
    pub text_bytes: usize,
    /// The number of tokens of its text.
    pub tokens: usize,
    analyses: HashMap<Option<Name>, OperationAnalysis>,
}

/// The results of the checks of an operation that do not depend on the request.
#[derive(Debug, Default)]
struct OperationAnalysis {
    size: OperationSize,
    /// Arguments to check at every request with its variables.
    variable_arguments: Vec<VariableArgument>,
    /// `None` if the cost depends on variables.
    cost: Option<u64>,
    /// The names of the root fields, with fragments expanded.
    root_fields: Vec<Name>,
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

/// Parses a document. The framework has not validated it yet.
///
/// # Errors
/// When the document exceeds a limit or has a syntax error.
pub fn read(text: &str, types: &Types, limits: &Limits) -> Result<Document, RequestError> {
    let Scan { tokens, .. } = scan(text, limits)?;
    if variables::has_upload_marker(text) {
        return Err(RequestError::invalid("A string must not refer to an uploaded file. Pass files by variables."));
    }
    let mut parsed = parse_query(text).map_err(|error| syntax_error(&error))?;
    let measured = measure(&parsed, limits)?;
    values::check_declarations(types, &parsed)?;
    rewrite::expose_typename_directives(&mut parsed)?;
    let number = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
    let analyses = measured
        .operations
        .into_iter()
        .map(|(name, size)| (name, OperationAnalysis { size, ..OperationAnalysis::default() }));
    Ok(Document { parsed, number, text_bytes: text.len(), tokens, analyses: analyses.collect() })
}

impl Document {
    /// Runs the remaining checks of a document that the framework has validated.
    ///
    /// # Errors
    /// When a literal has the wrong type, or the root field of a subscription is not allowed.
    pub fn accept(mut self, types: &Types) -> Result<Self, RequestError> {
        for (name, operation) in self.parsed.operations.iter() {
            let analysis = self.analyses.entry(name.cloned()).or_default();
            analysis.variable_arguments = values::check_literals(types, &self.parsed, &operation.node)?;
            analysis.cost = cost::constant_cost(types, &self.parsed, &operation.node);
            collect_fields(&self.parsed, &operation.node.selection_set.node, &mut analysis.root_fields);
        }
        rewrite::inline_subscription_roots(&mut self.parsed)?;
        Ok(self)
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

    /// Checks the variables of a request, and returns the cost of `operation` with them.
    ///
    /// # Errors
    /// When a variable is missing or has the wrong type.
    pub fn check_request(
        &self,
        types: &Types,
        operation: Operation<'_>,
        variables: &mut Variables,
    ) -> Result<u64, RequestError> {
        variables::check_types(types, &operation.definition.node, variables)?;
        for argument in &operation.analysis.variable_arguments {
            argument.check(types, |name| variables::value(&operation.definition.node, variables, name))?;
        }
        let cost = operation.analysis.cost;
        Ok(cost.unwrap_or_else(|| cost::cost(types, &self.parsed, &operation.definition.node, variables)))
    }
}

impl<'d> Operation<'d> {
    /// Returns the names of the root fields, with fragments expanded.
    pub fn root_fields(&self) -> &'d [Name] {
        &self.analysis.root_fields
    }
}

/// Adds the names of the fields of a selection set, with fragments expanded. `measure` has limited their number.
fn collect_fields(document: &ExecutableDocument, set: &SelectionSet, names: &mut Vec<Name>) {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => names.push(field.node.name.node.clone()),
            Selection::InlineFragment(fragment) => collect_fields(document, &fragment.node.selection_set.node, names),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect_fields(document, &fragment.node.selection_set.node, names);
                }
            }
        }
    }
}

/// Keeps only what the parser expected: its message also quotes the whole line, which can be long.
fn syntax_error(error: &async_graphql::parser::Error) -> RequestError {
    let message = error.to_string();
    let expected = message.lines().last().unwrap_or_default().trim_start_matches([' ', '=']);
    let message = format!("Syntax error: {expected}");
    RequestError::from_errors(
        code::GRAPHQL_PARSE_FAILED,
        vec![ServerError { message, ..ServerError::from(error.clone()) }],
    )
}

fn unresolved(message: &str) -> RequestError {
    RequestError::new(code::OPERATION_RESOLUTION_FAILURE, message)
}
