//! The types of the schema, for the checks before execution.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextRequest};
use async_graphql::parser::types::OperationType;
use async_graphql::registry::{MetaField, MetaType, MetaTypeName};
use async_graphql::{ObjectType, Response, SchemaBuilder, SchemaEnv, SubscriptionType};
use futures_util::FutureExt;

use crate::graphql::price_list::{PriceList, Prices};

/// The types of a schema, those of introspection too, and its prices.
#[derive(Clone, Default)]
pub struct Types {
    by_name: BTreeMap<String, MetaType>,
    query: String,
    mutation: String,
    subscription: String,
    /// `__schema` and `__type`, which the framework has among the fields of queries.
    introspection: Vec<MetaField>,
    prices: Prices,
}

impl Types {
    /// Returns the types of a schema.
    pub fn of<Query, Mutation, Subscription>(
        builder: SchemaBuilder<Query, Mutation, Subscription>,
        prices: PriceList,
    ) -> Self
    where
        Query: ObjectType + 'static,
        Mutation: ObjectType + 'static,
        Subscription: SubscriptionType + 'static,
    {
        Self::new(environment(builder).as_ref(), prices)
    }

    /// Returns the types of the schema with this environment.
    pub fn new(environment: Option<&SchemaEnv>, prices: PriceList) -> Self {
        let Some(registry) = environment.map(|environment| &environment.registry) else { return Self::default() };
        let mut types = registry.types.clone();
        let mut introspection = Vec::new();
        if let Some(MetaType::Object { fields, .. }) = types.get_mut(&registry.query_type) {
            introspection.extend(["__schema", "__type"].into_iter().filter_map(|name| fields.shift_remove(name)));
        }
        Self {
            by_name: types,
            query: registry.query_type.clone(),
            mutation: registry.mutation_type.clone().unwrap_or_default(),
            subscription: registry.subscription_type.clone().unwrap_or_default(),
            introspection,
            prices: Prices::new(prices),
        }
    }

    pub fn named(&self, name: &str) -> Option<&MetaType> {
        self.by_name.get(MetaTypeName::concrete_typename(name))
    }

    pub(in crate::graphql) fn prices(&self) -> &Prices {
        &self.prices
    }

    pub fn query(&self) -> &str {
        &self.query
    }

    pub fn mutation(&self) -> &str {
        &self.mutation
    }

    pub fn subscription(&self) -> &str {
        &self.subscription
    }

    /// Returns the type whose fields an operation of this kind selects.
    pub(super) fn root(&self, kind: OperationType) -> Option<&MetaType> {
        self.named(match kind {
            OperationType::Query => self.query(),
            OperationType::Mutation => self.mutation(),
            OperationType::Subscription => self.subscription(),
        })
    }

    /// Returns the definition of a field, also of `__schema` and `__type`. `__typename` has none.
    pub(super) fn field<'t>(&'t self, parent: &'t MetaType, name: &str) -> Option<&'t MetaField> {
        let introspection = || self.introspection.iter().find(|field| field.name == name);
        parent.field_by_name(name).or_else(|| (parent.name() == self.query()).then(introspection)?)
    }

    /// Returns true if every object of the type `object` is also of the type `condition`.
    pub(super) fn is_always(&self, object: &str, condition: &str) -> bool {
        object == condition || self.named(condition).is_some_and(|condition| has_possible_type(condition, object))
    }
}

/// Returns true if an object can be of both types.
pub(super) fn overlap(one: &MetaType, other: &MetaType) -> bool {
    possible_types(one).iter().any(|object| *object == other.name() || has_possible_type(other, object))
}

/// Returns the types of the objects that can be of this type.
pub(super) fn possible_types(definition: &MetaType) -> Vec<&str> {
    match definition {
        MetaType::Interface { possible_types, .. } | MetaType::Union { possible_types, .. } => {
            possible_types.iter().map(String::as_str).collect()
        }
        other => vec![other.name()],
    }
}

fn has_possible_type(definition: &MetaType, object: &str) -> bool {
    match definition {
        MetaType::Interface { possible_types, .. } | MetaType::Union { possible_types, .. } => {
            possible_types.contains(object)
        }
        _ => false,
    }
}

impl std::fmt::Debug for Types {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Types").field(&self.by_name.len()).finish()
    }
}

/// Returns the types and the data of a schema, which the framework keeps to itself, and shows to extensions of its requests.
pub fn environment<Query, Mutation, Subscription>(
    builder: SchemaBuilder<Query, Mutation, Subscription>,
) -> Option<SchemaEnv>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    let seen = SeenSchema::default();
    let schema = builder.extension(seen.clone()).finish();
    // It awaits nothing.
    let _ = schema.execute("{ __typename }").now_or_never();
    seen.0.get().cloned()
}

/// The extension that sees its schema.
#[derive(Clone, Default)]
struct SeenSchema(Arc<OnceLock<SchemaEnv>>);

impl ExtensionFactory for SeenSchema {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(self.clone())
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for SeenSchema {
    async fn request(&self, context: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let _ = self.0.set(context.schema_env.clone());
        next.run(context).await
    }
}
