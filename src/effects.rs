//! The effects of a transaction on followers, workers and other slices.
//!
//! A rule collects [`Effects`] and passes them to `App::commit`: events to publish and workers to wake, all of them
//! after the commit. A change that other slices must complete in the same transaction is a [`DomainEvent`]: the rule
//! raises it with `App::raise`, and the reactions of the slices run at once, in the order that `node` lists.

use crate::error::Result;
use crate::ids::{AccountId, SessionId};
use crate::live::Event;
use crate::mail::Enqueued;

/// What happens after the commit of a transaction. Dropped when the transaction rolls back.
#[derive(Debug, Default)]
#[must_use]
pub struct Effects {
    events: Vec<Event>,
    has_mail: bool,
    has_deleted_images: bool,
    #[cfg(debug_assertions)]
    raised: Vec<DomainEvent>,
}

/// A change in one slice that other slices must complete in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainEvent {
    /// The account is about to be deleted. Its rows still exist and are locked.
    AccountDeleted(AccountId),
    /// These sessions were deleted.
    SessionsEnded(Vec<(AccountId, SessionId)>),
    /// The first account now blocks the second, or no longer does.
    BlockChanged(AccountId, AccountId),
    /// The account has another role.
    RoleChanged(AccountId),
}

impl Effects {
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

    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    pub(crate) fn has_mail(&self) -> bool {
        self.has_mail
    }

    pub(crate) fn has_deleted_images(&self) -> bool {
        self.has_deleted_images
    }
}
