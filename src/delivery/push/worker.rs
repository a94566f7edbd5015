//! The background task that sends pushes.
//!
//! A push is claimed by moving its due time forward, as letters are. A node that dies while it sends leaves the push to
//! another one: it is sent at least once, always with the same tag. Several pushes are sent at once, each to all browsers of
//! its member at once: a push service that does not answer delays only what it receives itself.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream::{self, Stream, StreamExt};
use tracing::warn;
use url::Url;

use super::Subscription;
use super::content::PushContent;
use super::crypto::{self, ServerKey};
use super::network::{PushRequest, send};
use super::pages::page_of;
use super::reached::Reached;
use super::store::{self, Push};
use crate::accounts::{AccountId, store as accounts};
use crate::app::App;
use crate::bookings::waitlist::{WaitlistEntryId, store as waitlists};
use crate::bookings::{BookingId, store as bookings};
use crate::clock::Timestamp;
use crate::conversations::{ConversationId, ConversationKind};
use crate::db::Tx;
use crate::delivery::schedule::quiet_until;
use crate::delivery::texts::{self, Names};
use crate::error::{Error, Result};
use crate::ids::write_global;
use crate::locale::Locale;
use crate::network::{PublicNetwork, REQUEST_TIMEOUT};
use crate::notifications::preferences::{Channel, rules as preferences};
use crate::notifications::rules::{CONNECTED_PUSH_DELAY, PUSH_DELAY};
use crate::notifications::store::{self as notifications, Deliverable};
use crate::notifications::{NotificationId, NotificationKind, NotificationType, SubjectKind};
use crate::profiles::settings::store as settings;

/// How late a push can be.
const INTERVAL: Duration = Duration::from_secs(1);

/// How many pushes one statement reads, and how many a node sends at once.
const BATCH_SIZE: i64 = 50;
const CONCURRENCY: usize = 16;

/// How long a push service keeps a push, and how long the worker tries to hand it over.
const LIFETIME: Duration = Duration::from_hours(24);

/// When the requests of a push have ended, counted from its claim: the address of a push service is looked up, and the
/// push service responds.
const SEND_TIMEOUT: Duration = REQUEST_TIMEOUT.saturating_mul(2);

/// How long a claim lasts: longer than the requests and the statements around them, and less than the minute after which
/// another node continues. What is due later is not claimed, so that settings can make it due.
const LEASE: Duration = Duration::from_secs(50);
const _: () = assert!(SEND_TIMEOUT.as_secs() + 30 <= LEASE.as_secs());
const _: () = assert!(LEASE.as_secs() + INTERVAL.as_secs() < 60 && LEASE.as_secs() < CONNECTED_PUSH_DELAY.as_secs());

const INITIAL_RETRY_DELAY: Duration = Duration::from_secs(30);

/// Sends pushes until the app closes.
pub async fn run_pushes(app: App) {
    let clock = &app.clock;
    let rounds = stream::unfold(clock.elapsed(), |next_round| async move {
        clock.reach(next_round).await;
        Some(((), clock.elapsed().plus(INTERVAL)))
    });
    let log = |sent: Result<()>| async move {
        if let Err(cause) = sent {
            warn!(?cause, "pushes could not be sent; the next round tries again");
        }
    };
    send_in(&app, rounds).for_each(log).await;
}

/// Sends all pushes that are due.
///
/// # Errors
/// When they cannot be read or claimed.
pub async fn send_due(app: &App) -> Result<()> {
    let round = stream::iter([()]);
    send_in(app, round).collect::<Vec<_>>().await.into_iter().collect()
}

/// Sends in each round what is due. A round does not wait for the pushes of earlier ones that are still being sent.
fn send_in(app: &App, rounds: impl Stream<Item = ()> + Send) -> impl Stream<Item = Result<()>> + Send {
    let send = move |claim: Result<Claim>| async move {
        let claim = claim?;
        if let Err(cause) = handle(app, &claim).await {
            warn!(account = claim.push.account_id.0, ?cause, "a push could not be sent; it is retried");
        }
        Ok(())
    };
    rounds.flat_map(move |()| claims(app)).map(send).buffer_unordered(CONCURRENCY)
}

/// A push that belongs to this node for now.
struct Claim {
    push: Push,
    lease: Timestamp,
    /// When its requests end, as [`crate::clock::Clock::elapsed`] counts it.
    deadline: Timestamp,
}

