//! The interface `Notification` and its types.

use std::collections::HashMap;

use async_graphql::{ComplexObject, Context, ID, Interface, SimpleObject};
use futures_util::future::try_join;

use crate::accounts::AccountId;
use crate::accounts::notices::NoticeKind;
use crate::app::App;
use crate::bookings::graphql::own_booking;
use crate::bookings::waitlist::graphql::own_entry;
use crate::bookings::waitlist::{WaitlistChange, WaitlistEntry, WaitlistEntryId};
use crate::bookings::{Booking, BookingChange, BookingId};
use crate::conversations::graphql::visible_conversation;
use crate::conversations::groups::GroupChange;
use crate::conversations::{Conversation, ConversationId};
use crate::delivery::texts;
use crate::error::{Error, Result};
use crate::exports::graphql::own_export;
use crate::exports::{DataExport, DataExportId};
use crate::graphql::loader::{Loaded, by_viewer};
use crate::graphql::{ContextExt, DateTime, EdgeError, GlobalId, Nullable, Recurring, nullable, recurring};
use crate::notifications::{Notification, NotificationKind, NotificationType};
use crate::posts::comments::graphql::visible_comment;
use crate::posts::comments::{Comment, CommentId};
use crate::profiles::User;
use crate::profiles::graphql::visible_user;
use crate::reactions::graphql::{Reactable, visible_reactable};
use crate::reactions::store as reactions;
use crate::reports::ModerationAction;
use crate::sentences::{Sentence, Value};

/// News for the viewer. The server keeps the newest 1,000 for 90 days. The list and what is read are the same on all
/// devices.
#[derive(Clone, Debug, Interface)]
#[graphql(
    name = "Notification",
    field(name = "happened_at", ty = "&DateTime", desc = "When it happened; of reactions the latest."),
    field(name = "id", ty = "ID", desc = "The global id."),
    field(name = "kind", ty = "&NotificationKind", desc = "The kind, by which preferences are set."),
    field(
        name = "read_at",
        ty = "&Option<DateTime>",
        desc = "When the notification was read; null while it is unread."
    ),
    field(
        name = "text",
        ty = "Sentence",
        desc = "One sentence for users, in the language of the viewer, for clients that do not know the type."
    )
)]
pub enum NotificationObject {
    Booking(BookingNotification),
    CalendarConflict(CalendarConflictNotification),
    Comment(CommentNotification),
    DataExport(DataExportNotification),
    Group(GroupNotification),
    Mention(MentionNotification),
    Moderation(ModerationNotification),
    Reaction(ReactionNotification),
    Reminder(ReminderNotification),
    Reply(ReplyNotification),
    Report(ReportNotification),
    Security(SecurityNotification),
    Waitlist(WaitlistNotification),
}

impl NotificationObject {
    /// Converts a row; `None` for what a newer version of the server wrote.
    pub fn of(row: Notification) -> Option<Self> {
        Some(match row.r#type {
            NotificationType::Booking => {
                BookingNotification::change_of(&row)?;
                Self::Booking(row.into())
            }
            NotificationType::CalendarConflict => Self::CalendarConflict(row.into()),
            NotificationType::Comment => Self::Comment(row.into()),
            NotificationType::DataExport => Self::DataExport(row.into()),
            NotificationType::Group => {
                GroupNotification::change_of(&row)?;
                Self::Group(row.into())
            }
            NotificationType::Mention => Self::Mention(row.into()),
            NotificationType::Moderation => Self::Moderation(row.into()),
            NotificationType::Reaction => Self::Reaction(row.into()),
            NotificationType::Reminder => Self::Reminder(row.into()),
            NotificationType::Reply => Self::Reply(row.into()),
            NotificationType::Report => Self::Report(row.into()),
            NotificationType::Security => {
                SecurityNotification::notice_of(&row)?;
                Self::Security(row.into())
            }
            NotificationType::Waitlist => {
                WaitlistNotification::change_of(&row)?;
                Self::Waitlist(row.into())
            }
            NotificationType::Unknown => return None,
        })
    }
}

