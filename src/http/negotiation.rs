//! Content negotiation: the format of a response, and the HTTP status of an error code in that format.

use axum::http::{HeaderMap, StatusCode, header};

use crate::graphql::error::code;

/// The formats of a single result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ResponseFormat {
    /// `application/json`, for clients older than the specification: a rejected document has status 200.
    #[default]
    Json,
    /// `application/graphql-response+json`.
    GraphqlResponse,
}

/// The formats of the results of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamFormat {
    /// `text/event-stream`, graphql-sse in distinct connections mode.
    Events,
    /// `multipart/mixed;subscriptionSpec=1.0`, Apollo's multipart protocol for subscriptions.
    Multipart,
}

/// What a client accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Accepted {
    pub(super) result: ResponseFormat,
    /// `None` if the client accepts no stream.
    pub(super) stream: Option<StreamFormat>,
    /// The client prefers an event stream to every other format, so it expects one for each operation.
    pub(super) prefers_events: bool,
}

impl ResponseFormat {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }
}

impl StreamFormat {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Events => "text/event-stream; charset=utf-8",
            Self::Multipart => "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0",
        }
    }
}

impl Accepted {
    /// Chooses formats by the weights of `Accept`; among equal weights the first wins. No header and `*/*` mean
    /// `application/json`. Returns `None` if the client accepts none of the formats.
    ///
    /// A client that names only a stream of several results gets single ones as `application/json`: errors, and the
    /// results of queries.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut ranges = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
        if ranges.peek().is_none() {
            return Some(Self::default());
        }
        let mut result: Option<Choice<ResponseFormat>> = None;
        let mut stream: Option<Choice<StreamFormat>> = None;
        for (position, range) in ranges.flat_map(|value| value.split(',')).enumerate() {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
            let parameters: Vec<(&str, &str)> = parts.filter_map(|part| part.split_once('=')).collect();
            let parameter = |wanted: &str| {
                let mut values = parameters.iter().filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
                values.next().map(|(_, value)| value.trim().trim_matches('"'))
            };
            let weight = parameter("q").map_or(1.0, |q| q.parse().unwrap_or(0.0));
            let rank = Rank { weight, position };
            match kind.as_str() {
                "application/json" | "application/*" | "*/*" => prefer(&mut result, rank, ResponseFormat::Json),
                "application/graphql-response+json" => prefer(&mut result, rank, ResponseFormat::GraphqlResponse),
                "text/event-stream" => prefer(&mut stream, rank, StreamFormat::Events),
                // Without the parameter the client means another protocol, such as that of `@defer`.
                "multipart/mixed" if parameter("subscriptionSpec") == Some("1.0") => {
                    prefer(&mut stream, rank, StreamFormat::Multipart);
                }
                _ => {}
            }
        }
        if result.is_none() && stream.is_none() {
            return None;
        }
        let prefers_stream = match (&stream, &result) {
            (Some(stream), Some(result)) => stream.rank.is_above(result.rank),
            (stream, _) => stream.is_some(),
        };
        let stream = stream.map(|stream| stream.format);
        Some(Self {
            result: result.map(|result| result.format).unwrap_or_default(),
            stream,
            prefers_events: prefers_stream && stream == Some(StreamFormat::Events),
        })
    }
}

/// The weight of a media range, and its position among the ranges.
#[derive(Clone, Copy, Debug)]
struct Rank {
    weight: f32,
    position: usize,
}

impl Rank {
    fn is_above(self, other: Self) -> bool {
        self.weight > other.weight || (self.weight >= other.weight && self.position < other.position)
    }
}

struct Choice<F> {
    rank: Rank,
    format: F,
}

fn prefer<F>(best: &mut Option<Choice<F>>, rank: Rank, format: F) {
    if rank.weight > 0.0 && best.as_ref().is_none_or(|best| rank.is_above(best.rank)) {
        *best = Some(Choice { rank, format });
    }
}

/// Maps an error code to a status. The published audits follow a draft of GraphQL over HTTP: 400 where the first edition
/// requires 422, and 200 in `application/json` for a rejected document.
///
/// An unknown hash has status 200 in every format. It is a step of the protocol, and clients that take every other status
/// for a failure of the network (Apollo iOS 1, Apollo Kotlin before 4.1) would never send the document.
pub(super) fn status(code: &str, format: ResponseFormat) -> StatusCode {
    match code {
        code::GRAPHQL_PARSE_FAILED
        | code::GRAPHQL_VALIDATION_FAILED
        | code::OPERATION_RESOLUTION_FAILURE
        | code::BAD_USER_INPUT
            if format != ResponseFormat::GraphqlResponse =>
        {
            StatusCode::OK
        }
        code::PERSISTED_QUERY_NOT_FOUND => StatusCode::OK,
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

    fn negotiate(value: &'static str) -> Option<Accepted> {
        Accepted::negotiate(&HeaderMap::from_iter([(header::ACCEPT, value.parse().expect("a header"))]))
    }

    #[test]
    fn the_highest_weight_wins_and_then_the_first_format() {
        assert_eq!(Accepted::negotiate(&HeaderMap::new()), Some(Accepted::default()));
        for (accept, format) in [
            ("*/*", ResponseFormat::Json),
            ("text/html, */*;q=0.8", ResponseFormat::Json),
            ("application/graphql-response+json, application/json;q=0.9", ResponseFormat::GraphqlResponse),
            ("application/graphql-response+json;q=0.5, application/json", ResponseFormat::Json),
            ("multipart/mixed;deferSpec=20220824,application/graphql-response+json", ResponseFormat::GraphqlResponse),
        ] {
            let expected = Accepted { result: format, ..Accepted::default() };
            assert_eq!(negotiate(accept), Some(expected), "{accept}");
        }
        for unacceptable in ["text/html", "application/json;q=0", "multipart/mixed;deferSpec=20220824"] {
            assert_eq!(negotiate(unacceptable), None, "{unacceptable}");
        }
    }

    #[test]
    fn streams_are_negotiated_apart_from_results() {
        let (events, multipart) = (Some(StreamFormat::Events), Some(StreamFormat::Multipart));
        for (accept, stream, prefers_events) in [
            ("text/event-stream", events, true),
            ("text/event-stream, application/json", events, true),
            ("application/json, text/event-stream", events, false),
            ("application/json;q=0.5, text/event-stream", events, true),
            ("multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json", multipart, false),
            ("multipart/mixed;boundary=\"graphql\";subscriptionSpec=\"1.0\"", multipart, false),
            ("application/json", None, false),
        ] {
            let expected = Accepted { result: ResponseFormat::Json, stream, prefers_events };
            assert_eq!(negotiate(accept), Some(expected), "{accept}");
        }
    }
}
