//! The types of the schema, for the checks before execution.

use async_graphql::registry::{MetaType, MetaTypeName, Registry};
use async_graphql::{ID, InputType, ObjectType, SubscriptionType};

use crate::graphql::PageArguments;
use crate::graphql::price_list::{PriceList, Prices};

/// The schema's types and prices. The framework's registry is private, so this builds another one in the same way.
#[derive(Default)]
pub struct Types {
    registry: Registry,
    prices: Prices,
}

impl Types {
    pub fn from_roots<Query: ObjectType, Mutation: ObjectType, Subscription: SubscriptionType>(
        prices: PriceList,
    ) -> Self {
        let mut registry = Registry::default();
        // Variables can have these types even if no field does.
        bool::create_type_info(&mut registry);
        i32::create_type_info(&mut registry);
        f64::create_type_info(&mut registry);
        String::create_type_info(&mut registry);
        ID::create_type_info(&mut registry);
        Query::create_type_info(&mut registry);
        registry.query_type = Query::type_name().into_owned();
        if !Mutation::is_empty() {
            registry.mutation_type = Some(Mutation::type_name().into_owned());
            Mutation::create_type_info(&mut registry);
        }
        if !Subscription::is_empty() {
            registry.subscription_type = Some(Subscription::type_name().into_owned());
            Subscription::create_type_info(&mut registry);
        }
        PageArguments::<false>::create_type_info(&mut registry);
        Self { registry, prices: Prices::new(prices) }
    }

    pub fn named(&self, name: &str) -> Option<&MetaType> {
        self.registry.types.get(MetaTypeName::concrete_typename(name))
    }

    pub(in crate::graphql) fn prices(&self) -> &Prices {
        &self.prices
    }

    pub fn query(&self) -> &str {
        &self.registry.query_type
    }

    pub fn mutation(&self) -> &str {
        self.registry.mutation_type.as_deref().unwrap_or_default()
    }

    pub fn subscription(&self) -> &str {
        self.registry.subscription_type.as_deref().unwrap_or_default()
    }
}

impl std::fmt::Debug for Types {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Types").field(&self.registry.types.len()).finish()
    }
}
