//! One reading of a calendar: over https, from public addresses, within bounds of time, bytes and redirects.

use std::time::Duration;

use tokio::task::spawn_blocking;
use url::Url;

use super::ics::{self, Circumstances};
use super::{BusyTime, ReadFailure};
use crate::app::App;
use crate::network::{Method, PublicNetwork, Request, Response};

/// How long a reading can take, redirects included.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The largest calendar.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
const MAX_REDIRECTS: usize = 3;

/// What a reading returns.
#[derive(Debug)]
pub enum Reading {
    /// The calendar is the same as at the last reading.
    Unchanged,
    Changed {
        etag: Option<String>,
        times: Vec<BusyTime>,
    },
}

/// Reads a calendar. `etag` is the version that is known already.
pub async fn read(
    app: &App,
    url: &str,
    etag: Option<&str>,
    circumstances: Circumstances,
) -> Result<Reading, ReadFailure> {
    let loaded = tokio::time::timeout(TIMEOUT, load(app, url, etag)).await;
    let response = loaded.map_err(|_| ReadFailure::Unreachable)??;
    if response.status == 304 {
        return Ok(Reading::Unchanged);
    }
    let body = response.body.ok_or(ReadFailure::TooLarge)?;
    // A thread of its own: parsing can take a second, and what strangers wrote must not stop anything else.
    let parsed = spawn_blocking(move || ics::busy_times(&body, &circumstances)).await;
    let times = parsed.map_err(|_| ReadFailure::NoCalendar)??;
    Ok(Reading::Changed { etag: response.etag.filter(|etag| etag.len() <= 200), times })
}

/// Loads a calendar, and follows redirects. Each address is checked before it is used.
async fn load(app: &App, url: &str, etag: Option<&str>) -> Result<Response, ReadFailure> {
    let network = app.state::<PublicNetwork>();
    let mut url = Url::parse(url).map_err(|_| ReadFailure::NotAllowed)?;
    for _ in 0..=MAX_REDIRECTS {
        if url.scheme() != "https" || !network.is_public(&url).await {
            return Err(ReadFailure::NotAllowed);
        }
        let mut headers = vec![("accept", "text/calendar".to_owned()), ("user-agent", "Studyhall".to_owned())];
        headers.extend(etag.map(|etag| ("if-none-match", etag.to_owned())));
        let request =
            Request { method: Method::Get, url: url.clone(), headers, body: Vec::new(), max_bytes: MAX_BYTES };
        let response = network.send(request).await.ok_or(ReadFailure::Unreachable)?;
        match (response.status, &response.location) {
            (200, _) => return Ok(response),
            (304, _) if etag.is_some() => return Ok(response),
            (301 | 302 | 303 | 307 | 308, Some(location)) => {
                url = url.join(location).map_err(|_| ReadFailure::NotAllowed)?;
            }
            (500..=599, _) => return Err(ReadFailure::Unreachable),
            _ => return Err(ReadFailure::Refused),
        }
    }
    Err(ReadFailure::NotAllowed)
}
