//! Signed-in devices in the graph.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use secrecy::{ExposeSecret, SecretString};

use super::rules::{self, Login};
use super::{Issued, Session, TokenTransport, store};
use crate::accounts::graphql::ViewerObject;
use crate::accounts::{SessionId, Viewer, authentication, cookies};
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::{Connection, ContextExt, DateTime, GlobalId, Nullable, Page, Payload, UserError};

/// A page of signed-in devices.
pub type SessionConnection = Connection<SessionObject>;

/// A session with what the viewer's eyes add.
#[derive(Debug)]
pub struct SessionObject {
    session: Session,
    is_current: bool,
}

impl SessionObject {
    pub fn new(session: Session, viewer: Viewer) -> Self {
        let is_current = session.id == viewer.session;
        Self { session, is_current }
    }
}

/// A signed-in device.
#[Object(name = "Session")]
impl SessionObject {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.session.id.to_global()
    }

    /// What the device is called: as given at login, or made of its browser and system.
    async fn device_name(&self) -> &str {
        &self.session.device_name
    }

    /// When the device signed in.
    async fn created_at(&self) -> DateTime {
        self.session.created_at.into()
    }

    /// When the device was last used, to the minute.
    async fn last_used_at(&self) -> DateTime {
        self.session.last_used_at.into()
    }

    /// This is the device that asks.
    async fn is_current(&self) -> bool {
        self.is_current
    }
}

impl SessionConnection {
    /// Loads a page of the viewer's devices.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(context: &Context<'_>, viewer: Viewer, page: Page<SessionId>) -> Result<Self> {
        let app = context.app();
        let now = app.clock.now();
        let sessions = store::page_of(&app.db, viewer.account, now, &page).await?;
        let total = if page.wants_total { Some(store::count_of(&app.db, viewer.account, now).await?) } else { None };
        let nodes = sessions.into_iter().map(|session| SessionObject::new(session, viewer)).collect();
        Ok(Self::new(&page, nodes, total, |node: &SessionObject| node.session.id))
    }
}

/// What a client goes on with after signing in.
#[derive(Debug, SimpleObject)]
pub struct SessionTokens {
    /// Send it as `Authorization: Bearer ..`; null when the session rides in a cookie.
    access_token: Option<String>,
    /// When to refresh, at the latest. Of no use when the session rides in a cookie.
    access_token_expires_at: DateTime,
    /// Give it to `refreshSession`, once; null when the session rides in a cookie.
    refresh_token: Option<String>,
}

impl SessionTokens {
    /// Hands out what was issued, in the answer or in a cookie.
    pub fn hand_out(context: &Context<'_>, issued: &Issued) -> Self {
        let app = context.app();
        if let Some(cookie) = rules::session_cookie(app, issued) {
            context.append_http_header("set-cookie", cookie);
        }
        let shown = |secret: &SecretString| (!issued.transport.is_cookie()).then(|| secret.expose_secret().to_owned());
        Self {
            access_token: shown(&issued.access_token),
            access_token_expires_at: issued.access_expires_at.into(),
            refresh_token: shown(&issued.secret),
        }
    }
}

/// Loads the viewer of a session that was just opened. Their own request was still anonymous; its rest is theirs.
///
/// # Errors
/// When the database does not answer.
pub async fn fresh_viewer(context: &Context<'_>, session: SessionId) -> Result<Option<ViewerObject>> {
    match authentication::viewer_of(context.app(), session).await? {
        Some(viewer) => {
            context.set_viewer(viewer);
            ViewerObject::load(context, viewer).await
        }
        None => Ok(None),
    }
}

/// Who signs in, and how the session is to travel.
#[derive(InputObject)]
struct LoginInput {
    /// Email address or username.
    identifier: String,
    /// The password.
    password: SecretString,
    /// How the session travels.
    #[graphql(default)]
    transport: TokenTransport,
    /// What to call this device, at most 60 characters; made of browser and system when not given.
    device_name: Option<String>,
}

/// The session to go on with.
#[derive(InputObject)]
struct RefreshSessionInput {
    /// The refresh token of the last answer.
    refresh_token: SecretString,
}

/// Which session to end.
#[derive(InputObject)]
struct RevokeSessionInput {
    /// The session to end.
    session_id: ID,
}

