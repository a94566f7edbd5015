//! The lobby in the graph.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::rules;
use crate::accounts::graphql::ViewerObject;
use crate::accounts::sessions::Transport;
use crate::accounts::sessions::graphql::{SessionTokens, fresh_viewer};
use crate::error::Result;
use crate::graphql::access::{self, Rule};
use crate::graphql::{Asked, EdgeError, Payload, UserError};

/// Who enters the lobby.
#[derive(InputObject)]
struct EnterLobbyInput {
    /// 3 to 15 letters, digits or underscores, held as long as the session lives. Needed by those who are not signed in.
    pseudonym: Option<String>,
    /// How a new guest's session travels.
    #[graphql(default)]
    transport: Transport,
}

/// The answer to `enterLobby`.
#[derive(Default, SimpleObject)]
struct EnterLobbyPayload {
    /// Who entered; null when refused.
    viewer: Option<ViewerObject>,
    /// The session of a new guest; null for those who were signed in already.
    session: Option<SessionTokens>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(EnterLobbyPayload);

#[derive(Debug, Default)]
pub struct LobbyMutation;

#[Object]
impl LobbyMutation {
    /// Enters the lobby. Whoever is not signed in becomes a guest under a pseudonym: for 12 hours at most, or until
    /// nothing is heard of them for 30 minutes. `register` turns a guest into a member.
    #[graphql(directive = access::allow::apply(Rule::Anyone))]
    async fn enter_lobby(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who enters.")] input: EnterLobbyInput,
    ) -> Option<Result<EnterLobbyPayload, EdgeError>> {
        let outcome = async {
            let (app, caller) = (context.app(), context.caller());
            let pseudonym = input.pseudonym.as_deref();
            let issued = rules::enter(app, &caller.client(), context.viewer(), pseudonym, input.transport).await?;
            let viewer = match (&issued, context.viewer()) {
                (Some(issued), _) => fresh_viewer(context, issued.session).await?,
                (None, Some(viewer)) => ViewerObject::load(context, viewer).await?,
                (None, None) => None,
            };
            let session = issued.map(|issued| SessionTokens::hand_out(context, &issued));
            Ok(EnterLobbyPayload { viewer, session, ..EnterLobbyPayload::default() })
        };
        Payload::answer(outcome.await, |payload| payload)
    }
}
