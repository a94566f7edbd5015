//! What an export contains, and that it follows its published schema.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::exports::document::json_schema;

use super::{archive, document, exported, post_with_attachments, run};
use crate::mentoring::monday;
use crate::support::pictures::png;
use crate::support::{Campus, Engine};

/// Checks a value against the parts of JSON Schema that the published one uses.
pub fn check(value: &Value, schema: &Value, path: &str) {
    if let Some(options) = schema["anyOf"].as_array() {
        let option = options.iter().find(|option| is_of_type(value, &option["type"]));
        return check(value, option.unwrap_or_else(|| panic!("{path}: {value}")), path);
    }
    assert!(schema["type"].is_null() || is_of_type(value, &schema["type"]), "{path}: {value} is not {schema}");
    assert!(schema.get("const").is_none_or(|expected| expected == value), "{path}: {value}");
    if let (Some(text), Some(pattern)) = (value.as_str(), schema["pattern"].as_str()) {
        let (prefix, _) = pattern.trim_start_matches('^').split_once('[').expect("a prefix and digits");
        let digits = text.strip_prefix(prefix).unwrap_or_default();
        assert!(digits.len() == 13 && digits.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{path}: {text}");
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(value.get(name).is_some(), "{path}.{name} is missing");
    }
    // Documents such as the availability have no schema of their own.
    let members = value.as_object().filter(|_| schema["properties"].is_object());
    for (name, member) in members.into_iter().flatten() {
        let known = &schema["properties"][name];
        assert!(!known.is_null(), "{path}.{name} is not in the schema");
        check(member, known, &format!("{path}.{name}"));
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        check(item, &schema["items"], &format!("{path}.{index}"));
    }
}

fn is_of_type(value: &Value, kind: &Value) -> bool {
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type {other}"),
    };
    match kind {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is),
        kind => kind.as_str().is_some_and(is),
    }
}

#[test]
fn the_published_schema_is_that_of_the_export() {
    let published = include_str!("../../../docs/clients/data-export.schema.json");
    let published: Value = serde_json::from_str(published).expect("JSON");
    assert_eq!(published, json_schema());
}

#[rstest]
#[tokio::test]
async fn an_export_has_all_that_is_of_the_member_and_nothing_of_others(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let post = post_with_attachments(&ada, "a post of Ada").await;
    let foreign = post_with_attachments(&grace, "a post of Grace").await;
    let comment = "mutation C($id: ID!) { createComment(input: { postId: $id, text: \"a comment of Ada\" }) {
        userErrors { code }
    } }";
    ada.execute(comment, json!({ "id": foreign })).await.data();
    let react =
        "mutation R($id: ID!) { addReaction(input: { subjectId: $id, emoji: \"👍\" }) { userErrors { code } } }";
    assert_eq!(ada.execute(react, json!({ "id": foreign })).await.refusals("addReaction"), [""; 0]);
    let report =
        "mutation($id: ID!) { reportContent(input: { id: $id, reason: \"why Ada\" }) { userErrors { code } } }";
    assert_eq!(ada.execute(report, json!({ "id": foreign })).await.refusals("reportContent"), [""; 0]);
    let conversation = ada.start_conversation(&[&grace]).await;
    ada.send_message(&conversation, "a message of Ada").await;
    let deleted = ada.send_message_id(&conversation, "deleted by Ada").await;
    ada.delete_message(&deleted).await.data();
    grace.send_message(&conversation, "a message of Grace").await;
    let own = ada.teaches("Analysis by Ada", &json!({ "location": "Ada's room" })).await;
    let offer = grace.teaches("Topology by Grace", &json!({ "location": "Grace's room" })).await;
    let book = "mutation B($input: CreateBookingInput!) { createBooking(input: $input) { userErrors { code } } }";
    let asked = |appointment: &Value, time: &str, question: &str| json!({ "input": { "appointmentId": appointment, "startsAt": monday(time), "question": question } });
    assert_eq!(ada.execute(book, asked(&offer, "09:00", "asked by Ada")).await.refusals("createBooking"), [""; 0]);
    assert_eq!(grace.execute(book, asked(&own, "11:00", "asked by Grace")).await.refusals("createBooking"), [""; 0]);

    let export = ada.export().await;
    let entries = archive(&campus, &export).await;
    let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        matches!(names[..], ["data.json", image, file]
        if image.starts_with("images/img_") && image.contains(".jpg")
            && file.starts_with("files/fil_") && file.ends_with("-notes.txt")),
        "{names:?}"
    );
    assert_eq!(entries[2].1, b"the file of a post of Ada");
    let data = document(&entries);
    check(&data, &json_schema(), "data");
    assert_eq!(data["profile"]["username"], "ada");
    assert_eq!(data["account"]["email"], "ada@campus.example");
    assert_eq!(data["posts"][0]["id"], post);
    assert_eq!(data["images"][0]["path"], names[1]);
    assert_eq!(data["files"][0]["path"], names[2]);
    assert_eq!((&data["posts"][0]["images"], &data["posts"][0]["files"]), (&json!([names[1]]), &json!([names[2]])));
    assert_eq!((&data["profile"]["images"], &data["messages"][0]["files"]), (&json!([]), &json!([])));
    let counts = |name: &str| data[name].as_array().map(Vec::len);
    for (name, count) in [
        ("sessions", 1),
        ("posts", 1),
        ("comments", 1),
        ("reactions", 1),
        ("messages", 1),
        ("topics", 1),
        ("appointments", 1),
        ("bookings", 2),
        ("reports", 1),
        ("images", 1),
        ("files", 1),
    ] {
        assert_eq!(counts(name), Some(count), "{name}");
    }
    let text = data.to_string();
    for own in ["a post of Ada", "a comment of Ada", "a message of Ada", "asked by Ada", "why Ada", "Ada's room", "👍"]
    {
        assert!(text.contains(own), "{own} is missing");
    }
    for foreign in ["of Grace", "by Grace", "Grace's room", "argon2", "deleted by Ada", "hash", "grace@"] {
        assert!(!text.contains(foreign), "{foreign} is in the export");
    }
}

