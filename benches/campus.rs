//! A Studyhall in this process on a new SQLite file, with members whose requests are measured.

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
use studyhall::graphql::{Authentication, Caller, Executor, GraphqlTransport, Request};
use studyhall::locale::Locale;
use studyhall::node;
use studyhall::passwords::HashCost;
use studyhall::schema;
use tempfile::TempDir;

pub const PASSWORD: &str = "a quiet reading room";

/// For benchmarks that do not measure password hashing.
pub const CHEAP_HASHING: HashCost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };

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

/// A member who is signed in.
pub struct Member {
    pub id: String,
    pub token: String,
    pub caller: Caller,
}

impl Campus {
    /// Opens a campus without rate limits, because all requests come from one address.
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

    /// Registers a member with this username.
    pub async fn member(&self, username: &str) -> Member {
        let input =
            json!({ "email": format!("{username}@campus.example"), "password": PASSWORD, "username": username });
        let response = self.execute(&anonymous(), REGISTER, json!({ "input": input })).await;
        let payload = &response["data"]["register"];
        let text = |value: &Value| value.as_str().expect("the registration is accepted").to_owned();
        let (id, token) = (text(&payload["viewer"]["user"]["id"]), text(&payload["session"]["accessToken"]));
        let credential = Credential::Bearer(token.clone().into());
        let viewer = authenticate(&self.app, &credential).await.expect("the token is valid");
        Member { id, token, caller: Caller { viewer: Some(viewer), ..anonymous() } }
    }

    /// Signs a member in on another device.
    pub async fn login(&self, caller: &Caller, username: &str) {
        let input = json!({ "identifier": username, "password": PASSWORD });
        let response = self.execute(caller, LOGIN, json!({ "input": input })).await;
        assert_eq!(response["data"]["login"]["userErrors"], json!([]), "{response}");
    }

    /// Executes a mutation, which must succeed.
    pub async fn mutate(&self, caller: &Caller, mutation: &str, input_type: &str, input: Value) {
        let query =
            format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ userErrors {{ message }} }} }}");
        let response = self.execute(caller, &query, json!({ "input": input })).await;
        assert_eq!(response["data"][mutation]["userErrors"], json!([]), "{response}");
    }

    pub async fn execute(&self, caller: &Caller, query: &str, variables: Value) -> Value {
        let prepared = self.executor.prepare(request(query, variables), caller).await.expect("the document is valid");
        serde_json::to_value(self.executor.run(prepared).await).expect("responses are JSON")
    }
}

pub fn request(query: &str, variables: Value) -> Request {
    Request { query: Some(query.to_owned()), variables: Variables::from_json(variables), ..Request::default() }
}

/// A caller who is not signed in.
pub fn anonymous() -> Caller {
    Caller {
        authentication: Authentication::None,
        viewer: None,
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        request_id: Arc::from("bench"),
        transport: GraphqlTransport::Http,
        user_agent: None,
        device: None,
        may_set_cookies: false,
        locale: Locale::En,
    }
}
