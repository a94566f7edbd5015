//! Contact cards: who sees which member, and that nobody else does in any way.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::AccountId;
use studyhall::clock::Timestamp;
use studyhall::db::Query;
use studyhall::graphql::GlobalId;

use super::{block, change, finds, sees, set};
use crate::support::{Campus, Engine, Person};

const CARD: &str = "contact { email studentNumber occupation homeAddress county country }";

/// Words that stand nowhere else.
const MARKERS: [&str; 5] = ["ada@campus.example", "Zq81numb", "Zq82street", "Zq83court", "Zq84town"];

/// A member with a full card.
async fn owner(campus: &Campus) -> Person {
    let ada = campus.member("ada").await;
    let card = json!({
        "studentNumber": "Zq81numb", "homeAddress": "Zq82street 1\nZq84town", "occupation": "Countess",
        "county": "Middlesex", "country": "England",
    });
    set(&ada, "updateContactDetails", card).await;
    ada
}

/// Writes down that bookings bind two people until then, as what makes bookings does.
pub async fn bind(campus: &Campus, one: &Person, other: &Person, until: Timestamp) {
    let id = |value: Value| AccountId::from_global(&value.as_str().expect("an id").into()).expect("a user");
    let (one, other) = (id(one.user_id().await), id(other.user_id().await));
    let sql = "insert into relations (user_id, other_id, partners_until) values ($1, $2, $3), ($2, $1, $3)
               on conflict (user_id, other_id) do update set partners_until = excluded.partners_until";
    campus.app.db.run(sql, &[&one, &other, &until]).await.expect("it is written");
}

#[rstest]
#[tokio::test]
async fn a_card_is_filled_in_and_cleared_by_its_owner(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = owner(&campus).await;
    let own = "{ viewer { contact { email studentNumber occupation homeAddress county country } } }";
    let card = ada.query(own).await["viewer"]["contact"].clone();
    let expected = json!({
        "email": "ada@campus.example", "studentNumber": "Zq81numb", "occupation": "Countess",
        "homeAddress": "Zq82street 1\nZq84town", "county": "Middlesex", "country": "England",
    });
    assert_eq!(card, expected);
    assert_eq!(sees(&ada, &ada.user_id().await, CARD).await["contact"], expected);

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
async fn what_cannot_be_on_a_card_is_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = owner(&campus).await;
    let limits = [("studentNumber", 50), ("occupation", 100), ("homeAddress", 300), ("county", 100), ("country", 100)];
    for (member, longest) in limits {
        let refused = |text: String| {
            let input = json!({ member: text });
            async { change(&ada, "updateContactDetails", input).await.refusals("updateContactDetails") }
        };
        assert_eq!(refused("é".repeat(longest)).await, [""; 0]);
        assert_eq!(refused("é".repeat(longest + 1)).await, [format!("TOO_LONG input.{member}")]);
        assert_eq!(refused(" ".to_owned()).await, [format!("TOO_SHORT input.{member}")]);
        assert_eq!(refused("a\0b".to_owned()).await, [format!("INVALID input.{member}")]);
        let lines = refused("a\nb".to_owned()).await;
        let expected = if member == "homeAddress" { vec![] } else { vec![format!("INVALID input.{member}")] };
        assert_eq!(lines, expected);
    }
    let two = json!({ "county": "", "country": "a\0b", "occupation": "Good" });
    let mut refusals = change(&ada, "updateContactDetails", two).await.refusals("updateContactDetails");
    refusals.sort();
    assert_eq!(refusals, ["INVALID input.country", "TOO_SHORT input.county"]);
    assert_eq!(
        ada.query("{ viewer { contact { occupation } } }").await["viewer"]["contact"]["occupation"],
        "é".repeat(100)
    );
    // The address has a way of its own.
    let email = change(&ada, "updateContactDetails", json!({ "email": "other@campus.example" })).await;
    assert_eq!(email.codes().len(), 1);
}

#[rstest]
#[tokio::test]
async fn each_member_is_shared_by_its_own_setting(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = owner(&campus).await;
    let id = ada.user_id().await;
    let grace = campus.member("grace").await;
    let partner = campus.member("partner").await;
    bind(&campus, &partner, &ada, campus.app.clock.now().plus(Duration::from_hours(1))).await;
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
        async move { sees(person, &id, CARD).await["contact"].clone() }
    };
    assert_eq!(card(&grace).await, shared(false, false, false));
    assert_eq!(card(&partner).await, shared(false, false, false));
    for (member, email, number, address) in [
        ("emailVisibility", true, false, false),
        ("studentNumberVisibility", false, true, false),
        ("addressVisibility", false, false, true),
    ] {
        set(&ada, "updateSettings", json!({ member: "MEMBERS" })).await;
        assert_eq!(card(&grace).await, shared(email, number, address), "{member}");
        assert_eq!(card(&partner).await, shared(email, number, address), "{member}");
        assert_eq!(card(&guest).await, Value::Null, "{member}");
        set(&ada, "updateSettings", json!({ member: "BOOKING_PARTNERS" })).await;
        assert_eq!(card(&grace).await, shared(false, false, false), "{member}");
        assert_eq!(card(&partner).await, shared(email, number, address), "{member}");
        set(&ada, "updateSettings", json!({ member: "ONLY_ME" })).await;
        assert_eq!(card(&partner).await, shared(false, false, false), "{member}");
    }
    assert_eq!(card(&ada).await, shared(true, true, true));

    set(&ada, "updateSettings", json!({ "emailVisibility": "BOOKING_PARTNERS" })).await;
    campus.advance(Duration::from_hours(1));
    // The access token is older than its 10 minutes by now.
    let partner = partner.login().await;
    assert_eq!(card(&partner).await, shared(false, false, false), "nothing binds them any more");
    let bare = campus.member("bare").await;
    assert_eq!(sees(&partner, &bare.user_id().await, CARD).await["contact"], Value::Null);
}

/// Everything that leads to a person, with everything there is to see of them.
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
async fn nothing_that_is_hidden_comes_out_anywhere(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = owner(&campus).await;
    set(&ada, "updateContactDetails", json!({ "homeAddress": "Zq82street 1\nZq83court\nZq84town" })).await;
    set(&ada, "updateProfile", json!({ "firstName": "Augusta" })).await;
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
        // Whoever is no member sees nothing of a card, not even what members do.
        assert!(person.username == "grace" || !seen.contains("Middlesex"), "{seen}");
    }
    // Nor by what is found: the number of hits would tell a hidden member letter by letter.
    for word in MARKERS.iter().flat_map(|marker| [*marker, &marker[..4]]).chain(["Countess", "Middlesex", "England"]) {
        for member in ["text", "name", "fieldOfStudy"] {
            let found = finds(&others[0], json!({ member: word })).await;
            let is_username = word.starts_with("ada@");
            assert!(found.is_empty() || is_username, "{member} {word}: {found:?}");
        }
        assert_eq!(finds(&others[0], json!({ "skills": [word] })).await, [""; 0]);
    }
    assert_eq!(finds(&others[0], json!({ "text": "campus.example" })).await, [""; 0]);
}
