//! Two pages of a client through the whole server, beside the baseline with the same statements: a profile, and the
//! feed with its authors.

use serde_json::{Value, json};
use tokio::runtime::Builder;

use crate::comparison;
use crate::load::{Load, post};
use crate::processes::{CONNECTIONS, Cores, ROUNDS, Servers};
use crate::servers::ServerInfo;

const PROFILE: &str = "query($id: ID!) { user(by: { id: $id }) {
    id username isGuest firstName lastName fieldOfStudy year about joinedAt skills
    socialLinks { linkedin facebook github instagram twitter youtube website description }
} }";

const FEED: &str = "query($first: Int) { posts(first: $first) {
    edges { cursor node {
        id text publishedAt editedAt
        author { id username isGuest firstName lastName fieldOfStudy year about joinedAt }
    } }
    pageInfo { hasNextPage endCursor }
} }";

const PAGE_SIZE: usize = 20;

pub fn profile() {
    compare("profile: user by id, skills, links", PROFILE, "/profile", "Weaving", |user| json!({ "id": user }));
}

pub fn feed() {
    compare("feed: 20 posts with authors", FEED, "/feed", "Post 39", |_| json!({ "first": PAGE_SIZE }));
}

fn compare(title: &str, query: &str, path: &str, expected: &str, variables: impl Fn(&str) -> Value) {
    let cores = Cores::of_this_process();
    let servers = Servers::start(&cores);
    let runtime = Builder::new_current_thread().enable_all().build().expect("the runtime starts");
    let _pinned = cores.pin_load();
    let ServerInfo { studyhall, baseline, stock, user, token } = &servers.info;
    let variables = variables(user);
    let rest = post(path, Some(token), &variables.to_string());
    let graphql = post("/graphql", Some(token), &json!({ "query": query, "variables": variables }).to_string());
    let open = |address, request: &Vec<u8>| Load::open(&runtime, address, vec![request.clone()], CONNECTIONS, expected);
    comparison::run(
        title,
        ROUNDS,
        vec![
            servers.candidate(&runtime, "baseline, same statements", "", open(*baseline, &rest)),
            servers.candidate(&runtime, "Studyhall", ">= 0.50, floor 0.40", open(*studyhall, &graphql)),
            servers.candidate(&runtime, "async-graphql-axum, same schema", "", open(*stock, &graphql)),
        ],
    );
}
