//! Identity providers and identities in the graph.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::rules::{self, FinishLogin, LoginCode, StartLogin};
use super::{Identity, IdentityId, store};
use crate::accounts::Viewer;
use crate::accounts::graphql::ViewerObject;
use crate::accounts::sessions::TokenTransport;
use crate::accounts::sessions::graphql::{SessionTokens, sign_in};
use crate::config::IdentityProvider;
use crate::error::Result;
use crate::graphql::access::{self, Access};
use crate::graphql::scalars::WebUrl;
use crate::graphql::{ContextExt, DateTime, GlobalId, Nullable, Payload, UserError};

/// An OpenID Connect provider that the operator configured.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "IdentityProvider")]
pub struct IdentityProviderObject {
    /// The label of the sign-in button: 1 to 100 characters.
    name: String,
    /// The name in URLs and inputs: 1 to 30 lower-case letters, digits or `-`.
    slug: String,
}

impl From<&IdentityProvider> for IdentityProviderObject {
    fn from(provider: &IdentityProvider) -> Self {
        Self { name: provider.name.clone(), slug: provider.slug.clone() }
    }
}

#[derive(Clone, Debug)]
pub struct IdentityObject(Identity);

impl IdentityObject {
    /// Loads an identity of the viewer.
    pub async fn load(context: &Context<'_>, id: IdentityId) -> Result<Option<Self>> {
        let Some(viewer) = context.viewer() else { return Ok(None) };
        Ok(store::own(&context.app().db, viewer.account, id).await?.map(Self))
    }

    /// Loads the identities of the viewer, the first linked one first.
    pub async fn load_all(context: &Context<'_>, viewer: Viewer) -> Result<Vec<Self>> {
        Ok(store::by_account(&context.app().db, viewer.account).await?.into_iter().map(Self).collect())
    }
}

/// An account at an identity provider with which the viewer can sign in.
#[Object(name = "Identity")]
impl IdentityObject {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.0.id.to_global()
    }

    /// The email address or name of the account at the provider; at most 254 characters.
    fn label(&self) -> &str {
        &self.0.label
    }

    /// When it was last used for sign-in; null when it never was.
    fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime::from)
    }

    /// When it was linked.
    fn linked_at(&self) -> DateTime {
        self.0.linked_at.into()
    }

    /// The provider. Once the operator has removed it, its slug is its name, too.
    fn provider(&self, context: &Context<'_>) -> IdentityProviderObject {
        let slug = &self.0.provider;
        let configured = context.app().config.identity_providers().find(slug).map(IdentityProviderObject::from);
        configured.unwrap_or_else(|| IdentityProviderObject { name: slug.clone(), slug: slug.clone() })
    }
}

/// The start of a sign-in by an identity provider.
#[derive(InputObject)]
struct StartIdentityLoginInput {
    /// The code challenge: base64url of the SHA-256 of a verifier that the client keeps (RFC 7636, `S256`).
    code_challenge: String,
    /// The `slug` of the provider.
    provider: String,
    /// Where the browser returns, with `#code=..` or `#error=..`: a URL of an allowed origin, or one that the operator listed.
    redirect_url: WebUrl,
}

/// The end of a sign-in by an identity provider.
#[derive(InputObject)]
struct FinishIdentityLoginInput {
    /// The code of the `redirectUrl`: valid once, for 60 seconds.
    code: SecretString,
    /// The verifier of the `codeChallenge`: 43 to 128 characters.
    code_verifier: SecretString,
    /// The name of the device, at most 60 characters; derived from browser and system by default.
    device_name: Option<String>,
    /// How the session travels.
    #[graphql(default)]
    transport: TokenTransport,
}

/// The account at an identity provider to link.
#[derive(InputObject)]
struct LinkIdentityInput {
    /// The code of the `redirectUrl`: valid once, for 60 seconds.
    code: SecretString,
    /// The verifier of the `codeChallenge`: 43 to 128 characters.
    code_verifier: SecretString,
    /// The current password; required when the sign-in is older than 10 minutes.
    password: Option<SecretString>,
}

/// The account at an identity provider to unlink.
#[derive(InputObject)]
struct UnlinkIdentityInput {
    /// The linked account.
    identity_id: ID,
    /// The current password; required when the sign-in is older than 10 minutes.
    password: Option<SecretString>,
}

