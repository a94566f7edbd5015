//! Each stored operation runs the number of SQL statements in its first line, and each query of the web client's pages about
//! the number beside its name, regardless of the amount of data.
//!
//! A new operation under `tests/operations` is tested without a change here.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::{count_statements, unmarked_scans};
use studyhall::graphql::{Request, response_json};
use studyhall::{node, schema};

use crate::people;
use crate::support::{Campus, Engine, Person, direct};

const EMOJI: [&str; 5] = ["👍", "🎉", "😀", "😇", "🤩"];

struct Operation {
    name: String,
    text: String,
    statements: u64,
}

fn operations() -> Vec<Operation> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/operations");
    let files = fs::read_dir(dir).expect("the operations are there").map(|file| file.expect("an entry").path());
    let operation = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).expect("an operation is text");
        let statements = text.lines().next().and_then(|line| line.strip_prefix("# statements: ")?.parse().ok());
        let name = path.display().to_string();
        Operation {
            statements: statements.unwrap_or_else(|| panic!("{name} does not start with its number of statements")),
            name,
            text,
        }
    };
    files.map(operation).collect()
}

/// The queries of the web client's pages for talk and for what members have missed, with the number of their statements where
/// those of one level end together. Users that different levels name are loaded in one statement, or in two when one of
/// the levels is reached earlier: half as many more are no fault, but fewer than a page has rows.
const WEB_QUERIES: [(&str, u64); 21] = [
    ("BlockedUsers", 3),
    ("CommentCount", 2),
    ("ConversationMessages", 13),
    ("ConversationPage", 21),
    ("Conversations", 8),
    ("Feed", 8),
    ("Group", 10),
    ("LobbyMessages", 8),
    ("LobbyPage", 12),
    ("MessageById", 8),
    ("MuteStates", 1),
    ("MutedConversation", 5),
    ("MySessions", 2),
    ("NotificationSettings", 3),
    ("Notifications", 13),
    ("PostComments", 9),
    ("PostPage", 7),
    ("PushDevices", 3),
    ("SearchPeople", 5),
    ("UnreadCounts", 3),
    ("UserPosts", 8),
];

/// The queries and fragments of the web client, by their kind and name.
fn web_definitions() -> BTreeMap<String, String> {
    let mut pending = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("web/src")];
    let mut definitions = BTreeMap::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(fs::read_dir(&path).expect("a directory").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|extension| extension == "graphql") {
            // A definition ends with a brace at the beginning of a line.
            for part in fs::read_to_string(&path).expect("a document").split_inclusive("\n}") {
                let lines: Vec<&str> = part.lines().filter(|line| !line.starts_with('#')).collect();
                let definition = lines.join("\n").trim_start().to_owned() + "\n";
                let head: Vec<&str> = definition.split(|one: char| !one.is_alphanumeric()).take(2).collect();
                definitions.insert(head.join(" "), definition);
            }
        }
    }
    definitions
}

/// A query of the web client with its fragments, and its variables: its own ones, and those of `all`.
fn web_query(definitions: &BTreeMap<String, String>, name: &str, variables: &Value) -> (String, Value) {
    let mut used = vec![format!("query {name}")];
    let mut text = String::new();
    let mut at = 0;
    while let Some(definition) = used.get(at).map(|name| &definitions[name]) {
        text.push_str(definition);
        let spreads = definition.split("...").skip(1).filter_map(|rest| rest.split_whitespace().next());
        let fragments = spreads.map(|name| format!("fragment {name}")).filter(|name| definitions.contains_key(name));
        for fragment in fragments {
            if !used.contains(&fragment) {
                used.push(fragment);
            }
        }
        at += 1;
    }
    let mut values = serde_json::Map::new();
    let all = [&variables[name], &variables["all"]].into_iter().filter_map(Value::as_object).flatten();
    for (name, value) in all.filter(|(name, _)| definitions[&used[0]].contains(&format!("${name}:"))) {
        values.entry(name.clone()).or_insert_with(|| value.clone());
    }
    (text, Value::Object(values))
}

/// Runs an operation as this person, and counts its statements. Authentication is not counted.
pub async fn run(campus: &Campus, person: &Person, text: &str, variables: &Value) -> (Value, u64) {
    let caller = direct::caller(campus, person).await;
    let request = Request::from_json(json!({ "query": text, "variables": variables })).expect("a request");
    let executor = schema::executor(&campus.app);
    let prepared = executor.prepare(request, &caller).await.expect("the document is valid");
    let (response, statements) = count_statements(executor.run(prepared)).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    let written: Value = serde_json::from_slice(&response_json::to_bytes(&response)).expect("JSON");
    (written["data"].clone(), statements)
}

