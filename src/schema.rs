//! Merges the slices into one schema.

use async_graphql::{EmptyMutation, EmptySubscription, Object};

use crate::app::App;
use crate::graphql::EdgeError;

/// The whole schema, ready to execute.
pub type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;

#[derive(Debug, Default)]
pub struct Query;

#[Object]
impl Query {
    async fn viewer(&self) -> Option<Result<bool, EdgeError>> {
        None
    }
}

/// Builds the schema.
pub fn build(app: App) -> Schema {
    async_graphql::Schema::build(Query, EmptyMutation, EmptySubscription).data(app).finish()
}
