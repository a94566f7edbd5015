//! Pages of a search: in both directions, and while users are added, removed and changed.

use rstest::rstest;
use serde_json::{Value, json};

use super::{SEARCH, member_with, search, search_usernames, update, usernames};
use crate::support::{Campus, Engine, PASSWORD, Person};

/// Nine members, three of each rank for `quartz`.
async fn campus(engine: Engine) -> (Campus, Vec<Person>, Person) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let mut people = Vec::new();
    for n in 0..3 {
        people.push(member_with(&campus, &format!("a{n}_about"), json!({ "about": "quartz" })).await);
        people.push(member_with(&campus, &format!("b{n}_name"), json!({ "firstName": "Quartz" })).await);
        people.push(member_with(&campus, &format!("c{n}_longer"), json!({ "lastName": "Quartzman" })).await);
    }
    let reader = campus.member("reader").await;
    (campus, people, reader)
}

/// Reads all pages from one end of a list to the other, and returns the usernames in the order of the list.
async fn walk(reader: &Person, filter: &Value, size: usize, is_backward: bool) -> Vec<String> {
    let mut pages: Vec<Vec<String>> = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let mut arguments = if is_backward {
            json!({ "filter": filter, "last": size, "before": cursor })
        } else {
            json!({ "filter": filter, "first": size, "after": cursor })
        };
        if cursor.is_null() {
            let arguments = arguments.as_object_mut().expect("members");
            arguments.remove("before");
            arguments.remove("after");
        }
        let page = search(reader, arguments).await;
        let (more, edge) = if is_backward { ("hasPreviousPage", "startCursor") } else { ("hasNextPage", "endCursor") };
        pages.push(usernames(&page));
        cursor = page["pageInfo"][edge].clone();
        if page["pageInfo"][more] == false {
            break;
        }
        assert_eq!(usernames(&page).len(), size, "only the last page may be short");
    }
    if is_backward {
        pages.reverse();
    }
    pages.concat()
}

#[rstest]
#[tokio::test]
async fn forward_and_backward_pages_contain_the_same_list(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (_campus, _people, reader) = campus(engine).await;
    for filter in [json!({ "text": "quartz" }), json!({})] {
        let all = search_usernames(&reader, filter.clone()).await;
        assert_eq!(all.len(), 9);
        for size in [1, 2, 3, 4, 9, 20] {
            assert_eq!(walk(&reader, &filter, size, false).await, all, "{filter} by {size}");
            assert_eq!(walk(&reader, &filter, size, true).await, all, "{filter} backwards by {size}");
        }
        let whole = search(&reader, json!({ "filter": filter, "first": 9 })).await;
        let between = json!({
            "filter": filter, "after": whole["edges"][1]["cursor"], "before": whole["edges"][6]["cursor"],
        });
        let between = search(&reader, between).await;
        assert_eq!((usernames(&between), &between["totalCount"]), (all[2..6].to_vec(), &json!(9)));
        assert_eq!(search(&reader, json!({ "filter": filter, "first": 0 })).await["edges"], json!([]));
    }
    let ranked =
        ["b0_name", "b1_name", "b2_name", "a0_about", "a1_about", "a2_about", "c0_longer", "c1_longer", "c2_longer"];
    assert_eq!(search_usernames(&reader, json!({ "text": "quartz" })).await, ranked);
}

#[rstest]
#[tokio::test]
async fn users_added_or_removed_between_pages_neither_repeat_nor_hide_others(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (campus, people, reader) = campus(engine).await;
    let filter = json!({ "text": "quartz" });
    let first = search(&reader, json!({ "filter": filter, "first": 4 })).await;
    assert_eq!(usernames(&first), ["b0_name", "b1_name", "b2_name", "a0_about"]);
    // The user of the cursor and one on a later page no longer match; one new match is before the cursor, one after it.
    let delete = "mutation($password: String!) { deleteAccount(input: { password: $password }) { isDeleted } }";
    people[0].execute(delete, json!({ "password": PASSWORD })).await.data();
    update(&people[3], "updateProfile", json!({ "about": null })).await;
    member_with(&campus, "b1_more", json!({ "firstName": "Quartz" })).await;
    member_with(&campus, "a9_more", json!({ "about": "quartz" })).await;
    let cursor = &first["pageInfo"]["endCursor"];
    let rest = search(&reader, json!({ "filter": filter, "after": cursor })).await;
    assert_eq!(usernames(&rest), ["a2_about", "a9_more", "c0_longer", "c1_longer", "c2_longer"]);
    let before = search(&reader, json!({ "filter": filter, "last": 9, "before": cursor })).await;
    assert_eq!(usernames(&before), ["b0_name", "b1_more", "b1_name", "b2_name"]);
    assert_eq!(before["totalCount"], 9);

    // The same in the list of all members.
    let listed = search(&reader, json!({ "filter": {}, "first": 2 })).await;
    assert_eq!(usernames(&listed), ["a1_about", "a2_about"]);
    people[3].execute(delete, json!({ "password": PASSWORD })).await.data();
    member_with(&campus, "a1_early", json!({})).await;
    let next = json!({ "filter": {}, "first": 2, "after": listed["pageInfo"]["endCursor"] });
    assert_eq!(usernames(&search(&reader, next).await), ["a9_more", "b0_name"]);
}

#[rstest]
#[tokio::test]
async fn cursors_of_other_lists_and_forged_cursors_are_harmless(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    use base64::Engine as _;
    let (_campus, people, reader) = campus(engine).await;
    people[0].publish("Hello").await;
    let posts = reader.query("{ posts { edges { cursor } } }").await["posts"]["edges"][0]["cursor"].clone();
    for wrong in [json!("rubbish"), posts, json!("\0")] {
        let answer = reader.execute(SEARCH, json!({ "filter": {}, "after": wrong })).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{wrong}");
    }
    let forge = |hit: Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hit.to_string());
    for filter in [json!({}), json!({ "text": "quartz" })] {
        for (score, name, user) in
            [(i64::MIN, "", i64::MIN), (0, "a\0b", 0), (i64::MAX, "\u{10FFFF}\u{10FFFF}", i64::MAX), (0, "'\"", 1)]
        {
            let cursor = forge(json!({ "score": score, "name": name, "user": user }));
            for bound in ["after", "before"] {
                let answer = reader.execute(SEARCH, json!({ "filter": filter, bound: cursor })).await;
                let codes = answer.codes();
                assert!(codes.is_empty() || codes == ["BAD_USER_INPUT"], "{filter} {name:?}: {}", answer.body);
            }
        }
    }
    for arguments in [json!({ "first": 101 }), json!({ "first": -1 }), json!({ "first": 1, "last": 1 })] {
        let mut arguments = arguments;
        arguments["filter"] = json!({});
        assert_eq!(reader.execute(SEARCH, arguments).await.codes(), ["BAD_USER_INPUT"]);
    }
}
