//! Measures the size of the operations of a parsed document and checks its limits.
//!
//! Each fragment is visited once, however often it is spread. Thirty fragments that each spread the next one twice expand
//! to a billion fields, and the framework's own limits visit all of them. All sums saturate.

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{Name, Positioned};

use crate::config::Limits;
use crate::graphql::RequestError;

/// Mutations that check or set a credential. An operation has at most one of them, so that each guess costs a request. They
/// are not accepted over a socket.
const CREDENTIAL_FIELDS: [&str; 17] = [
    "login",
    "register",
    "refreshSession",
    "changePassword",
    "changeUsername",
    "changeEmail",
    "deleteAccount",
    "confirmEmail",
    "undoEmailChange",
    "resetPassword",
    "requestPasswordReset",
    "finishIdentityLogin",
    "linkIdentity",
    "unlinkIdentity",
    "requestDataExport",
    "setRole",
    "unsubscribeMail",
];

/// Directives per location other than a field.
const MAX_DIRECTIVES_ELSEWHERE: usize = 4;

/// The sizes of a document's operations.
#[derive(Debug, Default)]
pub struct Measure {
    pub operations: HashMap<Option<Name>, OperationSize>,
    /// Visited selections: at most those in the text of the document, however far fragments expand.
    pub steps: u64,
}

/// The size of an operation or a selection set with all fragments expanded.
#[derive(Clone, Debug, Default)]
pub struct OperationSize {
    /// Selections of any kind. Spreads count, because the framework visits each of them.
    pub fields: u64,
    pub aliases: u64,
    /// Nesting of fields.
    pub depth: u64,
    /// Nesting of selections of any kind.
    pub nesting: u64,
    /// Fields on the first level.
    pub roots: u64,
    /// Fields on the first level that check a credential.
    pub credentials: u64,
    /// Introspection fields on the first level.
    pub introspections: u64,
}

/// Measures every operation and every fragment.
///
/// # Errors
/// When a limit is exceeded, or fragments form a cycle.
pub fn measure(document: &ExecutableDocument, limits: &Limits) -> Result<Measure, RequestError> {
    let at_most =
        |limit: usize, what: &str| RequestError::too_complex(format!("A document can have at most {limit} {what}."));
    if document.operations.iter().len() > limits.max_document_operations {
        return Err(at_most(limits.max_document_operations, "operations"));
    }
    if document.fragments.len() > limits.max_fragments {
        return Err(at_most(limits.max_fragments, "fragments"));
    }
    let mut visitor = MeasureVisitor { document, limits, fragments: HashMap::new(), directives: 0, steps: 0 };
    let mut measure = Measure::default();
    for (name, operation) in document.operations.iter() {
        let operation = &operation.node;
        let limit = limits.max_variables;
        if operation.variable_definitions.len() > limit {
            return Err(RequestError::too_complex(format!("An operation can have at most {limit} variables.")));
        }
        for variable in &operation.variable_definitions {
            visitor.directives(&variable.node.directives, MAX_DIRECTIVES_ELSEWHERE)?;
        }
        visitor.directives(&operation.directives, MAX_DIRECTIVES_ELSEWHERE)?;
        let size = visitor.set(&operation.selection_set.node)?;
        check_roots(operation.ty, &size, limits).map_err(|error| error.at(operation.selection_set.pos))?;
        measure.operations.insert(name.cloned(), size);
    }
    for name in document.fragments.keys() {
        visitor.fragment(name)?;
    }
    measure.steps = visitor.steps;
    Ok(measure)
}

fn check_roots(kind: OperationType, size: &OperationSize, limits: &Limits) -> Result<(), RequestError> {
    let limit = match kind {
        OperationType::Query => limits.max_query_fields,
        OperationType::Mutation => limits.max_mutation_fields,
        // A rule of validation allows it one.
        OperationType::Subscription => return Ok(()),
    };
    if size.roots > limit {
        return Err(RequestError::too_complex(format!("A {kind} can have at most {limit} root fields.")));
    }
    if kind == OperationType::Mutation && size.credentials > 1 {
        return Err(RequestError::too_complex("A mutation can have at most one field that checks a credential."));
    }
    Ok(())
}

