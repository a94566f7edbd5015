//! Builds what the framework executes: the selected operation with its variables replaced by their values, and the fields
//! of each selection set collected as the specification says.
//!
//! The framework reads variables and literals at the field that uses them, ignores the defaults of variables in `@skip` and
//! `@include`, and resolves fields of the same response key one by one, mutations too, before it merges their results.
//! What it gets from here has neither variables nor directives nor fragments that always apply, and no response key twice.

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, InlineFragment, OperationDefinition,
    Selection, SelectionSet, TypeCondition,
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
    pub document: ExecutableDocument,
    /// The response keys of `__schema` and its `description`.
    pub schema_descriptions: Vec<[Name; 2]>,
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
    let mut binder = Binder { types, document, variables, fields: 0, schema_descriptions: Vec::new() };
    let OperationDefinition { ty, selection_set, .. } = &operation.node;
    let items = match types.root(*ty) {
        Some(root) => binder.set(root, &[&selection_set.node])?,
        None => Vec::new(),
    };
    let bound = OperationDefinition {
        ty: *ty,
        variable_definitions: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet { items }, selection_set.pos),
    };
    Ok(Bound {
        document: ExecutableDocument {
            operations: DocumentOperations::Single(Positioned::new(bound, operation.pos)),
            fragments: std::collections::HashMap::new(),
        },
        schema_descriptions: binder.schema_descriptions,
    })
}

/// Fields of one selection set by response key, in the order of the first of each.
type Collected<'d> = IndexMap<&'d str, Vec<&'d Positioned<Field>>>;

struct Binder<'d> {
    types: &'d Types,
    document: &'d ExecutableDocument,
    variables: &'d Variables,
    fields: usize,
    schema_descriptions: Vec<[Name; 2]>,
}

impl<'d> Binder<'d> {
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
            let selected = self.object(object, sets)?;
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
        // Of the right size: each subscription keeps its own copy, and `collect` would begin with room for four fields.
        let mut items = Vec::with_capacity(collected.len());
        for fields in collected.values() {
            items.push(self.field(object, fields)?);
        }
        Ok(items)
    }

    /// Collects the fields of a selection set that apply to an object. A fragment applies once.
    fn collect(
        &self,
        object: &str,
        set: &'d SelectionSet,
        visited: &mut HashSet<&'d str>,
        collected: &mut Collected<'d>,
    ) {
        for item in set.items.iter().filter(|item| self.is_included(item.node.directives())) {
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

    fn is_included(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let condition = match directive.node.get_argument("if").map(|value| &value.node) {
                Some(Value::Boolean(condition)) => Some(*condition),
                Some(Value::Variable(name)) => match self.variables.get(name) {
                    Some(ConstValue::Boolean(condition)) => Some(*condition),
                    _ => None,
                },
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
            bound.arguments = values::coerce_arguments(types, definition, &first.node, self.variables)?;
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
