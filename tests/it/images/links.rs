//! Image links: who can open them, and for how long.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::images::{ImageUse, ImageUseKind};

use super::{attach, image_id, post, stored};
use crate::support::pictures::{png, translucent_png};
use crate::support::{Campus, Engine, PASSWORD, Person};

async fn status(person: &Person, url: &str) -> u16 {
    person.fetch(&json!(url)).await.status().as_u16()
}

/// Returns the link that a person receives for an image, or null if they may not see it.
async fn url_for(person: &Person, image: &Value) -> Value {
    let query = "query Node($id: ID!) { node(id: $id) { ... on Image { url } } }";
    person.execute(query, json!({ "id": image["id"] })).await.field("node")["url"].clone()
}

#[rstest]
#[tokio::test]
async fn an_image_response_has_restrictive_headers_and_can_be_cached(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let image = ada.upload_image(&translucent_png(20, 20)).await;
    campus.advance(Duration::from_mins(1));
    let response = ada.fetch(&image["medium"]).await;
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
    assert_eq!(response.status(), 200);
    let id = image["id"].as_str().expect("an id");
    for (name, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cache-control", "private, max-age=540"),
        ("content-disposition", &format!("inline; filename=\"{id}-medium.png\"")),
        ("etag", &format!("\"{id}-medium.png\"")),
    ] {
        assert_eq!(header(name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(header("content-length"), header("content-length").filter(|length| length != "0"));

    let again = ada
        .client
        .get(image["medium"].as_str().expect("an address"))
        .header("if-none-match", format!("\"other\", W/\"{id}-medium.png\""))
        .send()
        .await
        .expect("the server answers");
    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()["cache-control"], "private, max-age=540");
    let posted = ada.client.post(image["medium"].as_str().expect("an address")).send().await.expect("an answer");
    assert_eq!(posted.status(), 405);
}

#[rstest]
#[tokio::test]
async fn a_link_is_valid_for_ten_minutes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let url = ada.upload_image(&png(8, 8)).await["full"].clone();
    campus.advance(Duration::from_secs(599));
    assert_eq!(ada.fetch(&url).await.status(), 200);
    campus.advance(Duration::from_secs(1));
    assert_eq!(ada.fetch(&url).await.status(), 404);
}

#[rstest]
#[tokio::test]
async fn a_modified_link_is_not_found(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let image = ada.upload_image(&png(8, 8)).await;
    let other = ada.upload_image(&png(8, 8)).await;
    let hers = grace.upload_image(&png(8, 8)).await;
    let url = image["full"].as_str().expect("an address").to_owned();
    let id = |image: &Value| image["id"].as_str().expect("an id").to_owned();
    let user = async |person: &Person| {
        person.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].as_str().expect("an id").to_owned()
    };
    let parts: Vec<&str> = url.split(['?', '&']).collect();
    let [path, viewer, expires, signature] = parts[..] else { panic!("{url}") };
    let later = format!("expires={}", expires[8..].parse::<i64>().expect("seconds") + 1);
    let modified = [
        url.replace(&id(&image), &id(&other)),
        url.replace(&id(&image), &id(&hers)),
        url.replace("/full?", "/small?"),
        url.replace("/full?", "/large?"),
        url.replace("/full?", "/?"),
        url.replace(&user(&ada).await, &user(&grace).await),
        url.replace(expires, &later),
        url.replace(expires, "expires=99999999999999999999"),
        url.replace(expires, "expires=-1"),
        url.replace(signature, "signature="),
        url.replace(signature, "signature=AAAA"),
        format!("{url}AA"),
        url[..url.len() - 2].to_owned(),
        path.to_owned(),
        format!("{path}?{viewer}&{expires}"),
        format!("{path}?{viewer}&{viewer}&{expires}&{signature}"),
        url.replace("/media/", "/media//"),
        url.replace("/media/", "/media/../media/x/"),
        url.replace("/media/", "/media/..%2f"),
        url.replace("/media/", "/media/%2e%2e/"),
        url.replace(&id(&image), "..%2F..%2Fstudyhall.sqlite"),
        url.replace(&id(&image), "%2Fetc%2Fpasswd"),
        url.replace(&id(&image), "img_%00"),
        url.replace("/full?", "/..%2f..%2fkeys.json?"),
    ];
    for modified in modified {
        assert_eq!(status(&grace, &modified).await, 404, "{modified}");
    }
    // The paths of the media store are not URLs.
    let root = campus.app.config.data_dir.join("media");
    for file in stored(&campus).iter().filter_map(|path| path.strip_prefix(&root).ok()) {
        let address = format!("http://{}/media/{}", campus.address, file.display());
        assert_eq!(status(&ada, &address).await, 404, "{address}");
    }
    assert_eq!(status(&grace, &url).await, 200, "the link itself still works");
    let again = ada.fetch(&json!(path)).await;
    assert_eq!(again.json::<Value>().await.expect("a body")["errors"][0]["extensions"]["code"], json!("NOT_FOUND"));
}

#[rstest]
#[tokio::test]
async fn a_member_sees_an_image_that_an_object_shows_them(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let image = ada.upload_image(&png(8, 8)).await;
    assert_eq!(url_for(&grace, &image).await, Value::Null, "the image has no use");
    assert_eq!(url_for(&campus.anonymous(), &image).await, Value::Null);
    let ids = [image_id(&image)];

    // The message and the booking do not exist, so that no member may see them.
    for kind in [ImageUseKind::Message, ImageUseKind::Booking] {
        attach(&campus, &ada, &ids, ImageUse::new(kind, 5)).await.expect("the images are attached");
        assert_eq!(url_for(&grace, &image).await, Value::Null, "{kind:?}");
    }
    attach(&campus, &ada, &ids, post(6)).await.expect("the images are attached");
    let url = url_for(&grace, &image).await;
    assert_eq!(grace.fetch(&url).await.status(), 200);

    // The permission is checked again when the link is opened.
    super::detach(&campus, post(6)).await;
    assert_eq!(grace.fetch(&url).await.status(), 404);
    assert_eq!(ada.fetch(&url_for(&ada, &image).await).await.status(), 200);
}

#[rstest]
#[tokio::test]
async fn links_of_a_deleted_account_become_invalid(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let image = ada.upload_image(&png(8, 8)).await;
    attach(&campus, &ada, &[image_id(&image)], post(6)).await.expect("the images are attached");
    let (own, hers) = (url_for(&ada, &image).await, url_for(&grace, &image).await);
    let delete = "mutation Delete($p: String!) { deleteAccount(input: { password: $p }) { isDeleted } }";
    grace.execute(delete, json!({ "p": PASSWORD })).await.data();
    assert_eq!(
        campus.anonymous().fetch(&hers).await.status(),
        404,
        "the account that the link was issued for is deleted"
    );
    assert_eq!(campus.anonymous().fetch(&own).await.status(), 200);
    ada.execute(delete, json!({ "p": PASSWORD })).await.data();
    assert_eq!(campus.anonymous().fetch(&own).await.status(), 404);
}
