//! `RateLimit-Policy` and `RateLimit`, the response headers of draft-ietf-httpapi-ratelimit-headers-10: the caller's points,
//! and each limit that the request has exceeded.

use std::fmt::Write;

use async_graphql::{ServerError, Value};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::graphql::error::{RATE_LIMIT, retry_after_seconds};
use crate::limiter::Remaining;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The limits that the errors of a response name, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct ExceededLimits(Vec<Exceeded>);

#[derive(Clone, Debug)]
struct Exceeded {
    name: String,
    quota: u64,
    window: u64,
    reset: u64,
}

impl ExceededLimits {
    pub(super) fn of(errors: &[ServerError]) -> Self {
        let mut limits: Vec<Exceeded> = Vec::new();
        for exceeded in errors.iter().filter_map(Exceeded::of) {
            match limits.iter_mut().find(|limit| limit.name == exceeded.name) {
                Some(limit) => limit.reset = limit.reset.max(exceeded.reset),
                None => limits.push(exceeded),
            }
        }
        Self(limits)
    }

    /// Sets both headers. Without rate limits there are none.
    pub(super) fn set_headers(&self, points: Option<Remaining>, headers: &mut HeaderMap) {
        let Some(points) = points else { return };
        let (mut policy, mut limit) = (String::new(), String::new());
        let mut add = |name: &str, quota: u64, window: u64, remaining: u32, reset: u64| {
            let comma = if policy.is_empty() { "" } else { ", " };
            // Writing to a `String` cannot fail.
            let _ = write!(policy, "{comma}\"{name}\";q={quota};w={window}");
            let _ = write!(limit, "{comma}\"{name}\";r={remaining};t={reset}");
        };
        // `Retry-After` must not be earlier than the reset of a limit.
        let refused = self.0.iter().find(|limit| limit.name == points.name).map(|limit| limit.reset);
        let reset =
            refused.unwrap_or_else(|| points.next_in.as_micros().div_ceil(1_000_000).try_into().unwrap_or(u64::MAX));
        add(points.name, points.quota.into(), points.per.as_secs(), points.amount, reset);
        for exceeded in self.0.iter().filter(|limit| limit.name != points.name) {
            add(&exceeded.name, exceeded.quota, exceeded.window, 0, exceeded.reset);
        }
        for (name, value) in [(POLICY, policy), (LIMIT, limit)] {
            headers.extend(HeaderValue::try_from(value).ok().map(|value| (name, value)));
        }
    }
}

impl Exceeded {
    fn of(error: &ServerError) -> Option<Self> {
        let Value::Object(limit) = error.extensions.as_ref()?.get(RATE_LIMIT)? else { return None };
        let number = |name: &str| match limit.get(name)? {
            Value::Number(number) => number.as_u64(),
            _ => None,
        };
        let Value::String(name) = limit.get("name")? else { return None };
        Some(Self {
            name: name.clone(),
            quota: number("amount")?,
            window: number("perSeconds")?,
            reset: retry_after_seconds(error)?,
        })
    }
}
