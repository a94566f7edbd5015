//! Builds what the framework executes: the selected operation with its variables replaced by their values, and the fields
//! of each selection set collected as the specification says.
//!
//! The framework reads variables and literals at the field that uses them, ignores the defaults of variables in `@skip` and
//! `@include`, and resolves fields of the same response key one by one, mutations too, before it merges their results.
//! What it gets from here has neither variables nor directives nor fragments that always apply, and no response key twice.
//!
//! For most operations only some arguments depend on variables. The rest is built once, as a [`Template`].

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, FragmentDefinition, InlineFragment, OperationDefinition, Selection,
    SelectionSet, TypeCondition,
};
use async_graphql::registry::MetaType;
use async_graphql::{Name, Pos, Positioned, Variables};
use async_graphql_value::indexmap::IndexMap;
use async_graphql_value::{ConstValue, Value};
use std::collections::HashSet;

use super::types::{Types, possible_types};
use super::values;
use crate::graphql::RequestError;

/// A selection of an interface or union is collected once for each object type. This bounds the sum of all fields.
const MAX_FIELDS: usize = 20_000;

/// An operation as the framework executes it.
#[derive(Debug)]
pub struct Bound {
    pub operation: Positioned<OperationDefinition>,
    /// The response keys of `__schema` and its `description`.
    pub schema_descriptions: Vec<[Name; 2]>,
}

/// An operation as the framework executes it, except for the arguments with variables.
#[derive(Debug)]
pub(super) struct Template {
    operation: Positioned<OperationDefinition>,
    open: Vec<OpenField>,
    schema_descriptions: Vec<[Name; 2]>,
}

/// A field with variables in its arguments.
#[derive(Debug)]
struct OpenField {
    parent: String,
    /// Where the field is: its index in its selection set, after those of the fields and fragments around it.
    indexes: Vec<usize>,
}

/// Builds what the framework executes. `measure` and `rules` have accepted the document.
///
/// # Errors
/// When a variable is null where it must not be.
pub(super) fn bind(
    types: &Types,
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
    variables: &Variables,
) -> Result<Bound, RequestError> {
    let mut binder = Binder::new(types, document, Some(variables));
    let operation = binder.operation(operation)?;
    Ok(Bound { operation, schema_descriptions: binder.schema_descriptions })
}

/// Builds the template of an operation. Returns `None` if its fields depend on variables, or if more selections are visited
/// for it than `budget` allows, from which they are subtracted. A template has at most as many fields.
pub(super) fn template(
    types: &Types,
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
    budget: &mut usize,
) -> Option<Template> {
    let mut binder = Binder { max_visits: *budget, ..Binder::new(types, document, None) };
    let operation = binder.operation(operation);
    *budget = budget.saturating_sub(binder.visits);
    let operation = operation.ok()?;
    let Binder { open, schema_descriptions, is_conditional, .. } = binder;
    (!is_conditional).then_some(Template { operation, open, schema_descriptions })
}

impl Template {
    /// Builds what the framework executes, as [`bind`] does.
    pub(super) fn fill(&self, types: &Types, variables: &Variables) -> Result<Bound, RequestError> {
        let mut operation = self.operation.clone();
        for OpenField { parent, indexes } in &self.open {
            let Some(field) = field_at(&mut operation.node.selection_set.node, indexes) else { continue };
            let parent = types.named(parent);
            if let Some(definition) = parent.and_then(|parent| types.field(parent, &field.name.node)) {
                field.arguments = values::coerce_arguments(types, definition, field, variables)?;
            }
        }
        Ok(Bound { operation, schema_descriptions: self.schema_descriptions.clone() })
    }
}

fn field_at<'s>(set: &'s mut SelectionSet, indexes: &[usize]) -> Option<&'s mut Field> {
    let (index, below) = indexes.split_first()?;
    match &mut set.items.get_mut(*index)?.node {
        Selection::Field(field) => {
            if below.is_empty() {
                Some(&mut field.node)
            } else {
                field_at(&mut field.node.selection_set.node, below)
            }
        }
        Selection::InlineFragment(fragment) => field_at(&mut fragment.node.selection_set.node, below),
        Selection::FragmentSpread(_) => None,
    }
}

/// Fields of one selection set by response key, in the order of the first of each.
type Collected<'d> = IndexMap<&'d str, Vec<&'d Positioned<Field>>>;

