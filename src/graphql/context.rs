//! The caller of an operation, and what resolvers read from their context.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, ContextBase};
use futures_util::future::BoxFuture;
use secrecy::SecretString;

use crate::accounts::{Client, Role, Viewer};
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::loader::{Loaded, Loaders, SharedLoads};
use crate::graphql::stream_state::StreamState;
use crate::locale::Locale;

/// The transport of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphqlTransport {
    /// One HTTP request with one response.
    Http,
    /// A WebSocket with graphql-transport-ws.
    Socket,
    /// Server-sent events.
    Events,
}

/// How a request is authenticated. A credential that belongs to no active session is dead: its caller is anonymous, and
/// may only do what needs no session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authentication {
    /// There is no credential.
    #[default]
    None,
    Token,
    Cookie,
    DeadToken,
    DeadCookie,
}

/// Who sent an operation, from where and over which transport. All operations of a socket share one caller.
#[derive(Clone, Debug)]
pub struct Caller {
    pub viewer: Option<Viewer>,
    pub authentication: Authentication,
    /// The client's address: the peer's, or the one that a trusted proxy reports.
    pub address: IpAddr,
    pub request_id: Arc<str>,
    pub transport: GraphqlTransport,
    pub user_agent: Option<String>,
    /// The cookie that identifies a device from an earlier login.
    pub device: Option<SecretString>,
    /// Whether the response may set a session cookie: only over HTTP, and only if the public address is secure.
    pub may_set_cookies: bool,
    /// The language that the request asks for, or its socket at the handshake.
    pub locale: Locale,
}

impl Caller {
    /// Returns the part of the caller that rules need.
    pub fn client(&self) -> Client {
        Client {
            address: self.address,
            user_agent: self.user_agent.clone(),
            device: self.device.clone(),
            may_set_cookies: self.may_set_cookies,
            locale: self.locale,
        }
    }
}

/// Returns the language of a viewer: that of the settings for members, that of the request for all others.
pub fn locale_of(viewer: Option<Viewer>, requested: Locale, default: Locale) -> Locale {
    match viewer {
        Some(viewer) if !viewer.is_guest() => viewer.locale.unwrap_or(default),
        _ => requested,
    }
}

/// The viewer that a mutation of this operation signed in, or whose language it changed. The rest of the operation runs as this viewer.
#[derive(Debug, Default)]
pub struct SignedInViewer(Mutex<Option<Viewer>>);

impl SignedInViewer {
    fn get(&self) -> Option<Viewer> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, viewer: Viewer) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(viewer);
    }
}

/// The items that the resolvers of one operation have computed. Counted because their number depends on stored data: the
/// cost is known before, from the document alone.
#[derive(Debug, Default)]
pub struct ComputedItems(AtomicUsize);

/// Enough for all slots of one appointment in the longest range. Writing more would make other operations wait.
const MAX_COMPUTED_ITEMS: usize = 10_000;

/// What resolvers read from their context.
pub trait ContextExt {
    fn app(&self) -> &App;
    fn caller(&self) -> &Caller;
    fn loaders(&self) -> &Loaders;
    /// `None` outside of an executor.
    fn signed_in_viewer(&self) -> Option<&SignedInViewer>;

    /// Returns the state that a subscription shares with its transport.
    fn stream_state(&self) -> StreamState;

    /// Returns the value of a key, loaded in one batch with the other keys that this request needs now.
    fn load<L: Loaded>(&self, key: L::Key) -> impl Future<Output = Result<Option<L::Value>>> + Send {
        self.loaders().load::<L>(self.app(), key)
    }

