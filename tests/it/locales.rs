//! Languages: which one a caller receives, on each transport, and what is said in it.

use std::time::Duration;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::delivery::push::worker::send_due;

use crate::support::people::Response;
use crate::support::push_service::PushService;
use crate::support::{Campus, Engine, EventStream, PASSWORD, Person, Socket};

const DELETE_MISSING: &str =
    "mutation { deletePost(input: { postId: \"pst_0000000000000\" }) { userErrors { code path message } } }";
const ENGLISH: &str = "This post does not exist, or was deleted.";
const FRENCH: &str = "Cette publication n’existe pas ou a été supprimée.";
const ARABIC: &str = "هذا المنشور غير موجود أو حُذف.";
const UPDATE: &str = "mutation U($locale: Locale) {
    updateSettings(input: { locale: $locale }) { viewer { settings { locale } } userErrors { code path message } }
}";

/// Logs in with unknown credentials, as a caller without a session who accepts these languages.
async fn refused_login(campus: &Campus, languages: &[&str]) -> Response {
    let query = "mutation { login(input: { identifier: \"unknown\", password: \"wrong horse battery\" }) {
        userErrors { code message } } }";
    let mut request = campus.anonymous().request(Method::POST, "/graphql").json(&json!({ "query": query }));
    for language in languages {
        request = request.header("accept-language", *language);
    }
    Person::send(request).await
}

/// Sends an operation with the header `Accept-Language`.
async fn execute_in(person: &Person, language: &str, query: &str, variables: Value) -> Response {
    let request = person.request(Method::POST, "/graphql").header("accept-language", language);
    Person::send(request.json(&json!({ "query": query, "variables": variables }))).await
}

async fn choose(person: &Person, locale: &str) -> Response {
    person.execute(UPDATE, json!({ "locale": locale })).await
}

fn message(payload: &Value) -> &str {
    payload["userErrors"][0]["message"].as_str().expect("a user error")
}

fn content_language(response: &Response) -> &str {
    response.headers["content-language"].to_str().expect("a tag")
}

#[rstest]
#[tokio::test]
async fn a_caller_without_a_session_is_answered_in_the_language_of_the_request(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let french = "Le nom d’utilisateur, l’adresse e-mail ou le mot de passe est incorrect. Vérifiez-les et réessayez.";
    let english = "The username, email address or password is wrong. Check them and try again.";
    for (languages, tag, text) in [
        (&["fr-CA"][..], "fr", french),
        (&["de", "fr;q=0.5, en;q=0.1"][..], "fr", french),
        (&[][..], "en", english),
        (&["de, *"][..], "en", english),
        (&["fr;q=nonsense"][..], "en", english),
    ] {
        let refused = refused_login(&campus, languages).await;
        assert_eq!(message(&refused.field("login")), text, "{languages:?}");
        assert_eq!(refused.field("login")["userErrors"][0]["code"], "CREDENTIALS_WRONG");
        assert_eq!(content_language(&refused), tag, "{languages:?}");
        assert!(refused.headers["vary"].to_str().expect("a list").contains("accept-language"));
    }
    // Top-level errors stay in English.
    let denied = execute_in(&campus.anonymous(), "fr", "{ conversations { nodes { id } } }", json!({})).await;
    assert_eq!(denied.body["errors"][0]["message"], "Sign in first.");
    let invalid = execute_in(&campus.anonymous(), "fr", "{ nothing }", json!({})).await;
    assert_eq!((invalid.codes(), content_language(&invalid)), (vec!["GRAPHQL_VALIDATION_FAILED".to_owned()], "en"));
}

#[rstest]
#[tokio::test]
async fn the_server_has_a_language_of_its_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--locale=ro"]).await;
    let locales = campus.anonymous().query("{ server { locales } }").await["server"]["locales"].clone();
    assert_eq!(locales, json!(["ro", "en", "fr", "th", "ar"]));
    let refused = refused_login(&campus, &["de"]).await;
    assert_eq!(content_language(&refused), "ro");
    assert!(message(&refused.field("login")).starts_with("Numele de utilizator"));
    let ada = campus.member("ada").await;
    assert_eq!(content_language(&execute_in(&ada, "fr", "{ viewer { id } }", json!({})).await), "ro");
}

