//! Student numbers that only one account can have.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::Role;
use studyhall::accounts::registration::student_numbers::refold;
use studyhall::db::Query;

use crate::support::people::Response;
use crate::support::{Campus, Engine, Person};

const UNIQUE: &str = "--unique-student-numbers";

async fn set_number(person: &Person, number: Option<&str>) -> Response {
    let change = "mutation($number: String) {
        updateContactDetails(input: { studentNumber: $number }) { viewer { id } userErrors { code message path } }
    }";
    person.execute(change, json!({ "number": number })).await
}

async fn refusals(person: &Person, number: Option<&str>) -> Vec<String> {
    set_number(person, number).await.refusals("updateContactDetails")
}

async fn number_of(person: &Person) -> Value {
    person.query("{ viewer { contact { studentNumber } } }").await["viewer"]["contact"]["studentNumber"].clone()
}

#[rstest]
#[tokio::test]
async fn a_student_number_belongs_to_one_account_if_the_operator_has_chosen_so(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const TAKEN: &str = "CONFLICT input.studentNumber";
    let campus = Campus::start_with(engine, &[UNIQUE, "--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    assert_eq!(refusals(&ada, Some("A12")).await, [""; 0]);
    for number in ["A12", "a12", " A12 "] {
        assert_eq!(refusals(&grace, Some(number)).await, [TAKEN], "{number}");
        let registered = campus.sign_up("mary", json!({ "studentNumber": number })).await;
        assert_eq!(registered.refusals("register"), [TAKEN], "{number}");
    }
    assert_eq!(number_of(&grace).await, Value::Null);
    // One's own number is not taken.
    assert_eq!(refusals(&ada, Some("a12")).await, [""; 0]);
    assert_eq!(refusals(&grace, Some("A13")).await, [""; 0]);
    // A number that is given up is free.
    assert_eq!(refusals(&ada, None).await, [""; 0]);
    assert_eq!(campus.sign_up("mary", json!({ "studentNumber": "A12" })).await.refusals("register"), [""; 0]);
    assert_eq!(refusals(&ada, Some("A12")).await, [TAKEN]);
    grace.delete_account().await;
    assert_eq!(refusals(&ada, Some("A13")).await, [""; 0]);
}

#[rstest]
#[tokio::test]
async fn a_number_that_several_accounts_had_before_the_setting_prevents_no_other_change(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[UNIQUE, "--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    for (person, number) in [(&ada, "A12"), (&grace, "A13")] {
        assert_eq!(refusals(person, Some(number)).await, [""; 0]);
    }
    let same = "update contact_details set student_number = 'A12', student_number_fold = 'a12'";
    let rows = campus.app.db.run(same, &[]).await;
    assert_eq!(rows.expect("both have one number"), 2);
    let change = "mutation { updateContactDetails(input: { studentNumber: \"A12\", county: \"Kerry\" }) {
        viewer { contact { studentNumber county } } userErrors { code path } } }";
    let changed = ada.query(change).await["updateContactDetails"].clone();
    let contact = json!({ "studentNumber": "A12", "county": "Kerry" });
    assert_eq!(changed, json!({ "viewer": { "contact": contact }, "userErrors": [] }));
    assert_eq!(refusals(&ada, Some("A13")).await, [""; 0]);
    assert_eq!(refusals(&ada, Some("A12")).await, ["CONFLICT input.studentNumber"]);
}

#[rstest]
#[tokio::test]
async fn of_several_who_claim_a_student_number_at_once_one_gets_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[UNIQUE, "--rate-limits=off"]).await;
    let people = join_all(["ada", "grace", "mary", "joan"].map(|name| campus.member(name))).await;
    for number in ["1", "2", "3", "4", "5"] {
        let outcomes = join_all(people.iter().map(|person| refusals(person, Some(number)))).await;
        assert_eq!(outcomes.iter().filter(|refusals| refusals.is_empty()).count(), 1, "{outcomes:?}");
    }
}

#[rstest]
#[tokio::test]
async fn an_account_that_is_confirmed_later_does_not_get_a_number_that_is_taken_by_then(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[UNIQUE, "--registration=confirmed"]).await;
    let mary = campus.created_member("mary", Role::Member).await;
    assert_eq!(campus.sign_up("ada", json!({ "studentNumber": "A12" })).await.refusals("register"), [""; 0]);
    assert_eq!(refusals(&mary, Some("A12")).await, [""; 0]);
    assert_eq!(campus.confirm("ada").await.field("confirmEmail")["isConfirmed"], json!(true));
    let ada = Person { username: "ada".to_owned(), ..campus.anonymous() }.login().await;
    assert_eq!((number_of(&ada).await, number_of(&mary).await), (Value::Null, json!("A12")));
}

#[rstest]
#[tokio::test]
async fn without_the_setting_several_accounts_can_have_one_student_number(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    for name in ["ada", "grace"] {
        let person = campus.member(name).await;
        assert_eq!(refusals(&person, Some("A12")).await, [""; 0]);
        assert_eq!(number_of(&person).await, "A12");
    }
}

#[rstest]
#[tokio::test]
async fn student_numbers_are_compared_without_regard_to_case_in_all_scripts(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &[UNIQUE, "--rate-limits=off"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    for (number, other) in [("É-12", "é-12"), ("Σ7", "ς7"), ("ж", "Ж"), ("e\u{301}-13", "É-13"), ("ΑΒ-1", "αβ-1")]
    {
        assert_eq!(refusals(&ada, Some(number)).await, [""; 0]);
        assert_eq!(refusals(&grace, Some(other)).await, ["CONFLICT input.studentNumber"], "{other}");
        let registered = campus.sign_up("mary", json!({ "studentNumber": other })).await;
        assert_eq!(registered.refusals("register"), ["CONFLICT input.studentNumber"], "{other}");
    }
    // A node of an earlier version stores numbers without their folded forms.
    assert_eq!(refusals(&ada, Some("Ñ1")).await, [""; 0]);
    for sql in [
        "update contact_details set student_number_fold = null",
        "update contact_details set student_number_fold = 'another'",
    ] {
        campus.app.db.run(sql, &[]).await.expect("it is stored");
        assert_eq!(refold(&campus.app).await.expect("the numbers are folded"), 1);
        assert_eq!(refold(&campus.app).await.expect("the numbers are folded"), 0);
        assert_eq!(refusals(&grace, Some("ñ1")).await, ["CONFLICT input.studentNumber"]);
    }
    campus.app.db.run("update contact_details set student_number_fold = null", &[]).await.expect("it is stored");
    let other = campus.another_node(&[UNIQUE, "--rate-limits=off"]).await;
    assert_eq!(refusals(&other.client_for(&grace), Some("ñ1")).await, ["CONFLICT input.studentNumber"]);
}
