//! The log of feeds: events in the order of their commits, numbered without gaps.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::position::FeedPosition;
use crate::clock::Timestamp;
use crate::db::{Bind, Db, List, Query, Result, Scan, Sql, Texts, Tx};

/// The maximum number of events that one statement loads.
const PAGE_SIZE: usize = 100;

/// The number of feeds, or of events, that one statement loads or deletes when the log is trimmed.
const TRIM_BATCH_SIZE: i64 = 500;

/// The id of a feed: the id of its owner (an account, a conversation), or one of the constants. All ids come from one
/// generator and are large, so neither two owners nor an owner and a constant collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, Serialize, Deserialize)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct Feed(pub i64);

impl Feed {
    /// The public posts.
    pub const POSTS: Self = Self(1);
    /// Sessions that ended, and accounts whose role changed. Every node follows it.
    pub const SESSIONS: Self = Self(2);
    /// The messages of the lobby, and the users who enter and leave it.
    pub const LOBBY: Self = Self(3);
    /// Users whose presence may have changed. Its events are kept for minutes only.
    pub const PRESENCE: Self = Self(4);
    /// Blocks that began or ended. The followers of a post follow it.
    pub const BLOCKS: Self = Self(5);
    /// The queues of moderators.
    pub const MODERATION: Self = Self(9);
}

impl From<Feed> for i64 {
    fn from(feed: Feed) -> Self {
        feed.0
    }
}

/// What an event reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "&'static str")]
pub enum EventKind {
    /// A change that concerns the security of the account `subject`; `detail` is its code.
    SecurityNotice,
    /// The session `subject` ended.
    SessionEnded,
    /// The account `subject` has another role.
    RoleChanged,
    /// The account `subject` has chosen another language.
    LocaleChanged,
    /// The post `subject` was published by the account `detail`.
    PostAdded,
    /// The post `subject` of the account `detail` was edited or deleted.
    PostChanged,
    /// The message `subject` was added to a conversation. `detail` is the number of this event in the conversation's
    /// feed.
    MessageAdded,
    /// The message `subject` was edited or deleted; `detail` as above.
    MessageChanged,
    /// The account `subject` moved its read marker to the message `detail`. In older events `detail` is the conversation.
    ConversationRead,
    /// The account `subject` left the conversation `detail`. It ends that member's streams.
    MemberLeft,
    /// The account `subject` was deleted; it was a member of the conversation `detail`, or has written there.
    MemberRemoved,
    /// The group `detail` changed as the record `subject` says, which has more than an event has room for.
    GroupChanged,
    /// The owner of the feed sees other messages than before in the conversation `detail`, because a block began or
    /// ended.
    VisibilityChanged,
    /// The account `subject` entered the lobby or changed its name or profile there. Where set, only for the account
    /// `detail`, which sees it again after a block.
    LobbyJoined,
    /// The account `subject` left the lobby or was deleted. Where set, only for the account `detail`, which no longer
    /// sees it because of a block.
    LobbyLeft,
    /// The presence of the account `subject` may have changed, for all viewers or, where set, for the account `detail`.
    PresenceChanged,
    /// The booking `subject` changed; `detail` is the code of the change.
    BookingChanged,
    /// The booking `subject` starts in `detail` hours.
    BookingReminder,
    /// The appointment `subject` changed, and with it the slots that can be booked.
    AvailabilityChanged,
    /// The waitlist entry `subject` of the feed's owner changed or ended.
    WaitlistChanged,
    /// The comment `subject` was created below the post whose feed this is.
    CommentAdded,
    /// The comment `subject` was edited or deleted.
    CommentChanged,
    /// The reactions to `subject` changed: a message, a comment, or the post whose feed this is.
    ReactionsChanged,
    /// The notification `subject` of the feed's owner was created or renewed.
    NotificationAdded,
    /// Notifications of the account `subject` were read or deleted.
    NotificationsChanged,
    /// The accounts `subject` and `detail` are hidden from each other now, or no longer are.
    BlockChanged,
    /// The report `subject` was opened, got another complaint, was assigned or resolved.
    ReportChanged,
    /// The registration request `subject` was created, decided or deleted.
    RegistrationRequestChanged,
    /// The invitation `subject` of the feed's owner was created, used or revoked.
    InvitationChanged,
    /// A kind of a newer version of this program. The event is delivered, because it has a number, and every consumer
    /// ignores it.
    Unknown,
}

