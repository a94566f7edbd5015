//! How much a parsed document asks for, over all of its operations.
//!
//! Each fragment is walked once, however often it is spread: thirty fragments that spread the next one twice expand to a
//! billion fields, and the framework's own limits walk every one of them. All sums saturate.

use std::collections::{BTreeMap, HashMap};

use async_graphql::parser::types::{Directive, ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{Name, Positioned};

use crate::config::Limits;
use crate::graphql::RequestError;

/// Mutations that check or set a credential. One operation holds at most one of them, so that a guess costs a request;
/// over a socket there are none.
const CREDENTIAL_FIELDS: [&str; 11] = [
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
];

const MAX_OPERATIONS: usize = 5;
const MAX_FRAGMENTS: usize = 20;
const MAX_VARIABLES: usize = 50;
const MAX_QUERY_FIELDS: u64 = 10;
const MAX_SAME_FIELD: u64 = 10;
/// Directives of a document, and of any one place that is not a field.
const MAX_DIRECTIVES: usize = 25;
const MAX_DIRECTIVES_ELSEWHERE: usize = 4;

/// What a document amounts to.
#[derive(Debug, Default)]
pub struct Measure {
    pub operations: HashMap<Option<Name>, Size>,
    /// Selections looked at. At most those written in the document, however far they expand.
    pub steps: u64,
}

/// What one operation, or one fragment of it, amounts to once every fragment is expanded.
#[derive(Clone, Debug, Default)]
pub struct Size {
    /// Selections of any kind; spreads count too, since each is a step for whoever expands them.
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
    /// Fields on the first level that ask for the schema.
    pub introspections: u64,
    /// Aliased fields on the first level, by name. Bounded, because aliases are.
    aliased: BTreeMap<Name, u64>,
}

/// Measures every operation and every fragment.
///
/// # Errors
/// When anything is above its limit, or fragments spread each other in a circle.
pub fn measure(document: &ExecutableDocument, limits: &Limits) -> Result<Measure, RequestError> {
    if document.operations.iter().len() > MAX_OPERATIONS {
        return Err(RequestError::too_complex(format!("A document has at most {MAX_OPERATIONS} operations.")));
    }
    if document.fragments.len() > MAX_FRAGMENTS {
        return Err(RequestError::too_complex(format!("A document has at most {MAX_FRAGMENTS} fragments.")));
    }
    let mut walk = MeasureVisitor { document, limits, fragments: HashMap::new(), directives: 0, steps: 0 };
    let mut measure = Measure::default();
    for (name, operation) in document.operations.iter() {
        let operation = &operation.node;
        if operation.variable_definitions.len() > MAX_VARIABLES {
            return Err(RequestError::too_complex(format!("An operation has at most {MAX_VARIABLES} variables.")));
        }
        for variable in &operation.variable_definitions {
            walk.directives(&variable.node.directives, MAX_DIRECTIVES_ELSEWHERE)?;
        }
        walk.directives(&operation.directives, MAX_DIRECTIVES_ELSEWHERE)?;
        let size = walk.set(&operation.selection_set.node)?;
        check_roots(operation.ty, &size, limits).map_err(|refusal| refusal.at(operation.selection_set.pos))?;
        measure.operations.insert(name.cloned(), size);
    }
    for name in document.fragments.keys() {
        walk.fragment(name)?;
    }
    measure.steps = walk.steps;
    Ok(measure)
}

fn check_roots(kind: OperationType, size: &Size, limits: &Limits) -> Result<(), RequestError> {
    let most = match kind {
        OperationType::Query => MAX_QUERY_FIELDS,
        OperationType::Mutation => limits.max_mutation_fields,
        OperationType::Subscription if size.roots == 1 => return Ok(()),
        OperationType::Subscription => return Err(RequestError::invalid("A subscription has exactly one root field.")),
    };
    if size.roots > most {
        return Err(RequestError::too_complex(format!("A {kind} has at most {most} root fields.")));
    }
    if kind == OperationType::Mutation && size.credentials > 1 {
        return Err(RequestError::too_complex("A mutation checks at most one credential."));
    }
    Ok(())
}

enum Fragment {
    /// Being walked: to meet it again is a circle.
    Open,
    Measured(Size),
}

struct MeasureVisitor<'d> {
    document: &'d ExecutableDocument,
    limits: &'d Limits,
    fragments: HashMap<&'d str, Fragment>,
    directives: usize,
    steps: u64,
}

