//! What a resolver knows about the request it serves.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use secrecy::SecretString;

use crate::accounts::{Client, Viewer};
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::loader::{Loaded, Loaders};
use crate::graphql::stream_state::StreamState;

/// How an operation travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphqlTransport {
    /// One HTTP request, one answer.
    Http,
    /// graphql-transport-ws.
    Socket,
    /// Server-sent events.
    Events,
}

/// Who asks, from where and how. One per operation; all operations of a socket share one.
#[derive(Clone, Debug)]
pub struct Caller {
    pub viewer: Option<Viewer>,
    /// The client's address: the peer's, or what a trusted proxy says.
    pub address: IpAddr,
    pub request_id: Arc<str>,
    pub transport: GraphqlTransport,
    pub user_agent: Option<String>,
    /// The cookie of a device that has signed in before.
    pub device: Option<SecretString>,
    /// A session cookie may be set: the connection is one that keeps it secret.
    pub may_set_cookies: bool,
    pub loaders: Loaders,
}

impl Caller {
    /// Returns where the request comes from, as rules want it.
    pub fn client(&self) -> Client {
        Client {
            address: self.address,
            user_agent: self.user_agent.clone(),
            device: self.device.clone(),
            may_set_cookies: self.may_set_cookies,
        }
    }
}

/// Whom an operation itself signed in: the rest of it is answered as to them. One per operation.
#[derive(Debug, Default)]
pub struct SignedIn(Mutex<Option<Viewer>>);

impl SignedIn {
    fn get(&self) -> Option<Viewer> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, viewer: Viewer) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(viewer);
    }
}

/// What resolvers ask of their context.
pub trait ContextExt {
    fn app(&self) -> &App;
    fn caller(&self) -> &Caller;
    fn signed_in_here(&self) -> Option<&SignedIn>;

    /// Returns where a subscription says what it tells of next.
    fn turn(&self) -> StreamState;

    /// Loads the thing of this key, together with whatever else this request asks for now.
    fn load<L: Loaded>(&self, key: L::Key) -> impl Future<Output = Result<Option<L::Value>>> + Send {
        self.caller().loaders.load::<L>(self.app(), key)
    }

    /// Returns whoever asks, if somebody does.
    fn viewer(&self) -> Option<Viewer> {
        self.signed_in_here().and_then(SignedIn::get).or(self.caller().viewer)
    }

    /// Goes on as somebody whom this operation has just signed in.
    fn go_on_as(&self, viewer: Viewer) {
        if let Some(here) = self.signed_in_here() {
            here.set(viewer);
        }
    }

    /// Returns the signed-in person, guest or member.
    ///
    /// # Errors
    /// Unauthenticated without a session.
    fn signed_in(&self) -> Result<Viewer> {
        self.viewer().ok_or(Error::Unauthenticated)
    }

    /// Returns the signed-in member.
    ///
    /// # Errors
    /// Unauthenticated without a session, forbidden for guests.
    fn member(&self) -> Result<Viewer> {
        let viewer = self.signed_in()?;
        if viewer.is_guest() {
            return Err(Error::Forbidden("Guests cannot do this. Register to become a member."));
        }
        Ok(viewer)
    }
}

impl ContextExt for Context<'_> {
    fn app(&self) -> &App {
        self.data_unchecked::<App>()
    }

    fn caller(&self) -> &Caller {
        self.data_unchecked::<Caller>()
    }
    fn signed_in_here(&self) -> Option<&SignedIn> {
        self.data_opt()
    }

    fn turn(&self) -> StreamState {
        self.data_opt().cloned().unwrap_or_default()
    }
}
