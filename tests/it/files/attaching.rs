//! Files of posts, messages and bookings.

use rstest::rstest;
use serde_json::{Value, json};

use crate::mentoring::monday;
use crate::support::pictures::png;
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn posts_have_files_in_the_authors_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mut files = Vec::new();
    for text in ["one", "two", "three", "four"] {
        files.push(ada.file_id(text).await);
    }
    files.rotate_left(1);
    let draft = json!({ "text": "Four", "fileIds": files, "clientKey": "k1" });
    let first = ada.post_with(draft.clone()).await.field("createPost");
    let node = &first["postEdge"]["node"];
    let expected: Value = files.iter().map(|id| json!({ "id": id, "name": "notes.txt" })).collect();
    assert_eq!(node["files"], expected);
    let seen = "query($id: ID!) { post(id: $id) { files { id name } } }";
    assert_eq!(grace.execute(seen, json!({ "id": node["id"] })).await.field("post")["files"], expected);

    // The files belong to the content of the key.
    assert_eq!(ada.post_with(draft).await.field("createPost"), first);
    for changed in [json!([files[1], files[0]]), json!([]), Value::Null] {
        let other = ada.post_with(json!({ "text": "Four", "fileIds": changed, "clientKey": "k1" })).await;
        assert_eq!(other.refusals("createPost"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    }
    ada.edit_post(&node["id"], "Still four").await.data();
    assert_eq!(grace.execute(seen, json!({ "id": node["id"] })).await.field("post")["files"], expected);
    ada.delete_post(&node["id"]).await.data();
    // The author can use them again.
    let again = ada.post_with(json!({ "text": "Again", "fileIds": [files[0]] })).await.field("createPost");
    assert_eq!(again["postEdge"]["node"]["files"], json!([{ "id": files[0], "name": "notes.txt" }]));
}

#[rstest]
#[tokio::test]
async fn files_at_fault_are_named_and_nothing_is_written(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let conversation = ada.start_conversation(&[&grace]).await;
    let appointment = grace.teaches("Calculus", &json!({})).await;
    let (own, foreign) = (ada.file_id("own").await, grace.file_id("foreign").await);
    let image = ada.upload_image(&png(4, 4)).await["id"].clone();
    for (files, images, refusals) in [
        (json!([own, foreign]), json!([]), vec!["NOT_FOUND input.fileIds.1"]),
        (json!(["rubbish", own, ""]), json!([]), vec!["NOT_FOUND input.fileIds.0", "NOT_FOUND input.fileIds.2"]),
        (
            json!(["fil_0000000000007", image]),
            json!([]),
            vec!["NOT_FOUND input.fileIds.0", "NOT_FOUND input.fileIds.1"],
        ),
        (json!([own, own]), json!([image]), vec!["INVALID input.fileIds.1"]),
        (json!([foreign]), json!([own]), vec!["NOT_FOUND input.imageIds.0", "NOT_FOUND input.fileIds.0"]),
        (json!([own, own, own, own, own]), json!([]), vec!["TOO_LONG input.fileIds"]),
    ] {
        let with = |mut input: Value| {
            input["fileIds"] = files.clone();
            input["imageIds"] = images.clone();
            input["clientKey"] = json!("k1");
            input
        };
        let post = ada.post_with(with(json!({ "text": "Nothing" }))).await;
        assert_eq!(post.refusals("createPost"), refusals);
        let message = ada.send_with(with(json!({ "conversationId": conversation }))).await;
        assert_eq!(message.refusals("sendMessage"), refusals);
        let slot = json!({ "appointmentId": appointment, "startsAt": monday("09:00") });
        assert_eq!(ada.book_with(with(slot)).await.refusals("createBooking"), refusals);
    }
    assert_eq!(ada.query("{ posts { totalCount } }").await["posts"]["totalCount"], 0);
    // The rejected requests have not used the keys.
    let sent = ada.send_with(json!({ "conversationId": conversation, "fileIds": [own], "clientKey": "k1" })).await;
    assert_eq!(sent.field("sendMessage")["messageEdge"]["node"]["files"][0]["id"], own);
}

#[rstest]
#[tokio::test]
async fn a_message_needs_a_text_an_image_or_a_file(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let conversation = ada.start_conversation(&[&grace]).await;
    let file = ada.file_id("a file").await;
    let input = json!({ "conversationId": conversation, "text": " ", "fileIds": [file], "clientKey": "k" });
    let sent = ada.send_with(input.clone()).await.field("sendMessage");
    let node = &sent["messageEdge"]["node"];
    assert_eq!(node["text"], Value::Null);
    assert_eq!(ada.send_with(input).await.field("sendMessage"), sent, "a repetition returns the message");
    let edit = "mutation($id: ID!, $text: String!) { editMessage(input: { messageId: $id, text: $text }) {
        message { text files { id } } userErrors { code path }
    } }";
    for (text, stored) in [("With a file", json!("With a file")), ("", Value::Null)] {
        let edited = ada.execute(edit, json!({ "id": node["id"], "text": text })).await.field("editMessage");
        assert_eq!(edited["message"], json!({ "text": stored, "files": [{ "id": file }] }));
    }
    let delete = "mutation($id: ID!) { deleteMessage(input: { messageId: $id }) { message { text files { id } } } }";
    let deleted = ada.execute(delete, json!({ "id": node["id"] })).await.field("deleteMessage");
    assert_eq!(deleted["message"], json!({ "text": null, "files": [] }));
}

#[rstest]
#[tokio::test]
async fn the_mentor_sees_the_files_of_a_booking(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let appointment = ada.teaches("Calculus", &json!({})).await;
    let file = grace.file_id("my questions").await;
    let input =
        json!({ "appointmentId": appointment, "startsAt": monday("09:00"), "fileIds": [file], "clientKey": "k" });
    let booked = grace.book_with(input.clone()).await.field("createBooking");
    let booking = &booked["bookingEdge"]["node"];
    assert_eq!(booking["files"], json!([{ "id": file, "name": "notes.txt" }]));
    assert_eq!(grace.book_with(input.clone()).await.field("createBooking"), booked);
    let mut other = input;
    other["fileIds"] = json!([]);
    let refused = grace.book_with(other).await;
    assert_eq!(refused.refusals("createBooking"), ["IDEMPOTENCY_MISMATCH input.clientKey"]);
    let seen = "query($id: ID!) { booking(id: $id) { files { id url } } }";
    let files = ada.execute(seen, json!({ "id": booking["id"] })).await.field("booking")["files"].clone();
    assert_eq!(ada.download(&files[0]["url"]).await, b"my questions");
    let stranger = campus.member("stranger").await;
    assert_eq!(stranger.file_url(&file).await, Value::Null);
}