/// Defines the object of a type of notifications with the fields that all have in common.
macro_rules! notification_object {
    ($(#[doc = $doc:tt])+ $name:ident, $kind:tt, $happened_at:tt) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, SimpleObject)]
        #[graphql(complex)]
        pub struct $name {
            /// The global id.
            #[graphql(owned)]
            pub id: ID,
            #[doc = $kind]
            pub kind: NotificationKind,
            #[doc = $happened_at]
            pub happened_at: DateTime,
            /// When the notification was read; null while it is unread.
            pub read_at: Option<DateTime>,
            #[graphql(skip)]
            row: Notification,
        }

        impl From<Notification> for $name {
            fn from(row: Notification) -> Self {
                Self {
                    id: row.id.to_global(),
                    kind: row.r#type.kind(),
                    happened_at: row.happened_at.into(),
                    read_at: row.read_at.map(DateTime::from),
                    row,
                }
            }
        }
    };
}

notification_object!(
    /// A booking of the viewer was changed by the other participant.
    BookingNotification,
    "`BOOKING`.",
    "When the booking was changed."
);
notification_object!(
    /// A busy calendar of the viewer has an event at the time of a booking. The booking stays as it is.
    CalendarConflictNotification,
    "`BOOKING`.",
    "When the conflict was found."
);
notification_object!(
    /// A comment was created below a post of the viewer.
    CommentNotification,
    "`COMMENT`.",
    "When the comment was created."
);
notification_object!(
    /// A data export of the viewer is ready, or failed.
    DataExportNotification,
    "`ACCOUNT`.",
    "When the export was finished."
);
notification_object!(
    /// The viewer was added to a group, removed from it, or became its owner.
    GroupNotification,
    "`GROUP`.",
    "When it happened."
);
notification_object!(
    /// The viewer was mentioned in a group, in the lobby, in a post or in a comment.
    MentionNotification,
    "`MENTION`.",
    "When the text was written."
);
notification_object!(
    /// Moderators acted on a text or on the account of the viewer. The moderators are not named.
    ModerationNotification,
    "`MODERATION`.",
    "When it happened."
);
notification_object!(
    /// Reactions to a text of the viewer: one notification for each message, post or comment, which further reactions
    /// renew.
    ReactionNotification,
    "`REACTION`.",
    "When the latest reaction was added."
);
notification_object!(
    /// A booking of the viewer starts in 24 hours, or in 1 hour.
    ReminderNotification,
    "`REMINDER`.",
    "When the reminder was due."
);
notification_object!(
    /// A text of the viewer got a reply, in a group, in the lobby or below a post.
    ReplyNotification,
    "`REPLY`.",
    "When the reply was written."
);
notification_object!(
    /// Moderators resolved a report of the viewer. The moderators are not named.
    ReportNotification,
    "`MODERATION`.",
    "When the report was resolved."
);
notification_object!(
    /// An event that concerns the security of the viewer's account.
    SecurityNotification,
    "`ACCOUNT`.",
    "When it happened."
);

impl BookingNotification {
    fn change_of(row: &Notification) -> Option<BookingChange> {
        BookingChange::from_number(row.detail?)
    }
}

#[ComplexObject]
impl BookingNotification {
    /// The other participant; null when the server made the change, once the account is deleted, and across a block.
    async fn actor(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.row.actor_id?).await)
    }

    /// The booking as it is now.
    async fn booking(&self, context: &Context<'_>) -> Nullable<Booking> {
        nullable(own_booking(context, BookingId(self.row.subject_id)).await)
    }

    /// The change.
    fn change(&self) -> Result<BookingChange, EdgeError> {
        known(Self::change_of(&self.row))
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self, context: &Context<'_>) -> Result<Sentence, EdgeError> {
        let change = known(Self::change_of(&self.row))?;
        Ok(texts::booking(change, name_of(context, self.row.actor_id).await?))
    }
}

#[expect(clippy::unused_async, reason = "the framework awaits the fields of interfaces")]
#[ComplexObject]
impl CalendarConflictNotification {
    /// The booking as it is now.
    async fn booking(&self, context: &Context<'_>) -> Nullable<Booking> {
        nullable(own_booking(context, BookingId(self.row.subject_id)).await)
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self) -> Result<Sentence, EdgeError> {
        Ok(texts::calendar_conflict())
    }
}

#[ComplexObject]
impl CommentNotification {
    /// The comment; null when the viewer can no longer see it.
    async fn comment(&self, context: &Context<'_>) -> Nullable<Comment> {
        nullable(visible_comment(context, CommentId(self.row.subject_id)).await)
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self, context: &Context<'_>) -> Result<Sentence, EdgeError> {
        Ok(texts::comment(name_of(context, self.row.actor_id).await?))
    }
}

