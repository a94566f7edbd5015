//! The GraphQL mutation that creates reports. Reports cannot be read by GraphQL, only by the operator.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{ReportSubject, rules};
use crate::accounts::AccountId;
use crate::conversations::messages::MessageId;
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};
use crate::posts::PostId;
use crate::posts::comments::CommentId;

/// The input of `reportContent`.
#[derive(InputObject)]
struct ReportContentInput {
    /// The global id of a message, a post, a comment or a user.
    id: ID,
    /// The reason: 1 to 500 characters after trimming, with line breaks.
    reason: String,
}

/// The result of `reportContent`.
#[derive(Default, SimpleObject)]
struct ReportContentPayload {
    /// True if the report was stored; false when there are user errors.
    is_reported: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(ReportContentPayload);

#[derive(Debug, Default)]
pub struct ReportMutation;

#[Object]
impl ReportMutation {
    /// Reports a message, a post, a comment or a user to the operator. No other user is notified. Reporting the same object again
    /// changes the reason. A block does not prevent a report of users who share a conversation, a booking or the lobby
    /// with the viewer, nor of their messages and posts. A user can send 20 reports an hour and 1,000 in total. Codes:
    /// `INVALID`, `NOT_FOUND`, `QUOTA_EXCEEDED`, `TOO_LONG`, `TOO_SHORT`.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn report_content(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The reported object and the reason.")] input: ReportContentInput,
    ) -> Nullable<ReportContentPayload> {
        let outcome = async {
            let id = &input.id;
            let user = AccountId::from_global(id).map(ReportSubject::User);
            let post = PostId::from_global(id).map(ReportSubject::Post);
            let comment = || CommentId::from_global(id).map(ReportSubject::Comment);
            let subject =
                user.or(post).or_else(comment).or_else(|| MessageId::from_global(id).map(ReportSubject::Message));
            rules::report_content(context.app(), context.signed_in()?, subject, &input.reason).await
        };
        Payload::answer(outcome.await, |()| ReportContentPayload {
            is_reported: true,
            ..ReportContentPayload::default()
        })
    }
}