#[rstest]
#[tokio::test]
async fn operations_run_the_same_number_of_statements_for_few_and_for_many_rows(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off", "--max-sessions=100"]).await;
    let mut people = Vec::new();
    for n in 0..10 {
        people.push(campus.member(&format!("author{n}")).await);
    }
    let reader = &people[0];
    let user = reader.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].clone();
    let conversation = reader.start_conversation(&[&people[1], &people[2]]).await;
    let first = reader.send_message_id(&conversation, "Hello").await;
    let post = reader.publish("Discussed").await;
    let first_comment = reader.comment(&post, "First").await;
    let group = people[1].create_group("The first group", &[reader, &people[2]], false).await;
    let definitions = web_definitions();
    let operations = operations();
    let mut posts = 0;
    let (mut found, mut blocked) = (0, 0);
    for count in [5, 50] {
        for n in found..count / 2 {
            let profile = json!({ "firstName": "Quartz", "skills": ["Quartz", "Mica"], "about": "Granite" });
            people::member_with(&campus, &format!("found{n}"), profile).await;
        }
        for n in blocked..count / 2 {
            let other = campus.member(&format!("blocked{n}")).await;
            people::block(reader, &other.user_id().await).await.data();
        }
        (found, blocked) = (count / 2, count / 2);
        for n in posts..count {
            let author = &people[n % people.len()];
            let other_post = author.publish(&format!("Post {n} for @author0 and @author1")).await;
            let text = format!("Comment {n} for @author0 and @author2");
            let comment = author.reply_to_comment(&post, &first_comment, &text).await;
            author.enter_lobby().await;
            let said = author.send_lobby_message("Hello @author0").await;
            for subject in [&post, &comment, &other_post, &said] {
                author.react(subject, EMOJI[n % EMOJI.len()]).await;
            }
            reader.login().await;
            // In each hour of the first days, the reader is a student; in each hour of the next days, a mentor.
            let other = &people[1 + n % 9];
            let topic = other.create_topic(&format!("Topic {n}")).await;
            let hour = |n: usize| format!("2026-11-{}T{:02}:00:00Z", 23 + n / 24, n % 24);
            for (mentor, student, n) in [(other, reader, n), (reader, other, n + 72)] {
                let windows = json!([{ "startsAt": hour(n), "endsAt": hour(n + 1) }]);
                let offer = mentor.create_appointment(&topic, &json!({ "windows": windows, "weeklyHours": [] })).await;
                student.book(&offer, &hour(n)).await;
            }
            // One more conversation, and one more message in another one.
            let friend = campus.member(&format!("friend{n}")).await;
            let pair = friend.start_conversation(&[reader]).await;
            let said = [(&friend, &pair), (reader, &pair), (&people[1], &conversation), (reader, &conversation)];
            for (person, conversation) in said {
                let message = person.send_message_id(conversation, "Hello").await;
                person.mark_read_up_to(conversation, &message).await;
            }
            let reply = people[2].reply(&conversation, &first, "@author0 and @author1").await;
            people[1].react(&reply, EMOJI[n % EMOJI.len()]).await;
            friend.create_group("A group", &[reader], false).await;
            friend.comment(&post, "From a friend").await;
            friend.react(&post, EMOJI[0]).await;
        }
        posts = count;
        let variables = json!({ "user": user, "conversation": conversation, "post": post });
        let mut differences = Vec::new();
        for Operation { name, text, statements } in &operations {
            let (_, cost) = run(&campus, reader, text, &variables).await;
            if cost != *statements {
                differences.push(format!("{name} runs {cost} statements with {count} posts, not {statements}"));
            }
        }
        let id = |id: &Value| json!({ "id": id });
        let variables = json!({
            "all": { "first": 20, "people": 100, "userId": user, "id": post, "filter": null },
            "ConversationMessages": { "id": conversation, "first": null, "last": 50 },
            "ConversationPage": { "id": conversation, "last": 50 },
            "Group": id(&group),
            "LobbyMessages": { "first": null, "last": 50 },
            "LobbyPage": { "last": 50 },
            "MessageById": id(&first),
            "MutedConversation": id(&conversation),
            "PostComments": { "last": 20 },
            "SearchPeople": { "filter": {} },
        });
        for (name, statements) in WEB_QUERIES {
            let (text, variables) = web_query(&definitions, name, &variables);
            let (_, cost) = run(&campus, reader, &text, &variables).await;
            if cost > statements + statements / 2 {
                differences.push(format!("{name} runs {cost} statements with {count} posts, not {statements}"));
            }
        }
        assert_eq!(differences, [""; 0]);
    }
    for (name, path, full) in [
        ("feed", "/posts/edges", 50),
        ("search", "/searchUsers/edges", 20),
        ("members", "/searchUsers/edges", 20),
        ("blocked", "/viewer/blockedUsers/edges", 20),
    ] {
        let file = format!("/{name}.graphql");
        let operation =
            operations.iter().find(|operation| operation.name.ends_with(&file)).expect("the operation exists");
        let (data, _) = run(&campus, reader, &operation.text, &json!({})).await;
        assert_eq!(
            data.pointer(path).and_then(Value::as_array).map(Vec::len),
            Some(full),
            "the page of {name} is full"
        );
    }
    node::sweep(&campus.app).await.expect("expired rows are deleted");
    assert!(unmarked_scans().is_empty(), "not marked with `Scan`: {:#?}", unmarked_scans());
}
