//! People who talk to a campus, each with their own client.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::PASSWORD;

/// Somebody with a client of their own: signed in, or not.
#[derive(Clone, Debug)]
pub struct Person {
    pub address: SocketAddr,
    pub username: String,
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    pub client: reqwest::Client,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

pub const REGISTER: &str = "mutation Register($input: RegisterInput!) {
    register(input: $input) {
        viewer { user { id username } email isEmailConfirmed }
        session { accessToken accessTokenExpiresAt refreshToken }
        userErrors { code message path }
    }
}";

pub const LOGIN: &str = "mutation Login($input: LoginInput!) {
    login(input: $input) {
        viewer { user { id username } email }
        session { accessToken accessTokenExpiresAt refreshToken }
        userErrors { code message path }
    }
}";

impl Person {
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            username: String::new(),
            access_token: None,
            refresh_token: None,
            client: reqwest::Client::new(),
        }
    }

    pub fn email(&self) -> String {
        format!("{}@campus.example", self.username)
    }

    /// Registers under this name and goes on signed in.
    pub async fn registered(mut self, username: &str) -> Self {
        username.clone_into(&mut self.username);
        let input = json!({ "email": self.email(), "password": PASSWORD, "username": username });
        let answer = self.ask(REGISTER, json!({ "input": input })).await;
        self.take_session(&answer.field("register"));
        self
    }

    /// Signs in on another device.
    pub async fn login(&self) -> Self {
        let mut other =
            Self { access_token: None, refresh_token: None, client: reqwest::Client::new(), ..self.clone() };
        let answer = other.try_login(&self.username, PASSWORD).await;
        other.take_session(&answer.field("login"));
        other
    }

    pub async fn try_login(&self, identifier: &str, password: &str) -> Answer {
        let input = json!({ "identifier": identifier, "password": password });
        let anonymous = Self { access_token: None, ..self.clone() };
        anonymous.ask(LOGIN, json!({ "input": input })).await
    }

    /// Takes over the tokens of a payload that has a session.
    pub fn take_session(&mut self, payload: &Value) {
        assert_eq!(payload["userErrors"], json!([]), "refused");
        let token = |name: &str| payload["session"][name].as_str().map(str::to_owned);
        self.access_token = token("accessToken");
        self.refresh_token = token("refreshToken");
    }

    /// Sends an operation by POST.
    pub async fn ask(&self, query: &str, variables: Value) -> Answer {
        self.post(&json!({ "query": query, "variables": variables })).await
    }

    /// Asks something without variables and returns the data.
    pub async fn see(&self, query: &str) -> Value {
        let answer = self.ask(query, json!({})).await;
        answer.data()
    }

    /// Sends a body by POST.
    pub async fn post(&self, body: &Value) -> Answer {
        let request = self.request(reqwest::Method::POST, "/graphql").json(body);
        Self::send(request).await
    }

    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("http://{}{path}", self.address));
        match &self.access_token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer is whole");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status, headers, body }
    }
}

impl Answer {
    /// The data of an answer without errors.
    pub fn data(&self) -> Value {
        assert_eq!(self.body.get("errors"), None, "{}", self.body);
        self.body["data"].clone()
    }

    /// One field of the data.
    pub fn field(&self, name: &str) -> Value {
        self.data()[name].clone()
    }

    /// The codes of top-level errors.
    pub fn codes(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("none").to_owned()).collect()
    }

    /// The user errors of a field, as `CODE path.to.member`.
    pub fn refusals(&self, field: &str) -> Vec<String> {
        let errors = self.field(field)["userErrors"].as_array().cloned().unwrap_or_default();
        let spell = |error: &Value| {
            let path: Vec<&str> = error["path"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            format!("{} {}", error["code"].as_str().unwrap_or("none"), path.join(".")).trim_end().to_owned()
        };
        errors.iter().map(spell).collect()
    }
}
