//! What the server relies on in the framework. A change of its version has to pass these tests first.

use async_graphql::{EmptyMutation, EmptySubscription, Error, Object, Result, Schema};
use serde_json::{Value, json};

struct Query;
struct Parent;

#[Object]
impl Query {
    async fn sibling(&self) -> i32 {
        1
    }

    async fn nullable(&self) -> Option<Result<i32>> {
        Some(Err(Error::new("the field fails")))
    }

    async fn parent(&self) -> Option<Parent> {
        Some(Parent)
    }

    async fn parents(&self) -> Option<Vec<Parent>> {
        Some(vec![Parent, Parent])
    }

    async fn echo(&self, #[graphql(default = 7)] value: i32) -> i32 {
        value
    }
}

#[Object]
impl Parent {
    async fn sibling(&self) -> i32 {
        2
    }

    async fn fails(&self) -> Result<i32> {
        std::future::ready(Err(Error::new("the field fails"))).await
    }
}

async fn execute(document: &str) -> (Value, Vec<Value>) {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let response = serde_json::to_value(schema.execute(document).await).expect("a response is JSON");
    let errors = response["errors"].as_array().cloned().unwrap_or_default();
    (response["data"].clone(), errors.into_iter().map(|error| error["path"].clone()).collect())
}

#[tokio::test]
async fn a_failed_nullable_field_is_null_and_its_siblings_stay() {
    let (data, paths) = execute("{ nullable sibling }").await;
    assert_eq!(data, json!({ "nullable": null, "sibling": 1 }));
    assert_eq!(paths, [json!(["nullable"])]);
}

#[tokio::test]
async fn a_failed_field_that_is_not_nullable_nulls_its_parent_only() {
    let (data, paths) = execute("{ parent { sibling fails } sibling }").await;
    assert_eq!(data, json!({ "parent": null, "sibling": 1 }));
    assert_eq!(paths, [json!(["parent", "fails"])]);
}

#[tokio::test]
async fn a_failed_item_that_is_not_nullable_nulls_the_list_only() {
    let (data, paths) = execute("{ parents { fails } sibling }").await;
    assert_eq!(data, json!({ "parents": null, "sibling": 1 }));
    assert!(!paths.is_empty());
    // The path ends at the item, where the specification has it end at the field.
    assert!(paths.iter().all(|path| path[0] == "parents" && path[1].is_number()), "{paths:?}");
}

#[tokio::test]
async fn the_default_of_an_argument_applies_where_it_is_absent() {
    let (data, paths) = execute("{ echo given: echo(value: 3) }").await;
    assert_eq!(data, json!({ "echo": 7, "given": 3 }));
    assert!(paths.is_empty());
}