impl GroupNotification {
    fn change_of(row: &Notification) -> Option<GroupChange> {
        GroupChange::from_number(row.detail?)
    }

    async fn visible_group(&self, context: &Context<'_>) -> Result<Option<Conversation>> {
        visible_conversation(context, ConversationId(self.row.subject_id)).await
    }
}

#[ComplexObject]
impl GroupNotification {
    /// The member who made the change; null when the server made it, once the account is deleted, and across a block.
    async fn actor(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(visible_user(context, self.row.actor_id?).await)
    }

    /// The change: `MEMBER_ADDED`, `MEMBER_REMOVED` or `OWNER_CHANGED`.
    fn group_change(&self) -> Result<GroupChange, EdgeError> {
        known(Self::change_of(&self.row))
    }

    /// The group; null when the viewer is no longer a member.
    async fn conversation(&self, context: &Context<'_>) -> Nullable<Conversation> {
        nullable(self.visible_group(context).await)
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self, context: &Context<'_>) -> Result<Sentence, EdgeError> {
        let change = known(Self::change_of(&self.row))?;
        // Together, so that the users of a page are loaded at once.
        let (group, name) = try_join(self.visible_group(context), name_of(context, self.row.actor_id)).await?;
        let actor = self.row.actor_id.map(|_| name);
        Ok(texts::group(change, actor, group.and_then(|group| group.title).as_deref()))
    }
}

#[ComplexObject]
impl MentionNotification {
    /// The message, post or comment with the mention; null when the viewer can no longer see it.
    async fn subject(&self, context: &Context<'_>) -> Nullable<Reactable> {
        nullable(visible_reactable(context, self.row.subject()).await)
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self, context: &Context<'_>) -> Result<Sentence, EdgeError> {
        Ok(texts::mention(name_of(context, self.row.actor_id).await?))
    }
}

#[ComplexObject]
impl ReplyNotification {
    /// The reply: a message or a comment; null when the viewer can no longer see it.
    async fn subject(&self, context: &Context<'_>) -> Nullable<Reactable> {
        nullable(visible_reactable(context, self.row.subject()).await)
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self, context: &Context<'_>) -> Result<Sentence, EdgeError> {
        Ok(texts::reply(name_of(context, self.row.actor_id).await?))
    }
}

impl ModerationNotification {
    fn taken(&self) -> Vec<ModerationAction> {
        ModerationAction::of_sum(self.row.detail.unwrap_or_default())
    }
}

#[expect(clippy::unused_async, reason = "the framework awaits the fields of interfaces")]
#[ComplexObject]
impl ModerationNotification {
    /// The actions; at most 3.
    fn actions(&self) -> Vec<ModerationAction> {
        self.taken()
    }

    /// The message of the moderators to the viewer, with line breaks; null if there is none.
    fn message(&self) -> Option<&str> {
        self.row.message.as_deref()
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self) -> Result<Sentence, EdgeError> {
        Ok(texts::moderation(&self.taken()))
    }
}

#[expect(clippy::unused_async, reason = "the framework awaits the fields of interfaces")]
#[ComplexObject]
impl ReportNotification {
    /// True if the moderators acted on the report; false if they dismissed it.
    fn is_upheld(&self) -> bool {
        self.row.detail == Some(1)
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self) -> Result<Sentence, EdgeError> {
        Ok(texts::report(self.row.detail == Some(1)))
    }
}

/// Loads who has reacted to a text of the viewer: how many other users, and the latest of them.
struct OtherReactors;

impl Loaded for OtherReactors {
    type Key = (AccountId, i64);
    type Value = (AccountId, i64);

    async fn load(app: &App, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let (viewer, subjects) = by_viewer(keys);
        let found = reactions::other_reactors(&app.db, viewer, &subjects).await?;
        Ok(found.into_iter().map(|(subject, latest, count)| ((viewer, subject), (latest, count))).collect())
    }
}

impl ReactionNotification {
    async fn reactors(&self, context: &Context<'_>) -> Result<Option<(AccountId, i64)>> {
        let viewer = context.signed_in()?.account;
        context.load::<OtherReactors>((viewer, self.row.subject_id)).await
    }
}

