//! The queue of reports: complaints, copies, assignments and decisions.

use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::pictures::png;
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn complaints_about_one_object_are_one_report(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let mod_ = campus.moderator("mod").await;
    let (post, other) = (ada.publish("Spam").await, ada.publish("Other").await);
    // Of members who complain at the same time, one opens the report.
    join_all([grace.report(&post, "Spam"), mary.report(&post, "Rude")]).await;
    campus.advance(Duration::from_secs(1));
    mary.report(&other, "Boring").await;
    campus.advance(Duration::from_secs(1));
    grace.report(&post, "Spam, again").await;
    let reports = mod_.reports(json!({})).await;
    assert_eq!(reports.len(), 2);
    let first = &reports[0];
    assert_eq!((&first["status"], &first["complaintCount"]), (&json!("OPEN"), &json!(2)));
    let reasons: Vec<&Value> =
        first["complaints"].as_array().expect("a list").iter().map(|one| &one["reason"]).collect();
    assert_eq!(reasons, ["Spam, again", "Rude"]);
    assert_eq!(first["complaints"][0]["reporter"]["username"], "grace");
    assert_eq!(first["copy"], json!({ "text": "Spam", "username": "ada", "images": [], "files": [] }));
    assert_eq!(first["user"]["username"], "ada");
    assert_eq!((&first["subject"]["__typename"], &first["subject"]["text"]), (&json!("Post"), &json!("Spam")));
    // Filters restrict; unknown ids find nothing.
    assert_eq!(mod_.reports(json!({ "userId": ada.user_id().await })).await.len(), 2);
    assert_eq!(mod_.reports(json!({ "userId": mary.user_id().await })).await.len(), 0);
    assert_eq!(mod_.reports(json!({ "userId": "rubbish" })).await.len(), 0);
    assert_eq!(mod_.reports(json!({ "statuses": [] })).await.len(), 2);
    assert_eq!(mod_.reports(json!({ "statuses": ["RESOLVED", "ASSIGNED"] })).await.len(), 0);
}

