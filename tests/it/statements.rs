//! Each stored operation runs the number of SQL statements in its first line, regardless of the amount of data.
//!
//! A new operation under `tests/operations` is tested without a change here.

use std::fs;
use std::path::Path;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::{count_statements, unmarked_scans};
use studyhall::graphql::Request;
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

/// Runs an operation as this person, and counts its statements. Authentication is not counted.
pub async fn run(campus: &Campus, person: &Person, text: &str, variables: &Value) -> (Value, u64) {
    let caller = direct::caller(campus, person).await;
    let request = Request::from_json(json!({ "query": text, "variables": variables })).expect("a request");
    let executor = schema::executor(&campus.app);
    let prepared = executor.prepare(request, &caller).await.expect("the document is valid");
    let (response, statements) = count_statements(executor.run(prepared)).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    (response.data.into_json().expect("JSON"), statements)
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