impl EventKind {
    const ALL: [Self; 29] = [
        Self::SecurityNotice,
        Self::SessionEnded,
        Self::RoleChanged,
        Self::LocaleChanged,
        Self::PostAdded,
        Self::PostChanged,
        Self::MessageAdded,
        Self::MessageChanged,
        Self::ConversationRead,
        Self::MemberLeft,
        Self::MemberRemoved,
        Self::GroupChanged,
        Self::VisibilityChanged,
        Self::LobbyJoined,
        Self::LobbyLeft,
        Self::PresenceChanged,
        Self::BookingChanged,
        Self::BookingReminder,
        Self::AvailabilityChanged,
        Self::WaitlistChanged,
        Self::CommentAdded,
        Self::CommentChanged,
        Self::ReactionsChanged,
        Self::NotificationAdded,
        Self::NotificationsChanged,
        Self::BlockChanged,
        Self::ReportChanged,
        Self::RegistrationRequestChanged,
        Self::InvitationChanged,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::SecurityNotice => "security_notice",
            Self::SessionEnded => "session_ended",
            Self::RoleChanged => "role_changed",
            Self::LocaleChanged => "locale_changed",
            Self::PostAdded => "post_added",
            Self::PostChanged => "post_changed",
            Self::MessageAdded => "message_added",
            Self::MessageChanged => "message_changed",
            Self::ConversationRead => "conversation_read",
            Self::MemberLeft => "member_left",
            Self::MemberRemoved => "member_removed",
            Self::GroupChanged => "group_changed",
            Self::VisibilityChanged => "visibility_changed",
            Self::LobbyJoined => "lobby_joined",
            Self::LobbyLeft => "lobby_left",
            Self::PresenceChanged => "presence_changed",
            Self::BookingChanged => "booking_changed",
            Self::BookingReminder => "booking_reminder",
            Self::AvailabilityChanged => "availability_changed",
            Self::WaitlistChanged => "waitlist_changed",
            Self::CommentAdded => "comment_added",
            Self::CommentChanged => "comment_changed",
            Self::ReactionsChanged => "reactions_changed",
            Self::NotificationAdded => "notification_added",
            Self::NotificationsChanged => "notifications_changed",
            Self::BlockChanged => "block_changed",
            Self::ReportChanged => "report_changed",
            Self::RegistrationRequestChanged => "registration_request_changed",
            Self::InvitationChanged => "invitation_changed",
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
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).unwrap_or(Self::Unknown)
    }
}

/// An event before it has a number in a feed. Ids and codes only, never texts of users.
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
    /// The position in the feed, from 1 on.
    pub number: i64,
    #[sqlx(try_from = "String")]
    pub kind: EventKind,
    pub subject: i64,
    pub detail: Option<i64>,
    pub happened_at: Timestamp,
}

/// Appends an event to a feed, in the transaction of the change that it reports. Publish it after the commit.
///
/// Other transactions that append to the feed wait until this one ends. So append late in the transaction, and to
/// several feeds in the order of their ids, or two transactions may deadlock.
///
/// The event happens at `now`, or right after the newest event of the feed if that is later: the clocks of nodes differ,
/// and a clock can be set back. Whatever the change stores as its time is [`Event::happened_at`].
pub async fn append(tx: &mut Tx, now: Timestamp, feed: Feed, body: EventBody) -> Result<Event> {
    let EventBody { kind, subject, detail } = body;
    let (feeds, original) = (List::new([feed]), None::<i64>);
    let binds: [&dyn Bind; 6] = [&feeds, &kind.as_str(), &subject, &detail, &now, &original];
    let (feed, number, detail, happened_at): InsertedEvent = tx.one(APPEND, &binds).await?;
    Ok(Event { feed, number, kind, subject, detail, happened_at })
}