#[rstest]
#[tokio::test]
async fn each_object_of_an_export_lists_its_images_and_files_in_their_order(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let image = async || ada.upload_image(&png(8, 8)).await["id"].clone();
    // The later upload is shown first.
    let (second, first) = (image().await, image().await);
    let post = json!({ "text": "Two", "imageIds": [first, second] });
    run(&ada, "mutation P($input: CreatePostInput!) { createPost(input: $input) { userErrors { code } } }", post).await;
    post_with_attachments(&ada, "another").await;
    let (shown, file) = (image().await, ada.file_id("notes").await);
    let conversation = ada.start_conversation(&[&grace]).await;
    let message = json!({ "conversationId": conversation, "imageIds": [shown], "fileIds": [file] });
    run(&ada, "mutation S($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }", message)
        .await;
    let offer = grace.teaches("Topology", &json!({})).await;
    let asked = ada.file_id("question").await;
    let booking = json!({ "appointmentId": offer, "startsAt": monday("09:00"), "fileIds": [asked] });
    run(
        &ada,
        "mutation B($input: CreateBookingInput!) { createBooking(input: $input) { userErrors { code } } }",
        booking,
    )
    .await;
    let (avatar, group) = (image().await, image().await);
    let face = json!({ "imageId": avatar });
    run(&ada, "mutation A($input: SetAvatarInput!) { setAvatar(input: $input) { userErrors { code } } }", face).await;
    let created = json!({ "title": "Group", "userIds": [grace.user_id().await], "imageId": group });
    run(&ada, "mutation G($input: CreateGroupInput!) { createGroup(input: $input) { userErrors { code } } }", created)
        .await;
    let unused = image().await;

    let data = exported(&campus, &ada).await;
    check(&data, &json_schema(), "data");
    let path = |section: &str, id: &Value| {
        let objects = data[section].as_array().expect("a list");
        objects.iter().find(|object| object["id"] == *id).expect("it is exported")["path"].clone()
    };
    let (images, files) = (|id: &Value| path("images", id), |id: &Value| path("files", id));
    let post = data["posts"].as_array().expect("posts").iter().find(|post| post["text"] == "Two").expect("the post");
    assert_eq!((&post["images"], &post["files"]), (&json!([images(&first), images(&second)]), &json!([])));
    let message = &data["messages"][0];
    assert_eq!((&message["images"], &message["files"]), (&json!([images(&shown)]), &json!([files(&file)])));
    assert_eq!(data["bookings"][0]["files"], json!([files(&asked)]));
    assert_eq!(data["profile"]["images"], json!([images(&avatar)]));
    let conversations = data["conversations"].as_array().expect("conversations").iter();
    let of_groups: Vec<&Value> =
        conversations.map(|one| &one["images"]).filter(|images| **images != json!([])).collect();
    assert_eq!(of_groups, [&json!([images(&group)])]);
    // It is attached to nothing.
    images(&unused);
    // The other side of a conversation or a booking lists none of them.
    let data = exported(&campus, &grace).await;
    check(&data, &json_schema(), "data");
    assert_eq!((&data["bookings"][0]["files"], &data["conversations"][0]["images"]), (&json!([]), &json!([])));
}
