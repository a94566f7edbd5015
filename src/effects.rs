//! The effects of a transaction on followers, workers and other slices.
//!
//! A rule collects [`Effects`] and passes them to `App::commit`: events to append and feeds to delete at the end of the
//! transaction, and events and signals to publish and workers to wake after it. A change that other slices must complete
//! in the same transaction is a [`DomainEvent`]: the rule raises it with `App::raise`, and the reactions of the slices run
//! at once, in the order that `node` lists.

use std::net::IpAddr;

use crate::error::Result;
use crate::ids::{AccountId, SessionId};
use crate::live::{Event, EventBody, Feed, Signal};
use crate::mail::Enqueued;

/// What happens after the commit of a transaction. Dropped when the transaction rolls back.
#[derive(Debug, Default)]
#[must_use]
pub struct Effects {
    appends: Vec<(Feed, EventBody)>,
    deleted_feeds: Vec<Feed>,
    events: Vec<Event>,
    signals: Vec<Signal>,
    has_mail: bool,
    has_deleted_images: bool,
    lines: Vec<AuditLine>,
    #[cfg(debug_assertions)]
    raised: Vec<DomainEvent>,
}

/// A line of the log about an account, with the target `audit`.
#[derive(Clone, Copy, Debug)]
pub struct AuditLine {
    pub event: &'static str,
    /// That of the client; a command has none.
    pub address: Option<IpAddr>,
    pub account: Option<AccountId>,
    /// The account that acted, if it is another one.
    pub actor: Option<AccountId>,
}

impl AuditLine {
    pub fn write(self) {
        let Self { event, address, account, actor } = self;
        let (account, actor) = (account.map(|account| account.0), actor.map(|actor| actor.0));
        let address = address.map(tracing::field::display);
        tracing::info!(target: "audit", event, address, account, actor);
    }
}

/// A change in one slice that other slices must complete in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainEvent {
    /// The account is about to be deleted. Its rows still exist and are locked.
    AccountDeleted(AccountId),
    /// The account will be deleted, and has more messages than one transaction takes the author from: some of them lose
    /// it now.
    AccountLeaving(AccountId),
    /// These sessions were deleted.
    SessionsEnded(Vec<(AccountId, SessionId)>),
    /// Two accounts are hidden from each other now, or no longer are.
    BlockChanged { one: AccountId, other: AccountId, is_hidden: bool },
    /// The account has another role.
    RoleChanged(AccountId),
    /// The account was locked, for a time or without an end.
    AccountLocked { account: AccountId, has_end: bool },
    /// The account was unlocked, or its lock has ended.
    AccountUnlocked(AccountId),
    /// These messages, posts and comments were deleted, given by their numbers.
    ContentDeleted(Vec<i64>),
    /// The public profile of the account changed: its name, or a guest has become a member.
    UserChanged(AccountId),
}

impl Effects {
    /// Appends an event to a feed at the end of the transaction, and publishes it after the commit. All of these events
    /// are appended together, in the order of their feeds, so that no two transactions wait for each other.
    pub fn append(&mut self, feed: Feed, body: EventBody) {
        self.appends.push((feed, body));
    }

    /// Deletes a feed at the end of the transaction, instead of appending events to it.
    pub fn delete_feed(&mut self, feed: Feed) {
        self.deleted_feeds.push(feed);
    }

    /// Publishes a signal after the commit.
    pub fn signal(&mut self, signal: Signal) {
        self.signals.push(signal);
    }

    /// Publishes an event after the commit. It must have been appended to its feed in this transaction.
    pub fn publish(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Publishes events after the commit, like [`Effects::publish`].
    pub fn publish_all(&mut self, events: impl IntoIterator<Item = Event>) {
        self.events.extend(events);
    }

    /// Wakes the worker that sends mail after the commit.
    pub fn mail(&mut self, _: Enqueued) {
        self.has_mail = true;
    }

    /// Wakes the worker that deletes the files of deleted images after the commit. It also runs every 30 seconds.
    pub fn images_deleted(&mut self) {
        self.has_deleted_images = true;
    }

    /// Writes a line into the log after the commit.
    pub fn log(&mut self, line: AuditLine) {
        self.lines.push(line);
    }

    /// Records that `event` is raised. A debug build rejects one that was raised before in the same transaction,
    /// because its reactions would run twice.
    pub(crate) fn record_raised(&mut self, event: &DomainEvent) -> Result<()> {
        #[cfg(debug_assertions)]
        {
            if self.raised.contains(event) {
                return Err(crate::error::Error::internal(format!("{event:?} is raised twice in one transaction")));
            }
            self.raised.push(event.clone());
        }
        let _ = event;
        Ok(())
    }

    /// Takes the events to append, and the feeds to delete, which are none of those of the events.
    pub(crate) fn take_feed_changes(&mut self) -> (Vec<(Feed, EventBody)>, Vec<Feed>) {
        let deleted = std::mem::take(&mut self.deleted_feeds);
        let mut appends = std::mem::take(&mut self.appends);
        appends.retain(|(feed, _)| !deleted.contains(feed));
        (appends, deleted)
    }

    pub(crate) fn signals(&self) -> &[Signal] {
        &self.signals
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    pub(crate) fn lines(&self) -> &[AuditLine] {
        &self.lines
    }

    pub(crate) fn has_mail(&self) -> bool {
        self.has_mail
    }

    pub(crate) fn has_deleted_images(&self) -> bool {
        self.has_deleted_images
    }
}