#[rstest]
#[tokio::test]
async fn a_copy_keeps_text_images_files_and_name_whatever_happens(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mod_ = campus.moderator("mod").await;
    let image = ada.upload_image(&png(64, 64)).await["id"].clone();
    let file = ada.file_id("Rude words").await;
    let publish = "mutation($images: [ID!], $files: [ID!]) {
        createPost(input: { text: \"Look\", imageIds: $images, fileIds: $files }) {
            postEdge { node { id } } userErrors { code }
        }
    }";
    let published = ada.execute(publish, json!({ "images": [image], "files": [file] })).await.field("createPost");
    let post = published["postEdge"]["node"]["id"].clone();
    grace.report(&post, "Not nice").await;
    ada.edit_post(&post, "Harmless").await.data();
    ada.delete_post(&post).await.data();
    let report = mod_.open_report().await;
    let copy = json!({ "text": "Look", "username": "ada", "images": [{ "id": image }], "files": [{ "id": file }] });
    assert_eq!(report["copy"], copy);
    assert_eq!(report["subject"], Value::Null);
    // The author does not learn of the report.
    let delete = "mutation($id: ID!) { deleteImage(input: { imageId: $id }) { deletedImageId userErrors { code } } }";
    let deleted = ada.execute(delete, json!({ "id": image })).await.field("deleteImage");
    assert_eq!(deleted, json!({ "deletedImageId": image, "userErrors": [] }));
    ada.delete_account().await;
    // A file without a use is removed after a day.
    campus.advance(Duration::from_hours(25));
    studyhall::node::sweep(&campus.app).await.expect("a sweep");
    let mod_ = mod_.login().await;
    let url = "{ moderation { reports { nodes { user { id } copy { username images { url(size: FULL) } files { url } } } } } }";
    let report = mod_.query(url).await["moderation"]["reports"]["nodes"][0].clone();
    assert_eq!((&report["user"], &report["copy"]["username"]), (&Value::Null, &json!("ada")));
    let url = report["copy"]["images"][0]["url"].clone();
    assert_eq!(mod_.fetch(&url).await.status(), 200);
    assert_eq!(mod_.download_status(&report["copy"]["files"][0]["url"]).await, 200);

    let id = mod_.open_report().await["id"].clone();
    assert_eq!(mod_.resolve(json!({ "reportId": id, "actions": [] })).await.refusals("resolveReport"), [""; 0]);
    campus.advance(Duration::from_hours(30 * 24) - Duration::from_secs(1));
    let mod_ = mod_.login().await;
    assert_eq!(mod_.reports(json!({})).await[0]["copy"]["text"], "Look");
    campus.advance(Duration::from_secs(1));
    assert_eq!(mod_.reports(json!({})).await[0]["copy"], Value::Null);
    studyhall::node::sweep(&campus.app).await.expect("a sweep");
    assert_eq!(mod_.reports(json!({})).await[0]["copy"], Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_reported_message_shows_nothing_else_of_its_conversation(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mod_ = campus.moderator("mod").await;
    let conversation = ada.start_conversation(&[&grace]).await;
    ada.send_message(&conversation, "Private").await;
    let message = ada.send_message_id(&conversation, "Rude").await;
    grace.report(&message, "Rude").await;
    ada.block(&mod_).await;
    let report = mod_.open_report().await;
    let subject = json!({ "__typename": "Message", "text": "Rude", "conversation": null, "replyTo": null });
    assert_eq!((&report["subject"], &report["user"]["username"]), (&subject, &json!("ada")));
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(mod_.execute(node, json!({ "id": message })).await.field("node"), Value::Null);
    for person in [&ada, &grace, &campus.anonymous()] {
        assert_eq!(person.execute(node, json!({ "id": report["id"] })).await.field("node"), Value::Null);
    }
    assert_eq!(mod_.execute(node, json!({ "id": report["id"] })).await.field("node")["id"], report["id"]);
    // Removed by the moderator, it is a tombstone for the members.
    let resolved = mod_.resolve(json!({ "reportId": report["id"], "actions": ["REMOVE"] })).await;
    assert_eq!(resolved.field("resolveReport")["report"]["status"], "RESOLVED");
    let read =
        grace.execute("query($id: ID!) { node(id: $id) { ... on Message { text } } }", json!({ "id": message })).await;
    assert_eq!(read.field("node"), json!({ "text": null }));
}

#[rstest]
#[tokio::test]
async fn a_block_hides_no_author_of_reported_content_from_a_moderator(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, hal) = (campus.member("ada").await, campus.member("grace").await, campus.member("hal").await);
    let mod_ = campus.moderator("mod").await;
    let post = ada.publish("Spam").await;
    let comment = grace.comment(&post, "More spam").await;
    let conversation = ada.start_conversation(&[&grace]).await;
    let message = ada.send_message_id(&conversation, "Rude").await;
    for (reporter, subject) in [(&hal, &post), (&hal, &comment), (&grace, &message)] {
        reporter.report(subject, "Spam").await;
        campus.advance(Duration::from_secs(1));
    }
    ada.block(&mod_).await;
    mod_.block(&grace).await;
    let reports = "{ moderation { reports(first: 5) { nodes { subject {
        ... on Post { author { username } }
        ... on Comment { author { username } post { author { username } } }
        ... on Message { author { username } }
    } } } } }";
    let by = |username: &str| json!({ "username": username });
    assert_eq!(
        mod_.execute(reports, json!({})).await.field("moderation")["reports"]["nodes"],
        json!([
            { "subject": { "author": by("ada") } },
            { "subject": { "author": by("grace"), "post": { "author": by("ada") } } },
            { "subject": { "author": by("ada") } },
        ])
    );
    // Elsewhere the block holds for moderators too.
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(mod_.execute(node, json!({ "id": post })).await.field("node"), Value::Null);
}

