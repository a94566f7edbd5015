//! A Studyhall on a fresh SQLite file in this process, with members to measure with.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;

use async_graphql::Variables;
use clap::Parser;
use serde_json::{Value, json};
use studyhall::accounts::authentication::{Credential, authenticate};
use studyhall::app::App;
use studyhall::clock::Clock;
use studyhall::config::Config;
use studyhall::graphql::loader::Loaders;
use studyhall::graphql::{Caller, Executor, GraphqlTransport, Request};
use studyhall::node;
use studyhall::passwords::HashCost;
use studyhall::schema;
use tempfile::TempDir;

pub const PASSWORD: &str = "a quiet reading room";

/// Hashing where only its outcome is wanted.
pub const CHEAP: HashCost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };

const REGISTER: &str = "mutation($input: RegisterInput!) {
    register(input: $input) { viewer { user { id } } session { accessToken } userErrors { message } }
}";

pub const LOGIN: &str = "mutation($input: LoginInput!) {
    login(input: $input) { session { accessToken } userErrors { message } }
}";

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

pub struct Campus {
    pub app: App,
    pub executor: Executor,
    dir: TempDir,
}

/// Somebody signed in.
pub struct Member {
    pub id: String,
    pub token: String,
    pub caller: Caller,
}

impl Campus {
    /// Opens a campus that limits nobody's rate: here many come from one address.
    pub async fn open(cost: HashCost) -> Self {
        let dir = tempfile::tempdir().expect("a directory is made");
        let flags = ["studyhall", "--rate-limits=off", "--data-dir"].map(Into::into);
        let flags = flags.into_iter().chain([dir.path().as_os_str().to_owned()]);
        let config = Settings::try_parse_from(flags).expect("the flags are right").config;
        let app = node::start(config, Clock::system(), cost).await.expect("the app starts");
        let executor = schema::executor(&app);
        Self { app, executor, dir }
    }

    pub fn database(&self) -> PathBuf {
        self.dir.path().join("studyhall.sqlite")
    }

    /// Registers a member of this name.
    pub async fn member(&self, username: &str) -> Member {
        let input =
            json!({ "email": format!("{username}@campus.example"), "password": PASSWORD, "username": username });
        let answer = self.ask(&nobody(), REGISTER, json!({ "input": input })).await;
        let answer = &answer["data"]["register"];
        let text = |value: &Value| value.as_str().expect("the registration is accepted").to_owned();
        let (id, token) = (text(&answer["viewer"]["user"]["id"]), text(&answer["session"]["accessToken"]));
        let credential = Credential::Bearer(token.clone().into());
        let viewer = authenticate(&self.app, &credential).await.expect("the token is good");
        Member { id, token, caller: Caller { viewer: Some(viewer), ..nobody() } }
    }

    /// Signs a member in on one more device.
    pub async fn login(&self, caller: &Caller, username: &str) {
        let input = json!({ "identifier": username, "password": PASSWORD });
        let answer = self.ask(caller, LOGIN, json!({ "input": input })).await;
        assert_eq!(answer["data"]["login"]["userErrors"], json!([]), "{answer}");
    }

    /// Runs the mutation of this name, which has to be accepted.
    pub async fn change(&self, caller: &Caller, mutation: &str, input_type: &str, input: Value) {
        let query =
            format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ userErrors {{ message }} }} }}");
        let answer = self.ask(caller, &query, json!({ "input": input })).await;
        assert_eq!(answer["data"][mutation]["userErrors"], json!([]), "{answer}");
    }

    pub async fn ask(&self, caller: &Caller, query: &str, variables: Value) -> Value {
        let prepared = self.executor.prepare(request(query, variables), caller).await.expect("the document is good");
        serde_json::to_value(self.executor.run(prepared).await).expect("answers are JSON")
    }
}

pub fn request(query: &str, variables: Value) -> Request {
    Request { query: Some(query.to_owned()), variables: Variables::from_json(variables), ..Request::default() }
}

/// Somebody who is not signed in.
pub fn nobody() -> Caller {
    Caller {
        viewer: None,
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        request_id: Arc::from("bench"),
        transport: GraphqlTransport::Http,
        user_agent: None,
        device: None,
        may_set_cookies: false,
        loaders: Loaders::default(),
    }
}
