//! The identity providers of `STUDYHALL_OIDC_FILE`.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use crate::text::{Lines, check_text};

const MAX_FILE_BYTES: u64 = 64 * 1024;
const MAX_PROVIDERS: usize = 10;
const MAX_NAME_LENGTH: usize = 100;
const MAX_SLUG_LENGTH: usize = 30;

/// An OpenID Connect provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct IdentityProvider {
    /// The name in URLs and inputs.
    pub slug: String,
    /// The label of the sign-in button.
    pub name: String,
    /// The URL below which the provider publishes `.well-known/openid-configuration`.
    pub issuer: Url,
    pub client_id: String,
    pub client_secret: SecretString,
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    #[serde(default)]
    pub claims: ClaimNames,
}

/// Which claims of the provider become which fields of a new profile.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ClaimNames {
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    pub field_of_study: Option<String>,
    pub student_number: Option<String>,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            username: "preferred_username".to_owned(),
            first_name: "given_name".to_owned(),
            last_name: "family_name".to_owned(),
            field_of_study: None,
            student_number: None,
        }
    }
}

fn default_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).to_vec()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderFile {
    providers: Vec<IdentityProvider>,
}

/// The providers of the server, in the order of their buttons.
#[derive(Clone, Debug)]
pub struct IdentityProviders(Vec<IdentityProvider>);

impl IdentityProviders {
    pub(super) const fn none() -> Self {
        Self(Vec::new())
    }

    /// Reads the file of the setting.
    ///
    /// # Errors
    /// What is wrong with the file. It never contains a part of a secret.
    pub(super) fn read(path: &str) -> Result<Self, String> {
        let path = Path::new(path);
        let metadata = fs::metadata(path).map_err(|cause| cause.to_string())?;
        if metadata.mode() & 0o007 != 0 {
            return Err("every user of this machine has access to the file; make it private (chmod 600)".to_owned());
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err("the file is too large to be a list of identity providers".to_owned());
        }
        let text = fs::read_to_string(path).map_err(|cause| cause.to_string())?;
        let file: ProviderFile = serde_json::from_str(&text).map_err(|cause| match cause.classify() {
            // Names of missing and unknown members; a syntax error could quote a secret.
            serde_json::error::Category::Data => cause.to_string(),
            _ => format!("this is not JSON (line {}, column {})", cause.line(), cause.column()),
        })?;
        check(&file.providers)?;
        Ok(Self(file.providers))
    }

    pub fn find(&self, slug: &str) -> Option<&IdentityProvider> {
        self.0.iter().find(|provider| provider.slug == slug)
    }

    pub fn iter(&self) -> impl Iterator<Item = &IdentityProvider> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn check(providers: &[IdentityProvider]) -> Result<(), String> {
    if providers.len() > MAX_PROVIDERS {
        return Err(format!("there can be at most {MAX_PROVIDERS} providers"));
    }
    let mut slugs = HashSet::new();
    for provider in providers {
        let slug = provider.slug.as_str();
        let is_slug = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=MAX_SLUG_LENGTH).contains(&slug.len()) || !slug.bytes().all(is_slug) {
            return Err(format!("a slug must have 1 to {MAX_SLUG_LENGTH} lower-case letters, digits or -: {slug:?}"));
        }
        if !slugs.insert(slug) {
            return Err(format!("two providers have the slug {slug:?}"));
        }
        if check_text("name", &provider.name, 1, MAX_NAME_LENGTH, Lines::One).is_err() {
            return Err(format!("{slug}: a name must have 1 to {MAX_NAME_LENGTH} characters on one line"));
        }
        if !is_secure(&provider.issuer) {
            return Err(format!("{slug}: the issuer must be an https URL; plain http is for loopback only"));
        }
        if provider.client_id.is_empty() || !provider.scopes.iter().any(|scope| scope == "openid") {
            return Err(format!("{slug}: there must be a clientId, and the scope \"openid\""));
        }
    }
    Ok(())
}

/// Returns true for `https`, and for `http` to this machine, as in a test of the settings.
pub fn is_secure(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(url::Host::Domain(name))) => name == "localhost",
        ("http", Some(url::Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(url::Host::Ipv6(address))) => address.is_loopback(),
        _ => false,
    }
}
