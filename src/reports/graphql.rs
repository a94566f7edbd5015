//! Reports in the graph: they go in, and do not come out.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{Subject, rules};
use crate::accounts::AccountId;
use crate::conversations::messages::MessageId;
use crate::graphql::access::{self, Access};
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};
use crate::posts::PostId;

/// What to report, and why.
#[derive(InputObject)]
struct ReportContentInput {
    /// The message, post or person.
    id: ID,
    /// What is wrong with it: 1 to 500 characters after trimming, line breaks allowed.
    reason: String,
}

/// The answer to `reportContent`.
#[derive(Default, SimpleObject)]
struct ReportContentPayload {
    /// Those who run the place will find it.
    is_reported: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(ReportContentPayload);

#[derive(Debug, Default)]
pub struct ReportMutation;

#[Object]
impl ReportMutation {
    /// Reports a message, a post or a person to those who run the place. At most 20 times an hour; the same thing again
    /// changes the reason. Nobody else is told.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn report_content(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What, and why.")] input: ReportContentInput,
    ) -> Nullable<ReportContentPayload> {
        let outcome = async {
            let id = &input.id;
            let user = AccountId::from_global(id).map(Subject::User);
            let post = PostId::from_global(id).map(Subject::Post);
            let subject = user.or(post).or_else(|| MessageId::from_global(id).map(Subject::Message));
            rules::report_content(context.app(), context.signed_in()?, subject, &input.reason).await
        };
        Payload::answer(outcome.await, |()| ReportContentPayload {
            is_reported: true,
            ..ReportContentPayload::default()
        })
    }
}
