//! In which form an answer goes out, and which status a code has in it.

use axum::http::{HeaderMap, StatusCode, header};

use crate::graphql::error::code;

/// The forms an answer can take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// `application/json`, for clients from before the specification: a refused document is a 200.
    #[default]
    Json,
    /// `application/graphql-response+json`.
    GraphqlResponse,
    /// `text/event-stream`, graphql-sse in its distinct mode.
    Events,
}

impl Form {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Events => "text/event-stream; charset=utf-8",
        }
    }

    /// Chooses by the weights of `Accept`; the first of equals wins. Nothing, and `*/*`, mean `application/json`.
    /// `None` where nothing that is accepted can be given.
    pub(super) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        let mut ranges = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
        if ranges.peek().is_none() {
            return Some(Self::Json);
        }
        for range in ranges.flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let form = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "application/json" | "application/*" | "*/*" => Self::Json,
                "application/graphql-response+json" => Self::GraphqlResponse,
                "text/event-stream" => Self::Events,
                _ => continue,
            };
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(best, _)| weight > best) {
                best = Some((weight, form));
            }
        }
        best.map(|(_, form)| form)
    }
}

/// The one place where a code becomes a status. The published audits follow a draft: 400 where the first edition of
/// GraphQL over HTTP says 422, and 200 in `application/json` for a document that was refused.
pub(super) fn status(of: &str, form: Form) -> StatusCode {
    match of {
        code::GRAPHQL_PARSE_FAILED
        | code::GRAPHQL_VALIDATION_FAILED
        | code::OPERATION_RESOLUTION_FAILURE
        | code::BAD_USER_INPUT
        | code::PERSISTED_QUERY_NOT_FOUND
            if form != Form::GraphqlResponse =>
        {
            StatusCode::OK
        }
        code::UNAUTHENTICATED => StatusCode::UNAUTHORIZED,
        code::FORBIDDEN => StatusCode::FORBIDDEN,
        code::NOT_FOUND => StatusCode::NOT_FOUND,
        code::RATE_LIMITED => StatusCode::TOO_MANY_REQUESTS,
        code::TOO_MANY_OPERATIONS | code::UNAVAILABLE => StatusCode::SERVICE_UNAVAILABLE,
        code::INTERNAL_SERVER_ERROR => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(value: &'static str) -> Option<Form> {
        Form::accepted(&HeaderMap::from_iter([(header::ACCEPT, value.parse().expect("a header"))]))
    }

    #[test]
    fn the_heaviest_wins_then_the_first() {
        assert_eq!(Form::accepted(&HeaderMap::new()), Some(Form::Json));
        assert_eq!(accepted("*/*"), Some(Form::Json));
        assert_eq!(accepted("application/graphql-response+json, application/json;q=0.9"), Some(Form::GraphqlResponse));
        assert_eq!(accepted("application/graphql-response+json;q=0.5, application/json"), Some(Form::Json));
        assert_eq!(accepted("text/event-stream"), Some(Form::Events));
        assert_eq!(accepted("text/html, */*;q=0.8"), Some(Form::Json));
        assert_eq!(accepted("text/html"), None);
        assert_eq!(accepted("application/json;q=0"), None);
    }
}