/// Appends the same event to each of these feeds. Returns the events in no particular order. The feeds are locked in
/// the order of their ids.
pub async fn append_to_feeds(tx: &mut Tx, now: Timestamp, feeds: &[Feed], body: EventBody) -> Result<Vec<Event>> {
    insert(tx, now, &List::new(feeds.iter().copied()), body, None).await
}

/// Appends an event to a feed, and copies of it to others. The `detail` of each is the event's number in the first
/// feed: with the subject, it identifies the event in all of them. Returns the event in the first feed, and all events.
pub async fn append_with_copies(
    tx: &mut Tx,
    now: Timestamp,
    feed: Feed,
    copies: &[Feed],
    (kind, subject): (EventKind, i64),
) -> Result<(Event, Vec<Event>)> {
    let feeds = List::new([feed].into_iter().chain(copies.iter().copied()));
    let body = EventBody { kind, subject, detail: None };
    let events = insert(tx, now, &feeds, body, Some(feed)).await?;
    let original = events.iter().copied().find(|event| event.feed == feed);
    let original = original.unwrap_or(Event { feed, number: 0, kind, subject, detail: None, happened_at: now });
    Ok((original, events))
}

/// What becomes of a feed's row when events are added. Its instants never fall, and no two
/// additions have the same.
macro_rules! advance {
    () => {
        "on conflict (id) do update set head = feeds.head + excluded.head,
             newest_at = case when excluded.newest_at > feeds.newest_at then excluded.newest_at
                              else feeds.newest_at + 1 end"
    };
}

/// Advances the head of each feed in the list. Without `where true` SQLite parses `on conflict` as the condition of a
/// join.
macro_rules! advance_heads {
    () => {
        concat!(
            "insert into feeds (id, head, trimmed, newest_at)
             select value, 1, 0, $5 from json_each($1) where true order by value ",
            advance!()
        )
    };
}

