//! The key ring: signs and verifies access tokens, and derives the secrets that need not be stored.
//!
//! Access tokens are JWTs as RFC 8725 wants them: each key has one algorithm and the token's header is compared with
//! it, never asked for it; the header holds `alg`, `typ` and `kid` and nothing else; every claim is required. A valid
//! token only says which session to look up.

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
use file::{File, Stamp};

/// How long an access token lives. A replaced key is kept for as long, and the leeway.
pub const ACCESS_LIFE: Duration = Duration::from_mins(10);

/// By so much the clocks of two nodes may differ.
const LEEWAY_SECONDS: i64 = 5;

const MAX_TOKEN_BYTES: usize = 1_024;
const TYPE: &str = "at+jwt";
const ISSUER: &str = "studyhall";
const AUDIENCE: &str = "studyhall";

/// The file is looked at no more often than this.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// What an access token says.
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

/// The algorithms that a key may have. One issuer that is its own verifier needs no more than HMAC; Ed25519 is for
/// installations where another service verifies too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    HS256,
    EdDSA,
}

/// The keys, and the file they come from. Cheap to clone; all clones share them.
#[derive(Clone)]
pub struct KeyRing(Arc<KeyRingInner>);

struct KeyRingInner {
    path: PathBuf,
    ring: RwLock<Ring>,
    derivation: hmac::Key,
}

struct Ring {
    keys: HashMap<String, RingKey>,
    signing: String,
    stamp: Stamp,
    looked_at: Instant,
}

struct RingKey {
    algorithm: jsonwebtoken::Algorithm,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// A token's header, exactly. `jku`, `jwk`, `x5u`, `crit` and whatever else there may be do not parse.
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
    /// Reads the keys from their file, which is made first where there is none.
    ///
    /// # Errors
    /// One line for the operator: what is wrong with the file. It never holds a part of a secret.
    pub fn load_or_create(path: &Path) -> Result<Self, String> {
        let name = |reason: String| format!("STUDYHALL_KEYS_FILE: {}: {reason}", path.display());
        if !path.exists() {
            File::generate().map_err(name)?.create(path).map_err(|cause| name(cause.to_string()))?;
            info!(path = %path.display(), "made a file with new keys");
        }
        let stamp = Stamp::of(path).map_err(|cause| name(cause.to_string()))?;
        let file = File::read(path).map_err(name)?;
        let secret = file::decode(&file.derivation).ok_or_else(|| name("the secret cannot be read".to_owned()))?;
        Ok(Self(Arc::new(KeyRingInner {
            path: path.to_owned(),
            ring: RwLock::new(Ring::new(&file, stamp).map_err(name)?),
            derivation: hmac::Key::new(hmac::HMAC_SHA256, &secret),
        })))
    }

