//! The email domains that a campus admits.

use rstest::rstest;
use serde_json::json;

use crate::support::{Campus, Engine, PASSWORD};

const REGISTER: &str = "mutation ($input: RegisterInput!) { register(input: $input) { userErrors { code path } } }";

const CHANGE: &str = "mutation ($email: String!, $password: String!) {
    changeEmail(input: { newEmail: $email, password: $password }) { isRequested userErrors { code path } }
}";

const REFUSED: [&str; 1] = ["EMAIL_DOMAIN_NOT_ALLOWED input.email"];

async fn register(campus: &Campus, username: &str, email: &str) -> Vec<String> {
    let input = json!({ "email": email, "password": PASSWORD, "username": username });
    campus.anonymous().execute(REGISTER, json!({ "input": input })).await.refusals("register")
}

#[rstest]
#[tokio::test]
async fn an_address_of_another_domain_cannot_register(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let flags =
        ["--registration=confirmed", "--rate-limits=off", "--email-domains=Campus.Example, *.b\u{fc}cher.example"];
    let campus = Campus::start_with(engine, &flags).await;
    let server = campus.anonymous().query("{ server { allowedEmailDomains } }").await;
    assert_eq!(server["server"]["allowedEmailDomains"], json!(["campus.example", "*.xn--bcher-kva.example"]));
    for (name, email) in [
        ("ada", "ada@campus.example"),
        ("grace", "grace@CAMPUS.example."),
        ("mary", "mary@cs.B\u{dc}CHER.example"),
        ("alan", "alan@a.b.xn--bcher-kva.example"),
    ] {
        assert_eq!(register(&campus, name, email).await, Vec::<String>::new(), "{email}");
    }
    for email in [
        "eve@b\u{fc}cher.example",
        "eve@cs.campus.example",
        "eve@campus.example.test",
        "eve@notcampus.example",
        "eve@c\u{430}mpus.example", // Cyrillic a
        "eve@evilb\u{fc}cher.example",
    ] {
        assert_eq!(register(&campus, "eve", email).await, REFUSED, "{email}");
    }
    // Every fault is listed, and an address that is none has one.
    let input = json!({ "email": "eve@other.example", "password": "short", "username": "ev" });
    let all = campus.anonymous().execute(REGISTER, json!({ "input": input })).await.refusals("register");
    assert_eq!(all, [REFUSED[0], "PASSWORD_WEAK input.password", "TOO_SHORT input.username"]);
    assert_eq!(register(&campus, "eve", "eve@campus.example@other.example").await, ["INVALID input.email"]);
}

#[rstest]
#[tokio::test]
async fn a_member_keeps_an_address_of_another_domain_but_cannot_change_to_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.confirmed_member("ada").await;
    let restricted = campus.another_node(&["--registration=confirmed", "--email-domains=*.uni.example"]).await;
    let ada = restricted.client_for(&ada);
    assert_eq!(ada.try_login("ada@campus.example", PASSWORD).await.refusals("login"), Vec::<String>::new());
    let change = async |email: &str, password: &str| {
        ada.execute(CHANGE, json!({ "email": email, "password": password })).await.refusals("changeEmail")
    };
    let refused = "EMAIL_DOMAIN_NOT_ALLOWED input.newEmail";
    assert_eq!(change("new@uni.example", PASSWORD).await, [refused]);
    assert_eq!(change("new@campus.example", "wrong").await, ["CREDENTIALS_WRONG input.password", refused]);
    assert_eq!(change("new@cs.UNI.example", PASSWORD).await, Vec::<String>::new());
}
