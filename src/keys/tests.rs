use std::os::unix::fs::PermissionsExt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

/// A directory that is removed after the test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("studyhall-keys-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("keys.json")
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn claims() -> AccessClaims {
    AccessClaims {
        account: AccountId(11),
        session: SessionId(22),
        issued_at: NOW,
        expires_at: NOW.plus(ACCESS_TOKEN_LIFETIME),
    }
}

fn ring(name: &str) -> (Directory, KeyRing) {
    let directory = Directory::new(name);
    let ring = KeyRing::load_or_create(&directory.file()).unwrap();
    (directory, ring)
}

fn access(ring: &KeyRing) -> String {
    ring.sign_access_token(&claims()).unwrap().expose_secret().to_owned()
}

/// Returns a token with any header and payload, signed with the ring's own key.
fn signed(ring: &KeyRing, header: &Value, payload: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(payload));
    let keys = ring.read();
    let key = &keys.by_kid[&keys.signing];
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key.encoding, key.algorithm).unwrap();
    format!("{message}.{signature}")
}

#[test]
fn a_token_returns_its_claims_until_it_expires() {
    let (_directory, ring) = ring("life");
    let token = access(&ring);
    let seconds = Duration::from_secs;
    assert_eq!(ring.verify_access_token(&token, NOW), Some(claims()));
    // A clock that is set back by less than the life of a token makes it invalid for no one.
    assert_eq!(ring.verify_access_token(&token, NOW.minus(seconds(605))), Some(claims()));
    assert_eq!(ring.verify_access_token(&token, NOW.minus(seconds(606))), None);
    assert_eq!(ring.verify_access_token(&token, NOW.plus(seconds(604))), Some(claims()));
    assert_eq!(ring.verify_access_token(&token, NOW.plus(seconds(605))), None);
}

#[test]
fn a_token_with_any_other_header_claim_or_signature_is_rejected() {
    let (_directory, ring) = ring("forged");
    let kid = ring.read().signing.clone();
    let header = json!({ "alg": "HS256", "typ": "at+jwt", "kid": kid });
    let payload = json!({ "iss": "studyhall", "aud": "studyhall", "sub": "11", "sid": "22",
        "iat": 1_800_000_000, "nbf": 1_800_000_000, "exp": 1_800_000_600 });
    let good = signed(&ring, &header, &payload);
    assert_eq!(ring.verify_access_token(&good, NOW), Some(claims()), "the helper creates valid tokens");

    let with = |object: &Value, name: &str, value: Value| {
        let mut object = object.clone();
        match value {
            Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
            value => drop(object.as_object_mut().unwrap().insert(name.to_owned(), value)),
        }
        object
    };
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS512")),
        ("alg", json!("EdDSA")),
        ("alg", json!("hs256")),
        ("alg", Value::Null),
        ("typ", json!("JWT")),
        ("typ", Value::Null),
        ("kid", json!("../../etc/passwd")),
        ("kid", json!("")),
        ("kid", json!(1)),
        ("kid", Value::Null),
        ("jku", json!("https://evil.example")),
        ("jwk", json!({ "kty": "oct", "k": "AAAA" })),
        ("x5u", json!("https://evil.example")),
        ("crit", json!(["exp"])),
    ] {
        let token = signed(&ring, &with(&header, name, value.clone()), &payload);
        assert_eq!(ring.verify_access_token(&token, NOW), None, "header {name}: {value}");
    }
    for name in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp"] {
        let later = json!(1_800_000_700);
        let wrong = [Value::Null, json!("x"), json!(true), json!(["studyhall"]), json!(1.5), json!("1800000600")];
        for value in wrong.into_iter().chain(matches!(name, "iat" | "nbf").then_some(later)) {
            // Any number as text is a valid id.
            if matches!(name, "sub" | "sid") && value == json!("1800000600") {
                continue;
            }
            let token = signed(&ring, &header, &with(&payload, name, value.clone()));
            assert_eq!(ring.verify_access_token(&token, NOW), None, "claim {name}: {value}");
        }
    }

    let (message, signature) = good.rsplit_once('.').unwrap();
    let unsigned = format!("{message}.");
    let padded = format!("{good}=");
    let other = format!("{message}.{}", signature.chars().rev().collect::<String>());
    let long = signed(&ring, &header, &with(&payload, "more", json!("x".repeat(1_000))));
    for token in ["", ".", "..", "a.b.c", message, &unsigned, &padded, &other, &long, &format!("{good}.{good}")] {
        assert_eq!(ring.verify_access_token(token, NOW), None, "{token}");
    }
}

#[test]
fn a_token_of_another_ring_is_rejected() {
    let ((_a, ours), (_b, theirs)) = (ring("ours"), ring("theirs"));
    assert_eq!(ours.verify_access_token(&access(&theirs), NOW), None);
    assert_ne!(ours.derive_secret("refresh", b"1"), theirs.derive_secret("refresh", b"1"));
}