#[rstest]
#[tokio::test]
async fn the_setting_of_a_member_decides_and_not_the_header(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let changed = choose(&ada, "FR").await;
    assert_eq!(changed.field("updateSettings")["viewer"]["settings"]["locale"], "fr");
    assert_eq!(content_language(&changed), "fr");
    let refused = execute_in(&ada, "th", DELETE_MISSING, json!({})).await;
    assert_eq!((message(&refused.field("deletePost")), content_language(&refused)), (FRENCH, "fr"));
    assert_eq!(refused.field("deletePost")["userErrors"][0]["path"], json!(["input", "postId"]));

    let unknown = choose(&ada, "de-AT").await;
    assert_eq!(unknown.refusals("updateSettings"), ["INVALID input.locale"]);
    assert!(message(&unknown.field("updateSettings")).contains("en, fr, th, ro, ar"));
    for malformed in ["", "f", "fr_CA", "français", "fr-", &"x-a".repeat(40)] {
        assert_eq!(choose(&ada, malformed).await.codes(), ["BAD_USER_INPUT"], "{malformed:?}");
    }
    let reset = ada.execute(UPDATE, json!({ "locale": null })).await;
    assert_eq!(reset.field("updateSettings")["viewer"]["settings"]["locale"], "en");
    assert_eq!(message(&ada.execute(DELETE_MISSING, json!({})).await.field("deletePost")), ENGLISH);
}

#[tokio::test]
async fn the_language_of_a_member_changes_on_all_nodes() {
    let campus = Campus::start(Engine::Postgres).await;
    let ada = campus.member("ada").await;
    let elsewhere = campus.another_node(&[]).await;
    let there = elsewhere.client_for(&ada);
    assert_eq!(content_language(&there.execute(DELETE_MISSING, json!({})).await), "en");
    choose(&ada, "fr").await.data();
    while content_language(&there.execute(DELETE_MISSING, json!({})).await) != "fr" {
        tokio::task::yield_now().await;
    }
    elsewhere.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_registration_stores_the_language_of_its_input_or_of_its_request(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let register = "mutation R($input: RegisterInput!) {
        register(input: $input) { viewer { settings { locale } } userErrors { code path message } } }";
    let input = |name: &str, locale: Option<&str>| {
        let email = format!("{name}@campus.example");
        let mut input = json!({ "email": email, "password": PASSWORD, "username": name });
        if let Some(locale) = locale {
            input["locale"] = json!(locale);
        }
        json!({ "input": input })
    };
    let anonymous = campus.anonymous();
    let chosen = execute_in(&anonymous, "fr", register, input("ada", Some("th"))).await;
    assert_eq!(chosen.field("register")["viewer"]["settings"]["locale"], "th");
    assert_eq!(content_language(&chosen), "th");
    let accepted = execute_in(&anonymous, "ro-MD", register, input("grace", None)).await;
    assert_eq!(accepted.field("register")["viewer"]["settings"]["locale"], "ro");
    let refused = execute_in(&anonymous, "fr", register, input("mary", Some("de"))).await;
    assert_eq!(refused.refusals("register"), ["INVALID input.locale"]);
    assert!(message(&refused.field("register")).starts_with("Ce serveur ne propose pas cette langue."));
    // The link that confirms the address is mailed in the same language.
    let letters = campus.letters_to("ada@campus.example", 1).await;
    assert!(letters[0].contains("Content-Language: th"), "{}", letters[0]);
}

#[rstest]
#[tokio::test]
async fn a_pending_registration_keeps_its_language_until_it_is_confirmed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--registration=confirmed"]).await;
    let register = "mutation R($input: RegisterInput!) { register(input: $input) { userErrors { code } } }";
    let input = json!({ "email": "ada@campus.example", "password": PASSWORD, "username": "ada" });
    execute_in(&campus.anonymous(), "ar", register, json!({ "input": input })).await.data();
    let token = campus.mailed_token("ada@campus.example", 1).await;
    let confirm = "mutation C($token: String!, $password: String) {
        confirmEmail(input: { token: $token, password: $password }) { isConfirmed } }";
    let variables = json!({ "token": token, "password": PASSWORD });
    assert_eq!(campus.anonymous().execute(confirm, variables).await.field("confirmEmail")["isConfirmed"], true);
    let mut ada = campus.anonymous();
    let login = ada.try_login("ada", PASSWORD).await;
    // The response to a login is in the language of the member.
    assert_eq!(content_language(&login), "ar");
    ada.use_session(&login.field("login"));
    assert_eq!(message(&ada.execute(DELETE_MISSING, json!({})).await.field("deletePost")), ARABIC);
}

