//! Download links: their headers, for how long they are valid, and who can use them.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::{PDF, message_with_file};
use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_download_is_an_attachment_that_runs_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let pdf = ada.upload_file(PDF, "thèse.pdf").await;
    let text = ada.upload_file("<script>alert(1)</script>".as_bytes(), "a \u{202E}b.html").await;
    for (file, kind, disposition) in [
        (&pdf, "application/pdf", "attachment; filename=\"th_se.pdf\"; filename*=UTF-8''th%C3%A8se.pdf"),
        (&text, "text/plain; charset=utf-8", "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"),
    ] {
        let response = ada.fetch(&file["url"]).await;
        assert_eq!(response.status(), 200);
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
        for (name, value) in [
            ("content-type", kind),
            ("content-disposition", disposition),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("cache-control", "private"),
            ("content-length", &file["byteSize"].to_string()),
        ] {
            assert_eq!(header(name).as_deref(), Some(value), "{name}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_link_is_for_one_viewer_one_file_and_ten_minutes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let file = ada.upload_file(PDF, "thesis.pdf").await;
    let other = grace.upload_file(PDF, "other.pdf").await;
    let url = file["url"].as_str().expect("an address").to_owned();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (path, query) = url.split_once('?').expect("a query");
    let parts: Vec<&str> = query.split('&').collect();
    let [viewer, expires, signature] = parts[..] else { panic!("{url}") };
    for modified in [
        url.replace(&text(&file["id"]), &text(&other["id"])),
        url.replace(&text(&ada.user_id().await), &text(&grace.user_id().await)),
        url.replace(expires, "expires=99999999999"),
        url.replace(expires, "expires=x"),
        url.replace(signature, "signature="),
        format!("{url}AA"),
        path.to_owned(),
        format!("{path}?{viewer}&{expires}"),
        url.replace(&text(&file["id"]), "..%2Fkeys.json"),
        url.replace("/files/", "/media/"),
    ] {
        assert_eq!(grace.download_status(&json!(modified)).await, 404, "{modified}");
    }
    campus.advance(Duration::from_secs(599));
    assert_eq!(grace.download_status(&json!(url)).await, 200);
    campus.advance(Duration::from_secs(1));
    assert_eq!(grace.download_status(&json!(url)).await, 404);
}

#[rstest]
#[tokio::test]
async fn the_right_to_a_file_of_a_message_is_checked_at_each_download(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, eve) = (campus.member("ada").await, campus.member("grace").await, campus.member("eve").await);
    let group = ada.create_group("Readers", &[&grace], false).await;
    let (message, file) = message_with_file(&ada, &group).await;
    let url = grace.file_url(&file).await;
    assert_eq!(grace.download_status(&url).await, 200);
    assert_eq!(eve.file_url(&file).await, Value::Null);

    // A member who joins later does not see what was sent before.
    ada.add_members(&group, &[&eve]).await.data();
    assert_eq!(eve.file_url(&file).await, Value::Null);
    let (_, later) = message_with_file(&ada, &group).await;
    let eves = eve.file_url(&later).await;
    assert_eq!(eve.download_status(&eves).await, 200);
    ada.remove_member(&group, &eve).await.data();
    assert_eq!(eve.download_status(&eves).await, 404);

    // A block hides the messages of the other member, its end shows them.
    grace.block(&ada).await;
    assert_eq!(grace.download_status(&url).await, 404);
    assert_eq!(grace.file_url(&file).await, Value::Null);
    grace.unblock(&ada).await;
    assert_eq!(grace.download_status(&url).await, 200);

    ada.delete_message(&message).await.data();
    assert_eq!(grace.download_status(&url).await, 404);
    let own = ada.file_url(&file).await;
    assert_eq!(ada.download_status(&own).await, 200, "the uploader still has the file");
}

#[rstest]
#[tokio::test]
async fn files_of_posts_are_for_members_and_not_across_a_block(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let file = ada.file_id("for all members").await;
    assert_eq!(grace.file_url(&file).await, Value::Null, "nothing shows the file");
    let post = ada.post_with(json!({ "text": "Notes", "fileIds": [file] })).await.field("createPost");
    let url = grace.file_url(&file).await;
    assert_eq!(grace.download_status(&url).await, 200);
    let guest = campus.guest("owl").await;
    for outsider in [&guest, &campus.anonymous()] {
        assert_eq!(outsider.file_url(&file).await, Value::Null);
    }
    ada.block(&grace).await;
    assert_eq!(grace.download_status(&url).await, 404);
    ada.unblock(&grace).await;
    assert_eq!(grace.download_status(&url).await, 200);
    ada.delete_post(&post["postEdge"]["node"]["id"]).await.data();
    assert_eq!(grace.download_status(&url).await, 404);
}
