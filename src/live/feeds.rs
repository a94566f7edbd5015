//! Feeds and their log: events in the order in which they were committed, numbered without gaps.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::db::{Bind, Db, List, Query, Result, Sql, Tx};

/// So many events are read at once, at most.
pub(super) const PAGE: usize = 100;

/// So many events or feeds are looked at, or removed, by one statement when the log is trimmed.
const TRIM_BATCH: i64 = 500;

/// Names a feed by the id of what it belongs to: an account, a conversation. All ids come from one generator and are
/// large, so neither two feeds nor a feed and one of the constants collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, Serialize, Deserialize)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Feed(pub i64);

impl Feed {
    /// What is posted for everybody.
    pub const POSTS: Self = Self(1);
    /// Which sessions ended, and whose role changed. Every node follows it.
    pub const SESSIONS: Self = Self(2);
    /// What happens in the lobby.
    pub const LOBBY: Self = Self(3);
    /// Whose presence may look different now. Forgotten after minutes.
    pub const PRESENCE: Self = Self(4);
}

impl From<Feed> for i64 {
    fn from(feed: Feed) -> Self {
        feed.0
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "&'static str")]
pub enum EventKind {
    /// Something about the safety of the account `subject`; `detail` is the code of what.
    SecurityNotice,
    /// The session `subject` is over.
    SessionEnded,
    /// The account `subject` has another role.
    RoleChanged,
    /// The post `subject` was published by the account `detail`.
    PostAdded,
    /// The post `subject` of the account `detail` was edited or deleted.
    PostChanged,
    /// The message `subject` was added to a conversation, in whose feed this event has the number `detail`.
    MessageAdded,
    /// The message `subject` was edited or deleted; `detail` as above.
    MessageChanged,
    /// The account `subject` said how far they have read in the conversation `detail`.
    ConversationRead,
    /// The account `subject` left the conversation `detail`. Not for clients: it ends the streams of whoever left.
    MemberLeft,
    /// The account `subject` entered the lobby.
    LobbyJoined,
    /// The account `subject` is not in the lobby any more.
    LobbyLeft,
    /// The presence of the account `subject` has to be looked at again, by everybody or by the account `detail`.
    PresenceChanged,
    /// The booking `subject` changed; `detail` is the code of how.
    BookingChanged,
    /// The booking `subject` is near; `detail` is how near, in hours.
    BookingReminder,
    /// The offer `subject` changed: for those who follow what can be booked.
    AvailabilityChanged,
    /// Written by a newer version of this program. It has its number, so it is delivered, and whoever gets it passes
    /// over it.
    Unknown,
}

impl EventKind {
    const KNOWN: [Self; 15] = [
        Self::SecurityNotice,
        Self::SessionEnded,
        Self::RoleChanged,
        Self::PostAdded,
        Self::PostChanged,
        Self::MessageAdded,
        Self::MessageChanged,
        Self::ConversationRead,
        Self::MemberLeft,
        Self::LobbyJoined,
        Self::LobbyLeft,
        Self::PresenceChanged,
        Self::BookingChanged,
        Self::BookingReminder,
        Self::AvailabilityChanged,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::SecurityNotice => "security_notice",
            Self::SessionEnded => "session_ended",
            Self::RoleChanged => "role_changed",
            Self::PostAdded => "post_added",
            Self::PostChanged => "post_changed",
            Self::MessageAdded => "message_added",
            Self::MessageChanged => "message_changed",
            Self::ConversationRead => "conversation_read",
            Self::MemberLeft => "member_left",
            Self::LobbyJoined => "lobby_joined",
            Self::LobbyLeft => "lobby_left",
            Self::PresenceChanged => "presence_changed",
            Self::BookingChanged => "booking_changed",
            Self::BookingReminder => "booking_reminder",
            Self::AvailabilityChanged => "availability_changed",
            Self::Unknown => "unknown",
        }
    }
}

impl From<EventKind> for &'static str {
    fn from(kind: EventKind) -> Self {
        kind.as_str()
    }
}

impl From<String> for EventKind {
    fn from(text: String) -> Self {
        Self::KNOWN.into_iter().find(|kind| kind.as_str() == text).unwrap_or(Self::Unknown)
    }
}

/// What an event says, before it has its place in a feed. Ids and codes only, never what people wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventBody {
    pub kind: EventKind,
    pub subject: i64,
    pub detail: Option<i64>,
}