#[ComplexObject]
impl ReactionNotification {
    /// The user who reacted last.
    async fn actor(&self, context: &Context<'_>) -> Recurring<User> {
        recurring(
            async {
                match self.reactors(context).await? {
                    Some((latest, _)) => visible_user(context, latest).await,
                    None => Ok(None),
                }
            }
            .await,
        )
    }

    /// The message, post or comment; null when the viewer can no longer see it.
    async fn subject(&self, context: &Context<'_>) -> Nullable<Reactable> {
        nullable(visible_reactable(context, self.row.subject()).await)
    }

    /// The number of users who have reacted, without the viewer.
    async fn user_count(&self, context: &Context<'_>) -> Result<i64, EdgeError> {
        Ok(self.reactors(context).await?.map_or(0, |(_, count)| count))
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self, context: &Context<'_>) -> Result<Sentence, EdgeError> {
        let reactors = self.reactors(context).await?;
        let name = name_of(context, reactors.map(|(latest, _)| latest)).await?;
        Ok(texts::reaction(self.row.subject_kind, name, reactors.map_or(0, |(_, count)| count)))
    }
}

#[expect(clippy::unused_async, reason = "the framework awaits the fields of interfaces")]
#[ComplexObject]
impl ReminderNotification {
    /// The booking as it is now.
    async fn booking(&self, context: &Context<'_>) -> Nullable<Booking> {
        nullable(own_booking(context, BookingId(self.row.subject_id)).await)
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self) -> Result<Sentence, EdgeError> {
        Ok(texts::reminder(self.row.detail))
    }
}

#[expect(clippy::unused_async, reason = "the framework awaits the fields of interfaces")]
#[ComplexObject]
impl DataExportNotification {
    /// The export; null once it is deleted.
    async fn data_export(&self, context: &Context<'_>) -> Nullable<DataExport> {
        nullable(own_export(context, DataExportId(self.row.subject_id)).await)
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self) -> Result<Sentence, EdgeError> {
        Ok(texts::data_export(self.row.detail == Some(1)))
    }
}

impl SecurityNotification {
    fn notice_of(row: &Notification) -> Option<NoticeKind> {
        NoticeKind::from_number(row.detail?)
    }
}

#[expect(clippy::unused_async, reason = "the framework awaits the fields of interfaces")]
#[ComplexObject]
impl SecurityNotification {
    /// The name of the device concerned; null when no device is.
    fn device_name(&self) -> Option<&str> {
        self.row.device_name.as_deref()
    }

    /// The event.
    fn notice(&self) -> Result<NoticeKind, EdgeError> {
        known(Self::notice_of(&self.row))
    }

    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self) -> Result<Sentence, EdgeError> {
        Ok(texts::security(known(Self::notice_of(&self.row))?))
    }
}

notification_object!(
    /// A seat is held for the viewer, or their place in a waitlist ended.
    WaitlistNotification,
    "`BOOKING`.",
    "When it happened."
);

impl WaitlistNotification {
    fn change_of(row: &Notification) -> Option<WaitlistChange> {
        row.detail.and_then(WaitlistChange::from_number)
    }
}

#[expect(clippy::unused_async, reason = "the framework awaits the fields of interfaces")]
#[ComplexObject]
impl WaitlistNotification {
    /// One sentence for users, in the language of the viewer.
    pub async fn text(&self) -> Result<Sentence, EdgeError> {
        Ok(texts::waitlist(known(Self::change_of(&self.row))?))
    }

    /// The entry, with `offerExpiresAt`. Null once the seat is booked or the offer has expired, and when the slot no longer
    /// exists.
    async fn waitlist_entry(&self, context: &Context<'_>) -> Nullable<WaitlistEntry> {
        nullable(own_entry(context, WaitlistEntryId(self.row.subject_id)).await)
    }
}

/// A value that was checked when the row was converted.
fn known<T>(value: Option<T>) -> Result<T, EdgeError> {
    Ok(value.ok_or_else(|| Error::internal("a notification has an unknown code"))?)
}

/// Returns a user's name for a sentence.
async fn name_of(context: &Context<'_>, user: Option<AccountId>) -> Result<Value> {
    let user = match user {
        Some(user) => visible_user(context, user).await?,
        None => None,
    };
    Ok(texts::name(user.map(|user| user.name()).as_deref()))
}
