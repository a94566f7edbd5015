//! Hashes of other systems, which imports bring along. They are verified once: the first login replaces the hash.
//!
//! bcrypt (`$2b$12$..`), and the formats of werkzeug: `scrypt:32768:8:1$salt$hash` and
//! `pbkdf2:sha256:600000$salt$hash`, with the hash in hexadecimal digits.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;
use subtle::ConstantTimeEq;

/// Bounds of the work and the memory that a hash may ask for: a guard against rows that were made to be expensive.
const MAX_BCRYPT_COST: u32 = 14;
const MAX_PBKDF2_ITERATIONS: u32 = 2_000_000;
const MAX_SCRYPT_BYTES: u64 = 64 * 1024 * 1024;
const MAX_SCRYPT_LANES: u32 = 4;
const MAX_HASH_BYTES: usize = 64;

/// A hash of another system.
pub(super) enum ForeignHash<'a> {
    Bcrypt(&'a str),
    Scrypt { params: scrypt::Params, salt: &'a str, hash: Vec<u8> },
    Pbkdf2 { algorithm: pbkdf2::Algorithm, iterations: NonZeroU32, salt: &'a str, hash: Vec<u8> },
}

impl<'a> ForeignHash<'a> {
    /// Returns the hash; `None` if it has no supported format, or asks for too much work.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        if ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|prefix| text.starts_with(prefix)) {
            let cost: u32 = text.get(4..6)?.parse().ok()?;
            return (text.len() == 60 && (4..=MAX_BCRYPT_COST).contains(&cost)).then_some(Self::Bcrypt(text));
        }
        let (method, rest) = text.split_once('$')?;
        let (salt, hash) = rest.split_once('$')?;
        let hash = from_hex(hash).filter(|hash| (16..=MAX_HASH_BYTES).contains(&hash.len()))?;
        let parts: Vec<&str> = method.split(':').collect();
        match *parts {
            ["scrypt", n, r, p] => {
                let (n, r, p): (u64, u32, u32) = (n.parse().ok()?, r.parse().ok()?, p.parse().ok()?);
                let bytes = n.checked_mul(u64::from(r))?.checked_mul(128)?;
                if !n.is_power_of_two() || bytes > MAX_SCRYPT_BYTES || p > MAX_SCRYPT_LANES {
                    return None;
                }
                let params = scrypt::Params::new(u8::try_from(n.ilog2()).ok()?, r, p).ok()?;
                Some(Self::Scrypt { params, salt, hash })
            }
            ["pbkdf2", digest, iterations] => {
                let algorithm = match digest {
                    "sha1" => pbkdf2::PBKDF2_HMAC_SHA1,
                    "sha256" => pbkdf2::PBKDF2_HMAC_SHA256,
                    "sha512" => pbkdf2::PBKDF2_HMAC_SHA512,
                    _ => return None,
                };
                let iterations: NonZeroU32 = iterations.parse().ok()?;
                let is_bounded = iterations.get() <= MAX_PBKDF2_ITERATIONS;
                is_bounded.then_some(Self::Pbkdf2 { algorithm, iterations, salt, hash })
            }
            _ => None,
        }
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        match self {
            Self::Bcrypt(text) => bcrypt::verify(password, text).unwrap_or(false),
            Self::Scrypt { params, salt, hash } => {
                let mut output = vec![0; hash.len()];
                scrypt::scrypt(password, salt.as_bytes(), params, &mut output).is_ok() && output.ct_eq(hash).into()
            }
            Self::Pbkdf2 { algorithm, iterations, salt, hash } => {
                pbkdf2::verify(*algorithm, *iterations, salt.as_bytes(), password, hash).is_ok()
            }
        }
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by werkzeug 3.0 and by bcrypt 4.1, for the password `old secret`.
    const HASHES: [&str; 3] = [
        "scrypt:32768:8:1$4NlOhzOVZhBKUVuZ$83dbcf7bf4805d86ffcb161d7f7baed09e4db574a3e0651ca65a59cca664c25ee4bfeeb836ee1f58afe928ca76523769e1fcd9f12e0be73cdbc90fb5e6504c4b",
        "pbkdf2:sha256:1000$4NlOhzOVZhBKUVuZ$9f1b03aae9087c15bc691883c3e84b8d05ed8636ab345fa54c1c42b44f7991b4",
        "$2b$04$MA4BMz7O3HY6cjf46z2j/edKKfWmMF7BqBNZ1l7/FAqvB6PMGsY9G",
    ];

    #[test]
    fn a_hash_of_another_system_is_verified() {
        for hash in HASHES {
            let foreign = ForeignHash::parse(hash).expect("a supported format");
            assert!(foreign.verify(b"old secret"), "{hash}");
            assert!(!foreign.verify(b"old secret "), "{hash}");
        }
    }

    #[test]
    fn a_hash_that_asks_for_too_much_work_is_not_supported() {
        for hash in [
            "scrypt:1073741824:8:1$salt$00112233445566778899aabbccddeeff",
            "scrypt:32769:8:1$salt$00112233445566778899aabbccddeeff",
            "pbkdf2:sha256:4000000000$salt$00112233445566778899aabbccddeeff",
            "pbkdf2:sha256:0$salt$00112233445566778899aabbccddeeff",
            "pbkdf2:md5:1000$salt$00112233445566778899aabbccddeeff",
            "pbkdf2:sha256:1000$salt$00",
            "$2b$31$abcdefghijklmnopqrstuuJXWBb0FxnhLmYkxGeDOzlT2yDM7HbJi",
            "plain text",
            "",
        ] {
            assert!(ForeignHash::parse(hash).is_none(), "{hash}");
        }
    }
}