#[test]
fn a_running_server_loads_rotated_keys() {
    let (directory, server) = ring("rotate");
    let before = access(&server);
    let operator = KeyRing::load_or_create(&directory.file()).unwrap();
    operator.rotate(NOW, Some(Algorithm::EdDSA)).unwrap();
    operator.reload_if_changed(Duration::ZERO);
    let after = access(&operator);
    assert_eq!(server.verify_access_token(&after, NOW), None, "checked less than a second ago");
    server.reload_if_changed(Duration::ZERO);
    assert_eq!(server.verify_access_token(&after, NOW), Some(claims()));
    assert_eq!(server.verify_access_token(&before, NOW), Some(claims()), "the old key still verifies");
    assert_eq!(server.derive_secret("refresh", b"1"), operator.derive_secret("refresh", b"1"));

    operator.rotate(NOW.plus(Duration::from_mins(10)), None).unwrap();
    server.reload_if_changed(Duration::ZERO);
    assert_eq!(server.verify_access_token(&before, NOW), Some(claims()), "its last tokens are still valid");
    operator.rotate(NOW.plus(Duration::from_secs(607)), None).unwrap();
    server.reload_if_changed(Duration::ZERO);
    assert_eq!(server.verify_access_token(&before, NOW), None, "removed");
    assert_eq!(server.verify_access_token(&after, NOW), Some(claims()), "Ed25519, replaced a few seconds ago");
}

#[test]
fn the_key_file_is_private_and_its_secrets_are_not_printed() {
    let (directory, ring) = ring("private");
    let text = std::fs::read_to_string(directory.file()).unwrap();
    assert_eq!(std::fs::metadata(directory.file()).unwrap().permissions().mode() & 0o777, 0o600);
    let file: Value = serde_json::from_str(&text).unwrap();
    let secrets = [&file["derivation"], &file["keys"][0]["secret"]].map(|secret| secret.as_str().unwrap());
    assert!(secrets.iter().all(|secret| secret.len() == 43 && !format!("{ring:?}").contains(secret)));
    assert_eq!(std::fs::read_dir(&directory.0).unwrap().count(), 1, "no temporary file is left");
    let again = KeyRing::load_or_create(&directory.file()).unwrap();
    assert_eq!(again.verify_access_token(&access(&ring), NOW), Some(claims()));
}

#[test]
fn an_invalid_key_file_prevents_the_start_with_one_line_and_a_running_server_keeps_its_keys() {
    let (directory, ring) = ring("bad");
    let good: Value = serde_json::from_str(&std::fs::read_to_string(directory.file()).unwrap()).unwrap();
    let with = |pointer: &str, value: Value| {
        let mut file = good.clone();
        *file.pointer_mut(pointer).unwrap() = value;
        file.to_string()
    };
    let typed = URL_SAFE_NO_PAD.encode("your-256-bit-secret-your-256-bit-secret");
    let cases = [
        (with("/derivation", json!("c2hvcnQ")), "shorter than 32 bytes"),
        (with("/derivation", json!("****")), "base64url"),
        (with("/derivation", good["keys"][0]["secret"].clone()), "is used twice"),
        (with("/keys/0/secret", json!("A".repeat(43))), "not random"),
        (with("/keys/0/secret", json!(typed)), "not random"),
        (with("/keys/0/secret", json!(URL_SAFE_NO_PAD.encode((0..32).collect::<Vec<u8>>()))), "not random"),
        (with("/keys/0/kid", json!("../x")), "a kid must consist of"),
        (with("/keys/0/algorithm", json!("none")), "not a key file"),
        (with("/keys", json!([])), "exactly one key"),
        ("{".to_owned(), "not a key file"),
    ];
    for (text, reason) in cases {
        std::fs::write(directory.file(), &text).unwrap();
        let error = KeyRing::load_or_create(&directory.file()).unwrap_err();
        assert!(error.starts_with("STUDYHALL_KEYS_FILE: ") && error.contains(reason), "{error}");
        assert!(!error.contains('\n') && !error.contains(&typed));
        ring.reload_if_changed(Duration::ZERO);
        assert!(ring.verify_access_token(&access(&ring), NOW).is_some());
    }
    std::fs::write(directory.file(), good.to_string()).unwrap();
    std::fs::set_permissions(directory.file(), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(KeyRing::load_or_create(&directory.file()).unwrap_err().contains("chmod 600"));
}

#[test]
fn derived_secrets_depend_on_every_byte_of_their_input() {
    let (_directory, ring) = ring("derive");
    let secrets = [
        ring.derive_secret("refresh", b"ab"),
        ring.derive_secret("refresh", b"ac"),
        ring.derive_secret("refresha", b"b"),
    ];
    assert_eq!(secrets.iter().collect::<std::collections::HashSet<_>>().len(), 3);
    assert_eq!(ring.derive_secret("refresh", b"ab"), secrets[0]);
}