#[rstest]
#[tokio::test]
async fn a_language_arrives_over_sockets_and_event_streams(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    choose(&ada, "ar").await.data();
    let mut stream = EventStream::open(&ada, DELETE_MISSING, json!({})).await;
    let received = stream.receive().await.expect("a result");
    assert_eq!(message(&received["data"]["deletePost"]), ARABIC);

    let mut socket = Socket::connect(&ada).await;
    socket.subscribe(DELETE_MISSING, json!({})).await;
    assert_eq!(message(&socket.next().await["deletePost"]), ARABIC);
    // What begins after a change has the new language, on the same socket.
    choose(&ada, "fr").await.data();
    socket.receive().await;
    socket.subscribe(DELETE_MISSING, json!({})).await;
    assert_eq!(message(&socket.next().await["deletePost"]), FRENCH);

    // A caller without a session has the language of the handshake.
    let mut guest = Socket::open_with(campus.address, &[("accept-language", "fr-CH, en;q=0.1")]).await;
    guest.send(json!({ "type": "connection_init" })).await;
    assert_eq!(guest.receive().await["type"], "connection_ack");
    let enter = "mutation { enterLobby(input: { pseudonym: \"\" }) { userErrors { code message } } }";
    guest.subscribe(enter, json!({})).await;
    assert_eq!(message(&guest.next().await["enterLobby"]), "Ce champ ne doit pas être vide.");
}

#[rstest]
#[tokio::test]
async fn each_reader_of_a_notification_reads_it_in_their_language(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let service = PushService::start(&[&campus]);
    let [ada, grace, mary] = [campus.member("ada").await, campus.member("grace").await, campus.member("mary").await];
    let newest = "{ viewer { notifications(first: 1) { nodes { text } } } }";
    for (author, locale, expected) in [
        (&ada, "ar", "تعليق من \u{2068}mary\u{2069} على منشورك."),
        (&grace, "th", "\u{2068}mary\u{2069} แสดงความคิดเห็นในโพสต์ของคุณ"),
    ] {
        choose(author, locale).await.data();
        let browser = author.register_push().await;
        let post = author.publish("A post").await;
        mary.comment(&post, "A comment").await;
        let news = author.query(newest).await["viewer"]["notifications"]["nodes"][0]["text"].clone();
        assert_eq!(news, expected);
        campus.app.clock.set(campus.app.clock.now().plus(Duration::from_secs(11)));
        send_due(&campus.app).await.expect("pushes are sent");
        let pushes = service.take_unchanged(&browser);
        assert_eq!(pushes.len(), 1);
        assert_eq!((&pushes[0]["body"], &pushes[0]["kind"]), (&json!(expected), &json!("COMMENT")));
    }
}

#[rstest]
#[tokio::test]
async fn followers_who_share_events_each_receive_their_language(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let [ada, grace, mary] = [campus.member("ada").await, campus.member("grace").await, campus.member("mary").await];
    choose(&ada, "fr").await.data();
    choose(&grace, "ro").await.data();
    let inbox = "subscription I($after: String) { inboxChanged(after: $after) {
        ... on NotificationAdded { notificationEdge { node { kind text } } } } }";
    let mut streams = Vec::new();
    for member in [&ada, &grace] {
        let cursor = member.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
        streams.push(Socket::subscribed(member, inbox, json!({ "after": cursor })).await);
    }
    mary.query("mutation { createPost(input: { text: \"@ada @grace\" }) { userErrors { code } } }").await;
    for (stream, text) in
        streams.iter_mut().zip(["\u{2068}mary\u{2069} vous a mentionné.", "\u{2068}mary\u{2069} v-a menționat."])
    {
        let node = stream.next().await["inboxChanged"]["notificationEdge"]["node"].clone();
        assert_eq!(node, json!({ "kind": "MENTION", "text": text }));
    }
}
