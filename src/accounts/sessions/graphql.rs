//! Sessions in the graph: login, refresh, logout, the list of signed-in devices.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use secrecy::{ExposeSecret, SecretString};

use super::rules::{self, Login, SignedIn};
use super::{IssuedSession, Session, TokenTransport, store};
use crate::accounts::graphql::ViewerObject;
use crate::accounts::identities::rules as identities;
use crate::accounts::{SessionId, Viewer, authentication, cookies};
use crate::delivery::push::graphql as push;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::scalars::WebUrl;
use crate::graphql::{Connection, ContextExt, DateTime, EdgeError, GlobalId, Nullable, Page, Payload, UserError};

/// A page of sessions.
pub type SessionConnection = Connection<SessionObject>;

/// A session as its owner sees it.
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

/// A session: one signed-in device of the viewer.
#[Object(name = "Session")]
impl SessionObject {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.session.id.to_global()
    }

    /// The name of the device: the one given at login, or one derived from its browser and operating system.
    fn device_name(&self) -> &str {
        &self.session.device_name
    }

    /// When the device signed in.
    fn created_at(&self) -> DateTime {
        self.session.created_at.into()
    }

    /// When the session was last used, accurate to a minute.
    fn last_used_at(&self) -> DateTime {
        self.session.last_used_at.into()
    }

    /// Whether the session is registered for Web Push.
    async fn has_push_subscription(&self, context: &Context<'_>) -> Result<bool, EdgeError> {
        Ok(push::has_subscription(context, self.session.id).await?)
    }

    /// True for the session of this request.
    fn is_current(&self) -> bool {
        self.is_current
    }
}

impl SessionConnection {
    /// Loads a page of the viewer's sessions.
    pub async fn load(context: &Context<'_>, viewer: Viewer, page: Page<SessionId>) -> Result<Self> {
        let app = context.app();
        let now = app.clock.now();
        let sessions = store::page_by_account(&app.db, viewer.account, now, &page).await?;
        let total =
            if page.wants_total { Some(store::count_by_account(&app.db, viewer.account, now).await?) } else { None };
        let nodes = sessions.into_iter().map(|session| SessionObject::new(session, viewer)).collect();
        Ok(Self::new(&page, nodes, total, |node: &SessionObject| node.session.id))
    }
}

/// The tokens of a session.
#[derive(Debug, SimpleObject)]
pub struct SessionTokens {
    /// The access token, to send as `Authorization: Bearer ..`; valid for 10 minutes. Null if a cookie carries the
    /// session.
    access_token: Option<String>,
    /// When the access token expires. Without meaning if a cookie carries the session.
    access_token_expires_at: DateTime,
    /// How many seconds the access token is valid from now on, whatever the clock of the client says: refresh when most of
    /// them have passed. Without meaning if a cookie carries the session.
    access_token_expires_in: i64,
    /// The refresh token, to pass to `refreshSession` once. Null if a cookie carries the session.
    refresh_token: Option<String>,
}

impl SessionTokens {
    /// Returns the tokens for the payload, or sets the cookie and returns no tokens.
    pub fn issue(context: &Context<'_>, issued: &IssuedSession) -> Self {
        let app = context.app();
        if let Some(cookie) = rules::session_cookie(app, issued) {
            context.append_http_header("set-cookie", cookie);
        }
        let token = |secret: &SecretString| (!issued.transport.is_cookie()).then(|| secret.expose_secret().to_owned());
        Self {
            access_token: token(&issued.access_token),
            access_token_expires_at: issued.access_expires_at.into(),
            access_token_expires_in: issued.access_expires_at.since(app.clock.now()).as_secs().cast_signed(),
            refresh_token: token(&issued.secret),
        }
    }
}

/// Loads the viewer of the session that this operation has opened. The rest of the operation runs as this viewer.
pub async fn load_signed_in_viewer(context: &Context<'_>, session: SessionId) -> Result<Option<ViewerObject>> {
    match authentication::viewer_of_session(context.app(), session).await? {
        Some(viewer) => {
            context.set_viewer(viewer);
            ViewerObject::load(context, viewer).await
        }
        None => Ok(None),
    }
}

/// Sets the device cookie and returns the payload's members after a login or a registration.
pub async fn sign_in(context: &Context<'_>, signed_in: &SignedIn) -> Result<(Option<ViewerObject>, SessionTokens)> {
    if let Some(cookie) = cookies::device_cookie(&context.app().config, signed_in.device.expose_secret()) {
        context.append_http_header("set-cookie", cookie);
    }
    let viewer = load_signed_in_viewer(context, signed_in.issued.session).await?;
    Ok((viewer, SessionTokens::issue(context, &signed_in.issued)))
}

/// The input of `login`.
#[derive(InputObject)]
struct LoginInput {
    /// The email address or username, in any case.
    identifier: String,
    /// The password.
    password: SecretString,
    /// How the session secret is transported.
    #[graphql(default)]
    transport: TokenTransport,
    /// The name of this device, at most 60 characters. Derived from the browser and operating system by default.
    device_name: Option<String>,
}

/// The input of `refreshSession`.
#[derive(InputObject)]
struct RefreshSessionInput {
    /// The newest refresh token of the session.
    refresh_token: SecretString,
}

/// The input of `revokeSession`.
#[derive(InputObject)]
struct RevokeSessionInput {
    /// The id of the session to end.
    session_id: ID,
}

