//! Managed groups: the groups of `createGroup`, which have a title and an owner. The owner changes the group and its
//! members; every member can leave. The groups of `startConversation` are not managed: each belongs to its set of users.
//!
//! Every change is announced to all members, and to the one who left or was removed. [`rules::announce`] is the one door
//! for it: it knows the change, who made it, and the member concerned.

pub mod graphql;
pub mod rules;
pub mod store;

use super::ConversationId;
use crate::accounts::AccountId;
use crate::db::text_enum;
use crate::images::{ImageId, ImageUse, ImageUseKind};
use crate::live::{Event, EventKind};

/// A change of a group. Clients must accept values that are added later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum GroupChange {
    /// The setting `isHistoryShared` changed.
    HistoryChanged,
    /// The image changed or was removed.
    ImageChanged,
    /// The owner added a member, or created the group with the member.
    MemberAdded,
    /// A member left.
    MemberLeft,
    /// The owner removed a member, or the account of a member or former member was deleted. After a deletion their
    /// messages have no author, and those that had only images are deleted.
    MemberRemoved,
    /// Another member became the owner.
    OwnerChanged,
    /// The title changed.
    TitleChanged,
    /// The viewer sees other members, messages or unread counts than before.
    VisibilityChanged,
}

text_enum!(GroupChange {
    HistoryChanged => "history_changed",
    ImageChanged => "image_changed",
    MemberAdded => "member_added",
    MemberLeft => "member_left",
    MemberRemoved => "member_removed",
    OwnerChanged => "owner_changed",
    TitleChanged => "title_changed",
    VisibilityChanged => "visibility_changed",
});

impl GroupChange {
    /// The changes that concern a member so much that they are notified.
    const NOTIFIED: [Self; 3] = [Self::MemberAdded, Self::MemberRemoved, Self::OwnerChanged];

    /// Returns the number stored as the detail of a notification; `None` for changes without notifications. A number is
    /// never reused for another change.
    pub fn number(self) -> Option<i64> {
        match self {
            Self::MemberAdded => Some(1),
            Self::MemberRemoved => Some(2),
            Self::OwnerChanged => Some(3),
            _ => None,
        }
    }

    /// Returns the change with this number; `None` if a newer version added it.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::NOTIFIED.into_iter().find(|change| change.number() == Some(number))
    }
}

/// The content of a new group, not yet validated.
#[derive(Clone, Debug)]
pub struct GroupDraft {
    pub title: String,
    /// The other members. `None` stands for a string that is not the id of a user.
    pub users: Vec<Option<AccountId>>,
    /// The inner `None` stands for a string that is not the id of an image.
    pub image: Option<Option<ImageId>>,
    pub is_history_shared: bool,
    pub client_key: Option<String>,
}

/// The changes to a group. What is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct GroupUpdate {
    pub title: Option<String>,
    pub is_history_shared: Option<bool>,
    pub image: Option<NewImage>,
}

/// What becomes of the image of a group.
#[derive(Clone, Copy, Debug)]
pub enum NewImage {
    Removed,
    /// `None` stands for a string that is not the id of an image.
    Replaced(Option<ImageId>),
}

/// A change of a group, as events report it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReportedChange {
    pub conversation_id: ConversationId,
    pub change: GroupChange,
    /// The member who made the change; `None` if the server made it.
    pub actor_id: Option<AccountId>,
    /// The member that the change is about.
    pub member_id: Option<AccountId>,
}

impl ReportedChange {
    /// Returns the change that an event contains; `None` if it only refers to the change, or reports something else.
    pub fn within(event: &Event) -> Option<Self> {
        let member = Some(AccountId(event.subject));
        let (change, actor_id, member_id) = match event.kind {
            EventKind::MemberLeft => (GroupChange::MemberLeft, member, member),
            EventKind::MemberRemoved => (GroupChange::MemberRemoved, None, member),
            EventKind::VisibilityChanged => (GroupChange::VisibilityChanged, None, None),
            _ => return None,
        };
        let conversation_id = ConversationId(event.detail.unwrap_or_default());
        Some(Self { conversation_id, change, actor_id, member_id })
    }

    /// Returns true if the user is no longer a member because of the change.
    pub fn ends_membership_of(&self, user: AccountId) -> bool {
        matches!(self.change, GroupChange::MemberLeft | GroupChange::MemberRemoved) && self.member_id == Some(user)
    }
}

/// The use that the image of a group is attached to.
pub fn image_use(id: ConversationId) -> ImageUse {
    ImageUse::new(ImageUseKind::Group, id.0)
}