/// Claims pushes, each when the stream is asked for it, until none is due or an error occurs.
fn claims(app: &App) -> impl Stream<Item = Result<Claim>> + Send {
    let claim = move |mut due: VecDeque<Push>| async move {
        loop {
            if due.is_empty() {
                due = store::due(&app.db, app.clock.now(), BATCH_SIZE).await?.into();
            }
            let Some(push) = due.pop_front() else { return Ok(None) };
            let (lease, deadline) = (app.clock.now().plus(LEASE), app.clock.elapsed().plus(SEND_TIMEOUT));
            if store::claim(&app.db, &push, lease).await? {
                return Ok(Some((Claim { push, lease, deadline }, due)));
            }
        }
    };
    stream::try_unfold(VecDeque::new(), claim)
}

/// What to do with a push.
enum Decision {
    /// It is of no interest any more.
    Drop,
    Later(Timestamp),
    Send(Box<(PushContent, Timestamp)>),
}

/// Sends, postpones or drops a claimed push.
async fn handle(app: &App, claim: &Claim) -> Result<()> {
    let Claim { push, lease, .. } = claim;
    match decide_or_postpone(app, push, *lease).await? {
        Decision::Later(_) => return Ok(()),
        Decision::Send(content) if !send_to_all(app, claim, &content.0, content.1).await? => {
            let now = app.clock.now();
            if now.since(push.caused_at) < LIFETIME {
                let doublings = u32::try_from(push.attempts).unwrap_or(u32::MAX).min(6);
                let due_at = now.plus(INITIAL_RETRY_DELAY.saturating_mul(1 << doublings));
                store::postpone(&app.db, push, *lease, due_at, push.attempts + 1).await?;
                return Ok(());
            }
        }
        Decision::Send(_) | Decision::Drop => {}
    }
    app.state::<Reached>().forget(push);
    let delay = i64::try_from(PUSH_DELAY.as_micros()).unwrap_or(i64::MAX);
    store::finish(&app.db, push, *lease, delay).await?;
    Ok(())
}

/// Decides about a push, and postpones it if it is sent later. The settings of the account do not change in between: when
/// they end its quiet hours, they find the push postponed and make it due, or it is not postponed.
async fn decide_or_postpone(app: &App, push: &Push, lease: Timestamp) -> Result<Decision> {
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, push.account_id).await? {
        return Ok(Decision::Drop);
    }
    let decision = decide(app, &mut tx, push).await?;
    if let Decision::Later(due_at) = decision {
        store::postpone(&mut tx, push, lease, due_at, push.attempts).await?;
        tx.commit().await?;
    }
    Ok(decision)
}

async fn decide(app: &App, tx: &mut Tx, push: &Push) -> Result<Decision> {
    let (account, now) = (push.account_id, app.clock.now());
    let Some(kind) = NotificationKind::from_stored(&push.kind) else { return Ok(Decision::Drop) };
    if !preferences::wants(&mut *tx, account, kind, Channel::Push).await? {
        return Ok(Decision::Drop);
    }
    let found = match kind {
        NotificationKind::Message => message_content(app, tx, push, now).await?,
        _ => notification_content(app, tx, push, kind, now).await?,
    };
    let Some(Found { content, session_start }) = found else { return Ok(Decision::Drop) };
    if kind != NotificationKind::Account {
        let settings = settings::settings_of(&mut *tx, account).await?.unwrap_or_default();
        if let Some(end) = quiet_until(&settings, now)
            && session_start.is_none_or(|start| start >= end)
        {
            return Ok(Decision::Later(end));
        }
        let seen_until = push.caused_at.plus(CONNECTED_PUSH_DELAY);
        if now < seen_until && store::is_connected(&mut *tx, account).await? {
            return Ok(Decision::Later(seen_until));
        }
    }
    let expires_at = match kind {
        NotificationKind::Reminder => session_start.unwrap_or(now).min(now.plus(LIFETIME)),
        _ => now.plus(LIFETIME),
    };
    Ok(Decision::Send(Box::new((content, expires_at))))
}

/// A push that can be sent, and the start of the session that it is about.
struct Found {
    content: PushContent,
    session_start: Option<Timestamp>,
}

async fn message_content(app: &App, tx: &mut Tx, push: &Push, now: Timestamp) -> Result<Option<Found>> {
    let id = ConversationId(push.subject_id);
    let unread = store::unread_conversation(tx, push.account_id, id, push.caused_at, now).await?;
    let Some(unread) = unread else { return Ok(None) };
    let other = unread.other_id.filter(|_| unread.kind == ConversationKind::Direct);
    let names = Names::load(tx, push.account_id, &[], other.as_slice()).await?;
    let writer = texts::Writer::of(other.map(|other| names.user(other)), unread.title.as_deref());
    let body = texts::messages(unread.unread, writer).in_language(locale_of(app, tx, push.account_id).await?);
    let tag = write_global("cnv", id.0);
    let url = page(app, &format!("/messages/{tag}"));
    let content = PushContent::new(NotificationKind::Message, &app.config.name, &body, url, tag);
    Ok(Some(Found { content, session_start: None }))
}

