//! What a transaction leads to.
//!
//! A rule collects [`Effects`] while it works and hands them to `App::commit`: events to publish and workers to wake, none
//! of them before the commit, all of them after it. What other slices must do inside the same transaction is a
//! [`DomainEvent`]: the rule raises it by `App::raise`, and the reactions of the slices run at once, in the order that
//! `node` lists.

use crate::error::Result;
use crate::ids::{AccountId, SessionId};
use crate::live::Event;
use crate::mail::Enqueued;

/// What a transaction leads to once it is committed. Dropped with a transaction that rolls back, it leads to nothing.
#[derive(Debug, Default)]
#[must_use]
pub struct Effects {
    events: Vec<Event>,
    has_mail: bool,
    has_deleted_images: bool,
    #[cfg(debug_assertions)]
    raised: Vec<DomainEvent>,
}

/// A change in one slice that others must complete in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainEvent {
    /// The account is about to be deleted; its rows are still there and locked.
    AccountDeleted(AccountId),
    /// These sessions were deleted.
    SessionsEnded(Vec<(AccountId, SessionId)>),
    /// The first of the two now blocks the second, or no longer does.
    BlockChanged(AccountId, AccountId),
    /// The account has another role.
    RoleChanged(AccountId),
}

impl Effects {
    /// Publishes an event that was appended to its feed in this transaction.
    pub fn publish(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Publishes several events.
    pub fn publish_all(&mut self, events: impl IntoIterator<Item = Event>) {
        self.events.extend(events);
    }

    /// Wakes the worker that sends mail.
    pub fn mail(&mut self, _: Enqueued) {
        self.has_mail = true;
    }

    /// Wakes the worker that removes the bytes of deleted images. It also looks by itself every half minute.
    pub fn images_deleted(&mut self) {
        self.has_deleted_images = true;
    }

    /// Notes that `event` is raised. A debug build refuses one that was raised before in the same transaction: its
    /// reactions would run twice.
    pub(crate) fn note(&mut self, event: &DomainEvent) -> Result<()> {
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
