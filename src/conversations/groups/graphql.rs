//! The mutations of managed groups.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{GroupDraft, GroupUpdate, NewImage, rules};
use crate::accounts::AccountId;
use crate::conversations::{Conversation, ConversationId};
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};
use crate::images::ImageId;

/// The input of `createGroup`.
#[derive(InputObject)]
struct CreateGroupInput {
    /// A key that the client chooses, 1 to 100 characters, unique for each creator. A repeated request with the same key
    /// and content returns the same group. Keys never expire.
    client_key: Option<String>,
    /// An image that the viewer uploaded.
    image_id: Option<ID>,
    /// Members who join later can read earlier messages.
    #[graphql(default)]
    is_history_shared: bool,
    /// The title: 1 to 100 characters after trimming, on one line.
    title: String,
    /// The other members: 1 to 49 users. The viewer is a member in any case.
    user_ids: Vec<ID>,
}

/// The input of `updateGroup`. An absent member stays as it is; null removes the image and leaves the others as they are.
#[derive(InputObject)]
struct UpdateGroupInput {
    /// The group.
    conversation_id: ID,
    /// An image that the viewer uploaded.
    image_id: MaybeUndefined<ID>,
    /// Members who join later can read earlier messages.
    is_history_shared: Option<bool>,
    /// The title: 1 to 100 characters after trimming, on one line.
    title: Option<String>,
}

/// The input of `addGroupMembers`.
#[derive(InputObject)]
struct AddGroupMembersInput {
    /// The group.
    conversation_id: ID,
    /// The users: 1 to 49. Users who are members already stay members.
    user_ids: Vec<ID>,
}

/// The input of `removeGroupMember`.
#[derive(InputObject)]
struct RemoveGroupMemberInput {
    /// The group.
    conversation_id: ID,
    /// The member; `INVALID` for the viewer.
    user_id: ID,
}

/// The input of `transferGroup`.
#[derive(InputObject)]
struct TransferGroupInput {
    /// The group.
    conversation_id: ID,
    /// A member of the group.
    user_id: ID,
}

/// The result of `createGroup`.
#[derive(Default, SimpleObject)]
struct CreateGroupPayload {
    /// The group; null when there are user errors.
    conversation: Option<Conversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `updateGroup`.
#[derive(Default, SimpleObject)]
struct UpdateGroupPayload {
    /// The group after the mutation; null when there are user errors.
    conversation: Option<Conversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `addGroupMembers`.
#[derive(Default, SimpleObject)]
struct AddGroupMembersPayload {
    /// The group after the mutation; null when there are user errors.
    conversation: Option<Conversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `removeGroupMember`.
#[derive(Default, SimpleObject)]
struct RemoveGroupMemberPayload {
    /// The group after the mutation; null when there are user errors.
    conversation: Option<Conversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `transferGroup`.
#[derive(Default, SimpleObject)]
struct TransferGroupPayload {
    /// The group after the mutation; null when there are user errors.
    conversation: Option<Conversation>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(
    CreateGroupPayload,
    UpdateGroupPayload,
    AddGroupMembersPayload,
    RemoveGroupMemberPayload,
    TransferGroupPayload,
);

#[derive(Debug, Default)]
pub struct GroupMutation;

#[Object]
impl GroupMutation {
    /// Creates a group with a title, owned by the viewer. Its members see it at once. `RECIPIENT_UNAVAILABLE` at each user
    /// who cannot be added; no group is created then. It counts as a new conversation: a user can create 10 an hour. Codes:
    /// `IDEMPOTENCY_MISMATCH`, `INVALID`, `NOT_FOUND`, `RECIPIENT_UNAVAILABLE`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn create_group(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The title and the members.")] input: CreateGroupInput,
    ) -> Nullable<CreateGroupPayload> {
        let draft = GroupDraft {
            title: input.title,
            users: user_ids(&input.user_ids),
            image: input.image_id.as_ref().map(ImageId::from_global),
            is_history_shared: input.is_history_shared,
            client_key: input.client_key,
        };
        let outcome = async { rules::create_group(context.app(), context.member()?, &draft).await };
        Payload::answer(outcome.await, |conversation| CreateGroupPayload {
            conversation: Some(conversation),
            ..CreateGroupPayload::default()
        })
    }