/// The result of `startIdentityLogin`.
#[derive(Default, SimpleObject)]
struct StartIdentityLoginPayload {
    /// The URL of the provider to open in the browser within 10 minutes; null on failure.
    authorization_url: Option<WebUrl>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `finishIdentityLogin`.
#[derive(Default, SimpleObject)]
struct FinishIdentityLoginPayload {
    /// True if the sign-in created the account: clients offer to complete profile and username.
    is_new_member: bool,
    /// The new session; null on failure.
    session: Option<SessionTokens>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
    /// The signed-in member; null on failure.
    viewer: Option<ViewerObject>,
}

/// The result of `linkIdentity`.
#[derive(Default, SimpleObject)]
struct LinkIdentityPayload {
    /// The linked account; null on failure.
    identity: Option<IdentityObject>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

/// The result of `unlinkIdentity`.
#[derive(Default, SimpleObject)]
struct UnlinkIdentityPayload {
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
    /// The viewer, with the remaining `identities`; null on failure.
    viewer: Option<ViewerObject>,
}

crate::payloads!(StartIdentityLoginPayload, FinishIdentityLoginPayload, LinkIdentityPayload, UnlinkIdentityPayload);

#[derive(Debug, Default)]
pub struct IdentityMutation;

#[Object]
impl IdentityMutation {
    /// Starts a sign-in by an identity provider, also to link an account there. At most 60 an hour from one IP address. Codes:
    /// `INVALID`, `NOT_FOUND`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn start_identity_login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The provider and the URL to return to.")] input: StartIdentityLoginInput,
    ) -> Nullable<StartIdentityLoginPayload> {
        let start = StartLogin {
            provider: input.provider,
            code_challenge: input.code_challenge,
            redirect_url: input.redirect_url.0,
        };
        let outcome = rules::start(context.app(), &context.caller().client(), start).await;
        Payload::answer(outcome, |url| StartIdentityLoginPayload {
            authorization_url: Some(url.into()),
            ..StartIdentityLoginPayload::default()
        })
    }

    /// Signs in by an identity provider. The first sign-in creates the account, and turns a signed-in guest into a member.
    /// Checks a credential: at most one such field in an operation, never over a socket. Codes: `CONFLICT`, `EMAIL_TAKEN`,
    /// `FORBIDDEN`, `INVALID`, `TOKEN_INVALID`.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn finish_identity_login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The code and its verifier.")] input: FinishIdentityLoginInput,
    ) -> Nullable<FinishIdentityLoginPayload> {
        let finish = FinishLogin {
            login: LoginCode { code: input.code, verifier: input.code_verifier },
            transport: input.transport,
            device_name: input.device_name,
        };
        let outcome = async {
            let client = context.caller().client();
            let (signed_in, is_new_member) = rules::finish(context.app(), &client, context.viewer(), finish).await?;
            Ok((is_new_member, sign_in(context, &signed_in).await?))
        };
        Payload::answer(outcome.await, |(is_new_member, (viewer, session))| FinishIdentityLoginPayload {
            is_new_member,
            session: Some(session),
            viewer,
            ..FinishIdentityLoginPayload::default()
        })
    }

    /// Links an account at an identity provider to the viewer. `CONFLICT` when another member linked it. Checks a
    /// credential: never over a socket. Codes: `CONFLICT`, `CREDENTIALS_WRONG`, `QUOTA_EXCEEDED`,
    /// `REAUTHENTICATION_REQUIRED`, `TOKEN_INVALID`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn link_identity(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The code and its verifier.")] input: LinkIdentityInput,
    ) -> Nullable<LinkIdentityPayload> {
        let outcome = async {
            let (viewer, client) = (context.member()?, context.caller().client());
            let login = LoginCode { code: input.code, verifier: input.code_verifier };
            rules::link(context.app(), &client, viewer, &login, input.password.as_ref()).await
        };
        Payload::answer(outcome.await, |identity| LinkIdentityPayload {
            identity: Some(IdentityObject(identity)),
            ..LinkIdentityPayload::default()
        })
    }

    /// Unlinks an account at an identity provider and ends other sessions that started there. `WRONG_STATE` when the viewer
    /// has no other way to sign in. Checks a credential: never over a socket. Codes: `CREDENTIALS_WRONG`, `NOT_FOUND`,
    /// `REAUTHENTICATION_REQUIRED`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn unlink_identity(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The linked account.")] input: UnlinkIdentityInput,
    ) -> Nullable<UnlinkIdentityPayload> {
        let outcome = async {
            let (viewer, client) = (context.member()?, context.caller().client());
            let id = IdentityId::from_global(&input.identity_id);
            rules::unlink(context.app(), &client, viewer, id, input.password.as_ref()).await?;
            ViewerObject::load(context, viewer).await
        };
        Payload::answer(outcome.await, |viewer| UnlinkIdentityPayload { viewer, ..UnlinkIdentityPayload::default() })
    }
}