/// The answer to `login`.
#[derive(Default, SimpleObject)]
struct LoginPayload {
    /// Who is signed in now; null when nobody is.
    viewer: Option<ViewerObject>,
    /// The new session; null when there is none.
    session: Option<SessionTokens>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `refreshSession`.
#[derive(Default, SimpleObject)]
struct RefreshSessionPayload {
    /// The tokens to go on with; null when the session is over.
    session: Option<SessionTokens>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `logout`.
#[derive(Default, SimpleObject)]
struct LogoutPayload {
    /// The session has ended.
    is_logged_out: bool,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `revokeSession`.
#[derive(Default, SimpleObject)]
struct RevokeSessionPayload {
    /// The session that has ended; null when none has.
    revoked_session_id: Option<ID>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The answer to `revokeOtherSessions`.
#[derive(Default, SimpleObject)]
struct RevokeOtherSessionsPayload {
    /// How many sessions have ended; null when refused.
    revoked_count: Option<usize>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(LoginPayload, RefreshSessionPayload, LogoutPayload, RevokeSessionPayload, RevokeOtherSessionsPayload);

#[derive(Debug, Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs in by email address or username. Checks a credential: at most one such field in an operation, never over a
    /// socket. After 10 wrong passwords each further attempt has to wait, `RATE_LIMITED` says how long.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: LoginInput,
    ) -> Nullable<LoginPayload> {
        let login = Login {
            identifier: input.identifier,
            password: input.password,
            transport: input.transport,
            device_name: input.device_name,
        };
        let outcome = async {
            let app = context.app();
            let logged_in = rules::login(app, &context.caller().client(), login).await?;
            if let Some(cookie) = cookies::device(&app.config, logged_in.device.expose_secret()) {
                context.append_http_header("set-cookie", cookie);
            }
            let viewer = fresh_viewer(context, logged_in.issued.session).await?;
            Ok((viewer, SessionTokens::hand_out(context, &logged_in.issued)))
        };
        Payload::answer(outcome.await, |(viewer, session)| LoginPayload {
            viewer,
            session: Some(session),
            ..LoginPayload::default()
        })
    }

    /// Gives new tokens for a refresh token, which is good once. Asking again within 10 seconds gives the same answer;
    /// any older token ends the session. Sessions in cookies need no refresh. Never over a socket.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn refresh_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The session to go on with.")] input: RefreshSessionInput,
    ) -> Nullable<RefreshSessionPayload> {
        let outcome = rules::refresh(context.app(), &context.caller().client(), &input.refresh_token).await;
        Payload::answer(outcome, |issued| RefreshSessionPayload {
            session: Some(SessionTokens::hand_out(context, &issued)),
            ..RefreshSessionPayload::default()
        })
    }

    /// Ends this session at once; its sockets close with 4403 and its cookie is taken back.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn logout(&self, context: &Context<'_>) -> Nullable<LogoutPayload> {
        let outcome = async { rules::logout(context.app(), context.signed_in()?).await };
        Payload::answer(outcome.await, |()| {
            take_cookie_back(context, context.app());
            LogoutPayload { is_logged_out: true, ..LogoutPayload::default() }
        })
    }

    /// Ends one of the viewer's sessions at once.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn revoke_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which session.")] input: RevokeSessionInput,
    ) -> Nullable<RevokeSessionPayload> {
        let outcome = async {
            let session = SessionId::from_global(&input.session_id);
            rules::revoke(context.app(), context.member()?, session).await
        };
        Payload::answer(outcome.await, |session| RevokeSessionPayload {
            revoked_session_id: Some(session.to_global()),
            ..RevokeSessionPayload::default()
        })
    }

    /// Ends all of the viewer's sessions but this one, at once.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn revoke_other_sessions(&self, context: &Context<'_>) -> Nullable<RevokeOtherSessionsPayload> {
        let outcome = async { rules::revoke_others(context.app(), context.member()?).await };
        Payload::answer(outcome.await, |count| RevokeOtherSessionsPayload {
            revoked_count: Some(count),
            ..RevokeOtherSessionsPayload::default()
        })
    }
}

/// Takes the session cookie back; harmless where there is none.
pub fn take_cookie_back(context: &Context<'_>, app: &App) {
    if let Some(cookie) = cookies::end_session(&app.config) {
        context.append_http_header("set-cookie", cookie);
    }
}

/// Returns one of the viewer's own sessions.
///
/// # Errors
/// When the database does not answer.
pub async fn own_session(context: &Context<'_>, id: SessionId) -> Result<Option<SessionObject>, Error> {
    let Some(viewer) = context.viewer() else { return Ok(None) };
    let app = context.app();
    let session = store::by_id(&app.db, id).await?;
    let own = session.filter(|session| session.account_id == viewer.account && session.is_alive(app.clock.now()));
    Ok(own.map(|session| SessionObject::new(session, viewer)))
}