enum Fragment {
    /// In progress. Visiting it again means a cycle.
    InProgress,
    Measured(OperationSize),
}

struct MeasureVisitor<'d> {
    document: &'d ExecutableDocument,
    limits: &'d Limits,
    fragments: HashMap<&'d str, Fragment>,
    directives: usize,
    steps: u64,
}

impl<'d> MeasureVisitor<'d> {
    fn set(&mut self, set: &'d SelectionSet) -> Result<OperationSize, RequestError> {
        let mut size = OperationSize::default();
        for item in &set.items {
            self.steps += 1;
            let limit = if matches!(item.node, Selection::Field(_)) {
                self.limits.max_directives
            } else {
                MAX_DIRECTIVES_ELSEWHERE
            };
            self.directives(item.node.directives(), limit)?;
            match &item.node {
                Selection::Field(field) => {
                    let below = self.set(&field.node.selection_set.node)?;
                    size.add_field(&field.node.name.node, field.node.alias.is_some(), &below);
                }
                Selection::InlineFragment(fragment) => {
                    let inside = self.set(&fragment.node.selection_set.node)?;
                    size.add_fragment(&inside);
                }
                Selection::FragmentSpread(spread) => {
                    let inside = self.fragment(&spread.node.fragment_name.node)?;
                    size.add_fragment(&inside);
                }
            }
            size.check(self.limits).map_err(|error| error.at(item.pos))?;
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &str) -> Result<OperationSize, RequestError> {
        match self.fragments.get(name) {
            Some(Fragment::Measured(size)) => return Ok(size.clone()),
            Some(Fragment::InProgress) => return Err(RequestError::invalid("Fragments must not form a cycle.")),
            None => {}
        }
        // The framework's validation reports a fragment that does not exist.
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(OperationSize::default());
        };
        self.fragments.insert(name, Fragment::InProgress);
        self.directives(&fragment.node.directives, MAX_DIRECTIVES_ELSEWHERE)?;
        let size = self.set(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Fragment::Measured(size.clone()));
        Ok(size)
    }

    fn directives(&mut self, directives: &[Positioned<Directive>], limit: usize) -> Result<(), RequestError> {
        self.directives += directives.len();
        let Some(last) = directives.last() else { return Ok(()) };
        if directives.len() > limit {
            return Err(RequestError::too_complex(format!("At most {limit} directives are allowed here.")).at(last.pos));
        }
        let limit = self.limits.max_document_directives;
        if self.directives > limit {
            return Err(RequestError::too_complex(format!("A document can have at most {limit} directives.")));
        }
        Ok(())
    }
}

impl OperationSize {
    fn add_field(&mut self, name: &Name, is_aliased: bool, below: &OperationSize) {
        self.fields = self.fields.saturating_add(1).saturating_add(below.fields);
        self.aliases = self.aliases.saturating_add(u64::from(is_aliased)).saturating_add(below.aliases);
        self.depth = self.depth.max(below.depth.saturating_add(1));
        self.nesting = self.nesting.max(below.nesting.saturating_add(1));
        self.roots = self.roots.saturating_add(1);
        self.credentials = self.credentials.saturating_add(u64::from(CREDENTIAL_FIELDS.contains(&name.as_str())));
        self.introspections =
            self.introspections.saturating_add(u64::from(matches!(name.as_str(), "__schema" | "__type")));
    }

    /// Adds a fragment, whose fields are on this level.
    fn add_fragment(&mut self, inside: &OperationSize) {
        self.fields = self.fields.saturating_add(1).saturating_add(inside.fields);
        self.aliases = self.aliases.saturating_add(inside.aliases);
        self.depth = self.depth.max(inside.depth);
        self.nesting = self.nesting.max(inside.nesting.saturating_add(1));
        self.roots = self.roots.saturating_add(inside.roots);
        self.credentials = self.credentials.saturating_add(inside.credentials);
        self.introspections = self.introspections.saturating_add(inside.introspections);
    }

