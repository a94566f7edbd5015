//! The checks of a document before execution. Pure functions: text in, an accepted [`Document`] or a `RequestError` out.
//!
//! Once per document: tokens and the limits of the text ([`scan()`]), the syntax (`parse`), limits of the parsed document
//! ([`measure()`]), and validation (`rules`, `values`). At every request: the operation is selected, its variables are
//! coerced (`variables`), its cost is computed (`cost`), and what the framework executes is built (`bind`), most of which
//! can be done once.

mod anonymous;
mod bind;
pub mod cache;
mod cost;
mod measure;
mod parse;
mod paths;
mod rules;
mod scan;
mod secrets;
mod strings;
mod types;
mod values;
mod variables;
mod viewer_independent;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, ServerError, Variables};

use super::RequestError;
use super::error::code;
use super::sharing::ViewerIndependent;
use crate::config::Limits;

pub use bind::Bound;
pub use measure::{Measure, OperationSize, max_nesting, measure};
pub use scan::{Scan, scan};
pub use secrets::SECRET_FIELDS;
pub use types::{Types, environment};
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
    /// The number of tokens of its text.
    pub tokens: usize,
    /// Whether a response can contain a secret.
    pub selects_secret: bool,
    analyses: HashMap<Option<Name>, OperationAnalysis>,
}

/// The results of the checks of an operation that do not depend on the request.
#[derive(Debug, Default)]
struct OperationAnalysis {
    size: OperationSize,
    /// `None` if the cost depends on variables.
    cost: Option<u64>,
    /// The names of the root fields, with fragments expanded.
    root_fields: Vec<Name>,
    needs_no_session: bool,
    /// `None` if it depends on variables or would be large: `bind` builds it at every request then.
    template: Option<bind::Template>,
}

/// An operation of a document.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'d> {
    pub definition: &'d Positioned<OperationDefinition>,
    analysis: &'d OperationAnalysis,
    pub kind: OperationType,
    pub checks_credential: bool,
    /// Whether an anonymous caller may use all of its root fields.
    pub needs_no_session: bool,
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
    let scan = scan(text, limits)?;
    let tokens = scan.tokens.len();
    let parsed = rules::unique(parse::parse(scan)?)?;
    let measured = measure(&parsed, limits)?;
    rules::validate(types, &parsed)?;
    // For all operations together: many that spread one large fragment cost no more than one. The cache counts two fields for
    // each token: that of the parsed document and that of a template.
    let mut budget = tokens;
    let analyses = measured.operations.into_iter().map(|(name, size)| {
        let mut analysis = OperationAnalysis { size, ..OperationAnalysis::default() };
        if let Some((_, operation)) = parsed.operations.iter().find(|(other, _)| *other == name.as_ref()) {
            analysis.cost = cost::constant_cost(types, &parsed, &operation.node);
            collect_fields(&parsed, &operation.node.selection_set.node, &mut analysis.root_fields);
            analysis.needs_no_session =
                anonymous::needs_no_session(types.root(operation.node.ty), &analysis.root_fields);
            analysis.template = bind::template(types, &parsed, operation, &mut budget);
        }
        (name, analysis)
    });
    let analyses = analyses.collect();
    let number = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
    let selects_secret = secrets::selects_secret(types, &parsed);
    Ok(Document { parsed, number, text_bytes: text.len(), tokens, selects_secret, analyses })
}

impl Document {
    /// Completes the paths of errors, which the framework ends at the item of a list.
    pub fn complete_paths(&self, types: &Types, operation_name: Option<&str>, errors: &mut [ServerError]) {
        if errors.is_empty() {
            return;
        }
        let Ok(operation) = self.operation(operation_name) else { return };
        for error in errors {
            paths::complete(types, &self.parsed, &operation.definition.node, error);
        }
    }

    /// Returns the name of the operation that [`Document::operation`] selects; `None` if it has none.
    pub fn operation_name<'d>(&'d self, selected: Option<&'d str>) -> Option<&'d str> {
        selected.or_else(|| match &self.parsed.operations {
            DocumentOperations::Multiple(several) => several.keys().next().map(Name::as_str),
            DocumentOperations::Single(_) => None,
        })
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
            needs_no_session: analysis.needs_no_session,
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
    /// When a variable is missing or has the wrong type.
    pub fn check_request(
        &self,
        types: &Types,
        operation: Operation<'_>,
        variables: &mut Variables,
    ) -> Result<u64, RequestError> {
        *variables = variables::coerce(types, &operation.definition.node, std::mem::take(variables))?;
        let cost = operation.analysis.cost;
        Ok(cost.unwrap_or_else(|| cost::cost(types, &self.parsed, &operation.definition.node, variables)))
    }

    /// Builds what the framework executes, with the coerced variables of a request.
    ///
    /// # Errors
    /// When a variable is null where it must not be.
    pub fn bind(&self, types: &Types, operation: Operation<'_>, variables: &Variables) -> Result<Bound, RequestError> {
        match &operation.analysis.template {
            Some(template) => template.fill(types, variables),
            None => bind::bind(types, &self.parsed, operation.definition, variables),
        }
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

fn unresolved(message: &str) -> RequestError {
    RequestError::new(code::OPERATION_RESOLUTION_FAILURE, message)
}
