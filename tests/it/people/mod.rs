//! Profiles, contact details, settings, blocks and search.

mod blocks;
mod contact;
mod filters;
mod languages;
mod links;
mod messages;
mod names;
mod pages;
mod preferences;
mod profile;
mod races;
mod ranking;
mod rebuild;
mod settings;
mod typing;
mod words;

use serde_json::{Value, json};

use crate::support::people::Response;
use crate::support::{Campus, Person};

/// Runs a mutation, and selects only `userErrors` from its payload.
async fn change(person: &Person, mutation: &str, input: Value) -> Response {
    let (initial, rest) = mutation.split_at(1);
    let input_type = format!("{}{rest}Input", initial.to_uppercase());
    let query = format!(
        "mutation Change($input: {input_type}!) {{ {mutation}(input: $input) {{ userErrors {{ code message path }} }} }}"
    );
    person.execute(&query, json!({ "input": input })).await
}

/// Runs a mutation that has to succeed.
async fn update(person: &Person, mutation: &str, input: Value) {
    assert_eq!(change(person, mutation, input).await.refusals(mutation), [""; 0]);
}

/// Registers a member with a profile.
pub async fn member_with(campus: &Campus, username: &str, profile: Value) -> Person {
    let person = campus.member(username).await;
    update(&person, "updateProfile", profile).await;
    person
}

/// Returns these fields of a user as the person sees them, or null.
async fn view_user(person: &Person, user: &Value, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ user(by: {{ id: $id }}) {{ {fields} }} }}");
    person.execute(&query, json!({ "id": user })).await.field("user")
}

pub async fn block(person: &Person, user: &Value) -> Response {
    change(person, "blockUser", json!({ "userId": user })).await
}

async fn unblock(person: &Person, user: &Value) -> Response {
    change(person, "unblockUser", json!({ "userId": user })).await
}

/// Returns the usernames of all results of a search, in their order.
async fn search_usernames(person: &Person, filter: Value) -> Vec<String> {
    let found = search(person, json!({ "filter": filter, "first": 100 })).await;
    let names = usernames(&found);
    assert_eq!(found["totalCount"], names.len(), "{filter}");
    names
}

const SEARCH: &str = "query Search($filter: UserFilter!, $first: Int, $after: String, $last: Int, $before: String) {
    searchUsers(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { username } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount
    }
}";

async fn search(person: &Person, arguments: Value) -> Value {
    person.execute(SEARCH, arguments).await.field("searchUsers")
}

/// Returns the usernames of a page of users.
fn usernames(page: &Value) -> Vec<String> {
    let edges = page["edges"].as_array().expect("edges");
    edges.iter().map(|edge| edge["node"]["username"].as_str().expect("a name").to_owned()).collect()
}
