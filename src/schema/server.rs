//! GraphQL for the server itself: what a client must know before sign-in.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use crate::accounts::identities::graphql::IdentityProviderObject;
use crate::accounts::invitations::rules::can_invite;
use crate::config::{Config, Registration};
use crate::delivery::push::crypto::ServerKey;
use crate::graphql::access::{self, Access};
use crate::graphql::page_arguments::MAX_PAGE_SIZE;
use crate::graphql::scalars::LocaleTag;
use crate::graphql::{ContextExt, GlobalId, NullableValue};
use crate::locale::Locale;
use crate::{conversations, posts};

crate::global_ids! {
    ServerId => "srv",
}

/// The id of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerId(pub i64);

impl ServerId {
    /// The id of the only server: all nodes together.
    pub const ONLY: Self = Self(1);
}

/// The server, which has no state of its own in the graph.
#[derive(Clone, Copy, Debug)]
pub struct Server;

/// How a registration becomes an account. New values can be added at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum RegistrationMode {
    /// By the mailed link and the approval of a moderator.
    Approval,
    /// By an identity provider only.
    Closed,
    /// By the mailed link.
    Confirmed,
    /// At once, with a session.
    Open,
}

/// Limits that an operator can change, or that a form should know.
#[derive(SimpleObject)]
struct ServerLimits {
    /// The longest comment, in characters.
    comment_length: i32,
    /// The largest document, in bytes.
    document_bytes: i32,
    /// The largest upload by `uploadFile`, in bytes.
    file_bytes: i32,
    /// The largest number of members of a group.
    group_size: i32,
    /// The largest upload by `uploadImage`, in bytes.
    image_bytes: i32,
    /// The longest message, in characters.
    message_length: i32,
    /// The highest cost of an operation, in points.
    operation_cost: i32,
    /// The largest page, in items.
    page_size: i32,
    /// The longest post, in characters.
    post_length: i32,
    /// The size of all images and files of one account together, in bytes.
    storage_bytes: i32,
}

impl ServerLimits {
    fn of(config: &Config) -> Self {
        let limits = &config.limits;
        Self {
            comment_length: saturated(posts::comments::rules::MAX_TEXT_LENGTH),
            document_bytes: saturated(limits.max_document_bytes),
            file_bytes: saturated(limits.max_file_bytes),
            group_size: saturated(conversations::rules::MAX_MEMBERS),
            image_bytes: saturated(limits.max_upload_bytes),
            message_length: saturated(conversations::messages::rules::MAX_TEXT_LENGTH),
            operation_cost: saturated(limits.max_cost),
            page_size: MAX_PAGE_SIZE,
            post_length: saturated(posts::rules::MAX_TEXT_LENGTH),
            storage_bytes: saturated(limits.max_image_bytes_per_user),
        }
    }
}

/// Returns the number, or the largest `Int` if it is larger.
fn saturated(limit: impl TryInto<i32>) -> i32 {
    limit.try_into().unwrap_or(i32::MAX)
}

/// The server: its name, how to register, and its limits.
#[Object]
impl Server {
    /// The global id.
    pub async fn id(&self) -> ID {
        ServerId::ONLY.to_global()
    }

    /// The name that the operator chose: 1 to 100 characters.
    async fn name(&self, context: &Context<'_>) -> String {
        context.app().config.name.clone()
    }

    /// The domains of email addresses that may register: `campus.example`, or `*.campus.example` for its subdomains. At
    /// most 100; empty if every domain may.
    async fn allowed_email_domains(&self, context: &Context<'_>) -> Vec<String> {
        context.app().config.email_domains.names().collect()
    }

    /// The languages of emails, pushes, calendars and error messages, the default first; at most 20.
    async fn locales(&self, context: &Context<'_>) -> Vec<LocaleTag> {
        Locale::default_first(context.app().config.locale).map(LocaleTag::from).collect()
    }

    /// The version of the program, as in the changelog.
    async fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    /// How a registration becomes an account.
    async fn registration_mode(&self, context: &Context<'_>) -> RegistrationMode {
        let config = &context.app().config;
        match config.registration {
            _ if !config.has_passwords() => RegistrationMode::Closed,
            Registration::Open => RegistrationMode::Open,
            Registration::Confirmed => RegistrationMode::Confirmed,
            Registration::Approval => RegistrationMode::Approval,
        }
    }

    /// True if registration requires an invitation.
    async fn is_invitation_required(&self, context: &Context<'_>) -> bool {
        context.app().config.admission.invitation_required
    }

    /// True if the viewer can create invitations; false without a session.
    async fn viewer_can_invite(&self, context: &Context<'_>) -> bool {
        context.viewer().is_some_and(|viewer| can_invite(context.app(), viewer))
    }

    /// The identity providers for sign-in; at most 10.
    async fn identity_providers(&self, context: &Context<'_>) -> Vec<IdentityProviderObject> {
        context.app().config.identity_providers().iter().map(IdentityProviderObject::from).collect()
    }

    /// True if members can register and sign in with a password.
    async fn is_password_login_enabled(&self, context: &Context<'_>) -> bool {
        context.app().config.has_passwords()
    }

    /// The key of this server for Web Push (VAPID, RFC 8292), in base64url, for `PushManager.subscribe`; null when push is
    /// turned off.
    async fn push_public_key(&self, context: &Context<'_>) -> NullableValue<String> {
        let app = context.app();
        app.config.has_push().then(|| Ok(ServerKey::derive(&app.keys)?.public_text()))
    }

    /// The limits.
    async fn limits(&self, context: &Context<'_>) -> ServerLimits {
        ServerLimits::of(&context.app().config)
    }
}

#[derive(Debug, Default)]
pub struct ServerQuery;

#[Object]
impl ServerQuery {
    /// The server itself: what a client must know before sign-in.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn server(&self) -> Option<Server> {
        Some(Server)
    }
}
