//! Changes at the same time.

use rstest::rstest;
use serde_json::json;

use super::{block, change, finds, sees, set};
use crate::support::people::REGISTER;
use crate::support::{Campus, Engine, PASSWORD};

const DELETE: &str = "mutation($password: String!) {
    deleteAccount(input: { password: $password }) { isDeleted userErrors { code } }
}";

#[rstest]
#[tokio::test]
async fn changes_of_different_members_do_not_undo_each_other(
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
            set(&ada, "updateProfile", json!({ "firstName": first })),
            set(&ada, "updateProfile", json!({ "skills": [skill, "Weaving"] })),
            set(&ada, "updateProfile", json!({ "skills": [skill, "Weaving"], "year": round + 1 })),
            set(&ada, "updateSocialLinks", json!({ "github": format!("https://github.com/{round}") })),
            set(&ada, "updateSocialLinks", json!({ "description": skill })),
            set(&ada, "updateContactDetails", json!({ "county": first })),
            set(&ada, "updateContactDetails", json!({ "country": first })),
            set(&ada, "updateSettings", json!({ "emailVisibility": "MEMBERS" })),
            set(&ada, "updateSettings", json!({ "showsPresence": false })),
        );
        let fields = "firstName skills year socialLinks { github description } contact { email county country }";
        let expected = json!({
            "firstName": first, "skills": [skill, "Weaving"], "year": round + 1,
            "socialLinks": { "github": format!("https://github.com/{round}"), "description": skill },
            "contact": { "email": "ada@campus.example", "county": first, "country": first },
        });
        assert_eq!(sees(&reader, &id, fields).await, expected);
        assert_eq!(finds(&reader, json!({ "name": first, "skills": [skill], "year": round + 1 })).await, ["ada"]);
    }
}

#[rstest]
#[tokio::test]
async fn words_that_many_take_up_and_drop_at_once_find_those_who_have_them(
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
            // Every other one takes the words up, the rest drop them; with mistakes they are found by their spellings.
            let about = (n % 2 == round % 2).then_some("quartz granite basalt");
            set(person, "updateProfile", json!({ "about": about, "skills": [format!("skill{n}")] }))
        });
        futures_util::future::join_all(changes).await;
        let expected: Vec<String> = (0..6).filter(|n| n % 2 == round % 2).map(|n| format!("person{n}")).collect();
        for word in ["quarzt", "grnite", "basalto", "quartz"] {
            assert_eq!(finds(&reader, json!({ "text": word })).await, expected, "{word}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn whoever_blocks_and_whoever_leaves_do_not_get_in_each_others_way(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    for round in 0..8 {
        let (one, other) = (campus.member(&format!("one{round}")).await, campus.member(&format!("two{round}")).await);
        let ids = [one.user_id().await, other.user_id().await];
        // The one who leaves was there first, then last.
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
async fn guests_who_stay_and_members_who_leave_do_not_wait_for_each_other(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    for round in 0..4 {
        // No more at once than there are connections.
        let newcomers = [format!("guest{round}a"), format!("guest{round}b")];
        let guests = [campus.guest(&newcomers[0]).await, campus.guest(&newcomers[1]).await];
        let leavers =
            [campus.member(&format!("member{round}a")).await, campus.member(&format!("member{round}b")).await];
        let register = |n: usize| {
            let input = json!({
                "email": format!("{}@campus.example", newcomers[n]), "password": PASSWORD, "username": newcomers[n],
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