/// One event of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Event {
    pub feed: Feed,
    /// Its place: 1, 2, 3 and so on.
    pub number: i64,
    #[sqlx(try_from = "String")]
    pub kind: EventKind,
    pub subject: i64,
    pub detail: Option<i64>,
    pub happened_at: Timestamp,
}

/// Writes an event into the feed, in the transaction of the change that it tells of. Publish it after the commit.
///
/// Whoever appends to the same feed waits until this transaction is over, so append late in it, and to several feeds in
/// the order of their ids: two transactions that wait for each other are both refused by PostgreSQL.
pub async fn append(tx: &mut Tx, happened_at: Timestamp, feed: Feed, body: EventBody) -> Result<Event> {
    let EventBody { kind, subject, detail } = body;
    let (feeds, nobody) = (List::new([feed]), None::<i64>);
    let binds: [&dyn Bind; 6] = [&feeds, &kind.as_str(), &subject, &detail, &happened_at, &nobody];
    let (feed, number, detail): Written = tx.one(APPEND, &binds).await?;
    Ok(Event { feed, number, kind, subject, detail, happened_at })
}

/// Writes the same event into each of these feeds, and returns them in no particular order. The feeds are raised in the
/// order of their ids.
pub async fn append_to(tx: &mut Tx, happened_at: Timestamp, feeds: &[Feed], body: EventBody) -> Result<Vec<Event>> {
    write(tx, happened_at, &List::new(feeds.iter().copied()), body, None).await
}

/// Writes an event into a feed and the same into others, each with its number in the first as `detail`: by that, and by
/// what it is about, followers of all of them know it for one. Returns the first one's number and all events.
pub async fn append_with_copies(
    tx: &mut Tx,
    happened_at: Timestamp,
    feed: Feed,
    copies: &[Feed],
    (kind, subject): (EventKind, i64),
) -> Result<(i64, Vec<Event>)> {
    let feeds = List::new([feed].into_iter().chain(copies.iter().copied()));
    let body = EventBody { kind, subject, detail: None };
    let events = write(tx, happened_at, &feeds, body, Some(feed)).await?;
    let first = events.iter().find(|event| event.feed == feed).map_or(0, |event| event.number);
    Ok((first, events))
}

/// Takes the next number of each feed in the list. `where true`: without it SQLite takes `on conflict` for a condition of
/// a join.
macro_rules! raise_each {
    () => {
        "insert into feeds (id, head, trimmed)
         select value, 1, 0 from json_each($1) where true order by value
         on conflict (id) do update set head = feeds.head + 1"
    };
}

