//! Users of a campus, each with an HTTP client.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::PASSWORD;

/// A user with an HTTP client, signed in or not.
#[derive(Clone, Debug)]
pub struct Person {
    pub address: SocketAddr,
    pub username: String,
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    pub client: reqwest::Client,
}

/// A response of the server. The body is a JSON string where it is not JSON.
#[derive(Clone, Debug)]
pub struct Response {
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

const REFRESH: &str = "mutation Refresh($token: String!) {
    refreshSession(input: { refreshToken: $token }) {
        session { accessToken accessTokenExpiresAt refreshToken } userErrors { code message path }
    }
}";

/// A client without certificates: it loads none of the machine's, which takes longer than most tests.
fn http_client() -> reqwest::Client {
    reqwest::Client::builder().tls_certs_only([]).build().expect("a client")
}

impl Person {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, username: String::new(), access_token: None, refresh_token: None, client: http_client() }
    }

    pub fn email(&self) -> String {
        format!("{}@campus.example", self.username)
    }

    /// Registers a member with this username and signs this client in.
    pub async fn register(mut self, username: &str) -> Self {
        username.clone_into(&mut self.username);
        let input = json!({ "email": self.email(), "password": PASSWORD, "username": username });
        let response = self.execute(REGISTER, json!({ "input": input })).await;
        self.use_session(&response.field("register"));
        self
    }

    /// Signs the user in on another device and returns its client.
    pub async fn login(&self) -> Self {
        let mut other = Self { access_token: None, refresh_token: None, client: http_client(), ..self.clone() };
        let response = other.try_login(&self.username, PASSWORD).await;
        other.use_session(&response.field("login"));
        other
    }

    /// Returns a client of the same session with new tokens, after the access token has expired.
    pub async fn refreshed(&self) -> Self {
        let anonymous = Self { access_token: None, ..self.clone() };
        let answer = anonymous.execute(REFRESH, json!({ "token": self.refresh_token })).await;
        let mut renewed = self.clone();
        renewed.use_session(&answer.field("refreshSession"));
        renewed
    }

    pub async fn try_login(&self, identifier: &str, password: &str) -> Response {
        let input = json!({ "identifier": identifier, "password": password });
        let anonymous = Self { access_token: None, ..self.clone() };
        anonymous.execute(LOGIN, json!({ "input": input })).await
    }

    /// Confirms an email address with the token of a letter.
    pub async fn confirm_email(&self, token: &str) {
        let confirm = "mutation C($token: String!) { confirmEmail(input: { token: $token }) { isConfirmed userErrors { code } } }";
        let answer = self.execute(confirm, json!({ "token": token })).await;
        assert_eq!(answer.field("confirmEmail"), json!({ "isConfirmed": true, "userErrors": [] }));
    }

    /// Sends the tokens of this payload's session from now on.
    pub fn use_session(&mut self, payload: &Value) {
        assert_eq!(payload["userErrors"], json!([]), "refused");
        let token = |name: &str| payload["session"][name].as_str().map(str::to_owned);
        self.access_token = token("accessToken");
        self.refresh_token = token("refreshToken");
    }

    /// Sends an operation by POST.
    pub async fn execute(&self, query: &str, variables: Value) -> Response {
        self.post(&json!({ "query": query, "variables": variables })).await
    }

    /// Sends an operation without variables and returns its data.
    pub async fn query(&self, query: &str) -> Value {
        let response = self.execute(query, json!({})).await;
        response.data()
    }

    /// Sends a body by POST.
    pub async fn post(&self, body: &Value) -> Response {
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

    pub async fn send(request: reqwest::RequestBuilder) -> Response {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the body is complete");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Response { status, headers, body }
    }
}

impl Response {
    /// Returns the data of a response without errors.
    pub fn data(&self) -> Value {
        assert_eq!(self.body.get("errors"), None, "{}", self.body);
        self.body["data"].clone()
    }

    /// Returns one field of the data.
    pub fn field(&self, name: &str) -> Value {
        self.data()[name].clone()
    }

    /// Returns the codes of the top-level errors.
    pub fn codes(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("none").to_owned()).collect()
    }

    /// Returns the user errors of a field, each as `CODE path.to.member`.
    pub fn refusals(&self, field: &str) -> Vec<String> {
        let errors = self.field(field)["userErrors"].as_array().cloned().unwrap_or_default();
        let format_error = |error: &Value| {
            let path: Vec<&str> = error["path"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            format!("{} {}", error["code"].as_str().unwrap_or("none"), path.join(".")).trim_end().to_owned()
        };
        errors.iter().map(format_error).collect()
    }
}
