//! The smallest useful request through the whole server, beside the baseline that does the same work.

use serde_json::json;
use tokio::runtime::Builder;

use crate::comparison;
use crate::load::{Load, post};
use crate::processes::{CONNECTIONS, Cores, ROUNDS, Servers};
use crate::servers::ServerInfo;

const USER: &str = "query($id: ID!) { user(by: { id: $id }) {
    id username isGuest firstName lastName fieldOfStudy year about joinedAt
} }";

pub fn bench() {
    let cores = Cores::of_this_process();
    let servers = Servers::start(&cores);
    let runtime = Builder::new_current_thread().enable_all().build().expect("the runtime starts");
    let _pinned = cores.pin_load();

    let ServerInfo { studyhall, baseline, stock, user, token } = &servers.info;
    let by_id = json!({ "query": USER, "variables": { "id": user } }).to_string();
    let by_id = post("/graphql", Some(token), &by_id);
    let rest = post("/user", Some(token), &json!({ "id": user }).to_string());
    let open = |address, request: &Vec<u8>, expected| {
        Load::open(&runtime, address, vec![request.clone()], CONNECTIONS, expected)
    };
    comparison::run(
        "user by id, over loopback",
        ROUNDS,
        vec![
            servers.candidate(&runtime, "baseline, same statement", "", open(*baseline, &rest, "ada")),
            servers.candidate(&runtime, "Studyhall", ">= 0.70, floor 0.50", open(*studyhall, &by_id, "ada")),
            servers.candidate(&runtime, "async-graphql-axum, same schema", "", open(*stock, &by_id, "ada")),
        ],
    );

    let typename = post("/graphql", None, r#"{"query":"{__typename}"}"#);
    let fixed = post("/static", None, r#"{"query":"{__typename}"}"#);
    comparison::run(
        "{__typename}, over loopback",
        ROUNDS,
        vec![
            servers.candidate(&runtime, "baseline, fixed response", "", open(*baseline, &fixed, "Query")),
            servers.candidate(&runtime, "Studyhall", ">= 0.90", open(*studyhall, &typename, "Query")),
            servers.candidate(&runtime, "async-graphql-axum, same schema", "", open(*stock, &typename, "Query")),
        ],
    );
}