struct Binder<'d> {
    types: &'d Types,
    document: &'d ExecutableDocument,
    /// `None` for a template.
    variables: Option<&'d Variables>,
    fields: usize,
    /// How many selections were visited, whether or not they became fields of their own.
    visits: usize,
    max_visits: usize,
    schema_descriptions: Vec<[Name; 2]>,
    /// The indexes of the selection that is built, and of those around it.
    indexes: Vec<usize>,
    open: Vec<OpenField>,
    /// Whether a directive has a variable.
    is_conditional: bool,
}

impl<'d> Binder<'d> {
    fn new(types: &'d Types, document: &'d ExecutableDocument, variables: Option<&'d Variables>) -> Self {
        Self {
            types,
            document,
            variables,
            fields: 0,
            visits: 0,
            max_visits: usize::MAX,
            schema_descriptions: Vec::new(),
            indexes: Vec::new(),
            open: Vec::new(),
            is_conditional: false,
        }
    }

    fn operation(
        &mut self,
        operation: &'d Positioned<OperationDefinition>,
    ) -> Result<Positioned<OperationDefinition>, RequestError> {
        let OperationDefinition { ty, selection_set, .. } = &operation.node;
        let items = match self.types.root(*ty) {
            Some(root) => self.set(root, &[&selection_set.node])?,
            None => Vec::new(),
        };
        let bound = OperationDefinition {
            ty: *ty,
            variable_definitions: Vec::new(),
            directives: Vec::new(),
            selection_set: Positioned::new(SelectionSet { items }, selection_set.pos),
        };
        Ok(Positioned::new(bound, operation.pos))
    }

    /// Merges the selection sets of fields with the same response key.
    fn set(
        &mut self,
        parent: &MetaType,
        sets: &[&'d SelectionSet],
    ) -> Result<Vec<Positioned<Selection>>, RequestError> {
        if !parent.is_abstract() {
            return self.object(parent, sets);
        }
        let has_fragments =
            sets.iter().flat_map(|set| &set.items).any(|item| !matches!(item.node, Selection::Field(_)));
        if !has_fragments {
            return self.object(parent, sets);
        }
        // Which fields an object has depends on its type.
        let mut items = Vec::new();
        for name in possible_types(parent) {
            let Some(object) = self.types.named(name) else { continue };
            self.indexes.push(items.len());
            let selected = self.object(object, sets)?;
            self.indexes.pop();
            let Some(position) = selected.first().map(|item| item.pos) else { continue };
            let condition = TypeCondition { on: Positioned::new(Name::new(name), position) };
            let fragment = InlineFragment {
                type_condition: Some(Positioned::new(condition, position)),
                directives: Vec::new(),
                selection_set: Positioned::new(SelectionSet { items: selected }, position),
            };
            items.push(Positioned::new(Selection::InlineFragment(Positioned::new(fragment, position)), position));
        }
        items.shrink_to_fit();
        Ok(items)
    }

    fn object(
        &mut self,
        object: &MetaType,
        sets: &[&'d SelectionSet],
    ) -> Result<Vec<Positioned<Selection>>, RequestError> {
        let mut collected = Collected::new();
        let mut visited = HashSet::new();
        for set in sets {
            self.collect(object.name(), set, &mut visited, &mut collected);
        }
        if self.visits > self.max_visits {
            return Err(RequestError::too_complex("The operation has too many selections for a template."));
        }
        // Of the right size: each subscription keeps its own copy, and `collect` would begin with room for four fields.
        let mut items = Vec::with_capacity(collected.len());
        for fields in collected.values() {
            self.indexes.push(items.len());
            items.push(self.field(object, fields)?);
            self.indexes.pop();
        }
        Ok(items)
    }

    /// Collects the fields of a selection set that apply to an object. A fragment applies once.
    fn collect(
        &mut self,
        object: &str,
        set: &'d SelectionSet,
        visited: &mut HashSet<&'d str>,
        collected: &mut Collected<'d>,
    ) {
        for item in &set.items {
            self.visits = self.visits.saturating_add(1);
            if self.visits > self.max_visits {
                return;
            }
            if !self.is_included(item.node.directives()) {
                continue;
            }
            match &item.node {
                Selection::Field(field) => {
                    collected.entry(field.node.response_key().node.as_str()).or_default().push(field);
                }
                Selection::InlineFragment(fragment) => {
                    let fragment = &fragment.node;
                    let condition = fragment.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    if condition.is_none_or(|condition| self.types.is_always(object, condition)) {
                        self.collect(object, &fragment.selection_set.node, visited, collected);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    let Some(fragment) = self.fragment(name).filter(|_| visited.insert(name)) else { continue };
                    if self.types.is_always(object, &fragment.type_condition.node.on.node) {
                        self.collect(object, &fragment.selection_set.node, visited, collected);
                    }
                }
            }
        }
    }

    fn fragment(&self, name: &str) -> Option<&'d FragmentDefinition> {
        self.document.fragments.get(name).map(|fragment| &fragment.node)
    }

    fn is_included(&mut self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let condition = match directive.node.get_argument("if").map(|value| &value.node) {
                Some(Value::Boolean(condition)) => Some(*condition),
                Some(Value::Variable(name)) => {
                    self.is_conditional = true;
                    match self.variables.and_then(|variables| variables.get(name)) {
                        Some(ConstValue::Boolean(condition)) => Some(*condition),
                        _ => None,
                    }
                }
                _ => None,
            };
            match &*directive.node.name.node {
                "skip" => condition != Some(true),
                "include" => condition != Some(false),
                _ => true,
            }
        })
    }