    /// Loads what the items of a page are going to ask for, each with one of these keys.
    fn prefetch<L: Loaded>(&self, keys: impl Iterator<Item = L::Key>) -> BoxFuture<'_, ()> {
        let keys: HashSet<L::Key> = keys.collect();
        Box::pin(self.loaders().prefetch::<L>(self.app(), keys))
    }

    /// Returns whether the nodes of the connection that is being resolved are asked for this field.
    fn nodes_select(&self, field: &str) -> bool;

    /// Returns whether an event of a subscription is executed.
    fn is_event(&self) -> bool;

    /// Like [`ContextExt::load`], in an event once a second for all followers on this node. Only for values that are the
    /// same for every viewer, and that no event announces a change of.
    fn load_shared<L: Loaded>(&self, key: L::Key) -> BoxFuture<'_, Result<Option<L::Value>>> {
        if self.is_event() {
            let app = self.app().clone();
            Box::pin(async move { app.state::<SharedLoads<L>>().load(app, key).await })
        } else {
            Box::pin(self.load::<L>(key))
        }
    }

    /// Counts items that a resolver is about to return.
    ///
    /// # Errors
    /// `TooComplex` when the operation has more than 10,000.
    fn count_computed(&self, items: usize) -> Result<()>;

    /// Returns the viewer; `None` if the caller is anonymous.
    fn viewer(&self) -> Option<Viewer> {
        self.signed_in_viewer().and_then(SignedInViewer::get).or(self.caller().viewer)
    }

    /// Returns the language of the viewer.
    fn locale(&self) -> Locale;

    /// Runs the rest of the operation as a viewer that it has just signed in or changed, and responds in the language of
    /// the viewer.
    fn set_viewer(&self, viewer: Viewer);

    /// Returns the viewer, a guest or a member.
    ///
    /// # Errors
    /// `Unauthenticated` without a session.
    fn signed_in(&self) -> Result<Viewer> {
        self.viewer().ok_or(Error::Unauthenticated)
    }

    /// Returns the viewer if it is a member.
    ///
    /// # Errors
    /// `Unauthenticated` without a session, `Forbidden` for guests.
    fn member(&self) -> Result<Viewer> {
        let viewer = self.signed_in()?;
        if viewer.is_guest() {
            return Err(Error::Forbidden("Guests cannot do this. Register to become a member."));
        }
        Ok(viewer)
    }

    /// Returns the viewer if it is a moderator or an admin.
    ///
    /// # Errors
    /// `Unauthenticated` without a session, `Forbidden` for others.
    fn moderator(&self) -> Result<Viewer> {
        let viewer = self.signed_in()?;
        match viewer.role {
            Role::Moderator | Role::Admin => Ok(viewer),
            Role::Member | Role::Guest => Err(Error::Forbidden("Only moderators and admins can do this.")),
        }
    }

    /// Returns the viewer if it is an admin.
    ///
    /// # Errors
    /// `Unauthenticated` without a session, `Forbidden` for others.
    fn admin(&self) -> Result<Viewer> {
        let viewer = self.signed_in()?;
        if viewer.role == Role::Admin { Ok(viewer) } else { Err(Error::Forbidden("Only admins can do this.")) }
    }
}

/// Returns the language of the viewer, for a field or a selection.
pub(super) fn current_locale<T>(context: &ContextBase<'_, T>) -> Locale {
    let caller = context.data_unchecked::<Caller>();
    let viewer = context.data_opt::<SignedInViewer>().and_then(SignedInViewer::get).or(caller.viewer);
    locale_of(viewer, caller.locale, context.data_unchecked::<App>().config.locale)
}

impl ContextExt for Context<'_> {
    fn app(&self) -> &App {
        self.data_unchecked::<App>()
    }

    fn caller(&self) -> &Caller {
        self.data_unchecked::<Caller>()
    }

    fn loaders(&self) -> &Loaders {
        self.data_unchecked::<Loaders>()
    }

    fn signed_in_viewer(&self) -> Option<&SignedInViewer> {
        self.data_opt()
    }

    fn locale(&self) -> Locale {
        current_locale(self)
    }

    fn set_viewer(&self, viewer: Viewer) {
        if let Some(signed_in) = self.signed_in_viewer() {
            signed_in.set(viewer);
            self.insert_http_header("content-language", self.locale().as_str());
        }
    }

    fn stream_state(&self) -> StreamState {
        self.data_opt().cloned().unwrap_or_else(|| StreamState::new(None, None))
    }

    fn nodes_select(&self, field: &str) -> bool {
        let connection = self.look_ahead();
        connection.field("edges").field("node").field(field).exists() || connection.field("nodes").field(field).exists()
    }

    fn is_event(&self) -> bool {
        self.data_opt::<StreamState>().is_some()
    }

    fn count_computed(&self, items: usize) -> Result<()> {
        let Some(ComputedItems(counter)) = self.data_opt() else { return Ok(()) };
        if counter.fetch_add(items, Ordering::Relaxed).saturating_add(items) > MAX_COMPUTED_ITEMS {
            let message = format!("An operation returns at most {MAX_COMPUTED_ITEMS} slots. Request shorter ranges.");
            return Err(Error::TooComplex(message));
        }
        Ok(())
    }
}
