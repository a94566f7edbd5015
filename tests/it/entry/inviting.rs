//! Creating, listing and revoking invitations.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::{Role, staff};

use super::REVOKE;
use crate::support::{Campus, Engine, PASSWORD};

const LISTS: &str = "query($first: Int, $after: String) {
    viewer { invitations(first: $first, after: $after) {
        totalCount pageInfo { endCursor hasNextPage } edges { cursor } nodes { id note }
    } }
    moderation { invitations { totalCount nodes { id creator { username } } } }
}";

#[rstest]
#[tokio::test]
async fn the_operator_decides_who_can_invite(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("member", "moderator", "admin")] inviters: &str,
) {
    let campus = Campus::start_with(engine, &[&format!("--inviters={inviters}")]).await;
    let member = campus.created_member("member", Role::Member).await;
    let moderator = campus.created_member("mod", Role::Moderator).await;
    let admin = campus.created_member("adela", Role::Admin).await;
    let can: Vec<bool> = match inviters {
        "member" => vec![true, true, true],
        "moderator" => vec![false, true, true],
        _ => vec![false, false, true],
    };
    for (person, can) in [&member, &moderator, &admin].into_iter().zip(can) {
        let server = person.query("{ server { viewerCanInvite } }").await;
        assert_eq!(server["server"]["viewerCanInvite"], json!(can), "{}", person.username);
        let refused = person.invite(json!({})).await.refusals("createInvitation");
        assert_eq!(refused, if can { vec![] } else { vec!["FORBIDDEN"] }, "{}", person.username);
    }
    let guest = campus.guest("owl").await;
    assert_eq!(guest.query("{ server { viewerCanInvite } }").await["server"]["viewerCanInvite"], json!(false));
    assert_eq!(guest.invite(json!({})).await.codes(), ["FORBIDDEN"]);
    assert_eq!(campus.anonymous().invite(json!({})).await.codes(), ["UNAUTHENTICATED"]);
    let own = guest.execute("{ viewer { invitations { totalCount } } }", json!({})).await;
    assert_eq!((own.codes(), &own.body["data"]["viewer"]["invitations"]), (vec!["FORBIDDEN".to_owned()], &Value::Null));
}