#[rstest]
#[tokio::test]
async fn a_decision_takes_all_actions_and_notifies_without_names(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.confirmed_member("ada").await, campus.member("grace").await);
    let mod_ = campus.moderator("mod").await;
    let post = ada.publish("Spam").await;
    let comment = grace.comment(&post, "Mine").await;
    grace.report(&post, "Spam").await;
    mod_.report(&post, "Spam again").await;
    let id = mod_.open_report().await["id"].clone();
    let input = json!({
        "reportId": id, "actions": ["REMOVE", "LOCK", "WARN"], "lockEndsAt": "2026-11-22T09:30:00Z",
        "message": "Please stop.", "note": "Third time",
    });
    let payload = mod_.resolve(input.clone()).await.field("resolveReport");
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(payload["report"]["resolution"]["actions"], json!(["LOCK", "REMOVE", "WARN"]));
    assert_eq!(mod_.resolve(input).await.refusals("resolveReport"), ["WRONG_STATE input.reportId"]);
    let node = "query($id: ID!) { node(id: $id) { id } }";
    for gone in [&post, &comment] {
        assert_eq!(grace.execute(node, json!({ "id": gone })).await.field("node"), Value::Null);
    }
    let login = "mutation($input: LoginInput!) { login(input: $input) { userErrors { code path retryAt } } }";
    let input = json!({ "identifier": "ada", "password": crate::support::PASSWORD });
    assert_eq!(ada.execute("{ viewer { id } }", json!({})).await.status, 401, "the session has ended");
    let refused = campus.anonymous().execute(login, json!({ "input": input })).await.field("login");
    let error = json!({ "code": "FORBIDDEN", "path": null, "retryAt": "2026-11-22T09:30:00.000Z" });
    assert_eq!(refused["userErrors"], json!([error]));
    let letter = campus.letters_to("ada@campus.example", 2).await.pop().expect("a letter");
    assert!(letter.contains("Please stop") && !letter.contains("mod,") && !letter.contains("grace"), "{letter}");

    let news = "{ viewer { notifications { nodes { __typename text kind
        ... on ModerationNotification { actions message } ... on ReportNotification { isUpheld }
    } } } }";
    let of_reporter = grace.query(news).await["viewer"]["notifications"]["nodes"].clone();
    let expected = "The moderators acted on a report of yours.";
    let report =
        json!({ "__typename": "ReportNotification", "text": expected, "kind": "MODERATION", "isUpheld": true });
    assert_eq!(of_reporter, json!([report]));
    let own = mod_.query(news).await["viewer"]["notifications"]["nodes"].clone();
    let is_report = |one: &Value| one["__typename"] == "ReportNotification";
    assert!(!own.as_array().expect("a list").iter().any(is_report), "of one's own decision comes no notification");
    campus.advance(Duration::from_hours(24));
    let ada = ada.login().await;
    let of_author = ada.query(news).await["viewer"]["notifications"]["nodes"].clone();
    let mine = of_author.as_array().expect("a list").iter().find(|one| one["kind"] == "MODERATION").expect("one");
    assert_eq!((&mine["actions"], &mine["message"]), (&json!(["LOCK", "REMOVE", "WARN"]), &json!("Please stop.")));

    let actions = mod_.login().await.staff_actions(json!({})).await;
    let kinds: Vec<&str> = actions.iter().map(|action| action["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["MEMBER_WARNED", "CONTENT_REMOVED", "MEMBER_LOCKED", "REPORT_RESOLVED"]);
    assert!(actions.iter().all(|action| action["report"]["id"] == id && action["actor"]["username"] == "mod"));
    // A later complaint opens a new report.
    grace.login().await.report(&ada.user_id().await, "Again").await;
    assert_ne!(mod_.login().await.open_report().await["id"], id);
}

#[rstest]
#[tokio::test]
async fn a_decision_that_is_not_possible_changes_nothing_and_lists_every_fault(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mod_, other) = (campus.moderator("mod").await, campus.moderator("other").await);
    let post = ada.publish("Spam").await;
    grace.report(&post, "Spam").await;
    let id = mod_.open_report().await["id"].clone();
    let long = "x".repeat(1_001);
    for (input, faults) in [
        (json!({ "actions": ["WARN"] }), vec!["TOO_SHORT input.message"]),
        (json!({ "actions": ["LOCK"], "message": " " }), vec!["TOO_SHORT input.message"]),
        (
            json!({ "actions": ["WARN", "WARN"], "message": "x", "lockEndsAt": "2027-01-01T00:00:00Z" }),
            vec!["INVALID input.actions.1", "INVALID input.lockEndsAt"],
        ),
        (
            json!({ "actions": ["LOCK"], "message": long, "note": "", "lockEndsAt": "2026-11-21T09:30:00Z" }),
            vec!["INVALID input.lockEndsAt", "TOO_LONG input.message", "TOO_SHORT input.note"],
        ),
        (
            json!({ "reportId": "rubbish", "actions": ["WARN"] }),
            vec!["TOO_SHORT input.message", "NOT_FOUND input.reportId"],
        ),
        (json!({ "reportId": post, "actions": [] }), vec!["NOT_FOUND input.reportId"]),
    ] {
        let mut full = json!({ "reportId": id });
        full.as_object_mut().expect("an object").extend(input.as_object().expect("an object").clone());
        assert_eq!(mod_.resolve(full.clone()).await.refusals("resolveReport"), faults, "{full}");
    }
    // There is nothing to remove, and moderators do not act on each other.
    ada.delete_post(&post).await.data();
    let both = json!({ "reportId": id, "actions": ["WARN", "REMOVE"], "message": "x" });
    assert_eq!(mod_.resolve(both).await.refusals("resolveReport"), ["INVALID input.actions.1"]);
    assert_eq!(mod_.open_report().await["status"], "OPEN");
    assert_eq!(mod_.staff_kinds().await, [""; 0]);
    assert_eq!(mod_.resolve(json!({ "reportId": id, "actions": [] })).await.refusals("resolveReport"), [""; 0]);
    grace.report(&other.user_id().await, "Strict").await;
    let id = mod_.open_report().await["id"].clone();
    let lock = json!({ "reportId": id, "actions": ["LOCK", "REMOVE"], "message": "x" });
    let refused = mod_.resolve(lock).await.refusals("resolveReport");
    assert_eq!(refused, ["FORBIDDEN input.actions.0", "INVALID input.actions.1"]);
    let own = other.resolve(json!({ "reportId": id, "actions": [] })).await;
    assert_eq!(own.refusals("resolveReport"), ["FORBIDDEN input.reportId"]);
    // Members and guests have no queue.
    for (person, code) in
        [(&ada, "FORBIDDEN"), (&campus.guest("owl").await, "FORBIDDEN"), (&campus.anonymous(), "UNAUTHENTICATED")]
    {
        assert_eq!(person.resolve(json!({ "reportId": id, "actions": [] })).await.codes(), [code]);
        assert_eq!(person.assign(json!({ "reportId": id })).await.codes(), [code]);
        let answer = person.execute("{ moderation { id } }", json!({})).await;
        assert_eq!((answer.codes(), &answer.body["data"]["moderation"]), (vec![code.to_owned()], &Value::Null));
    }
    assert_eq!(
        mod_.execute(super::REPORTS, json!({ "filter": { "statuses": ["OPEN", "OPEN", "OPEN", "OPEN"] } }))
            .await
            .codes(),
        ["BAD_USER_INPUT"]
    );
}

