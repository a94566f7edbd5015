//! Registering with invitations.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::Role;
use studyhall::db::Query;

use super::{CONFIRM, REVOKE};
use crate::support::{Campus, Engine, PASSWORD, Socket};

const REQUIRED: &str = "--invitation-required=true";

#[rstest]
#[tokio::test]
async fn an_invitation_admits_as_many_accounts_as_it_says(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &[REQUIRED]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let server = "{ server { isInvitationRequired viewerCanInvite } }";
    let seen = json!({ "server": { "isInvitationRequired": true, "viewerCanInvite": false } });
    assert_eq!(campus.anonymous().query(server).await, seen);
    assert_eq!(mod_.query(server).await["server"]["viewerCanInvite"], json!(true));

    let (invitation, token) = mod_.invitation(json!({ "maxUses": 2, "note": " for the lab " })).await;
    assert_eq!(invitation["note"], json!("for the lab"));
    assert_eq!(invitation["creator"], json!({ "username": "mod" }));
    assert_eq!(invitation["expiresAt"], json!("2026-11-28T09:30:00.000Z"), "in 7 days");
    assert_eq!(campus.sign_up("ada", json!({})).await.refusals("register"), ["INVITATION_REQUIRED input.invitation"]);
    for wrong in ["", "of no invitation", &token[1..]] {
        let refused = campus.sign_up("ada", json!({ "invitation": wrong })).await.refusals("register");
        assert_eq!(refused, ["TOKEN_INVALID input.invitation"]);
    }
    for username in ["ada", "grace"] {
        let answer = campus.sign_up(username, json!({ "invitation": token })).await;
        assert_eq!(answer.refusals("register"), [""; 0]);
        assert_eq!(answer.field("register")["viewer"]["isEmailConfirmed"], json!(false), "every address could use it");
    }
    let used = json!({ "useCount": 2, "maxUses": 2, "isUsable": false, "revokedAt": null });
    assert_eq!(mod_.see_invitation(&invitation["id"]).await, used);
    let late = campus.sign_up("mary", json!({ "invitation": token, "email": "x", "password": "short" })).await;
    assert_eq!(
        late.refusals("register"),
        ["INVALID input.email", "TOKEN_INVALID input.invitation", "PASSWORD_WEAK input.password"]
    );
}

#[rstest]
#[tokio::test]
async fn the_creator_of_an_invitation_learns_of_each_use(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus =
        Campus::start_with(engine, &["--registration=approval", "--inviters=member", "--rate-limits=off"]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let mary = campus.created_member("mary", Role::Member).await;
    let follow = "subscription($after: String) { inboxChanged(after: $after) {
        __typename ... on InvitationChanged { invitation { useCount isUsable } }
    } }";
    let after = mary.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
    let mut socket = Socket::subscribed(&mary, follow, json!({ "after": after })).await;
    let mut next = async || {
        loop {
            let event = socket.next().await["inboxChanged"].clone();
            if event["__typename"] == "InvitationChanged" {
                return (event["invitation"]["useCount"].clone(), event["invitation"]["isUsable"].clone());
            }
        }
    };
    let state = |count: i64, is_usable: bool| (json!(count), json!(is_usable));
    let (invitation, token) = mary.invitation(json!({ "maxUses": 1 })).await;
    // On all devices of the creator.
    assert_eq!(next().await, state(0, true));
    campus.request("ada", json!({ "invitation": token })).await;
    assert_eq!(next().await, state(0, false));
    mod_.decline(&mod_.requests().await[0]["id"], None).await.data();
    assert_eq!(next().await, state(0, true));
    campus.request("grace", json!({ "invitation": token })).await;
    assert_eq!(next().await, state(0, false));
    mod_.approve(&mod_.requests().await[0]["id"]).await.data();
    assert_eq!(next().await, state(1, false));
    mod_.execute(REVOKE, json!({ "id": invitation["id"] })).await.data();
    assert_eq!(next().await, state(1, false));
    // Revoking it again changes nothing.
    mod_.execute(REVOKE, json!({ "id": invitation["id"] })).await.data();
    let (other, _) = mary.invitation(json!({})).await;
    assert_eq!(next().await, state(0, true));
    mary.execute(REVOKE, json!({ "id": other["id"] })).await.data();
    assert_eq!(next().await, state(0, false));
}