impl<'d> MeasureVisitor<'d> {
    fn set(&mut self, set: &'d SelectionSet) -> Result<Size, RequestError> {
        let mut size = Size::default();
        for item in &set.items {
            self.steps += 1;
            let most = if matches!(item.node, Selection::Field(_)) {
                self.limits.max_directives
            } else {
                MAX_DIRECTIVES_ELSEWHERE
            };
            self.directives(item.node.directives(), most)?;
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
            size.check(self.limits).map_err(|refusal| refusal.at(item.pos))?;
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &str) -> Result<Size, RequestError> {
        match self.fragments.get(name) {
            Some(Fragment::Measured(size)) => return Ok(size.clone()),
            Some(Fragment::Open) => return Err(RequestError::invalid("Fragments spread each other in a circle.")),
            None => {}
        }
        // A fragment that does not exist amounts to nothing here; validation says so by name.
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { return Ok(Size::default()) };
        self.fragments.insert(name, Fragment::Open);
        self.directives(&fragment.node.directives, MAX_DIRECTIVES_ELSEWHERE)?;
        let size = self.set(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Fragment::Measured(size.clone()));
        Ok(size)
    }

    fn directives(&mut self, directives: &[Positioned<Directive>], most: usize) -> Result<(), RequestError> {
        self.directives += directives.len();
        let Some(last) = directives.last() else { return Ok(()) };
        if directives.len() > most {
            return Err(RequestError::too_complex(format!("At most {most} directives in this place.")).at(last.pos));
        }
        if self.directives > MAX_DIRECTIVES {
            return Err(RequestError::too_complex(format!("A document has at most {MAX_DIRECTIVES} directives.")));
        }
        Ok(())
    }
}

impl Size {
    fn add_field(&mut self, name: &Name, is_aliased: bool, below: &Size) {
        self.fields = self.fields.saturating_add(1).saturating_add(below.fields);
        self.aliases = self.aliases.saturating_add(u64::from(is_aliased)).saturating_add(below.aliases);
        self.depth = self.depth.max(below.depth.saturating_add(1));
        self.nesting = self.nesting.max(below.nesting.saturating_add(1));
        self.roots = self.roots.saturating_add(1);
        self.credentials = self.credentials.saturating_add(u64::from(CREDENTIAL_FIELDS.contains(&name.as_str())));
        self.introspections =
            self.introspections.saturating_add(u64::from(matches!(name.as_str(), "__schema" | "__type")));
        if is_aliased {
            *self.aliased.entry(name.clone()).or_default() += 1;
        }
    }

    /// Adds a fragment in place: its fields are on this level.
    fn add_fragment(&mut self, inside: &Size) {
        self.fields = self.fields.saturating_add(1).saturating_add(inside.fields);
        self.aliases = self.aliases.saturating_add(inside.aliases);
        self.depth = self.depth.max(inside.depth);
        self.nesting = self.nesting.max(inside.nesting.saturating_add(1));
        self.roots = self.roots.saturating_add(inside.roots);
        self.credentials = self.credentials.saturating_add(inside.credentials);
        self.introspections = self.introspections.saturating_add(inside.introspections);
        for (name, count) in &inside.aliased {
            let sum = self.aliased.entry(name.clone()).or_default();
            *sum = sum.saturating_add(*count);
        }
    }