#[rstest]
#[tokio::test]
async fn the_first_of_two_decisions_counts(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (one, two) = (campus.moderator("one").await, campus.moderator("two").await);
    grace.report(&ada.publish("Spam").await, "Spam").await;
    let id = one.open_report().await["id"].clone();
    let decide = |person: &crate::support::Person, actions: Value| {
        let (person, id) = (person.clone(), id.clone());
        async move { person.resolve(json!({ "reportId": id, "actions": actions, "message": "x" })).await }
    };
    let answers = join_all([decide(&one, json!(["WARN"])), decide(&two, json!(["REMOVE"]))]).await;
    let mut refusals: Vec<Vec<String>> = answers.iter().map(|answer| answer.refusals("resolveReport")).collect();
    refusals.sort();
    assert_eq!(refusals, [vec![], vec!["WRONG_STATE input.reportId".to_owned()]]);
    assert_eq!(one.staff_actions(json!({ "kinds": ["REPORT_RESOLVED"] })).await.len(), 1);
    assert_eq!(one.reports(json!({})).await[0]["resolution"]["actions"].as_array().map(Vec::len), Some(1));
}

#[rstest]
#[tokio::test]
async fn a_report_is_assigned_to_a_moderator_until_the_role_ends(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let (mod_, other) = (campus.moderator("mod").await, campus.moderator("other").await);
    grace.report(&ada.user_id().await, "Rude").await;
    let id = mod_.open_report().await["id"].clone();
    for (assignee, fault) in [
        (grace.user_id().await, "INVALID input.assigneeId"),
        (json!("usr_0000000000009"), "NOT_FOUND input.assigneeId"),
        (json!("rubbish"), "NOT_FOUND input.assigneeId"),
    ] {
        let refused = mod_.assign(json!({ "reportId": id, "assigneeId": assignee })).await;
        assert_eq!(refused.refusals("assignReport"), [fault]);
    }
    let assign = json!({ "reportId": id, "assigneeId": other.user_id().await });
    for _ in 0..2 {
        let report = mod_.assign(assign.clone()).await.field("assignReport")["report"].clone();
        assert_eq!(report, json!({ "status": "ASSIGNED", "assignee": { "username": "other" } }));
    }
    assert_eq!(mod_.reports(json!({ "assigneeId": other.user_id().await })).await.len(), 1);
    assert_eq!(mod_.staff_kinds().await, ["REPORT_ASSIGNED"]);
    let released = mod_.assign(json!({ "reportId": id, "assigneeId": null })).await.field("assignReport");
    assert_eq!(released["report"], json!({ "status": "OPEN", "assignee": null }));
    mod_.assign(assign.clone()).await.data();
    studyhall::accounts::staff::set_role(&campus.app, "other", studyhall::accounts::Role::Member)
        .await
        .expect("a member");
    assert_eq!(mod_.open_report().await["assignee"], Value::Null);
    mod_.resolve(json!({ "reportId": id, "actions": [] })).await.data();
    let late = mod_.assign(json!({ "reportId": id, "assigneeId": mod_.user_id().await })).await;
    assert_eq!(late.refusals("assignReport"), ["WRONG_STATE input.reportId"]);
}