    fn check(&self, limits: &Limits) -> Result<(), RequestError> {
        let message = if self.fields > limits.max_fields {
            format!("The document expands to more than {} fields.", limits.max_fields)
        } else if self.aliases > limits.max_aliases {
            format!("The document has more than {} aliases.", limits.max_aliases)
        } else if self.depth > limits.max_depth || self.nesting > max_nesting(limits) {
            format!("The document nests more than {} fields deep.", limits.max_depth)
        } else {
            return Ok(());
        };
        Err(RequestError::too_complex(message))
    }
}

/// Returns the limit of nested selections: fragments can double the nesting of fields. The framework's own limit, which
/// visits a fragment at every spread, is higher.
pub fn max_nesting(limits: &Limits) -> u64 {
    limits.max_depth.saturating_mul(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::document::parse;
    use crate::graphql::error::code;
    use std::fmt::Write;

    fn measured(text: &str) -> Result<Measure, &'static str> {
        let document = parse(text, &Limits { max_tokens: usize::MAX, ..Limits::default() }).expect("a document");
        measure(&document, &Limits::default()).map_err(|error| error.code())
    }

    /// Returns fragments that each spread the next one `width` times.
    fn bomb(levels: usize, width: usize, operation: &str) -> String {
        let mut text = operation.to_owned();
        for level in 0..levels {
            let _ = write!(text, " fragment F{level} on Query {{ {} }}", format!("...F{} ", level + 1).repeat(width));
        }
        let _ = write!(text, " fragment F{levels} on Query {{ a }}");
        text
    }

    #[test]
    fn a_fragment_bomb_is_rejected_and_each_fragment_is_visited_once() {
        for text in [bomb(19, 2, "{ ...F0 }"), bomb(9, 10, "{ ...F0 }"), bomb(19, 2, "query A { a } query B { ...F0 }")]
        {
            assert_eq!(measured(&text).map(|_| ()), Err(code::QUERY_TOO_COMPLEX));
        }
        let steps = measured(&bomb(8, 2, "{ x { ...F0 } }")).expect("small enough").steps;
        assert_eq!(steps, 2 + 8 * 2 + 1);
    }

    #[test]
    fn a_fragment_cycle_is_rejected_even_if_it_is_unused() {
        for text in
            ["{ ...A } fragment A on Q { ...A }", "{ a } fragment A on Q { ...B } fragment B on Q { x { ...A } }"]
        {
            assert_eq!(measured(text).map(|_| ()), Err(code::GRAPHQL_VALIDATION_FAILED));
        }
    }

    #[test]
    fn root_fields_in_fragments_are_counted() {
        let mutation = |count: usize| format!("mutation {{ a b ...F }} fragment F on M {{ {} }}", "c ".repeat(count));
        assert!(measured(&mutation(8)).is_ok());
        assert_eq!(measured(&mutation(9)).map(|_| ()), Err(code::QUERY_TOO_COMPLEX));
    }

    #[test]
    fn a_mutation_checks_at_most_one_credential() {
        assert!(measured("mutation { login { a } logout }").is_ok());
        let two = measured("mutation { a: login { a } ...F } fragment F on M { b: login { a } }");
        assert_eq!(two.map(|_| ()), Err(code::QUERY_TOO_COMPLEX));
    }

    #[test]
    fn aliases_and_directives_are_limited() {
        let aliases = |count: usize| (0..count).fold(String::new(), |text, n| format!("{text} a{n}: f"));
        assert!(measured(&format!("{{ x {{ {} }} }}", aliases(200))).is_ok());
        assert!(measured(&format!("{{ x {{ {} }} }}", aliases(201))).is_err());
        assert!(measured(&format!("{{ a {} }}", "@d ".repeat(8))).is_ok());
        assert!(measured(&format!("{{ a {} }}", "@d ".repeat(9))).is_err());
        assert!(measured(&format!("query {} {{ a }}", "@d ".repeat(5))).is_err());
    }
}
