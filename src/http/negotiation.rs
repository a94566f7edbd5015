//! Content negotiation: the format of a response, and the HTTP status of an error code in that format.

use axum::http::{HeaderMap, StatusCode, header};

use crate::graphql::error::code;

/// The formats of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ResponseFormat {
    /// `application/json`, for clients older than the specification: a rejected document has status 200.
    #[default]
    Json,
    /// `application/graphql-response+json`.
    GraphqlResponse,
    /// `text/event-stream`, graphql-sse in distinct connections mode.
    Events,
}

impl ResponseFormat {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Events => "text/event-stream; charset=utf-8",
        }
    }

    /// Chooses a format by the weights of `Accept`; among equal weights the first wins. No header and `*/*` mean
    /// `application/json`. Returns `None` if the client accepts none of the formats.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        let mut ranges = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
        if ranges.peek().is_none() {
            return Some(Self::Json);
        }
        for range in ranges.flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let format = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "application/json" | "application/*" | "*/*" => Self::Json,
                "application/graphql-response+json" => Self::GraphqlResponse,
                "text/event-stream" => Self::Events,
                _ => continue,
            };
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(best, _)| weight > best) {
                best = Some((weight, format));
            }
        }
        best.map(|(_, format)| format)
    }
}

/// Maps an error code to a status. The published audits follow a draft of GraphQL over HTTP: 400 where the first edition
/// requires 422, and 200 in `application/json` for a rejected document.
pub(super) fn status(code: &str, format: ResponseFormat) -> StatusCode {
    match code {
        code::GRAPHQL_PARSE_FAILED
        | code::GRAPHQL_VALIDATION_FAILED
        | code::OPERATION_RESOLUTION_FAILURE
        | code::BAD_USER_INPUT
        | code::PERSISTED_QUERY_NOT_FOUND
            if format != ResponseFormat::GraphqlResponse =>
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

    fn negotiate(value: &'static str) -> Option<ResponseFormat> {
        ResponseFormat::negotiate(&HeaderMap::from_iter([(header::ACCEPT, value.parse().expect("a header"))]))
    }

    #[test]
    fn the_highest_weight_wins_and_then_the_first_format() {
        assert_eq!(ResponseFormat::negotiate(&HeaderMap::new()), Some(ResponseFormat::Json));
        assert_eq!(negotiate("*/*"), Some(ResponseFormat::Json));
        assert_eq!(
            negotiate("application/graphql-response+json, application/json;q=0.9"),
            Some(ResponseFormat::GraphqlResponse)
        );
        assert_eq!(negotiate("application/graphql-response+json;q=0.5, application/json"), Some(ResponseFormat::Json));
        assert_eq!(negotiate("text/event-stream"), Some(ResponseFormat::Events));
        assert_eq!(negotiate("text/html, */*;q=0.8"), Some(ResponseFormat::Json));
        assert_eq!(negotiate("text/html"), None);
        assert_eq!(negotiate("application/json;q=0"), None);
    }
}