    fn check(&self, limits: &Limits) -> Result<(), RequestError> {
        let refusal = if self.fields > limits.max_fields {
            format!("The document expands to more than {} fields.", limits.max_fields)
        } else if self.aliases > limits.max_aliases {
            format!("The document has more than {} aliases.", limits.max_aliases)
        } else if self.depth > limits.max_depth || self.nesting > max_nesting(limits) {
            format!("The document nests deeper than {} fields.", limits.max_depth)
        } else if self.aliased.values().any(|count| *count > MAX_SAME_FIELD) {
            format!("The same field stands under more than {MAX_SAME_FIELD} aliases.")
        } else {
            return Ok(());
        };
        Err(RequestError::too_complex(refusal))
    }
}

/// Fragments may nest as deep again as fields do. The framework's own bound, which walks without a memo, lies above.
pub fn max_nesting(limits: &Limits) -> u64 {
    limits.max_depth.saturating_mul(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::error::code;
    use async_graphql::parser::parse_query;
    use std::fmt::Write;

    fn measured(text: &str) -> Result<Measure, &'static str> {
        let document = parse_query(text).expect("a document");
        measure(&document, &Limits::default()).map_err(|refusal| refusal.code())
    }

    /// Fragments of which each spreads the next one `width` times.
    fn bomb(levels: usize, width: usize, operation: &str) -> String {
        let mut text = operation.to_owned();
        for level in 0..levels {
            let _ = write!(text, " fragment F{level} on Query {{ {} }}", format!("...F{} ", level + 1).repeat(width));
        }
        let _ = write!(text, " fragment F{levels} on Query {{ a }}");
        text
    }

    #[test]
    fn a_bomb_is_refused_and_each_fragment_walked_once() {
        for text in [bomb(19, 2, "{ ...F0 }"), bomb(9, 10, "{ ...F0 }"), bomb(19, 2, "query A { a } query B { ...F0 }")]
        {
            assert_eq!(measured(&text).map(|_| ()), Err(code::QUERY_TOO_COMPLEX));
        }
        let steps = measured(&bomb(8, 2, "{ x { ...F0 } }")).expect("small enough").steps;
        assert_eq!(steps, 2 + 8 * 2 + 1);
    }

    #[test]
    fn a_circle_is_refused_even_where_nothing_spreads_it() {
        for text in
            ["{ ...A } fragment A on Q { ...A }", "{ a } fragment A on Q { ...B } fragment B on Q { x { ...A } }"]
        {
            assert_eq!(measured(text).map(|_| ()), Err(code::GRAPHQL_VALIDATION_FAILED));
        }
    }

    #[test]
    fn roots_are_counted_through_fragments() {
        assert!(measured("mutation { a b ...F } fragment F on M { c }").is_ok());
        assert_eq!(measured("mutation { a b ...F } fragment F on M { c d }").map(|_| ()), Err(code::QUERY_TOO_COMPLEX));
        assert!(measured("subscription { ... { ...F } } fragment F on S { c }").is_ok());
        let two = measured("subscription { a ...F } fragment F on S { c }");
        assert_eq!(two.map(|_| ()), Err(code::GRAPHQL_VALIDATION_FAILED));
    }

    #[test]
    fn one_credential_per_mutation() {
        assert!(measured("mutation { login { a } logout }").is_ok());
        let two = measured("mutation { a: login { a } ...F } fragment F on M { b: login { a } }");
        assert_eq!(two.map(|_| ()), Err(code::QUERY_TOO_COMPLEX));
    }

    #[test]
    fn aliases_and_directives_have_their_bounds() {
        let aliases = |count: usize| (0..count).fold(String::new(), |text, n| format!("{text} a{n}: f{}", n % 4));
        assert!(measured(&format!("{{ x {{ {} }} }}", aliases(30))).is_ok());
        assert!(measured(&format!("{{ x {{ {} }} }}", aliases(31))).is_err());
        assert!(measured("{ x { a:f b:f c:f d:f e:f g:f h:f i:f j:f k:f } }").is_ok());
        assert!(measured("{ x { a:f b:f c:f d:f e:f g:f h:f i:f j:f k:f l:f } }").is_err());
        assert!(measured(&format!("{{ a {} }}", "@d ".repeat(8))).is_ok());
        assert!(measured(&format!("{{ a {} }}", "@d ".repeat(9))).is_err());
        assert!(measured(&format!("query {} {{ a }}", "@d ".repeat(5))).is_err());
    }
}
