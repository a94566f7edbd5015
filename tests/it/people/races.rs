//! Concurrent changes.

use rstest::rstest;
use serde_json::json;

use super::{block, change, search_usernames, update, view_user};
use crate::support::people::REGISTER;
use crate::support::{Campus, Engine, PASSWORD};

const DELETE: &str = "mutation($password: String!) {
    deleteAccount(input: { password: $password }) { isDeleted userErrors { code } }
}";

#[rstest]
#[tokio::test]
async fn concurrent_changes_of_different_fields_do_not_undo_each_other(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let reader = campus.member("reader").await;
    let id = ada.user_id().await;
    for round in 0..5 {
        let first = format!("First{round}");
        let skill = format!("Skill{round}");
        tokio::join!(
            update(&ada, "updateProfile", json!({ "firstName": first })),
            update(&ada, "updateProfile", json!({ "skills": [skill, "Weaving"] })),
            update(&ada, "updateProfile", json!({ "skills": [skill, "Weaving"], "year": round + 1 })),
            update(&ada, "updateSocialLinks", json!({ "github": format!("https://github.com/{round}") })),
            update(&ada, "updateSocialLinks", json!({ "description": skill })),
            update(&ada, "updateContactDetails", json!({ "county": first })),
            update(&ada, "updateContactDetails", json!({ "country": first })),
            update(&ada, "updateSettings", json!({ "emailVisibility": "MEMBERS" })),
            update(&ada, "updateSettings", json!({ "showsPresence": false })),
        );
        let fields = "firstName skills year socialLinks { github description } contact { email county country }";
        let expected = json!({
            "firstName": first, "skills": [skill, "Weaving"], "year": round + 1,
            "socialLinks": { "github": format!("https://github.com/{round}"), "description": skill },
            "contact": { "email": "ada@campus.example", "county": first, "country": first },
        });
        assert_eq!(view_user(&reader, &id, fields).await, expected);
        assert_eq!(
            search_usernames(&reader, json!({ "name": first, "skills": [skill], "year": round + 1 })).await,
            ["ada"]
        );
    }
}

#[rstest]
#[tokio::test]
async fn words_that_members_add_and_remove_concurrently_find_those_who_have_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let reader = campus.member("reader").await;
    let mut people = Vec::new();
    for n in 0..6 {
        people.push(campus.member(&format!("person{n}")).await);
    }
    for round in 0..4 {
        let changes = people.iter().enumerate().map(|(n, person)| {
            // Half of the members add the words, the others remove them. A typing error searches the spellings.
            let about = (n % 2 == round % 2).then_some("quartz granite basalt");
            update(person, "updateProfile", json!({ "about": about, "skills": [format!("skill{n}")] }))
        });
        futures_util::future::join_all(changes).await;
        let expected: Vec<String> = (0..6).filter(|n| n % 2 == round % 2).map(|n| format!("person{n}")).collect();
        for word in ["quarzt", "grnite", "basalto", "quartz"] {
            assert_eq!(search_usernames(&reader, json!({ "text": word })).await, expected, "{word}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_block_and_the_deletion_of_the_blocked_account_do_not_deadlock(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    for round in 0..8 {
        let (one, other) = (campus.member(&format!("one{round}")).await, campus.member(&format!("two{round}")).await);
        let ids = [one.user_id().await, other.user_id().await];
        // The account that is deleted is alternately the older and the newer one.
        let ((stays, id), leaves) = if round % 2 == 0 { ((&one, &ids[1]), &other) } else { ((&other, &ids[0]), &one) };
        if round % 4 > 1 {
            block(stays, id).await.data();
            change(stays, "unblockUser", json!({ "userId": id })).await.data();
        }
        let (deleted, blocked) =
            tokio::join!(leaves.execute(DELETE, json!({ "password": PASSWORD })), block(stays, id));
        assert_eq!(deleted.field("deleteAccount")["isDeleted"], true);
        let refusals = blocked.refusals("blockUser");
        assert!(refusals.is_empty() || refusals == ["NOT_FOUND input.userId"], "{refusals:?}");
        let listed = stays.query("{ viewer { blockedUsers { totalCount } } }").await;
        assert_eq!(listed["viewer"]["blockedUsers"]["totalCount"], 0);
    }
}

#[rstest]
#[tokio::test]
async fn guests_who_register_and_members_who_leave_do_not_deadlock(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    for round in 0..4 {
        // No more concurrent requests than there are connections.
        let usernames = [format!("guest{round}a"), format!("guest{round}b")];
        let guests = [campus.guest(&usernames[0]).await, campus.guest(&usernames[1]).await];
        let leavers =
            [campus.member(&format!("member{round}a")).await, campus.member(&format!("member{round}b")).await];
        let register = |n: usize| {
            let input = json!({
                "email": format!("{}@campus.example", usernames[n]), "password": PASSWORD, "username": usernames[n],
            });
            let guest = &guests[n];
            async move { guest.execute(REGISTER, json!({ "input": input })).await }
        };
        let delete = |n: usize| leavers[n].execute(DELETE, json!({ "password": PASSWORD }));
        let (one, gone, other, gone_too) = tokio::join!(register(0), delete(0), register(1), delete(1));
        for registered in [one, other] {
            assert_eq!(registered.refusals("register"), [""; 0]);
        }
        for deleted in [gone, gone_too] {
            assert_eq!(deleted.field("deleteAccount")["isDeleted"], true);
        }
    }
}