/// The payload of `login`.
#[derive(Default, SimpleObject)]
struct LoginPayload {
    /// The signed-in user; null if `userErrors` is not empty.
    viewer: Option<ViewerObject>,
    /// The new session; null if `userErrors` is not empty.
    session: Option<SessionTokens>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `refreshSession`.
#[derive(Default, SimpleObject)]
struct RefreshSessionPayload {
    /// The next tokens of the session; null if the session has ended.
    session: Option<SessionTokens>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `logout`.
#[derive(Default, SimpleObject)]
struct LogoutPayload {
    /// True if the session has ended.
    is_logged_out: bool,
    /// The URL to open to end the session at the identity provider too; null when the session did not start there, and when
    /// the provider has no such URL.
    end_session_url: Option<WebUrl>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `revokeSession`.
#[derive(Default, SimpleObject)]
struct RevokeSessionPayload {
    /// The id of the session that was ended; null if `userErrors` is not empty.
    revoked_session_id: Option<ID>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The payload of `revokeOtherSessions`.
#[derive(Default, SimpleObject)]
struct RevokeOtherSessionsPayload {
    /// The number of sessions that were ended; null if `userErrors` is not empty.
    revoked_count: Option<usize>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(LoginPayload, RefreshSessionPayload, LogoutPayload, RevokeSessionPayload, RevokeOtherSessionsPayload);

#[derive(Debug, Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Signs in with an email address or username. After 10 wrong passwords within 15 minutes, each further attempt
    /// returns `RATE_LIMITED` until a delay is over. An operation can contain one field that checks a credential; such
    /// fields are not available over a WebSocket. With the right password, a registration that waits for a moderator returns
    /// `APPROVAL_PENDING`. Codes: `APPROVAL_PENDING`, `CREDENTIALS_WRONG`, `FORBIDDEN`, `INVALID`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The credentials and the transport of the session.")] input: LoginInput,
    ) -> Nullable<LoginPayload> {
        let login = Login {
            identifier: input.identifier,
            password: input.password,
            transport: input.transport,
            device_name: input.device_name,
        };
        let outcome = async {
            let app = context.app();
            let signed_in = rules::login(app, &context.caller().client(), login).await?;
            sign_in(context, &signed_in).await
        };
        Payload::answer(outcome.await, |(viewer, session)| LoginPayload {
            viewer,
            session: Some(session),
            ..LoginPayload::default()
        })
    }

    /// Returns new tokens for a refresh token, which is valid once. Within a minute after its replacement, each of the
    /// last two tokens still returns the newest ones, in case an answer was lost; after that, or with an older token, the
    /// session ends. A session in a cookie needs no refresh. Not available over a WebSocket. Codes: `TOKEN_INVALID`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn refresh_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The refresh token.")] input: RefreshSessionInput,
    ) -> Nullable<RefreshSessionPayload> {
        let outcome = rules::refresh_session(context.app(), &context.caller().client(), &input.refresh_token).await;
        Payload::answer(outcome, |issued| RefreshSessionPayload {
            session: Some(SessionTokens::issue(context, &issued)),
            ..RefreshSessionPayload::default()
        })
    }

    /// Ends the session that this request was authenticated with, and no other. Its WebSockets close with code 4403, and
    /// its cookie is deleted if it has one.
    #[graphql(directive = access::allow::apply(Access::SignedIn))]
    async fn logout(&self, context: &Context<'_>) -> Nullable<LogoutPayload> {
        let outcome = async {
            let (app, viewer) = (context.app(), context.signed_in()?);
            let url = identities::end_session_url(app, viewer.session).await?;
            rules::logout(app, viewer).await.map(|()| url)
        };
        Payload::answer(outcome.await, |url| LogoutPayload {
            is_logged_out: true,
            end_session_url: url.map(WebUrl::from),
            ..LogoutPayload::default()
        })
    }

    /// Ends one of the viewer's sessions. Codes: `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn revoke_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The session to end.")] input: RevokeSessionInput,
    ) -> Nullable<RevokeSessionPayload> {
        let outcome = async {
            let session = SessionId::from_global(&input.session_id);
            rules::revoke_session(context.app(), context.member()?, session).await
        };
        Payload::answer(outcome.await, |session| RevokeSessionPayload {
            revoked_session_id: Some(session.to_global()),
            ..RevokeSessionPayload::default()
        })
    }

    /// Ends all of the viewer's sessions except the current one.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn revoke_other_sessions(&self, context: &Context<'_>) -> Nullable<RevokeOtherSessionsPayload> {
        let outcome = async { rules::revoke_other_sessions(context.app(), context.member()?).await };
        Payload::answer(outcome.await, |count| RevokeOtherSessionsPayload {
            revoked_count: Some(count),
            ..RevokeOtherSessionsPayload::default()
        })
    }
}

/// Returns a session of the viewer; `None` if it is another user's or has ended.
pub async fn own_session(context: &Context<'_>, id: SessionId) -> Result<Option<SessionObject>, Error> {
    let Some(viewer) = context.viewer() else { return Ok(None) };
    let app = context.app();
    let session = store::by_id(&app.db, id, app.clock.now()).await?;
    let own = session.filter(|session| session.account_id == viewer.account && session.is_active(app.clock.now()));
    Ok(own.map(|session| SessionObject::new(session, viewer)))
}