#[rstest]
#[tokio::test]
async fn an_invitation_that_is_not_required_counts_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let (invitation, token) = mod_.invitation(json!({ "expiresAt": "2026-11-22T00:00:00Z", "maxUses": 9 })).await;
    assert_eq!(campus.sign_up("ada", json!({ "invitation": token })).await.refusals("register"), [""; 0]);
    assert_eq!(mod_.see_invitation(&invitation["id"]).await["useCount"], json!(1));
    // A registration that is refused counts nothing.
    let taken = campus.sign_up("ada", json!({ "invitation": token })).await.refusals("register");
    assert_eq!(taken, ["EMAIL_TAKEN input.email", "USERNAME_TAKEN input.username"]);
    assert_eq!(mod_.see_invitation(&invitation["id"]).await["useCount"], json!(1));
    campus.advance(Duration::from_hours(15));
    let late = campus.sign_up("grace", json!({ "invitation": token })).await.refusals("register");
    assert_eq!(late, ["TOKEN_INVALID input.invitation"]);
    assert_eq!(campus.sign_up("grace", json!({})).await.refusals("register"), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn an_invitation_for_one_address_is_mailed_and_confirms_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("--registration=open", "--registration=confirmed")] mode: &str,
) {
    let campus = Campus::start_with(engine, &[REQUIRED, mode]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let payload = mod_.invite(json!({ "email": " Ada@Campus.example" })).await.field("createInvitation");
    let invitation = payload["invitationEdge"]["node"].clone();
    assert_eq!((&payload["url"], &invitation["email"]), (&Value::Null, &json!("Ada@campus.example")));
    let token = campus.mailed_token("Ada@campus.example", 1).await;
    let letter = &campus.letters_to("Ada@campus.example", 1).await[0];
    assert!(letter.contains("mod invites you") && letter.contains("28 November 2026"), "{letter}");

    let other = campus.sign_up("eve", json!({ "invitation": token })).await.refusals("register");
    assert_eq!(other, ["TOKEN_INVALID input.invitation"]);
    let answer = campus.sign_up("ada", json!({ "invitation": token })).await;
    assert_eq!(answer.refusals("register"), [""; 0]);
    assert_eq!(answer.field("register")["viewer"]["isEmailConfirmed"], json!(true));
    assert_eq!(campus.login_refusals("ada", PASSWORD).await, [""; 0]);
    assert_eq!(campus.delivered_letters("ada@campus.example").len(), 0, "nothing has to be confirmed");
    let again = campus.sign_up("mary", json!({ "invitation": token, "email": "ada@campus.example" })).await;
    let codes = again.refusals("register");
    assert!(codes.contains(&"TOKEN_INVALID input.invitation".to_owned()), "{codes:?}");
}

#[rstest]
#[tokio::test]
async fn neither_code_of_an_invitation_depends_on_whether_the_address_is_taken(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[REQUIRED, "--registration=confirmed"]).await;
    campus.created_member("ada", Role::Member).await;
    for (invitation, code) in [(Value::Null, "INVITATION_REQUIRED"), (json!("of none"), "TOKEN_INVALID")] {
        for email in ["ada@campus.example", "free@campus.example"] {
            let answer = campus.sign_up("eve", json!({ "email": email, "invitation": invitation })).await;
            assert_eq!(answer.refusals("register"), [format!("{code} input.invitation")], "{email}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn an_invitation_by_a_moderator_admits_addresses_of_every_domain(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let flags = ["--registration=confirmed", "--email-domains=uni.example", "--inviters=member"];
    let campus = Campus::start_with(engine, &flags).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let (_, by_moderator) = mod_.invitation(json!({})).await;
    let (_, by_member) = campus.created_member("member", Role::Member).await.invitation(json!({})).await;
    let refused = ["EMAIL_DOMAIN_NOT_ALLOWED input.email"];
    assert_eq!(campus.sign_up("ada", json!({ "invitation": by_member })).await.refusals("register"), refused);
    assert_eq!(campus.sign_up("ada", json!({ "invitation": by_moderator })).await.refusals("register"), [""; 0]);
    assert_eq!(campus.confirm("ada").await.field("confirmEmail")["isConfirmed"], json!(true));
    assert_eq!(campus.login_refusals("ada", PASSWORD).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_confirmation_that_comes_too_late_for_the_invitation_is_rejected(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[REQUIRED, "--registration=confirmed"]).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let (invitation, token) = mod_.invitation(json!({})).await;
    for username in ["ada", "grace"] {
        let answer = campus.sign_up(username, json!({ "invitation": token })).await;
        assert_eq!(answer.refusals("register"), [""; 0], "it counts when the account is created");
    }
    assert_eq!(campus.confirm("ada").await.field("confirmEmail")["isConfirmed"], json!(true));
    assert_eq!(campus.confirm("grace").await.refusals("confirmEmail"), ["TOKEN_INVALID input.token"]);
    assert_eq!(campus.confirm("ada").await.field("confirmEmail")["isConfirmed"], json!(true), "its purpose is met");
    assert_eq!(mod_.see_invitation(&invitation["id"]).await["useCount"], json!(1));
    assert_eq!(campus.login_refusals("grace", PASSWORD).await, ["CREDENTIALS_WRONG"]);

    // Revoked, or deleted with its creator, between the registration and its confirmation.
    let (revoked, token) = mod_.invitation(json!({})).await;
    campus.sign_up("mary", json!({ "invitation": token })).await.data();
    mod_.execute(REVOKE, json!({ "id": revoked["id"] })).await.data();
    assert_eq!(campus.confirm("mary").await.refusals("confirmEmail"), ["TOKEN_INVALID input.token"]);
    let (_, token) = mod_.invitation(json!({})).await;
    campus.sign_up("alan", json!({ "invitation": token })).await.data();
    let delete = "mutation($password: String) { deleteAccount(input: { password: $password }) { isDeleted } }";
    mod_.execute(delete, json!({ "password": PASSWORD })).await.data();
    assert_eq!(campus.confirm("alan").await.refusals("confirmEmail"), ["TOKEN_INVALID input.token"]);
}

#[rstest]
#[tokio::test]
async fn concurrent_registrations_on_two_nodes_never_exceed_an_invitation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let flags = [REQUIRED, "--rate-limits=off"];
    let campus = Campus::start_with(engine, &flags).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    // SQLite has one node.
    let other = if engine == Engine::Postgres { Some(campus.another_node(&flags).await) } else { None };
    let (invitation, token) = mod_.invitation(json!({ "maxUses": 3 })).await;
    let attempts = (0..12).map(|number| {
        let node = other.as_ref().filter(|_| number % 2 == 0).unwrap_or(&campus);
        let input = json!({ "invitation": token });
        async move { node.sign_up(&format!("person{number}"), input).await.refusals("register") }
    });
    let refusals = join_all(attempts).await;
    assert_eq!(refusals.iter().filter(|refusals| refusals.is_empty()).count(), 3);
    let losers = refusals.iter().filter(|refusals| !refusals.is_empty());
    assert!(losers.into_iter().all(|refusals| refusals == &["TOKEN_INVALID input.invitation"]), "{refusals:?}");
    assert_eq!(mod_.see_invitation(&invitation["id"]).await["useCount"], json!(3));
    let (members,): (i64,) =
        campus.app.db.one("select count(*) from accounts where role = 'member'", &[]).await.expect("a count");
    assert_eq!(members, 3);
}

#[rstest]
#[tokio::test]
async fn concurrent_confirmations_never_exceed_an_invitation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let flags = [REQUIRED, "--registration=confirmed", "--rate-limits=off"];
    let campus = Campus::start_with(engine, &flags).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let (invitation, token) = mod_.invitation(json!({ "maxUses": 2 })).await;
    let mut tokens = Vec::new();
    for number in 0..6 {
        let username = format!("person{number}");
        campus.sign_up(&username, json!({ "invitation": token })).await.data();
        tokens.push(campus.mailed_token(&format!("{username}@campus.example"), 1).await);
    }
    // Each token twice: a lost response is repeated.
    let confirmations = tokens.iter().chain(&tokens).map(|token| {
        let anonymous = campus.anonymous();
        async move { anonymous.execute(CONFIRM, json!({ "token": token, "password": PASSWORD })).await }
    });
    let answers = join_all(confirmations).await;
    let confirmed: Vec<bool> =
        answers.iter().map(|answer| answer.field("confirmEmail")["isConfirmed"] == json!(true)).collect();
    assert_eq!(confirmed.iter().filter(|is_confirmed| **is_confirmed).count(), 4, "both answers of two");
    assert_eq!(confirmed[..6], confirmed[6..], "the same answer twice");
    assert_eq!(mod_.see_invitation(&invitation["id"]).await["useCount"], json!(2));
}