/// Writes the event at the heads of `$from`. Where a feed is given, its number is the detail.
macro_rules! write_at_heads {
    ($from:literal) => {
        concat!(
            "insert into feed_events (feed, number, kind, subject, detail, happened_at)
             select id, head, $2, $3, coalesce((select head from ",
            $from,
            " where id = $6), $4), $5 from ",
            $from,
            " where id in (select value from json_each($1))
             returning feed, number, detail"
        )
    };
}

/// Both at once: what every change does should not take two round trips. SQLite runs two statements, of which the second
/// has rows; PostgreSQL takes one, and lets the second part see of the first only what it returns.
const APPEND: Sql = Sql {
    sqlite: concat!(raise_each!(), "; ", write_at_heads!("feeds")),
    postgres: concat!("with raised as (", raise_each!(), " returning id, head) ", write_at_heads!("raised")),
};

/// Feed, number and detail of an event that was written.
type Written = (Feed, i64, Option<i64>);

/// Raises the feeds and writes an event into each of them.
async fn write(
    tx: &mut Tx,
    happened_at: Timestamp,
    feeds: &List,
    EventBody { kind, subject, detail }: EventBody,
    numbered_by: Option<Feed>,
) -> Result<Vec<Event>> {
    let numbered_by = numbered_by.map(|feed| feed.0);
    let binds: [&dyn Bind; 6] = [feeds, &kind.as_str(), &subject, &detail, &happened_at, &numbered_by];
    let written: Vec<Written> = tx.all(APPEND, &binds).await?;
    let event = |(feed, number, detail)| Event { feed, number, kind, subject, detail, happened_at };
    Ok(written.into_iter().map(event).collect())
}

/// Writes one event of this kind for each subject, in the order of their ids. However many there are, it takes two
/// statements.
pub async fn append_each(
    tx: &mut Tx,
    happened_at: Timestamp,
    feed: Feed,
    kind: EventKind,
    mut subjects: Vec<i64>,
    detail: Option<i64>,
) -> Result<Vec<Event>> {
    subjects.sort_unstable();
    let count = i64::try_from(subjects.len()).unwrap_or(i64::MAX);
    let before = raise(tx, feed, count).await? - count;
    let sql = "insert into feed_events (feed, number, kind, subject, detail, happened_at)
        select $1, $2 + row_number() over (order by value), $3, value, $4, $5 from json_each($6)";
    let list = List::new(subjects.iter().copied());
    tx.run(sql, &[&feed, &before, &kind.as_str(), &detail, &happened_at, &list]).await?;
    let numbered = (before + 1..).zip(subjects);
    Ok(numbered.map(|(number, subject)| Event { feed, number, kind, subject, detail, happened_at }).collect())
}

/// Takes the next numbers of a feed and returns the last of them.
async fn raise(tx: &mut Tx, feed: Feed, count: i64) -> Result<i64> {
    let sql = "insert into feeds (id, head, trimmed) values ($1, $2, 0)
        on conflict (id) do update set head = feeds.head + excluded.head
        returning head";
    let (head,): (i64,) = tx.one(sql, &[&feed, &count]).await?;
    Ok(head)
}

/// Returns the number of the feed's newest event; 0 where there was none yet.
pub async fn head(query: impl Query, feed: Feed) -> Result<i64> {
    // Not a plain text: its lifetime in a generic future is what the compiler cannot prove `Send` with.
    let sql = Sql::from("select head from feeds where id = $1");
    let head: Option<(i64,)> = query.opt(sql, &[&feed]).await?;
    Ok(head.map_or(0, |(head,)| head))
}

/// Removes the feed and all its events, because what it belongs to is deleted. Nothing may be appended to it again.
pub async fn delete(tx: &mut Tx, feed: Feed) -> Result<()> {
    tx.run("delete from feeds where id = $1", &[&feed]).await?;
    tx.run("delete from feed_events where feed = $1", &[&feed]).await?;
    Ok(())
}

/// Returns the heads of those feeds that have events.
pub async fn heads(db: &Db, feeds: impl IntoIterator<Item = Feed>) -> Result<HashMap<Feed, i64>> {
    let sql = "select id, head from feeds where id in (select value from json_each($1))";
    Ok(db.all(sql, &[&List::new(feeds)]).await?.into_iter().collect())
}

/// Returns the first page of events after the number, oldest first.
pub(super) async fn page(db: &Db, feed: Feed, after: i64) -> Result<Vec<Event>> {
    let sql = "select feed, number, kind, subject, detail, happened_at from feed_events
        where feed = $1 and number > $2 order by number limit $3";
    db.all(sql, &[&feed, &after, &i64::try_from(PAGE).unwrap_or(i64::MAX)]).await
}

/// Removes events older than that and returns how many. What a feed still has is always its newest events, whole.
///
/// Works in small transactions, so it keeps no writer waiting, and may stop after any of them.
pub async fn trim(db: &Db, older_than: Timestamp) -> Result<u64> {
    // The oldest event of a feed is the one after `trimmed`: its age tells whether there is anything to remove.
    let sql = "select page.id, oldest.happened_at
        from (select id, trimmed from feeds where id > $1 order by id limit $2) as page
        left join feed_events as oldest on oldest.feed = page.id and oldest.number = page.trimmed + 1
        order by page.id";
    let (mut removed, mut last) = (0, Feed(i64::MIN));
    loop {
        let page: Vec<(Feed, Option<Timestamp>)> = db.all(sql, &[&last, &TRIM_BATCH]).await?;
        match page.last() {
            Some((feed, _)) => last = *feed,
            None => return Ok(removed),
        }
        for (feed, _) in page.into_iter().filter(|(_, oldest)| oldest.is_some_and(|oldest| oldest < older_than)) {
            removed += trim_feed(db, feed, older_than).await?;
        }
    }
}

/// The same of one feed.
pub(super) async fn trim_feed(db: &Db, feed: Feed, older_than: Timestamp) -> Result<u64> {
    let sql = "select max(number) from
        (select number, happened_at from feed_events where feed = $1 order by number limit $3) as oldest
        where happened_at < $2";
    let mut removed = 0;
    loop {
        let (last,): (Option<i64>,) = db.one(sql, &[&feed, &older_than, &TRIM_BATCH]).await?;
        let Some(last) = last else { return Ok(removed) };
        let mut tx = db.write().await?;
        tx.run("update feeds set trimmed = $2 where id = $1 and trimmed < $2", &[&feed, &last]).await?;
        removed += tx.run("delete from feed_events where feed = $1 and number <= $2", &[&feed, &last]).await?;
        tx.commit().await?;
    }
}
