//! GraphQL for the list of notifications: pages, events and what is read.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, OneofObject, SimpleObject};

use super::rules::{self, Marked};
use super::types::graphql::NotificationObject;
use super::{Notification, NotificationFilter, NotificationId, NotificationKind, NotificationType};
use crate::accounts::AccountId;
use crate::accounts::graphql::ViewerObject;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::connection::write_cursor;
use crate::graphql::feed::cursor_of;
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::{
    Connection, ContextExt, DateTime, Edge, EdgeError, GlobalId, Nullable, PageArguments, Payload, UserError, nullable,
};
use crate::live::Event;

/// A page of notifications.
pub type NotificationConnection = Connection<NotificationObject>;

/// A notification and its cursor in the list.
pub type NotificationEdge = Edge<NotificationObject>;

/// How many kinds a filter can name.
const MAX_KINDS: usize = 20;

/// Which notifications to return.
#[derive(InputObject)]
#[graphql(name = "NotificationFilter")]
pub struct NotificationFilterInput {
    /// True: unread notifications; false: read ones.
    is_unread: Option<bool>,
    /// Notifications of these kinds; at most 20.
    kinds: Option<Vec<NotificationKind>>,
}

impl NotificationFilterInput {
    fn read(self) -> Result<NotificationFilter> {
        let kinds = self.kinds.unwrap_or_default();
        if kinds.len() > MAX_KINDS {
            return Err(Error::BadInput(format!("`kinds` has more than {MAX_KINDS} elements.")));
        }
        Ok(NotificationFilter { is_unread: self.is_unread, types: NotificationType::of_kinds(&kinds) })
    }
}

/// Loads notifications of the viewer.
struct OwnNotification;

impl Loaded for OwnNotification {
    type Key = (AccountId, NotificationId);
    type Value = Notification;

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Notification>> {
        let (viewer, ids) = by_viewer(keys);
        let found = rules::by_ids(app, viewer, &ids).await?;
        Ok(found.into_iter().map(|row| ((viewer, row.id), row)).collect())
    }
}

/// Loads a notification of the viewer; `None` if there is no such one, and for callers who are not members.
pub async fn own_notification(context: &Context<'_>, id: NotificationId) -> Result<Option<NotificationObject>> {
    Ok(own_row(context, id).await?.and_then(NotificationObject::of))
}

async fn own_row(context: &Context<'_>, id: NotificationId) -> Result<Option<Notification>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    context.load::<OwnNotification>((viewer.account, id)).await
}

/// Loads a page of the viewer's notifications.
///
/// # Errors
/// Forbidden for guests; bad input for too many kinds.
pub async fn notifications(
    context: &Context<'_>,
    filter: Option<NotificationFilterInput>,
    page: PageArguments,
) -> Result<NotificationConnection> {
    let viewer = context.member()?;
    let page = page.read(context)?;
    let filter = filter.map(NotificationFilterInput::read).transpose()?.unwrap_or_default();
    let (rows, total) = rules::notifications(context.app(), viewer.account, &filter, &page).await?;
    let converted = rows.into_iter().filter_map(|row| {
        let key = key_of(&row);
        NotificationObject::of(row).map(|notification| (key, notification))
    });
    Ok(NotificationConnection::from_rows(&page, converted.collect(), total, |(key, _)| *key, |(_, one)| one))
}

/// What the cursor of a notification contains.
fn key_of(row: &Notification) -> (Timestamp, NotificationId) {
    (row.happened_at, row.id)
}

/// A notification was created, or renewed by another reaction.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct NotificationAdded {
    /// The position of the event in the inbox. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
    #[graphql(skip)]
    notification: NotificationId,
}

#[ComplexObject]
impl NotificationAdded {
    /// The notification with its cursor in `Viewer.notifications`; null when it was deleted since.
    async fn notification_edge(&self, context: &Context<'_>) -> Nullable<NotificationEdge> {
        nullable(
            async {
                let row = own_row(context, self.notification).await?;
                Ok(row.and_then(|row| {
                    let cursor = write_cursor(&key_of(&row));
                    NotificationObject::of(row).map(|node| NotificationEdge { cursor, node })
                }))
            }
            .await,
        )
    }

    /// The viewer, with the current `unreadNotificationCount`.
    async fn viewer(&self, context: &Context<'_>) -> Result<ViewerObject, EdgeError> {
        Ok(current_viewer(context).await?)
    }
}

impl NotificationAdded {
    pub fn of(event: &Event) -> Self {
        let (cursor, happened_at) = (cursor_of(event), event.happened_at.into());
        Self { cursor, happened_at, notification: NotificationId(event.subject) }
    }
}

/// Notifications were read on a device of the viewer, deleted with what they were about, or hidden or shown by a change of a
/// block. Load those that are shown again.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct NotificationsChanged {
    /// The position of the event in the inbox. Pass it as `after` to resume behind this event.
    pub cursor: String,
    /// When the event happened.
    pub happened_at: DateTime,
}

#[ComplexObject]
impl NotificationsChanged {
    /// The viewer, with the current `notifications` and `unreadNotificationCount`.
    async fn viewer(&self, context: &Context<'_>) -> Result<ViewerObject, EdgeError> {
        Ok(current_viewer(context).await?)
    }
}

impl NotificationsChanged {
    pub fn of(event: &Event) -> Self {
        Self { cursor: cursor_of(event), happened_at: event.happened_at.into() }
    }
}

async fn current_viewer(context: &Context<'_>) -> Result<ViewerObject> {
    ViewerObject::load(context, context.signed_in()?).await?.ok_or(Error::Unauthenticated)
}

/// The notifications to mark as read. Give exactly one of the two.
#[derive(OneofObject)]
enum MarkNotificationsReadInput {
    /// These notifications; at most 100.
    NotificationIds(Vec<ID>),
    /// This notification and all older ones.
    UpToNotificationId(ID),
}

/// The result of `markNotificationsRead`.
#[derive(Default, SimpleObject)]
struct MarkNotificationsReadPayload {
    /// The viewer, with the current `notifications` and `unreadNotificationCount`; null when there are user errors.
    viewer: Option<ViewerObject>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(MarkNotificationsReadPayload);

#[derive(Debug, Default)]
pub struct NotificationMutation;

#[Object]
impl NotificationMutation {
    /// Marks notifications as read, on all devices of the viewer. Ids in a list that are unknown, deleted or read already
    /// change nothing. Codes: `NOT_FOUND`, `TOO_LONG`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn mark_notifications_read(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The notifications.")] input: MarkNotificationsReadInput,
    ) -> Nullable<MarkNotificationsReadPayload> {
        let marked = match input {
            MarkNotificationsReadInput::NotificationIds(ids) => {
                Marked::These(ids.iter().map(NotificationId::from_global).collect())
            }
            MarkNotificationsReadInput::UpToNotificationId(id) => Marked::UpTo(NotificationId::from_global(&id)),
        };
        let outcome = async {
            rules::mark_read(context.app(), context.member()?.account, &marked).await?;
            current_viewer(context).await
        };
        Payload::answer(outcome.await, |viewer| MarkNotificationsReadPayload {
            viewer: Some(viewer),
            ..MarkNotificationsReadPayload::default()
        })
    }
}