#[rstest]
#[tokio::test]
async fn an_invitation_that_is_not_possible_names_all_its_faults(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    for (input, faults) in [
        (json!({ "maxUses": 0 }), vec!["INVALID input.maxUses"]),
        (json!({ "maxUses": 501, "note": " " }), vec!["TOO_SHORT input.note", "INVALID input.maxUses"]),
        (json!({ "maxUses": 2, "email": "ada@campus.example" }), vec!["INVALID input.maxUses"]),
        (json!({ "email": "ada" }), vec!["INVALID input.email"]),
        (json!({ "note": "x".repeat(201), "clientKey": "" }), vec!["TOO_LONG input.note", "TOO_SHORT input.clientKey"]),
        (json!({ "note": "one\ntwo" }), vec!["INVALID input.note"]),
        (json!({ "expiresAt": "2026-11-21T09:30:00Z" }), vec!["INVALID input.expiresAt"]),
        (json!({ "expiresAt": "2026-11-21T09:30:00Z", "clientKey": "k" }), vec!["INVALID input.expiresAt"]),
        (json!({ "expiresAt": "2027-02-19T09:30:00.001Z" }), vec!["INVALID input.expiresAt"]),
    ] {
        assert_eq!(mod_.invite(input.clone()).await.refusals("createInvitation"), faults, "{input}");
    }
    let longest = json!({ "expiresAt": "2027-02-19T09:30:00Z", "maxUses": 500, "note": "x".repeat(200) });
    assert_eq!(mod_.invite(longest).await.refusals("createInvitation"), [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_repeated_invitation_with_a_key_is_the_same_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let other = campus.created_member("other", Role::Moderator).await;
    let input = json!({ "clientKey": "key", "maxUses": 5, "note": "lab" });
    let first = mod_.invite(input.clone()).await.field("createInvitation");
    let again = mod_.invite(input.clone()).await.field("createInvitation");
    assert_eq!(first, again, "with its URL: the first response may be lost");
    let content = json!({ "clientKey": "key", "maxUses": 6, "note": "lab" });
    let refused = mod_.invite(content).await.refusals("createInvitation");
    assert_eq!(refused, ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    let own = other.invite(input).await.field("createInvitation");
    assert_ne!(own["invitationEdge"]["node"]["id"], first["invitationEdge"]["node"]["id"]);
    let mailed = json!({ "clientKey": "mail", "email": "ada@campus.example" });
    for _ in 0..2 {
        let payload = mod_.invite(mailed.clone()).await.field("createInvitation");
        assert_eq!((&payload["url"], &payload["userErrors"]), (&Value::Null, &json!([])));
    }
    assert_eq!(campus.letters_to("ada@campus.example", 1).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn invitations_of_one_member_are_limited(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    for number in 0..4 {
        let answer = mod_.invite(json!({ "email": "ada@campus.example" })).await;
        let expected = if number < 3 { vec![] } else { vec!["RATE_LIMITED"] };
        assert_eq!(answer.codes(), expected, "letters to one address");
    }
    for _ in 4..20 {
        mod_.invitation(json!({})).await;
    }
    assert_eq!(mod_.invite(json!({})).await.codes(), ["RATE_LIMITED"], "20 an hour");

    let unlimited = campus.another_node(&["--rate-limits=off"]).await;
    let there = unlimited.client_for(&mod_);
    let mut last = Value::Null;
    for _ in 19..100 {
        (last, _) = there.invitation(json!({})).await;
    }
    let payload = there.invite(json!({})).await.field("createInvitation");
    let error = &payload["userErrors"][0];
    assert_eq!(
        (&error["code"], &error["path"], &error["limit"]),
        (&json!("QUOTA_EXCEEDED"), &Value::Null, &json!(100))
    );
    there.execute(REVOKE, json!({ "id": last["id"] })).await.data();
    there.invitation(json!({})).await;
}

#[rstest]
#[tokio::test]
async fn invitations_are_listed_for_their_creator_and_for_moderators(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--inviters=member"]).await;
    let ada = campus.created_member("ada", Role::Member).await;
    let grace = campus.created_member("grace", Role::Member).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    for note in ["one", "two", "three"] {
        ada.invitation(json!({ "note": note })).await;
    }
    let (foreign, _) = grace.invitation(json!({})).await;
    let answer = ada.execute(LISTS, json!({ "first": 2 })).await;
    assert_eq!(answer.codes(), ["FORBIDDEN"], "the list of moderators");
    let list = answer.body["data"]["viewer"]["invitations"].clone();
    let notes = |list: &Value| -> Vec<Value> {
        list["nodes"].as_array().expect("a list").iter().map(|node| node["note"].clone()).collect()
    };
    assert_eq!((notes(&list), &list["totalCount"]), (vec![json!("three"), json!("two")], &json!(3)));
    let after = list["pageInfo"]["endCursor"].clone();
    let rest = ada.execute(LISTS, json!({ "after": after })).await.body["data"]["viewer"]["invitations"].clone();
    assert_eq!(notes(&rest), [json!("one")]);
    let backward = "{ viewer { invitations(last: 2) { nodes { note } } } }";
    let last = ada.query(backward).await["viewer"]["invitations"].clone();
    assert_eq!(notes(&last), [json!("two"), json!("one")]);

    let all = mod_.execute(LISTS, json!({})).await.data();
    assert_eq!(all["viewer"]["invitations"]["totalCount"], json!(0));
    let all = &all["moderation"]["invitations"];
    assert_eq!((&all["totalCount"], &all["nodes"][0]["creator"]["username"]), (&json!(4), &json!("grace")));
    let backward = "{ moderation { invitations(last: 1) { nodes { creator { username } } } } }";
    let last = mod_.query(backward).await;
    assert_eq!(last["moderation"]["invitations"]["nodes"][0]["creator"]["username"], json!("ada"));
    for (person, can_see) in [(&grace, true), (&mod_, true), (&ada, false), (&campus.anonymous(), false)] {
        assert_eq!(person.see_invitation(&foreign["id"]).await.is_object(), can_see, "{}", person.username);
    }
}

#[rstest]
#[tokio::test]
async fn the_creator_and_moderators_revoke_an_invitation(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--inviters=member"]).await;
    let ada = campus.created_member("ada", Role::Member).await;
    let grace = campus.created_member("grace", Role::Member).await;
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let before = mod_.logged().await.len();
    let (own, token) = ada.invitation(json!({ "maxUses": 2 })).await;
    campus.sign_up("early", json!({ "invitation": token })).await.data();
    for id in [&own["id"], &json!("inv_0000000000000"), &json!("rubbish"), &json!("")] {
        let refused = grace.execute(REVOKE, json!({ "id": id })).await.refusals("revokeInvitation");
        assert_eq!(refused, ["NOT_FOUND input.invitationId"], "{id}");
    }
    let revoked = ada.execute(REVOKE, json!({ "id": own["id"] })).await.field("revokeInvitation");
    assert_eq!(revoked["invitation"], json!({ "isUsable": false, "revokedAt": "2026-11-21T09:30:00.000Z" }));
    let refused = campus.sign_up("late", json!({ "invitation": token })).await.refusals("register");
    assert_eq!(refused, ["TOKEN_INVALID input.invitation"]);
    assert_eq!(campus.login_refusals("early", PASSWORD).await, [""; 0], "the account stays");
    campus.advance(std::time::Duration::from_mins(1));
    let again = mod_.execute(REVOKE, json!({ "id": own["id"] })).await.field("revokeInvitation");
    assert_eq!(again, revoked, "it was revoked before");
    assert_eq!(mod_.logged().await.len(), before, "a member's own action");

    let (other, _) = ada.invitation(json!({})).await;
    mod_.execute(REVOKE, json!({ "id": other["id"] })).await.data();
    let action = mod_.logged().await[0].clone();
    assert_eq!(
        action,
        json!({ "kind": "INVITATION_REVOKED", "note": null, "actor": { "username": "mod" }, "user": { "username": "ada" } })
    );
}

#[rstest]
#[tokio::test]
async fn a_creator_who_is_locked_or_deleted_admits_no_more_members(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--inviters=member"]).await;
    let (ada, grace) =
        (campus.created_member("ada", Role::Member).await, campus.created_member("grace", Role::Member).await);
    let mod_ = campus.created_member("mod", Role::Moderator).await;
    let (locked, of_locked) = ada.invitation(json!({})).await;
    let (deleted, of_deleted) = grace.invitation(json!({ "note": "crinoline", "email": null })).await;
    staff::lock_account(&campus.app, "ada").await.expect("a member");
    let delete = "mutation($password: String) { deleteAccount(input: { password: $password }) { isDeleted } }";
    grace.execute(delete, json!({ "password": PASSWORD })).await.data();
    for token in [&of_locked, &of_deleted] {
        let refused = campus.sign_up("late", json!({ "invitation": token })).await.refusals("register");
        assert_eq!(refused, ["TOKEN_INVALID input.invitation"]);
    }
    let seen = mod_.see_invitation(&locked["id"]).await;
    assert_eq!((&seen["isUsable"], seen["revokedAt"].is_string()), (&json!(false), true));
    assert_eq!(mod_.see_invitation(&deleted["id"]).await, Value::Null, "deleted with the account");
    // The end of the lock brings nothing back.
    staff::unlock_account(&campus.app, "ada").await.expect("a member");
    let refused = campus.sign_up("late", json!({ "invitation": of_locked })).await.refusals("register");
    assert_eq!(refused, ["TOKEN_INVALID input.invitation"]);
}
