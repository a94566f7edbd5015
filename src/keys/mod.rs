//! The key ring: signs and verifies access tokens, and derives secrets that need not be stored.
//!
//! Access tokens are JWTs that follow RFC 8725: each key has one algorithm, which the header of a token must match and
//! cannot select; the header has `alg`, `typ` and `kid` and nothing else; every claim is required. A valid token only
//! names the session to look up.

mod file;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{DecodingKey, EncodingKey, Header};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tracing::{error, info};

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::ids::{AccountId, SessionId};
use file::{FileVersion, KeyFile};

/// How long an access token is valid. A replaced key is kept for this time and the leeway.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_mins(10);

/// The accepted difference between the clocks of two nodes.
const LEEWAY_SECONDS: i64 = 5;

/// How far the issue of a token can lie ahead, because the clock was set back since.
#[expect(clippy::cast_possible_wrap, reason = "ten minutes")]
const MAX_LEAD_SECONDS: i64 = ACCESS_TOKEN_LIFETIME.as_secs() as i64 + LEEWAY_SECONDS;

const MAX_TOKEN_BYTES: usize = 1_024;
const TOKEN_TYPE: &str = "at+jwt";
const ISSUER: &str = "studyhall";
const AUDIENCE: &str = "studyhall";

/// The shortest time between two checks of the file for changes.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The claims of an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    pub account: AccountId,
    pub session: SessionId,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

impl AccessClaims {
    #[must_use]
    pub fn new(account: AccountId, session: SessionId, issued_at: Timestamp, expires_at: Timestamp) -> Self {
        Self { account, session, issued_at, expires_at }
    }
}

/// The algorithm of a key. HMAC is enough for an issuer that is its own verifier; Ed25519 is for installations where
/// another service verifies tokens as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    HS256,
    EdDSA,
}

/// The keys and the file they are loaded from. Cheap to clone; all clones share the same keys.
#[derive(Clone)]
pub struct KeyRing(Arc<KeyRingInner>);

struct KeyRingInner {
    path: PathBuf,
    loaded: RwLock<LoadedKeys>,
    derivation: hmac::Key,
}

struct LoadedKeys {
    by_kid: HashMap<String, LoadedKey>,
    /// The kid of the key that signs.
    signing: String,
    version: FileVersion,
    checked_at: Instant,
}

struct LoadedKey {
    algorithm: jsonwebtoken::Algorithm,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// The header of a token. Any other member, such as `jku`, `jwk`, `x5u` or `crit`, is a parse error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenHeader {
    alg: jsonwebtoken::Algorithm,
    typ: String,
    kid: String,
}

#[derive(Serialize, Deserialize)]
struct TokenClaims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl KeyRing {
    /// Checks the file without creating it. Returns false if it does not exist.
    ///
    /// # Errors
    /// One line for the operator that states what is wrong with the file.
    pub fn check_file(path: &Path) -> Result<bool, String> {
        if !path.exists() {
            return Ok(false);
        }
        KeyFile::read(path).map(|_| true).map_err(|reason| format!("{}: {reason}", path.display()))
    }

    /// Loads the keys from their file, and creates it first if it does not exist.
    ///
    /// # Errors
    /// One line for the operator that states what is wrong with the file. It never contains a part of a secret.
    pub fn load_or_create(path: &Path) -> Result<Self, String> {
        let with_setting = |reason: String| format!("STUDYHALL_KEYS_FILE: {}: {reason}", path.display());
        if !path.exists() {
            let file = KeyFile::generate().map_err(with_setting)?;
            file.create(path).map_err(|cause| with_setting(cause.to_string()))?;
            info!(path = %path.display(), "created the key file with new keys");
        }
        let version = FileVersion::of(path).map_err(|cause| with_setting(cause.to_string()))?;
        let file = KeyFile::read(path).map_err(with_setting)?;
        let derivation = file::decode(&file.derivation);
        let derivation = derivation.ok_or_else(|| with_setting("the derivation secret is not valid".to_owned()))?;
        Ok(Self(Arc::new(KeyRingInner {
            path: path.to_owned(),
            loaded: RwLock::new(LoadedKeys::new(&file, version).map_err(with_setting)?),
            derivation: hmac::Key::new(hmac::HMAC_SHA256, &derivation),
        })))
    }

