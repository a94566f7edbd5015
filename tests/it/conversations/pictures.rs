//! Messages with images, and who can view the images.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::pictures::png;
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn images_are_visible_to_users_who_can_see_the_message(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let mut images = Vec::new();
    for width in [9, 10] {
        images.push(ada.upload_image(&png(width, 8)).await["id"].clone());
    }
    let id = ada.start_conversation(&[&grace, &eve]).await;
    let input = json!({ "conversationId": id, "imageIds": images });
    let node = ada.try_send(input).await.field("sendMessage")["messageEdge"]["node"].clone();
    assert_eq!((&node["text"], &node["images"]), (&Value::Null, &json!([{ "id": images[0] }, { "id": images[1] }])));

    let query = "query($id: ID!) { node(id: $id) { ... on Image { url } } }";
    let url = grace.execute(query, json!({ "id": images[0] })).await.field("node")["url"].clone();
    assert_eq!(grace.fetch(&url).await.status(), 200);
    let stranger = campus.member("stranger").await;
    assert_eq!(stranger.execute(query, json!({ "id": images[0] })).await.field("node"), Value::Null);

    // A member who has left cannot view them any more, not even by an earlier link.
    let eves_url = eve.execute(query, json!({ "id": images[0] })).await.field("node")["url"].clone();
    eve.leave_conversation(&id).await.data();
    assert_eq!(eve.fetch(&eves_url).await.status(), 404);
    assert_eq!(eve.execute(query, json!({ "id": images[0] })).await.field("node"), Value::Null);

    // An edit adds a text and keeps the images.
    ada.edit_message(&node["id"], "Two images").await.data();
    let message = "query($id: ID!) { node(id: $id) { ... on Message { text images { id } } } }";
    let seen = grace.execute(message, json!({ "id": node["id"] })).await.field("node");
    assert_eq!((&seen["text"], seen["images"].as_array().map(Vec::len)), (&json!("Two images"), Some(2)));
    // A blank text takes the text away again; without images it is refused.
    ada.edit_message(&node["id"], " \u{200B}").await.data();
    assert_eq!(grace.execute(message, json!({ "id": node["id"] })).await.field("node")["text"], Value::Null);
    let other = ada.send_message_id(&id, "No images").await;
    assert_eq!(ada.edit_message(&other, "").await.refusals("editMessage"), ["TOO_SHORT input.text"]);
    let image = ada.upload_image(&png(11, 8)).await["id"].clone();
    let captionless = ada.try_send(json!({ "conversationId": id, "imageIds": [image], "text": "" })).await;
    assert_eq!(captionless.field("sendMessage")["messageEdge"]["node"]["text"], Value::Null);
    ada.delete_message(&node["id"]).await.data();
    assert_eq!(grace.fetch(&url).await.status(), 404);
}