/// Inserts the event at the heads of `$from`. Where an original feed is given, the head of that feed is the detail.
macro_rules! insert_at_heads {
    ($from:literal) => {
        concat!(
            "insert into feed_events (feed, number, kind, subject, detail, happened_at)
             select feed.id, feed.head, $2, $3, coalesce((select head from ",
            $from,
            " where id = $6), $4), feed.newest_at
             from json_each($1) as wanted cross join ",
            $from,
            " as feed where feed.id = wanted.value
             returning feed, number, detail, happened_at"
        )
    };
}

/// Both in one round trip, because every change appends. SQLite runs two statements, of which the second returns rows.
/// On PostgreSQL it is one statement, whose second part sees only the rows that the first returns.
const APPEND: Sql = Sql {
    sqlite: concat!(advance_heads!(), "; ", insert_at_heads!("feeds")),
    postgres: concat!(
        "with advanced as (",
        advance_heads!(),
        " returning id, head, newest_at) ",
        insert_at_heads!("advanced")
    ),
};

/// The feed, number, detail and time of an inserted event.
type InsertedEvent = (Feed, i64, Option<i64>, Timestamp);

/// Advances the feeds and inserts an event into each of them.
async fn insert(
    tx: &mut Tx,
    now: Timestamp,
    feeds: &List,
    EventBody { kind, subject, detail }: EventBody,
    original: Option<Feed>,
) -> Result<Vec<Event>> {
    let original = original.map(|feed| feed.0);
    let binds: [&dyn Bind; 6] = [feeds, &kind.as_str(), &subject, &detail, &now, &original];
    let inserted: Vec<InsertedEvent> = tx.all(APPEND, &binds).await?;
    let event = |(feed, number, detail, happened_at)| Event { feed, number, kind, subject, detail, happened_at };
    Ok(inserted.into_iter().map(event).collect())
}

/// Appends one event for each subject to a feed, in the order of their ids. It takes two statements for any number of
/// subjects.
pub async fn append_for_subjects(
    tx: &mut Tx,
    now: Timestamp,
    feed: Feed,
    kind: EventKind,
    mut subjects: Vec<i64>,
    detail: Option<i64>,
) -> Result<Vec<Event>> {
    subjects.sort_unstable();
    let count = i64::try_from(subjects.len()).unwrap_or(i64::MAX);
    let (head, happened_at) = advance_head(tx, now, feed, count).await?;
    let before = head - count;
    let sql = "insert into feed_events (feed, number, kind, subject, detail, happened_at)
        select $1, $2 + row_number() over (order by value), $3, value, $4, $5 from json_each($6)";
    let list = List::new(subjects.iter().copied());
    tx.run(sql, &[&feed, &before, &kind.as_str(), &detail, &happened_at, &list]).await?;
    let numbered = (before + 1..).zip(subjects);
    Ok(numbered.map(|(number, subject)| Event { feed, number, kind, subject, detail, happened_at }).collect())
}

/// Appends different events to different feeds, in the order of the feeds, and within a feed in the given order. It takes
/// two statements for any number of events.
pub async fn append_all(tx: &mut Tx, now: Timestamp, mut entries: Vec<(Feed, EventBody)>) -> Result<Vec<Event>> {
    entries.sort_by_key(|(feed, _)| *feed);
    let sql = concat!(
        "insert into feeds (id, head, trimmed, newest_at)
         select value, count(*), 0, $2 from json_each($1) where true group by value order by value ",
        advance!(),
        " returning id, head, newest_at"
    );
    let feeds = List::new(entries.iter().map(|(feed, _)| *feed));
    let heads: Vec<(Feed, i64, Timestamp)> = tx.all(sql, &[&feeds, &now]).await?;
    let mut heads: HashMap<Feed, (i64, Timestamp)> =
        heads.into_iter().map(|(feed, head, happened_at)| (feed, (head, happened_at))).collect();
    let mut events = Vec::with_capacity(entries.len());
    for (feed, EventBody { kind, subject, detail }) in entries.into_iter().rev() {
        let Some((head, happened_at)) = heads.get_mut(&feed) else { continue };
        events.push(Event { feed, number: *head, kind, subject, detail, happened_at: *happened_at });
        *head -= 1;
    }
    events.reverse();
    // A list binds one column only: the numbers have 20 places each.
    let rows = Texts::new(events.iter().map(|Event { feed, number, kind, subject, detail, happened_at }| {
        let detail = detail.map(|detail| format!("{detail:020}")).unwrap_or_default();
        format!("{:020}{number:020}{subject:020}{:020}{detail:20}{}", feed.0, happened_at.0, kind.as_str())
    }));
    let sql = "insert into feed_events (feed, number, subject, happened_at, detail, kind)
        select cast(substr(value, 1, 20) as bigint), cast(substr(value, 21, 20) as bigint),
               cast(substr(value, 41, 20) as bigint), cast(substr(value, 61, 20) as bigint),
               cast(nullif(substr(value, 81, 20), '                    ') as bigint), substr(value, 101)
        from json_each($1)";
    tx.run(sql, &[&rows]).await?;
    Ok(events)
}

/// Advances the head of a feed by `count`. Returns the head, and when the events happen.
async fn advance_head(tx: &mut Tx, now: Timestamp, feed: Feed, count: i64) -> Result<(i64, Timestamp)> {
    let sql = concat!(
        "insert into feeds (id, head, trimmed, newest_at) values ($1, $2, 0, $3) ",
        advance!(),
        " returning head, newest_at"
    );
    tx.one(sql, &[&feed, &count, &now]).await
}

/// Returns the number of the feed's newest event; 0 if it never had one.
pub async fn head(query: impl Query, feed: Feed) -> Result<i64> {
    // A `&str` here would keep the compiler from proving that the generic future is `Send`.
    let sql = Sql::from("select head from feeds where id = $1");
    let head: Option<(i64,)> = query.opt(sql, &[&feed]).await?;
    Ok(head.map_or(0, |(head,)| head))
}

/// Deletes a feed and its events, together with the owner of the feed. It must not be appended to again.
pub async fn delete(tx: &mut Tx, feed: Feed) -> Result<()> {
    tx.run("delete from feeds where id = $1", &[&feed]).await?;
    tx.run(Scan("delete from feed_events where feed = $1"), &[&feed]).await?;
    Ok(())
}

/// Returns the position of the feed's newest event; number 0 if it never had one.
pub async fn newest(db: &Db, feed: Feed) -> Result<FeedPosition> {
    Ok(newest_of_each(db, [feed]).await?.remove(&feed).unwrap_or_default())
}

/// Returns the positions of the newest events of these feeds, without those that never had one.
pub async fn newest_of_each(db: &Db, feeds: impl IntoIterator<Item = Feed>) -> Result<HashMap<Feed, FeedPosition>> {
    let sql =
        "select feeds.id, head, newest_at from json_each($1) as wanted cross join feeds where feeds.id = wanted.value";
    let rows: Vec<(Feed, i64, Timestamp)> = db.all(sql, &[&List::new(feeds)]).await?;
    let position = |number, newest_at| match newest_at {
        // The instant of the newest event was not stored yet.
        Timestamp(0) => FeedPosition::from(number),
        newest_at => FeedPosition::new(number, newest_at),
    };
    Ok(rows.into_iter().map(|(feed, head, newest_at)| (feed, position(head, newest_at))).collect())
}

/// Returns the first page of events after `number`, oldest first.
pub(super) async fn events_after(db: &Db, feed: Feed, number: i64) -> Result<Vec<Event>> {
    let sql = "select feed, number, kind, subject, detail, happened_at from feed_events
        where feed = $1 and number > $2 order by number limit $3";
    db.all(sql, &[&feed, &number, &i64::try_from(PAGE_SIZE).unwrap_or(i64::MAX)]).await
}

/// Deletes events older than `older_than` and returns how many. The remaining events of a feed are its newest, without
/// a gap.
///
/// Works in small transactions, so that other writers do not wait. It may be cancelled between any two.
pub async fn trim(db: &Db, older_than: Timestamp) -> Result<u64> {
    // The oldest event of a feed is the one after `trimmed`. If it is young enough, the feed needs no further look.
    let sql = "select page.id, oldest.happened_at
        from (select id, trimmed from feeds where id > $1 order by id limit $2) as page
        left join feed_events as oldest on oldest.feed = page.id and oldest.number = page.trimmed + 1
        order by page.id";
    let (mut deleted, mut last) = (0, Feed(i64::MIN));
    loop {
        let page: Vec<(Feed, Option<Timestamp>)> = db.all(Scan(sql), &[&last, &TRIM_BATCH_SIZE]).await?;
        match page.last() {
            Some((feed, _)) => last = *feed,
            None => return Ok(deleted),
        }
        for (feed, _) in page.into_iter().filter(|(_, oldest)| oldest.is_some_and(|oldest| oldest < older_than)) {
            deleted += trim_feed(db, feed, older_than).await?;
        }
    }
}

/// Deletes events of one feed like [`trim`].
pub(super) async fn trim_feed(db: &Db, feed: Feed, older_than: Timestamp) -> Result<u64> {
    let sql = "select max(number) from
        (select number, happened_at from feed_events where feed = $1 order by number limit $3) as oldest
        where happened_at < $2";
    let mut deleted = 0;
    loop {
        let (last,): (Option<i64>,) = db.one(Scan(sql), &[&feed, &older_than, &TRIM_BATCH_SIZE]).await?;
        let Some(last) = last else { return Ok(deleted) };
        let mut tx = db.write().await?;
        tx.run("update feeds set trimmed = $2 where id = $1 and trimmed < $2", &[&feed, &last]).await?;
        deleted += tx.run(Scan("delete from feed_events where feed = $1 and number <= $2"), &[&feed, &last]).await?;
        tx.commit().await?;
    }
}
