//! Operations that are executed in this process: the public API without HTTP, for tests that run very many.

use async_graphql::Name;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use studyhall::accounts::authentication::{Credential, authenticate};
use studyhall::graphql::upload::{Upload, UploadedFile};
use studyhall::graphql::{Authentication, Caller, Executor, GraphqlTransport, Request, response_json};
use studyhall::locale::Locale;

use super::people::Response;
use super::{Campus, Person};

/// How often an operation is repeated that had to wait too long on a busy machine. Nothing has happened then.
const RETRIES: usize = 5;

/// Returns the caller of a person's requests. The session is not checked again afterwards.
pub async fn caller(campus: &Campus, person: &Person) -> Caller {
    let viewer = match &person.access_token {
        Some(token) => {
            let credential = Credential::Bearer(token.clone().into());
            Some(authenticate(&campus.app, &credential).await.expect("a valid session"))
        }
        None => None,
    };
    Caller {
        viewer,
        authentication: Authentication::Token,
        address: person.address.ip(),
        request_id: "direct".into(),
        transport: GraphqlTransport::Http,
        user_agent: None,
        device: None,
        may_set_cookies: false,
        locale: Locale::En,
    }
}

/// A session of a person that sends its operations to the executor.
pub struct Direct {
    executor: Executor,
    caller: Caller,
}

impl Direct {
    pub async fn new(campus: &Campus, executor: &Executor, person: &Person) -> Self {
        Self { executor: executor.clone(), caller: caller(campus, person).await }
    }

    pub async fn execute(&self, query: &str, variables: Value) -> Response {
        let body = json!({ "query": query, "variables": variables });
        for _ in 0..RETRIES {
            let answer = self.run(Request::from_json(body.clone()).expect("a request")).await;
            if answer.codes() != ["UNAVAILABLE"] {
                return answer;
            }
        }
        self.run(Request::from_json(body).expect("a request")).await
    }

    /// Executes an operation whose variable `file` is a text file.
    pub async fn upload(&self, query: &str, text: &'static str) -> Response {
        let mut request = Request::from_json(json!({ "query": query })).expect("a request");
        let file = UploadedFile { name: Some("notes.txt".to_owned()), bytes: Some(text.into()) };
        request.files = vec![file].into();
        request.variables.insert(Name::new("file"), Upload::placeholder(0));
        self.run(request).await
    }

    async fn run(&self, request: Request) -> Response {
        let prepared = self.executor.prepare(request, &self.caller).await.expect("the request is accepted");
        let response = self.executor.run(prepared).await;
        let body = serde_json::from_slice(&response_json::to_bytes(&response)).expect("JSON");
        Response { status: 200, headers: HeaderMap::new(), body }
    }
}