    /// Adds a new key to the file, to sign with from now on, and drops those that no living token needs.
    ///
    /// Running servers notice by themselves. The new key has the algorithm of the one it replaces, unless one is named.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn rotate(&self, now: Timestamp, algorithm: Option<Algorithm>) -> Result<(), String> {
        let path = &self.0.path;
        let mut file = File::read(path).map_err(|reason| format!("{}: {reason}", path.display()))?;
        let oldest_needed = now.minus(ACCESS_LIFE).unix_seconds() - LEEWAY_SECONDS - LOOK_INTERVAL_SECONDS;
        file.keys.retain(|key| key.replaced_at.is_none_or(|replaced_at| replaced_at >= oldest_needed));
        let mut next = algorithm.unwrap_or(Algorithm::HS256);
        for key in file.keys.iter_mut().filter(|key| key.replaced_at.is_none()) {
            next = algorithm.unwrap_or(key.algorithm);
            key.replaced_at = Some(now.unix_seconds());
        }
        file.keys.push(file::KeyEntry::generate(next)?);
        file.replace(path).map_err(|cause| format!("{}: {cause}", path.display()))
    }

    /// Returns the access token that says this.
    ///
    /// # Errors
    /// Internal, when the key does not sign.
    pub fn sign_access(&self, claims: &AccessClaims) -> Result<SecretString> {
        self.look(LOOK_INTERVAL);
        let ring = self.read();
        let key = ring.keys.get(&ring.signing).ok_or_else(|| Error::internal("the ring has no key that signs"))?;
        let header =
            Header { typ: Some(TYPE.to_owned()), kid: Some(ring.signing.clone()), ..Header::new(key.algorithm) };
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

    /// Returns what a token says, if it is one of ours and lives; no word on why it may not be.
    pub fn verify_access(&self, token: &str, now: Timestamp) -> Option<AccessClaims> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        let (header, payload) = message.split_once('.')?;
        let header: TokenHeader = serde_json::from_slice(&file::decode(header)?).ok()?;
        if header.typ != TYPE {
            return None;
        }
        if !self.read().keys.contains_key(&header.kid) {
            self.look(LOOK_INTERVAL);
        }
        let ring = self.read();
        let key = ring.keys.get(&header.kid).filter(|key| key.algorithm == header.alg)?;
        let is_signed = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key.decoding, key.algorithm);
        if !is_signed.ok()? {
            return None;
        }
        let claims: TokenClaims = serde_json::from_slice(&file::decode(payload)?).ok()?;
        claims.check(now.unix_seconds())
    }

    /// Returns a secret that follows from the ring's own, the purpose and the parts: the same for the same, and of no
    /// use for telling any other.
    #[must_use]
    pub fn derive(&self, purpose: &str, parts: &[u8]) -> [u8; 32] {
        // A purpose is a word of ours without a zero byte, so no purpose and parts read like another pair.
        let message = [purpose.as_bytes(), b"\0", parts].concat();
        let mut secret = [0; 32];
        secret.copy_from_slice(hmac::sign(&self.0.derivation, &message).as_ref());
        secret
    }

    fn read(&self) -> RwLockReadGuard<'_, Ring> {
        self.0.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what changed in the file, unless that was asked within `interval`. A bad file changes nothing.
    ///
    /// The read blocks its thread for the microseconds that a small local file takes.
    fn look(&self, interval: Duration) {
        if self.read().looked_at.elapsed() < interval {
            return;
        }
        let mut ring = self.0.ring.write().unwrap_or_else(PoisonError::into_inner);
        if ring.looked_at.elapsed() < interval {
            return;
        }
        ring.looked_at = Instant::now();
        let Ok(stamp) = Stamp::of(&self.0.path) else { return };
        if stamp == ring.stamp {
            return;
        }
        match File::read(&self.0.path).and_then(|file| Ring::new(&file, stamp)) {
            Ok(fresh) => *ring = fresh,
            Err(reason) => {
                error!(path = %self.0.path.display(), %reason, "the key file has changed and is not usable; the old keys stay");
                ring.stamp = stamp;
            }
        }
    }
}

#[expect(clippy::cast_possible_wrap, reason = "one second")]
const LOOK_INTERVAL_SECONDS: i64 = LOOK_INTERVAL.as_secs() as i64;

impl Ring {
    fn new(file: &File, stamp: Stamp) -> Result<Self, String> {
        let mut ring = Self { keys: HashMap::new(), signing: String::new(), stamp, looked_at: Instant::now() };
        for key in &file.keys {
            let fresh = RingKey::new(key).ok_or_else(|| format!("the key {:?} is not of its algorithm", key.kid))?;
            ring.keys.insert(key.kid.clone(), fresh);
            if key.replaced_at.is_none() {
                ring.signing.clone_from(&key.kid);
            }
        }
        Ok(ring)
    }
}

impl RingKey {
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
        let has_begun = self.nbf.max(self.iat) <= now.saturating_add(LEEWAY_SECONDS);
        let has_ended = self.exp.saturating_add(LEEWAY_SECONDS) <= now;
        if self.iss != ISSUER || self.aud != AUDIENCE || !has_begun || has_ended {
            return None;
        }
        let instant = |seconds: i64| Timestamp(seconds.saturating_mul(1_000_000));
        Some(AccessClaims {
            account: AccountId(self.sub.parse().ok()?),
            session: SessionId(self.sid.parse().ok()?),
            issued_at: instant(self.iat),
            expires_at: instant(self.exp),
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
