//! Contact details: who sees which field, and that no other query reveals it.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::AccountId;
use studyhall::clock::Timestamp;
use studyhall::db::Query;
use studyhall::graphql::GlobalId;

use super::{block, change, search_usernames, update, view_user};
use crate::support::{Campus, Engine, Person};

const CARD: &str = "contact { email studentNumber occupation homeAddress county country }";

/// Words that appear only in the contact details.
const MARKERS: [&str; 5] = ["ada@campus.example", "Zq81numb", "Zq82street", "Zq83court", "Zq84town"];

/// Registers a member with all contact details.
async fn owner(campus: &Campus) -> Person {
    let ada = campus.member("ada").await;
    let card = json!({
        "studentNumber": "Zq81numb", "homeAddress": "Zq82street 1\nZq84town", "occupation": "Countess",
        "county": "Middlesex", "country": "England",
    });
    update(&ada, "updateContactDetails", card).await;
    ada
}

/// Makes two users booking partners until `until`, like a booking does.
pub async fn make_partners(campus: &Campus, one: &Person, other: &Person, until: Timestamp) {
    let id = |value: Value| AccountId::from_global(&value.as_str().expect("an id").into()).expect("a user");
    let (one, other) = (id(one.user_id().await), id(other.user_id().await));
    let sql = "insert into relations (user_id, other_id, partners_until) values ($1, $2, $3), ($2, $1, $3)
               on conflict (user_id, other_id) do update set partners_until = excluded.partners_until";
    campus.app.db.run(sql, &[&one, &other, &until]).await.expect("the database answers");
}

#[rstest]
#[tokio::test]
async fn a_member_sets_and_clears_their_contact_details(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = owner(&campus).await;
    let own = "{ viewer { contact { email studentNumber occupation homeAddress county country } } }";
    let card = ada.query(own).await["viewer"]["contact"].clone();
    let expected = json!({
        "email": "ada@campus.example", "studentNumber": "Zq81numb", "occupation": "Countess",
        "homeAddress": "Zq82street 1\nZq84town", "county": "Middlesex", "country": "England",
    });
    assert_eq!(card, expected);
    assert_eq!(view_user(&ada, &ada.user_id().await, CARD).await["contact"], expected);

    let update = "mutation Update($input: UpdateContactDetailsInput!) {
        updateContactDetails(input: $input) {
            viewer { contact { email studentNumber occupation homeAddress county country } } userErrors { code }
        }
    }";
    let input = json!({ "homeAddress": null, "county": "  Surrey " });
    let payload = ada.execute(update, json!({ "input": input })).await.field("updateContactDetails");
    let card = &payload["viewer"]["contact"];
    assert_eq!((&card["homeAddress"], &card["county"]), (&Value::Null, &json!("Surrey")));
    assert_eq!((&card["studentNumber"], &card["country"]), (&json!("Zq81numb"), &json!("England")));
}

#[rstest]
#[tokio::test]
async fn invalid_contact_details_are_rejected(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = owner(&campus).await;
    let limits = [("studentNumber", 50), ("occupation", 100), ("homeAddress", 300), ("county", 100), ("country", 100)];
    for (field, max_length) in limits {
        let errors = |text: String| {
            let input = json!({ field: text });
            async { change(&ada, "updateContactDetails", input).await.refusals("updateContactDetails") }
        };
        assert_eq!(errors("é".repeat(max_length)).await, [""; 0]);
        assert_eq!(errors("é".repeat(max_length + 1)).await, [format!("TOO_LONG input.{field}")]);
        assert_eq!(errors(" ".to_owned()).await, [format!("TOO_SHORT input.{field}")]);
        assert_eq!(errors("a\0b".to_owned()).await, [format!("INVALID input.{field}")]);
        let lines = errors("a\nb".to_owned()).await;
        let expected = if field == "homeAddress" { vec![] } else { vec![format!("INVALID input.{field}")] };
        assert_eq!(lines, expected);
    }
    let two = json!({ "county": "", "country": "a\0b", "occupation": "Good" });
    let mut errors = change(&ada, "updateContactDetails", two).await.refusals("updateContactDetails");
    errors.sort();
    assert_eq!(errors, ["INVALID input.country", "TOO_SHORT input.county"]);
    assert_eq!(
        ada.query("{ viewer { contact { occupation } } }").await["viewer"]["contact"]["occupation"],
        "é".repeat(100)
    );
    // `changeEmail` changes the email address.
    let email = change(&ada, "updateContactDetails", json!({ "email": "other@campus.example" })).await;
    assert_eq!(email.codes().len(), 1);
}

