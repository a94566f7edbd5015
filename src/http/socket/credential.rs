//! Finds the access token in the payload of `connection_init`.
//!
//! The protocol leaves its place to client and server, and every library has a habit of its own. A token at an unknown
//! place must not go unnoticed: the client would take itself for signed in, and every field would be null.

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::protocol::CloseReason;
use crate::http::client::bearer;

/// Names of the member with the token, in lower case without `-` and `_`; the first that is present counts.
const TOKEN_NAMES: [&str; 6] = ["authorization", "authtoken", "accesstoken", "bearertoken", "token", "jwt"];

/// The member with headers, as clients of Hasura and of subscriptions-transport-ws send them.
const HEADERS: &str = "headers";

/// What names of credentials contain.
const CREDENTIAL_WORDS: [&str; 10] =
    ["auth", "token", "jwt", "bearer", "session", "cookie", "secret", "password", "apikey", "credential"];

/// Returns the access token. `None` means that the payload has no credential.
///
/// # Errors
/// When the token is not a string, or the only credential is at an unknown place.
pub(super) fn find(payload: &Map<String, Value>) -> Result<Option<SecretString>, CloseReason> {
    let headers = payload.iter().find(|(name, _)| normalized(name) == HEADERS).and_then(|(_, value)| value.as_object());
    let members = || [Some(payload), headers].into_iter().flatten().flatten().filter(|(_, value)| !value.is_null());
    let named = |wanted: &str| members().find(|(name, _)| normalized(name) == wanted);
    if let Some((_, token)) = TOKEN_NAMES.into_iter().find_map(named) {
        let token = token.as_str().ok_or(CloseReason::Forbidden)?;
        return Ok(Some(bearer(token).unwrap_or(token).into()));
    }
    let is_credential = |name: &str| CREDENTIAL_WORDS.iter().any(|word| normalized(name).contains(word));
    if members().any(|(name, value)| is_credential(name) && value.as_str() != Some("")) {
        return Err(CloseReason::MisplacedCredential);
    }
    Ok(None)
}

fn normalized(name: &str) -> String {
    name.chars().filter(|char| !matches!(char, '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use serde_json::json;

    use super::*;

    fn found(payload: &Value) -> Result<Option<String>, CloseReason> {
        let token = find(payload.as_object().expect("an object"))?;
        Ok(token.map(|token| token.expose_secret().to_owned()))
    }

    #[test]
    fn a_token_is_found_where_clients_put_it() {
        for payload in [
            json!({ "authorization": "Bearer t" }),
            json!({ "Authorization": "bearer t" }),
            json!({ "authorization": "t" }),
            json!({ "headers": { "Authorization": "Bearer t" } }),
            json!({ "headers": { "content-type": "application/json", "authorization": "Bearer t" } }),
            json!({ "authToken": "t" }),
            json!({ "access_token": "t" }),
            json!({ "token": "Bearer t" }),
            json!({ "jwt": "t", "lang": "en" }),
            json!({ "authorization": null, "token": "t" }),
            json!({ "x-csrf-token": "c", "authorization": "t" }),
        ] {
            assert_eq!(found(&payload), Ok(Some("t".to_owned())), "{payload}");
        }
    }

    #[test]
    fn a_credential_at_an_unknown_place_is_rejected() {
        for payload in [
            json!({ "x-auth": "t" }),
            json!({ "apiKey": "t" }),
            json!({ "api_key": "t" }),
            json!({ "headers": { "x-access-token": "t" } }),
            json!({ "auth": { "token": "t" } }),
            json!({ "sessionId": 7 }),
        ] {
            assert_eq!(found(&payload), Err(CloseReason::MisplacedCredential), "{payload}");
        }
        for payload in [json!({}), json!({ "lang": "en", "headers": {} }), json!({ "authToken": null, "x-auth": "" })] {
            assert_eq!(found(&payload), Ok(None), "{payload}");
        }
        assert_eq!(found(&json!({ "authorization": 7 })), Err(CloseReason::Forbidden));
    }
}
