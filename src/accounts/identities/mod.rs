//! Sign-in at identity providers, by OpenID Connect: accounts at providers that belong to members.
//!
//! A sign-in has three steps. [`start`](rules::start) sends the browser to the provider; [`return_to_client`](rules::return_to_client)
//! receives it again, asks the provider who the person is, and sends the browser back to the client with a code;
//! [`finish`](rules::finish) exchanges that code for a session. Client and server prove to each other with two PKCE verifiers
//! (RFC 7636) that each step continues the one before: one is kept by the client, the other by the server.
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`provider`] | metadata, keys and tokens of providers |
//! | [`members`] | from what a provider says about a person to a member |
//! | [`logouts`] | the end of sessions when the session at the provider ends |

pub mod graphql;
pub mod logouts;
pub mod members;
pub mod provider;
pub mod rules;
pub mod store;

use std::time::Duration;

use crate::accounts::AccountId;
use crate::clock::Timestamp;

crate::global_ids! {
    IdentityId => "idn",
}

/// How long a person can take at the provider.
pub const LOGIN_LIFETIME: Duration = Duration::from_mins(10);

/// How long a client can take to finish a sign-in.
pub const CODE_LIFETIME: Duration = Duration::from_mins(1);

/// How many identities a member can link.
pub const MAX_IDENTITIES: usize = 10;

/// The id of an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct IdentityId(pub i64);

/// An account at a provider with which a member signs in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Identity {
    pub id: IdentityId,
    pub account_id: AccountId,
    /// The slug of the provider, which the operator can have removed since.
    pub provider: String,
    pub label: String,
    pub linked_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// What a provider says about the person who has signed in there.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Person {
    pub issuer: String,
    pub subject: String,
    /// The session at the provider, which its back-channel logout names.
    pub session: Option<String>,
    /// The email address, if the provider has verified it.
    pub email: Option<String>,
    pub username: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub field_of_study: Option<String>,
    pub student_number: Option<String>,
}

impl Person {
    /// Returns what the owner recognises the account at the provider by.
    pub fn label(&self) -> String {
        let label = self.email.as_ref().or(self.username.as_ref()).unwrap_or(&self.subject);
        label.chars().filter(|c| !c.is_control()).take(MAX_LABEL_LENGTH).collect()
    }
}

const MAX_LABEL_LENGTH: usize = 254;
