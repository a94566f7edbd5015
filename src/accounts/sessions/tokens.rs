//! Creates and parses the secrets of sessions: refresh tokens and the values of session cookies.
//!
//! A refresh token is `sh_r1_<session>_<32 bytes>`. The bytes are the generation and an HMAC over session and
//! generation. So the server can answer a repeated refresh with the same successor without storing it, and can
//! distinguish a token that was valid once from a forged one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::accounts::SessionId;
use crate::error::{Error, Result};
use crate::keys::KeyRing;

const REFRESH_TOKEN_PREFIX: &str = "sh_r1_";
const GENERATION_BYTES: usize = 4;

/// Returns the refresh token of one generation of a session. It is deterministic.
pub fn refresh_token(keys: &KeyRing, session: SessionId, generation: i64) -> SecretString {
    let secret = refresh_secret(keys, session, generation);
    format!("{REFRESH_TOKEN_PREFIX}{:016x}_{}", session.0, URL_SAFE_NO_PAD.encode(secret)).into()
}

/// Returns the session and generation of a refresh token that this server created; `None` for any other text.
pub fn parse_refresh_token(keys: &KeyRing, token: &SecretString) -> Option<(SessionId, i64)> {
    let rest = token.expose_secret().strip_prefix(REFRESH_TOKEN_PREFIX)?;
    let (session, secret) = rest.split_once('_')?;
    let session = SessionId(u64::from_str_radix(session, 16).ok()?.cast_signed());
    let secret: [u8; 32] = URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()?;
    let generation = u32::from_be_bytes(secret[..GENERATION_BYTES].try_into().ok()?).into();
    let expected = refresh_secret(keys, session, generation);
    bool::from(expected.ct_eq(&secret)).then_some((session, generation))
}

fn refresh_secret(keys: &KeyRing, session: SessionId, generation: i64) -> [u8; 32] {
    // A session ends after 30 days, long before its generation exceeds 32 bits.
    let generation = u32::try_from(generation).unwrap_or(u32::MAX).to_be_bytes();
    let mut secret = [0; 32];
    let (head, tail) = secret.split_at_mut(GENERATION_BYTES);
    head.copy_from_slice(&generation);
    let mac = keys.derive_secret("refresh", &[&session.0.to_be_bytes()[..], &generation].concat());
    tail.copy_from_slice(&mac[..28]);
    secret
}

/// Returns 256 random bits as text.
///
/// # Errors
/// Internal if the operating system provides no randomness.
pub fn random_secret() -> Result<SecretString> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Error::internal(cause.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes).into())
}

/// Returns the hash of a secret that the database stores.
pub fn hash_secret(secret: &SecretString) -> Vec<u8> {
    Sha256::digest(secret.expose_secret()).to_vec()
}
