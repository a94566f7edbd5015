//! The encryption of pushes (RFC 8291, RFC 8188) and the signature of the server (RFC 8292).
//!
//! Of the crates for it, `web-push` brings another HTTP client or OpenSSL, and `ece` OpenSSL. The server has all parts
//! already, in aws-lc-rs; what is left is their order, which the test vector of the RFC checks.

use std::time::Duration;

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::keys::KeyRing;

/// An uncompressed point of the curve.
pub const POINT_BYTES: usize = 65;
pub const AUTH_BYTES: usize = 16;

const SALT_BYTES: usize = 16;
const RECORD_BYTES: u32 = 4_096;

/// How long the signature of a request is valid.
const SIGNATURE_LIFETIME: Duration = Duration::from_hours(12);

/// The key pair of the server (VAPID). It is derived from the secret of the key file, so that all nodes have the same one,
/// and its private part is stored nowhere.
pub struct ServerKey {
    pair: EcdsaKeyPair,
    public: Vec<u8>,
}

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerKey(..)")
    }
}

impl ServerKey {
    /// Derives the key pair.
    ///
    /// # Errors
    /// Internal, never in practice.
    pub fn derive(keys: &KeyRing) -> Result<Self> {
        // One number in four billion is not the private key of a point; then the next one is.
        let found = (0..8_u8).find_map(|attempt| {
            let secret = keys.derive_secret("push server key", &[attempt]);
            let public = public_key(&PrivateKey::from_private_key(&ECDH_P256, &secret).ok()?).ok()?;
            let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, &secret, &public).ok()?;
            Some(Self { pair, public })
        });
        found.ok_or_else(|| Error::internal("no key pair can be derived"))
    }

    /// Returns the public key in base64url, for `PushManager.subscribe`.
    pub fn public_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.public)
    }

    /// Returns the header `Authorization` of a request to the push service at this origin.
    ///
    /// # Errors
    /// Internal, never in practice.
    pub fn authorization(&self, origin: &str, contact: &str, now: Timestamp) -> Result<String> {
        let claims = json!({
            "aud": origin, "exp": now.plus(SIGNATURE_LIFETIME).unix_seconds(), "sub": contact,
        });
        let header = json!({ "typ": "JWT", "alg": "ES256" });
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let message = format!("{header}.{claims}");
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).map_err(Error::internal)?;
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        Ok(format!("vapid t={token}, k={}", self.public_text()))
    }
}

/// Encrypts a payload for a browser; `None` if its key is no point of the curve.
///
/// # Errors
/// Internal when there is no randomness.
pub fn encrypt(payload: &[u8], p256dh: &[u8], auth: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(Error::internal)?;
    let private = PrivateKey::generate(&ECDH_P256).map_err(Error::internal)?;
    Ok(encrypt_with(payload, p256dh, auth, &private, salt))
}

fn encrypt_with(
    payload: &[u8],
    p256dh: &[u8],
    auth: &[u8],
    private: &PrivateKey,
    salt: [u8; SALT_BYTES],
) -> Option<Vec<u8>> {
    let public = public_key(private).ok()?;
    let peer = UnparsedPublicKey::new(&ECDH_P256, p256dh);
    let secret = agreement::agree(private, peer, (), |secret| Ok(secret.to_vec())).ok()?;
    let key_info = [b"WebPush: info\0", p256dh, &public].concat();
    let input = derive(auth, &secret, &key_info);
    let key = derive(&salt, &input, b"Content-Encoding: aes128gcm\0");
    let nonce = derive(&salt, &input, b"Content-Encoding: nonce\0");
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16]).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).ok()?;
    // The byte ends the only record.
    let mut sealed = [payload, &[2]].concat();
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed).ok()?;
    let mut body = salt.to_vec();
    body.extend(RECORD_BYTES.to_be_bytes());
    body.push(u8::try_from(public.len()).ok()?);
    body.extend(public);
    body.extend(sealed);
    Some(body)
}

/// HKDF with SHA-256 (RFC 5869), for at most one block of output.
fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; 32] {
    let extracted = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), secret);
    let expanded = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref()), &[info, &[1]].concat());
    let mut output = [0; 32];
    output.copy_from_slice(expanded.as_ref());
    output
}

fn public_key(private: &PrivateKey) -> Result<Vec<u8>> {
    Ok(private.compute_public_key().map_err(Error::internal)?.as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    #[test]
    fn the_example_of_the_rfc_is_encrypted_as_it_says() {
        let private = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let private = PrivateKey::from_private_key(&ECDH_P256, &private).unwrap();
        let p256dh = bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let payload = b"When I grow up, I want to be a watermelon";
        let body = encrypt_with(payload, &p256dh, &bytes("BTBZMqHH6r4Tts7J_aSIgg"), &private, salt);
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(body.unwrap()), expected);
    }

    #[test]
    fn a_key_that_is_no_point_is_refused() {
        for key in [vec![], vec![4; 65], vec![4; 64], vec![0; 65]] {
            assert_eq!(encrypt(b"x", &key, &[1; 16]).unwrap(), None, "{key:?}");
        }
    }
}