    /// Changes a group. `FORBIDDEN` unless the viewer owns it; `WRONG_STATE` for direct conversations and those of
    /// `startConversation`. Codes: `FORBIDDEN`, `INVALID`, `NOT_FOUND`, `TOO_LONG`, `TOO_SHORT`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn update_group(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateGroupInput,
    ) -> Nullable<UpdateGroupPayload> {
        let image = match &input.image_id {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(NewImage::Removed),
            MaybeUndefined::Value(id) => Some(NewImage::Replaced(ImageId::from_global(id))),
        };
        let update = GroupUpdate { title: input.title, is_history_shared: input.is_history_shared, image };
        let id = ConversationId::from_global(&input.conversation_id);
        let outcome = async { rules::update_group(context.app(), context.member()?, id, &update).await };
        Payload::answer(outcome.await, |conversation| UpdateGroupPayload {
            conversation: Some(conversation),
            ..UpdateGroupPayload::default()
        })
    }

    /// Adds members to a group, all or none. `FORBIDDEN` unless the viewer owns it, `RECIPIENT_UNAVAILABLE` at each user
    /// who cannot be added, `QUOTA_EXCEEDED` beyond 50 members, `WRONG_STATE` like `updateGroup`. A user can add 100 users
    /// an hour. Codes: `FORBIDDEN`, `NOT_FOUND`, `QUOTA_EXCEEDED`, `RECIPIENT_UNAVAILABLE`, `TOO_LONG`, `TOO_SHORT`,
    /// `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn add_group_members(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The group and the users.")] input: AddGroupMembersInput,
    ) -> Nullable<AddGroupMembersPayload> {
        let (id, users) = (ConversationId::from_global(&input.conversation_id), user_ids(&input.user_ids));
        let outcome = async { rules::add_members(context.app(), context.member()?, id, &users).await };
        Payload::answer(outcome.await, |conversation| AddGroupMembersPayload {
            conversation: Some(conversation),
            ..AddGroupMembersPayload::default()
        })
    }

    /// Removes a member from a group, which they can no longer read. `FORBIDDEN` unless the viewer owns it, `WRONG_STATE`
    /// like `updateGroup`. Codes: `FORBIDDEN`, `INVALID`, `NOT_FOUND`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn remove_group_member(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The group and the member.")] input: RemoveGroupMemberInput,
    ) -> Nullable<RemoveGroupMemberPayload> {
        let id = ConversationId::from_global(&input.conversation_id);
        let user = AccountId::from_global(&input.user_id);
        let outcome = async { rules::remove_group_member(context.app(), context.member()?, id, user).await };
        Payload::answer(outcome.await, |conversation| RemoveGroupMemberPayload {
            conversation: Some(conversation),
            ..RemoveGroupMemberPayload::default()
        })
    }

    /// Transfers the ownership of a group to another member. `FORBIDDEN` unless the viewer owns it, `WRONG_STATE` like
    /// `updateGroup`. Codes: `FORBIDDEN`, `NOT_FOUND`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn transfer_group(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The group and its new owner.")] input: TransferGroupInput,
    ) -> Nullable<TransferGroupPayload> {
        let id = ConversationId::from_global(&input.conversation_id);
        let user = AccountId::from_global(&input.user_id);
        let outcome = async { rules::transfer_group(context.app(), context.member()?, id, user).await };
        Payload::answer(outcome.await, |conversation| TransferGroupPayload {
            conversation: Some(conversation),
            ..TransferGroupPayload::default()
        })
    }
}

/// Parses the ids of users: `None` for a malformed one.
fn user_ids(ids: &[ID]) -> Vec<Option<AccountId>> {
    ids.iter().map(AccountId::from_global).collect()
}