    /// Builds the field of a response key from all fields that have it. Their arguments are the same.
    fn field(
        &mut self,
        parent: &MetaType,
        fields: &[&'d Positioned<Field>],
    ) -> Result<Positioned<Selection>, RequestError> {
        self.fields += 1;
        if self.fields > MAX_FIELDS {
            return Err(RequestError::too_complex("The operation selects too many fields of interfaces and unions."));
        }
        let first = fields[0];
        let (types, name) = (self.types, first.node.name.node.as_str());
        let mut bound = Field {
            alias: first.node.alias.clone(),
            name: first.node.name.clone(),
            arguments: Vec::new(),
            directives: Vec::new(),
            selection_set: Positioned::new(SelectionSet::default(), first.node.selection_set.pos),
        };
        // `__typename` has no definition, and nothing to bind.
        if let Some(definition) = types.field(parent, name) {
            bound.arguments = match self.variables {
                Some(variables) => values::coerce_arguments(types, definition, &first.node, variables)?,
                None if first.node.arguments.iter().any(|(_, value)| has_variable(&value.node)) => {
                    let open = OpenField { parent: parent.name().to_owned(), indexes: self.indexes.clone() };
                    self.open.push(open);
                    first.node.arguments.clone()
                }
                None => values::coerce_arguments(types, definition, &first.node, &Variables::default())?,
            };
            if let Some(result) = types.named(&definition.ty).filter(|result| result.is_composite()) {
                let sets: Vec<_> = fields.iter().map(|field| &field.node.selection_set.node).collect();
                bound.selection_set.node.items = self.set(result, &sets)?;
            }
        }
        self.find_schema_descriptions(&bound);
        Ok(selection(bound, first.pos))
    }

    fn find_schema_descriptions(&mut self, field: &Field) {
        if field.name.node != "__schema" {
            return;
        }
        for item in &field.selection_set.node.items {
            if let Selection::Field(below) = &item.node
                && below.node.name.node == "description"
            {
                let key = |field: &Field| field.response_key().node.clone();
                self.schema_descriptions.push([key(field), key(&below.node)]);
            }
        }
    }
}

fn selection(field: Field, position: Pos) -> Positioned<Selection> {
    Positioned::new(Selection::Field(Positioned::new(field, position)), position)
}

fn has_variable(value: &Value) -> bool {
    match value {
        Value::Variable(_) => true,
        Value::List(items) => items.iter().any(has_variable),
        Value::Object(members) => members.values().any(has_variable),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, ID, InputObject, Interface, Object, Schema, SimpleObject};
    use serde_json::json;

    use super::*;
    use crate::config::Limits;
    use crate::graphql::document::{Document, parse, variables};
    use crate::graphql::price_list::PriceList;

    #[derive(Debug, InputObject)]
    struct Filter {
        text: Option<String>,
        #[graphql(default = 3)]
        year: i32,
    }

    #[derive(Debug, SimpleObject)]
    struct Post {
        id: String,
        text: String,
    }

    #[derive(Debug)]
    struct Member;

    #[Object]
    impl Member {
        async fn id(&self) -> String {
            "1".to_owned()
        }

        #[expect(clippy::unused_self, reason = "the framework's macro needs it")]
        fn posts(&self, first: Option<i32>, filter: Option<Filter>) -> Vec<Post> {
            let text = filter.and_then(|filter| filter.text).unwrap_or_default();
            (0..first.unwrap_or_default()).map(|number| Post { id: number.to_string(), text: text.clone() }).collect()
        }
    }

    #[derive(Debug, Interface)]
    #[graphql(field(name = "id", ty = "String"))]
    enum Node {
        Member(Member),
        Post(Post),
    }

    #[derive(Debug)]
    struct Query;

    #[Object]
    impl Query {
        #[expect(clippy::unused_self, clippy::needless_pass_by_value, reason = "the framework's macro needs it")]
        fn node(&self, id: ID) -> Option<Node> {
            (id.as_str() == "1").then_some(Node::Member(Member))
        }

        #[expect(clippy::unused_self, reason = "the framework's macro needs it")]
        fn member(&self) -> Member {
            Member
        }
    }

    fn types() -> Types {
        Types::of(Schema::build(Query, EmptyMutation, EmptySubscription), PriceList::default())
    }

    /// Returns what both ways build, and whether there is a template.
    fn both_ways(document: &str, variables: serde_json::Value) -> (String, String, bool) {
        let types = types();
        let document = parse(document, &Limits::default()).expect("the document is valid");
        let (_, operation) = document.operations.iter().next().expect("an operation");
        let variables = variables::coerce(&types, &operation.node, Variables::from_json(variables)).expect("variables");
        let show = |bound: Result<Bound, RequestError>| format!("{bound:?}");
        let direct = show(bind(&types, &document, operation, &variables));
        let template = template(&types, &document, operation, &mut 100);
        let filled =
            template.as_ref().map_or_else(|| direct.clone(), |template| show(template.fill(&types, &variables)));
        (direct, filled, template.is_some())
    }

    fn size(template: &Template) -> usize {
        fn fields(set: &SelectionSet) -> usize {
            let sizes = set.items.iter().map(|item| match &item.node {
                Selection::Field(field) => 1 + fields(&field.node.selection_set.node),
                Selection::InlineFragment(fragment) => fields(&fragment.node.selection_set.node),
                Selection::FragmentSpread(_) => 0,
            });
            sizes.sum()
        }
        fields(&template.operation.node.selection_set.node)
    }

    #[test]
    fn a_template_gives_what_binding_gives() {
        let cases = [
            (
                "{ member { id posts(first: 2, filter: { text: \"a\" }) { id ...T } } } fragment T on Post { text }",
                json!({}),
            ),
            (
                "query($n: Int, $t: String) { member { posts(first: $n, filter: { text: $t }) { id } } }",
                json!({ "n": 2, "t": "b" }),
            ),
            ("query($n: Int) { member { posts(first: $n) { id } } }", json!({})),
            (
                "query($n: Int) { member { posts(first: $n) { id } } member { posts(first: $n) { text } } }",
                json!({ "n": 1 }),
            ),
            (
                "query($i: ID!, $n: Int) { node(id: $i) { id ... on Member { posts(first: $n) { id } } ... on Post { text } } }",
                json!({ "i": "1", "n": 4 }),
            ),
            ("{ __schema { description } member { id @skip(if: true) posts { id } } }", json!({})),
        ];
        for (document, variables) in cases {
            let (direct, filled, has_template) = both_ways(document, variables);
            assert!(direct.starts_with("Ok"), "{document}: {direct}");
            assert!(has_template, "{document}");
            assert_eq!(filled, direct, "{document}");
        }
    }

    #[test]
    fn fields_that_depend_on_variables_have_no_template() {
        let document = "query($s: Boolean!) { member { id @skip(if: $s) posts { id } } }";
        assert!(!both_ways(document, json!({ "s": true })).2);
    }

    #[test]
    fn templates_of_a_document_are_at_most_as_large_as_it_is() {
        let spreads = (0..20).map(|number| format!("query Q{number} {{ member {{ ...F }} }}"));
        let fields = (0..60).map(|number| format!("f{number}: id"));
        let text = format!(
            "{} fragment F on Member {{ {} }}",
            spreads.collect::<String>(),
            fields.collect::<Vec<_>>().join(" ")
        );
        let document: Document =
            super::super::read(&text, &types(), &Limits::default()).expect("the document is valid");
        let sizes = document.analyses.values().filter_map(|analysis| Some(size(analysis.template.as_ref()?)));
        let sum: usize = sizes.sum();
        assert!(sum > 0 && sum <= document.tokens, "{sum} fields, {} tokens", document.tokens);
    }

    #[test]
    fn selections_that_become_no_fields_count_towards_a_template() {
        let repeated = "id ".repeat(200);
        let text = format!("{{ member {{ {repeated} skipped: id @skip(if: true) }} }}");
        let document = parse(&text, &Limits::default()).expect("the document is valid");
        let (_, operation) = document.operations.iter().next().expect("an operation");
        let types = types();
        let mut budget = 500;
        assert!(template(&types, &document, operation, &mut budget).is_some_and(|template| size(&template) == 2));
        assert_eq!(budget, 500 - 202);
        assert!(template(&types, &document, operation, &mut 100).is_none());
    }
}
