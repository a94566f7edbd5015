//! The background task that sends digests.

use std::time::Duration;

use tracing::warn;

use super::store::{self, UnreadMessages};
use crate::accounts::{AccountId, mailing, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::conversations::ConversationKind;
use crate::db::Tx;
use crate::delivery::schedule::{MIN_AGE, Plan, plan_digest};
use crate::delivery::texts::{self, Names};
use crate::effects::Effects;
use crate::error::Result;
use crate::locale::Locale;
use crate::mail::{DigestItem, DigestTopic, Letter};
use crate::notifications::preferences::{Preferences, rules as preferences};
use crate::notifications::store::{self as notifications, Deliverable};
use crate::notifications::{Notification, NotificationKind, NotificationType};
use crate::profiles::settings::store as settings;

/// How late a digest can be.
const INTERVAL: Duration = Duration::from_mins(1);

/// How many accounts one statement reads. Each is handled in a transaction of its own.
const BATCH_SIZE: i64 = 100;

/// What became unread before is in no digest: it is older than the longest time between two of them.
const MAX_AGE: Duration = Duration::from_hours(14 * 24);

/// How many notifications, and how many conversations, a digest lists.
const MAX_ITEMS: i64 = 50;

/// The kinds that digests are about. Mail about the others is sent at once.
const KINDS: [NotificationKind; 6] = [
    NotificationKind::Comment,
    NotificationKind::Group,
    NotificationKind::Mention,
    NotificationKind::Message,
    NotificationKind::Reaction,
    NotificationKind::Reply,
];

/// Sends digests until the app closes.
pub async fn run_digests(app: App) {
    loop {
        let next_round = app.clock.elapsed().plus(INTERVAL);
        if let Err(cause) = send_due(&app).await {
            warn!(?cause, "digests could not be sent; the next round tries again");
        }
        app.clock.reach(next_round).await;
    }
}

/// Sends all digests that are due. One that fails is left for the next round, and does not keep the others from it.
///
/// # Errors
/// When the accounts cannot be read.
pub async fn send_due(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut after = AccountId(i64::MIN);
    loop {
        let due = store::due(&app.db, now, now.minus(MAX_AGE), now.minus(MIN_AGE), after, BATCH_SIZE).await?;
        let Some((last,)) = due.last() else { return Ok(()) };
        after = *last;
        for (account,) in due {
            if let Err(cause) = send(app, account, now).await {
                warn!(account = account.0, ?cause, "a digest could not be sent; the next round tries again");
            }
        }
    }
}

/// Claims an account, and enqueues its digest if it is due and not empty.
async fn send(app: &App, id: AccountId, now: Timestamp) -> Result<()> {
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    // Its settings do not change until the next digest is planned: when they do, they find the plan.
    if !accounts::lock(&mut tx, id).await? {
        return Ok(());
    }
    let Some(state) = store::claim(&mut tx, id, now.minus(MAX_AGE), now).await? else { return Ok(()) };
    let Some(account) = accounts::by_id(&mut tx, id).await? else { return Ok(()) };
    let settings = settings::settings_of(&mut tx, id).await?.unwrap_or_default();
    match plan_digest(&settings, state.sent_at, now) {
        Plan::Later(next_at) => {
            store::set_next(&mut tx, id, next_at).await?;
        }
        Plan::Now { until, next } => {
            let locale = account.locale.unwrap_or(app.config.locale);
            let since = state.covered_until.max(now.minus(MAX_AGE));
            let kinds = kinds_of(&preferences::preferences(&mut tx, id).await?);
            let Unread { items, has_more, kinds } = collect(&mut tx, (id, locale), &kinds, (since, until), now).await?;
            let covered_until = state.covered_until.max(until);
            if items.is_empty() {
                // An hourly digest is looked for again as soon as there is something new.
                let next_at = if settings.digest_frequency.is_hourly() { Timestamp(0) } else { next };
                store::finish(&mut tx, id, covered_until, state.sent_at, next_at).await?;
            } else {
                let letter = Letter::Digest { username: account.username.clone(), items, has_more };
                mailing::notify_of_kinds(app, &mut tx, &mut effects, &account, &letter, &kinds).await?;
                store::finish(&mut tx, id, covered_until, now, next).await?;
            }
        }
    }
    app.commit(tx, effects).await
}

fn kinds_of(preferences: &Preferences) -> Vec<NotificationKind> {
    KINDS.into_iter().filter(|kind| preferences.channels(*kind).mail).collect()
}

/// What a digest is about.
#[derive(Debug, Default)]
struct Unread {
    items: Vec<DigestItem>,
    /// There is more than these items.
    has_more: bool,
    /// The kinds of the items.
    kinds: Vec<NotificationKind>,
}

/// Collects what of these kinds became unread in a period.
async fn collect(
    tx: &mut Tx,
    (account, locale): (AccountId, Locale),
    kinds: &[NotificationKind],
    (since, until): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<Unread> {
    if kinds.is_empty() || since >= until {
        return Ok(Unread::default());
    }
    let types = NotificationType::of_kinds(kinds);
    let selection = Deliverable { types: &types, since, until, now, only: None };
    let rows = notifications::deliverable(tx, account, &selection, MAX_ITEMS + 1).await?;
    let messages = if kinds.contains(&NotificationKind::Message) {
        store::unread_messages(tx, account, (since, until), now, MAX_ITEMS + 1).await?
    } else {
        Vec::new()
    };
    let authors: Vec<AccountId> = messages.iter().filter_map(UnreadMessages::other_member).collect();
    let names = Names::load(tx, account, &rows, &authors).await?;
    let max_items = usize::try_from(MAX_ITEMS).unwrap_or(usize::MAX);
    let has_more = rows.len() > max_items || messages.len() > max_items;
    let mut items: Vec<(NotificationKind, DigestItem)> = messages
        .iter()
        .take(max_items)
        .map(|unread| (NotificationKind::Message, line_of(unread, &names, locale)))
        .collect();
    items.extend(rows.iter().take(max_items).filter_map(|row| {
        let sentence = names.sentence(row)?.in_language(locale);
        Some((row.r#type.kind(), DigestItem { topic: topic_of(row), sentence }))
    }));
    let mut kinds: Vec<NotificationKind> = items.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    Ok(Unread { items: items.into_iter().map(|(_, item)| item).collect(), has_more, kinds })
}

fn line_of(unread: &UnreadMessages, names: &Names, locale: Locale) -> DigestItem {
    let writer = texts::Writer::of(unread.other_member().map(|author| names.user(author)), unread.title.as_deref());
    let sentence = texts::messages(unread.count, writer).in_language(locale);
    DigestItem { topic: DigestTopic::Messages, sentence }
}

fn topic_of(row: &Notification) -> DigestTopic {
    match row.r#type {
        NotificationType::Comment => DigestTopic::Comment,
        NotificationType::Group => DigestTopic::Group,
        NotificationType::Mention => DigestTopic::Mention,
        NotificationType::Reaction => DigestTopic::Reaction,
        NotificationType::Reply => DigestTopic::Reply,
        _ => DigestTopic::Other,
    }
}

impl UnreadMessages {
    /// Returns the other member of a direct conversation.
    fn other_member(&self) -> Option<AccountId> {
        self.author_id.filter(|_| self.kind == ConversationKind::Direct)
    }
}