async fn notification_content(
    app: &App,
    tx: &mut Tx,
    push: &Push,
    kind: NotificationKind,
    now: Timestamp,
) -> Result<Option<Found>> {
    let types = NotificationType::of_kinds(&[kind]);
    let only = Some(NotificationId(push.subject_id));
    let selection = Deliverable { types: &types, since: now.minus(LIFETIME * 2), until: now, now, only };
    let Some(row) = notifications::deliverable(tx, push.account_id, &selection, 1).await?.pop() else {
        return Ok(None);
    };
    let names = Names::load(tx, push.account_id, std::slice::from_ref(&row), &[]).await?;
    let Some(sentence) = names.sentence(&row) else { return Ok(None) };
    let body = sentence.in_language(locale_of(app, tx, push.account_id).await?);
    let session_start = match row.subject_kind {
        SubjectKind::Booking => {
            bookings::by_id(&mut *tx, BookingId(row.subject_id)).await?.map(|booking| booking.starts_at)
        }
        SubjectKind::WaitlistEntry => {
            let entry =
                waitlists::own_by_ids(&mut *tx, push.account_id, &[WaitlistEntryId(row.subject_id)], now).await?;
            entry.first().map(|entry| entry.starts_at)
        }
        _ => None,
    };
    if row.r#type == NotificationType::Reminder && session_start.is_none_or(|start| start <= now) {
        return Ok(None);
    }
    let tag = write_global("ntf", row.id.0);
    let url = page(app, &page_of(tx, push.account_id, &row).await?);
    let mut content = PushContent::new(kind, &app.config.name, &body, url, tag.clone());
    content.notification_id = Some(tag);
    Ok(Some(Found { content, session_start }))
}

/// Returns the language of the recipient.
async fn locale_of(app: &App, tx: &mut Tx, account: AccountId) -> Result<Locale> {
    let account = accounts::by_id(tx, account).await?;
    Ok(account.and_then(|account| account.locale).unwrap_or(app.config.locale))
}

fn page(app: &App, path: &str) -> String {
    format!("{}{path}", app.config.public_url().origin().ascii_serialization())
}

/// Sends a push to the browsers of its account that do not have it yet, to all at once. Returns false if one of them needs
/// another attempt.
async fn send_to_all(app: &App, claim: &Claim, content: &PushContent, expires_at: Timestamp) -> Result<bool> {
    let (push, now) = (&claim.push, app.clock.now());
    let payload = serde_json::to_vec(content).map_err(Error::internal)?;
    let key = ServerKey::derive(&app.keys)?;
    let contact = app.config.public_url().as_str();
    let mut reached = app.state::<Reached>().by(push);
    let mut requests = Vec::new();
    for subscription in store::of_account(&app.db, push.account_id, now).await? {
        if reached.contains(&subscription.session_id) {
            continue;
        }
        let body = crypto::encrypt(&payload, &subscription.p256dh, &subscription.auth)?;
        let (Ok(endpoint), Some(body)) = (Url::parse(&subscription.endpoint), body) else { continue };
        let request = PushRequest {
            authorization: key.authorization(&endpoint.origin().ascii_serialization(), contact, now)?,
            endpoint,
            ttl: expires_at.since(now).as_secs(),
            topic: content.topic(),
            is_urgent: matches!(content.kind.as_str(), "ACCOUNT" | "REMINDER"),
            body,
        };
        requests.push(async move {
            let is_done = send_to(app, &subscription, request, claim.deadline).await;
            (subscription.session_id, is_done)
        });
    }
    let mut is_done = true;
    for (session, result) in join_all(requests).await {
        match result {
            Ok(true) => reached.push(session),
            Ok(false) => is_done = false,
            Err(cause) => {
                warn!(account = push.account_id.0, ?cause, "the end of a subscription could not be stored");
                is_done = false;
            }
        }
    }
    if !is_done && !reached.is_empty() {
        app.state::<Reached>().set(push, reached);
    }
    Ok(is_done)
}

/// Sends a push to one browser. Returns false if the push service did not accept it for now.
async fn send_to(app: &App, to: &Subscription, request: PushRequest, deadline: Timestamp) -> Result<bool> {
    let network = app.state::<PublicNetwork>();
    let status = tokio::select! {
        status = send(&network, request) => status,
        () = app.clock.reach(deadline) => None,
    };
    match status {
        Some(200..=299) => {}
        Some(404 | 410) => {
            store::delete_ended(&app.db, to.session_id, &to.endpoint).await?;
        }
        // Another attempt does not help.
        Some(300..=403 | 405..=407 | 411..=428) => {
            warn!(account = to.account_id.0, "a push service has refused a push");
        }
        _ => return Ok(false),
    }
    Ok(true)
}