    /// Adds a new signing key to the file, and removes keys that no valid token needs.
    ///
    /// Running servers detect the change. The new key has the algorithm of the one it replaces, unless `algorithm` is
    /// given.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn rotate(&self, now: Timestamp, algorithm: Option<Algorithm>) -> Result<(), String> {
        let path = &self.0.path;
        let mut file = KeyFile::read(path).map_err(|reason| format!("{}: {reason}", path.display()))?;
        let oldest_needed = now.minus(ACCESS_TOKEN_LIFETIME).unix_seconds() - LEEWAY_SECONDS - CHECK_INTERVAL_SECONDS;
        file.keys.retain(|key| key.replaced_at.is_none_or(|replaced_at| replaced_at >= oldest_needed));
        let mut next = algorithm.unwrap_or(Algorithm::HS256);
        for key in file.keys.iter_mut().filter(|key| key.replaced_at.is_none()) {
            next = algorithm.unwrap_or(key.algorithm);
            key.replaced_at = Some(now.unix_seconds());
        }
        file.keys.push(file::KeyEntry::generate(next)?);
        file.replace(path).map_err(|cause| format!("{}: {cause}", path.display()))
    }

    /// Returns a signed access token with these claims.
    ///
    /// # Errors
    /// Internal if signing fails.
    pub fn sign_access_token(&self, claims: &AccessClaims) -> Result<SecretString> {
        self.reload_if_changed(CHECK_INTERVAL);
        let keys = self.read();
        let key = keys.by_kid.get(&keys.signing).ok_or_else(|| Error::internal("the key ring has no signing key"))?;
        let header =
            Header { typ: Some(TOKEN_TYPE.to_owned()), kid: Some(keys.signing.clone()), ..Header::new(key.algorithm) };
        let issued_at = claims.issued_at.unix_seconds();
        let claims = TokenClaims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: claims.account.0.to_string(),
            sid: claims.session.0.to_string(),
            iat: issued_at,
            nbf: issued_at,
            exp: claims.expires_at.unix_seconds(),
        };
        let token = jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(Error::internal)?;
        Ok(token.into())
    }

    /// Returns the claims of a valid token; `None` for any other text, without the reason.
    pub fn verify_access_token(&self, token: &str, now: Timestamp) -> Option<AccessClaims> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        let header: TokenHeader = serde_json::from_slice(&file::decode(header)?).ok()?;
        if header.typ != TOKEN_TYPE {
            return None;
        }
        if !self.read().by_kid.contains_key(&header.kid) {
            self.reload_if_changed(CHECK_INTERVAL);
        }
        let keys = self.read();
        let key = keys.by_kid.get(&header.kid).filter(|key| key.algorithm == header.alg)?;
        let is_valid = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key.decoding, key.algorithm);
        if !is_valid.ok()? {
            return None;
        }
        let claims: TokenClaims = serde_json::from_slice(&file::decode(payload)?).ok()?;
        claims.check(now.unix_seconds())
    }

    /// Returns the secret derived from the ring's own secret, `purpose` and `parts`. It is deterministic, and does not
    /// help to compute any other.
    #[must_use]
    pub fn derive_secret(&self, purpose: &str, parts: &[u8]) -> [u8; 32] {
        // A purpose is a constant without a zero byte, so no two pairs of purpose and parts give the same message.
        let message = [purpose.as_bytes(), b"\0", parts].concat();
        let mut secret = [0; 32];
        secret.copy_from_slice(hmac::sign(&self.0.derivation, &message).as_ref());
        secret
    }

    fn read(&self) -> RwLockReadGuard<'_, LoadedKeys> {
        self.0.loaded.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Loads the keys again if the file has changed, unless that was checked within `interval`. After a change to an
    /// invalid file the keys stay.
    ///
    /// The read blocks its thread for the microseconds that a small local file takes.
    fn reload_if_changed(&self, interval: Duration) {
        if self.read().checked_at.elapsed() < interval {
            return;
        }
        let mut keys = self.0.loaded.write().unwrap_or_else(PoisonError::into_inner);
        if keys.checked_at.elapsed() < interval {
            return;
        }
        keys.checked_at = Instant::now();
        let Ok(version) = FileVersion::of(&self.0.path) else { return };
        if version == keys.version {
            return;
        }
        match KeyFile::read(&self.0.path).and_then(|file| LoadedKeys::new(&file, version)) {
            Ok(reloaded) => *keys = reloaded,
            Err(reason) => {
                let path = self.0.path.display();
                error!(%path, %reason, "the changed key file is invalid; the previous keys stay in use");
                keys.version = version;
            }
        }
    }
}

#[expect(clippy::cast_possible_wrap, reason = "one second")]
const CHECK_INTERVAL_SECONDS: i64 = CHECK_INTERVAL.as_secs() as i64;

impl LoadedKeys {
    fn new(file: &KeyFile, version: FileVersion) -> Result<Self, String> {
        let mut keys = Self { by_kid: HashMap::new(), signing: String::new(), version, checked_at: Instant::now() };
        for entry in &file.keys {
            let key = LoadedKey::new(entry)
                .ok_or_else(|| format!("the secret of the key {:?} does not fit its algorithm", entry.kid))?;
            keys.by_kid.insert(entry.kid.clone(), key);
            if entry.replaced_at.is_none() {
                keys.signing.clone_from(&entry.kid);
            }
        }
        Ok(keys)
    }
}

impl LoadedKey {
    fn new(key: &file::KeyEntry) -> Option<Self> {
        let secret = file::decode(&key.secret)?;
        Some(match key.algorithm {
            Algorithm::HS256 => Self {
                algorithm: jsonwebtoken::Algorithm::HS256,
                encoding: EncodingKey::from_secret(&secret).ok()?,
                decoding: DecodingKey::from_secret(&secret).ok()?,
            },
            Algorithm::EdDSA => {
                let seed: [u8; 32] = secret.try_into().ok()?;
                let pair = Ed25519KeyPair::from_seed_unchecked(&seed).ok()?;
                Self {
                    algorithm: jsonwebtoken::Algorithm::EdDSA,
                    encoding: EncodingKey::from_ed_der(pair.to_pkcs8().ok()?.as_ref()),
                    decoding: DecodingKey::from_ed_der(pair.public_key().as_ref()),
                }
            }
        })
    }
}

impl TokenClaims {
    fn check(&self, now: i64) -> Option<AccessClaims> {
        // A clock that is set back must not end sessions: the tokens issued before lie ahead, by their own life at most.
        let is_too_early = self.nbf.max(self.iat) > now.saturating_add(MAX_LEAD_SECONDS);
        let is_expired = self.exp.saturating_add(LEEWAY_SECONDS) <= now;
        if self.iss != ISSUER || self.aud != AUDIENCE || is_too_early || is_expired {
            return None;
        }
        let timestamp = |seconds: i64| Timestamp(seconds.saturating_mul(1_000_000));
        Some(AccessClaims {
            account: AccountId(self.sub.parse().ok()?),
            session: SessionId(self.sid.parse().ok()?),
            issued_at: timestamp(self.iat),
            expires_at: timestamp(self.exp),
        })
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing").field("path", &self.0.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