#[rstest]
#[tokio::test]
async fn each_contact_detail_is_shared_by_its_own_setting(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = owner(&campus).await;
    let id = ada.user_id().await;
    let grace = campus.member("grace").await;
    let partner = campus.member("partner").await;
    make_partners(&campus, &partner, &ada, campus.app.clock.now().plus(Duration::from_hours(1))).await;
    let guest = campus.guest("lobbyist").await;

    let shared = |email: bool, number: bool, address: bool| {
        json!({
            "email": email.then_some("ada@campus.example"), "studentNumber": number.then_some("Zq81numb"),
            "homeAddress": address.then_some("Zq82street 1\nZq84town"),
            "occupation": "Countess", "county": "Middlesex", "country": "England",
        })
    };
    let card = |person| {
        let id = id.clone();
        async move { view_user(person, &id, CARD).await["contact"].clone() }
    };
    assert_eq!(card(&grace).await, shared(false, false, false));
    assert_eq!(card(&partner).await, shared(false, false, false));
    for (setting, email, number, address) in [
        ("emailVisibility", true, false, false),
        ("studentNumberVisibility", false, true, false),
        ("addressVisibility", false, false, true),
    ] {
        update(&ada, "updateSettings", json!({ setting: "MEMBERS" })).await;
        assert_eq!(card(&grace).await, shared(email, number, address), "{setting}");
        assert_eq!(card(&partner).await, shared(email, number, address), "{setting}");
        assert_eq!(card(&guest).await, Value::Null, "{setting}");
        update(&ada, "updateSettings", json!({ setting: "BOOKING_PARTNERS" })).await;
        assert_eq!(card(&grace).await, shared(false, false, false), "{setting}");
        assert_eq!(card(&partner).await, shared(email, number, address), "{setting}");
        update(&ada, "updateSettings", json!({ setting: "ONLY_ME" })).await;
        assert_eq!(card(&partner).await, shared(false, false, false), "{setting}");
    }
    assert_eq!(card(&ada).await, shared(true, true, true));

    update(&ada, "updateSettings", json!({ "emailVisibility": "BOOKING_PARTNERS" })).await;
    campus.advance(Duration::from_hours(1));
    // The access token has expired after 10 minutes.
    let partner = partner.login().await;
    assert_eq!(card(&partner).await, shared(false, false, false), "the two are no longer booking partners");
    let bare = campus.member("bare").await;
    assert_eq!(view_user(&partner, &bare.user_id().await, CARD).await["contact"], Value::Null);
}

/// Every field that returns a user, with all fields of the user.
const CRAWL: &str = "query Crawl($id: ID!, $post: ID!, $name: String!) {
    user(by: { id: $id }) { ...Everything posts { edges { node { author { ...Everything } } } } }
    named: user(by: { username: $name }) { ...Everything }
    node(id: $id) { ...Everything }
    nodes(ids: [$id, $post]) { ...Everything ... on Post { author { ...Everything } text images { url } } }
    post(id: $post) { author { ...Everything } }
    posts { edges { cursor node { author { ...Everything } } } }
    searchUsers(filter: {}) { edges { cursor node { ...Everything } } }
    viewer { blockedUsers { edges { node { ...Everything } } } }
}
fragment Everything on User {
    id username isGuest firstName lastName displayName fieldOfStudy year skills about joinedAt
    viewerCanMessage viewerHasBlocked
    contact { email studentNumber occupation homeAddress county country }
    socialLinks { linkedin facebook github instagram twitter youtube website description }
}";

#[rstest]
#[tokio::test]
async fn hidden_contact_details_appear_in_no_query(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = owner(&campus).await;
    update(&ada, "updateContactDetails", json!({ "homeAddress": "Zq82street 1\nZq83court\nZq84town" })).await;
    update(&ada, "updateProfile", json!({ "firstName": "Augusta" })).await;
    let (id, post) = (ada.user_id().await, ada.publish("Hello").await);
    let grace = campus.member("grace").await;
    let blocker = campus.member("blocker").await;
    assert_eq!(block(&blocker, &id).await.refusals("blockUser"), [""; 0]);
    let others = [grace, blocker, campus.guest("lobbyist").await, campus.anonymous()];

    let crawl = json!({ "id": id, "post": post, "name": "ada" });
    let own = ada.execute(CRAWL, crawl.clone()).await.body.to_string();
    assert!(MARKERS.iter().all(|marker| own.contains(marker)), "{own}");
    for person in &others {
        let seen = person.execute(CRAWL, crawl.clone()).await.body.to_string();
        for marker in MARKERS {
            assert!(!seen.contains(marker), "{} sees {marker}: {seen}", person.username);
        }
        // Guests and callers without a session see none of the details, not even those for all members.
        assert!(person.username == "grace" || !seen.contains("Middlesex"), "{seen}");
    }
    // Search does not cover them: the number of results would reveal a hidden detail letter by letter.
    for word in MARKERS.iter().flat_map(|marker| [*marker, &marker[..4]]).chain(["Countess", "Middlesex", "England"]) {
        for filter in ["text", "name", "fieldOfStudy"] {
            let found = search_usernames(&others[0], json!({ filter: word })).await;
            let is_username = word.starts_with("ada@");
            assert!(found.is_empty() || is_username, "{filter} {word}: {found:?}");
        }
        assert_eq!(search_usernames(&others[0], json!({ "skills": [word] })).await, [""; 0]);
    }
    assert_eq!(search_usernames(&others[0], json!({ "text": "campus.example" })).await, [""; 0]);
}
