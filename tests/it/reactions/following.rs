//! Reactions in the streams of conversations, the lobby and posts.

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::db::executed_statements;

use crate::support::{Campus, Engine, Person, Socket};

const SELECTION: &str = "__typename ... on ReactionsChanged {
    cursor subject { __typename id reactionGroups { emoji userCount viewerHasReacted } }
}";

async fn follow(person: &Person, field: &str, variables: Value) -> Socket {
    let query = format!("subscription($id: ID!, $after: String) {{ event: {field} {{ {SELECTION} }} }}");
    let query = if field.contains("$id") { query } else { query.replace("$id: ID!, ", "") };
    Socket::subscribed(person, &query, variables).await
}

async fn groups(socket: &mut Socket, subject: &Value) -> Value {
    let event = socket.next().await["event"].clone();
    assert_eq!(event["__typename"], "ReactionsChanged", "{event}");
    assert_eq!(&event["subject"]["id"], subject);
    event["subject"]["reactionGroups"].clone()
}

#[rstest]
#[tokio::test]
async fn followers_receive_the_reactions_as_they_see_them(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let post = ada.publish("A post").await;
    let comment = ada.comment(&post, "A comment").await;
    let conversation = ada.start_conversation(&[&grace, &mary]).await;
    let message = ada.send_message_id(&conversation, "A message").await;
    let lobby_message = ada.send_lobby_message("In the lobby").await;
    grace.block(&mary).await;
    let cursor = "query($id: ID!) { conversation(by: { id: $id }) { eventsCursor } lobby { eventsCursor } }";
    let cursors = ada.execute(cursor, json!({ "id": conversation })).await.data();
    let post_stream = ("postChanged(postId: $id, after: $after)", &post, ada.post_cursor(&post).await);
    for (subject, (field, id, after)) in [
        (&post, post_stream.clone()),
        (&comment, (post_stream.0, post_stream.1, Value::Null)),
        (
            &message,
            (
                "conversationChanged(conversationId: $id, after: $after)",
                &conversation,
                cursors["conversation"]["eventsCursor"].clone(),
            ),
        ),
        (&lobby_message, ("lobbyChanged(after: $after)", &post, cursors["lobby"]["eventsCursor"].clone())),
    ] {
        let after = if after.is_null() { ada.post_cursor(&post).await } else { after };
        let variables = json!({ "id": id, "after": after });
        let mut all = Vec::new();
        for person in [&ada, &grace, &mary] {
            all.push(follow(person, field, variables.clone()).await);
        }
        let seen = async |all: &mut Vec<Socket>| {
            let mut seen = Vec::new();
            for socket in all {
                seen.push(groups(socket, subject).await);
            }
            seen
        };
        let group = |count: i64, own: bool| json!([{ "emoji": "👍", "userCount": count, "viewerHasReacted": own }]);
        grace.react(subject, "👍").await;
        assert_eq!(seen(&mut all).await, [group(1, false), group(1, true), json!([])]);
        mary.react(subject, "👍").await;
        assert_eq!(seen(&mut all).await, [group(2, false), group(1, true), group(1, true)]);
        // What changes nothing is not reported: the next event is that of the removal.
        mary.react(subject, "👍").await;
        grace.unreact(subject, "👍").await;
        assert_eq!(seen(&mut all).await, [group(1, false), json!([]), group(1, true)]);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reaction_costs_the_same_for_few_and_for_many_followers(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    /// The tasks of a node compare the log with its hubs and renew its lease in the same time.
    const BACKGROUND: u64 = 12;
    let campus = Campus::start_with(engine, &["--rate-limits=off", "--max-sockets-per-address=1000"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(campus.member(&format!("member{number}")).await);
    }
    campus.all_mail_delivered().await;
    let mut costs = Vec::new();
    for count in [2, 20] {
        let post = ada.publish("A post").await;
        let after = ada.post_cursor(&post).await;
        let mut sockets = Vec::new();
        for person in &people[..count] {
            let variables = json!({ "id": post, "after": after });
            sockets.push(follow(person, "postChanged(postId: $id, after: $after)", variables).await);
        }
        let mut lowest = u64::MAX;
        // The tasks of the node only ever add to one of them.
        for emoji in ["👍", "🎉", "❤️"] {
            let before = executed_statements();
            grace.react(&post, emoji).await;
            for socket in &mut sockets {
                groups(socket, &post).await;
            }
            lowest = lowest.min(executed_statements() - before);
        }
        costs.push(lowest);
    }
    assert!(costs[1] <= costs[0] + BACKGROUND, "{costs:?} statements for 2 and 20 followers");
}
