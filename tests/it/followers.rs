//! What an event, an open socket and a lock cost: not more with more followers, sockets or nodes.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::session_cache::SessionCache;
use studyhall::db::{Query, count_statements, executed_statements};

use crate::mentoring::monday;
use crate::support::{Campus, Engine, Person, Socket};

/// The streams of a conversation that a client has open, with what clients select.
const CONVERSATION: &str = "subscription($id: ID!, $after: String) {
    conversationChanged(conversationId: $id, after: $after) {
        __typename
        ... on MessageAdded { messageEdge { node { id text author { username avatar { url } } } } }
        ... on ConversationRead { marker { user { id username skills avatar { url } } readUpTo { id sentAt } readAt } }
    }
}";

const INBOX: &str = "subscription($after: String) {
    inboxChanged(after: $after) {
        __typename
        ... on MessageAdded { conversation { id unreadCount } messageEdge { node { author { username skills } } } }
        ... on ConversationRead { conversation { id unreadCount } }
    }
}";

const TYPING: &str = "subscription($id: ID!) {
    typingChanged(conversationId: $id) { typingUsers { id username avatar { url } } }
}";

const SLOTS: &str = "subscription($id: ID!) {
    slotsChanged(appointmentId: $id, from: \"2026-11-23T00:00:00Z\", to: \"2026-11-24T00:00:00Z\") {
        slots { startsAt seatsLeft }
    }
}";

/// The tasks of a node compare the log with its hubs and renew its lease in the same time.
const BACKGROUND: u64 = 12;

/// Besides, users that an event names for the first time are loaded in one batch or in several, as their lookups meet. One
/// statement for each follower would be more.
const BATCHES: u64 = 2 * BACKGROUND;

async fn campus(engine: Engine) -> Campus {
    Campus::start_with(engine, &["--rate-limits=off", "--max-sockets-per-address=1000"]).await
}

async fn members(campus: &Campus, count: usize) -> Vec<Person> {
    let mut members = Vec::new();
    for number in 0..count {
        members.push(campus.member(&format!("member{number}")).await);
    }
    campus.all_mail_delivered().await;
    members
}

/// Returns how many statements the process executes for `change`, until each follower has received an event.
async fn cost<T>(followers: &mut [Socket], change: impl Future<Output = T>) -> u64 {
    let before = executed_statements();
    change.await;
    for follower in followers {
        follower.next().await;
    }
    executed_statements() - before
}

/// Returns the lowest cost of three changes. The tasks of the node only ever add to one of them.
async fn lowest_cost<T>(followers: &mut [Socket], mut change: impl AsyncFnMut(usize) -> T) -> u64 {
    let mut lowest = u64::MAX;
    for round in 0..3 {
        lowest = lowest.min(cost(followers, change(round)).await);
    }
    lowest
}

async fn set_typing(person: &Person, conversation: &Value, is_typing: bool) {
    let set = "mutation($id: ID!, $is: Boolean!) {
        setTyping(input: { conversationId: $id, isTyping: $is }) { isAccepted }
    }";
    person.execute(set, json!({ "id": conversation, "is": is_typing })).await.data();
}

/// Returns what a message, its reading and typing cost in a group with this many members who all follow it.
async fn costs_in_group(people: &[Person]) -> [u64; 3] {
    let (author, others) = people.split_first().expect("an author");
    let id = author.start_conversation(&others.iter().collect::<Vec<_>>()).await;
    let first = author.send_message_id(&id, "first").await;
    for person in people {
        person.mark_read_up_to(&id, &first).await;
    }
    let (mut streams, mut typing) = (Vec::new(), Vec::new());
    let cursors = "query($id: ID!) { conversation(by: { id: $id }) { eventsCursor } viewer { inboxCursor } }";
    for person in people {
        let cursors = person.execute(cursors, json!({ "id": id })).await.data();
        let after = &cursors["conversation"]["eventsCursor"];
        streams.push(Socket::subscribed(person, CONVERSATION, json!({ "id": id, "after": after })).await);
        let after = &cursors["viewer"]["inboxCursor"];
        streams.push(Socket::subscribed(person, INBOX, json!({ "after": after })).await);
        typing.push(Socket::subscribed(person, TYPING, json!({ "id": id })).await);
    }
    // The first event of each stream has found its place in the log.
    author.send_message(&id, "second").await;
    for follower in streams.iter_mut().chain(&mut typing) {
        follower.next().await;
    }
    let mut sent = Vec::new();
    let message = lowest_cost(&mut streams, async |_| sent.push(author.send_message_id(&id, "third").await)).await;
    let reading = lowest_cost(&mut streams, async |round| others[0].mark_read_up_to(&id, &sent[round]).await).await;
    // A user does not see their own typing.
    let typing = lowest_cost(&mut typing[1..], async |round| set_typing(author, &id, round % 2 == 0).await).await;
    [message, reading, typing]
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_a_conversation_costs_the_same_for_few_and_for_many_followers(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = campus(engine).await;
    let people = members(&campus, 30).await;
    let few = costs_in_group(&people[..3]).await;
    let many = costs_in_group(&people).await;
    for (name, few, many) in [("message", 0), ("reading", 1), ("typing", 2)].map(|(name, n)| (name, few[n], many[n])) {
        assert!(many <= few + BACKGROUND, "{name}: {few} statements for 3 followers, {many} for 30");
    }
}

/// What followers see of texts. The URL of a picture is the viewer's own, so they cannot share one response.
const POSTS: &str = "subscription($after: String) {
    postsChanged(after: $after) {
        ... on PostAdded { postEdge { node {
            text commentCount viewerCanReact author { ...Person } mentions { ...Person } images { url } files { url }
            reactionGroups { emoji }
        } } }
    }
}
fragment Person on User { username skills avatar { url } }";

const COMMENTS: &str = "subscription($id: ID!, $after: String) {
    postChanged(postId: $id, after: $after) {
        ... on CommentAdded { commentEdge { node {
            text viewerCanReact author { ...Person } mentions { ...Person } replyTo { text author { ...Person } }
            reactionGroups { emoji } post { text commentCount }
        } } }
    }
}
fragment Person on User { username skills avatar { url } }";

const MESSAGES: &str = "subscription($id: ID!, $after: String) {
    conversationChanged(conversationId: $id, after: $after) {
        ... on MessageAdded { messageEdge { node {
            text viewerCanReact author { ...Person } mentions { ...Person } replyTo { text author { ...Person } }
            images { url } files { url } reactionGroups { emoji }
        } } }
    }
}
fragment Person on User { username skills avatar { url } }";

/// Members that no event has named yet.
struct Unseen {
    author: Person,
    replied: Person,
    mentioned: [Person; 2],
}

impl Unseen {
    async fn register(campus: &Campus, name: &str) -> Self {
        let member = async |part: &str| campus.member(&format!("{name}_{part}")).await;
        let mentioned = [member("one").await, member("two").await];
        let unseen = Self { author: member("author").await, replied: member("replied").await, mentioned };
        campus.all_mail_delivered().await;
        unseen
    }

    fn text(&self) -> String {
        let [one, two] = &self.mentioned;
        format!("@{} and @{}", one.username, two.username)
    }
}

/// Opens a stream for each follower, after which it has received an event.
async fn follow(
    followers: &[Person],
    document: &str,
    variables: Value,
    first: impl Future<Output = Value>,
) -> Vec<Socket> {
    let mut sockets = Vec::new();
    for follower in followers {
        sockets.push(Socket::subscribed(follower, document, variables.clone()).await);
    }
    cost(&mut sockets, first).await;
    sockets
}

/// Returns what a post, a comment and a message cost by whose events these followers see their users for the first time.
/// `writer` is seen.
async fn costs_of_unseen(campus: &Campus, writer: &Person, followers: &[Person], name: &str) -> [u64; 3] {
    let post = writer.publish("The first post").await;
    let unseen = Unseen::register(campus, &format!("{name}_p")).await;
    let after = writer.query("{ postsCursor }").await["postsCursor"].clone();
    let mut sockets = follow(followers, POSTS, json!({ "after": after }), writer.publish("Hello")).await;
    let of_post = cost(&mut sockets, unseen.author.publish(&unseen.text())).await;

    let unseen = Unseen::register(campus, &format!("{name}_c")).await;
    let replied = unseen.replied.comment(&post, "Hello").await;
    let variables = json!({ "id": post, "after": writer.post_cursor(&post).await });
    let mut sockets = follow(followers, COMMENTS, variables, writer.comment(&post, "Hello")).await;
    let of_comment = cost(&mut sockets, unseen.author.reply_to_comment(&post, &replied, &unseen.text())).await;

    let unseen = Unseen::register(campus, &format!("{name}_m")).await;
    let Unseen { author, replied, mentioned: [one, two] } = &unseen;
    let others = [writer, replied, one, two].into_iter().chain(followers);
    let id = author.start_conversation(&others.collect::<Vec<_>>()).await;
    // The others see the conversation once there is a message.
    author.send_message(&id, "Hello").await;
    let message = replied.send_message_id(&id, "Hello").await;
    let cursor = "query($id: ID!) { conversation(by: { id: $id }) { eventsCursor } }";
    let after = author.execute(cursor, json!({ "id": id })).await.field("conversation")["eventsCursor"].clone();
    let variables = json!({ "id": id, "after": after });
    let mut sockets = follow(followers, MESSAGES, variables, writer.send_message(&id, "Hello")).await;
    let of_message = cost(&mut sockets, author.reply(&id, &message, &unseen.text())).await;
    [of_post, of_comment, of_message]
}

#[rstest]
#[tokio::test]
async fn an_event_with_unseen_users_costs_the_same_for_two_and_for_many_followers(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = campus(engine).await;
    let people = members(&campus, 46).await;
    let (writer, followers) = people.split_first().expect("a writer");
    let few = costs_of_unseen(&campus, writer, &followers[..2], "few").await;
    let many = costs_of_unseen(&campus, writer, followers, "many").await;
    for (name, few, many) in [("post", 0), ("comment", 1), ("message", 2)].map(|(name, n)| (name, few[n], many[n])) {
        assert!(many <= few + BATCHES, "{name}: {few} statements for 2 followers, {many} for {}", followers.len());
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_costs_the_same_for_few_and_for_many_followers_of_the_slots(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = campus(engine).await;
    let people = members(&campus, 37).await;
    let (mentor, people) = people.split_first().expect("a mentor");
    let (students, followers) = people.split_at(6);
    let appointment = mentor.teaches("Knots", &json!({ "seats": 3 })).await;
    let mut sockets = Vec::new();
    let mut costs = Vec::new();
    for (students, count, starts_at) in [(&students[..3], 2, monday("09:00")), (&students[3..], 30, monday("11:00"))] {
        for follower in &followers[sockets.len()..count] {
            let mut socket = Socket::subscribed(follower, SLOTS, json!({ "id": appointment })).await;
            socket.next().await;
            sockets.push(socket);
        }
        let book = async |round: usize| students[round].book(&appointment, &starts_at).await;
        costs.push(lowest_cost(&mut sockets, book).await);
    }
    assert!(costs[1] <= costs[0] + BACKGROUND, "{costs:?} statements for 2 and 30 followers");
}

#[rstest]
#[tokio::test]
async fn the_use_of_all_sessions_of_a_node_is_stored_by_one_statement(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = campus(engine).await;
    let people = members(&campus, 20).await;
    let sessions = campus.app.state::<SessionCache>();
    let last_used = async || -> Vec<(i64,)> {
        campus.app.db.all("select last_used_at from sessions order by id", &[]).await.expect("the sessions")
    };
    for passed in [Duration::from_secs(61), Duration::from_secs(62)] {
        campus.advance(passed);
        for person in &people {
            person.query("{ __typename }").await;
        }
        // The node may have stored some of them in the same minute.
        let (stored, statements) = count_statements(sessions.write_touched(&campus.app)).await;
        stored.expect("the sessions are stored");
        assert!(statements <= 1, "{statements} statements");
        assert_eq!(last_used().await, vec![(campus.app.clock.now().0,); people.len()]);
    }
    let (_, statements) = count_statements(sessions.write_touched(&campus.app)).await;
    assert_eq!(statements, 0);
}

#[tokio::test]
async fn holding_a_row_is_no_write_on_postgres() {
    let campus = Campus::start(Engine::Postgres).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let id = ada.start_conversation(&[&grace]).await;
    let first = ada.send_message_id(&id, "first").await;
    let versions = async || -> Vec<(String,)> {
        let sql = "select cast(xmin as text) from conversations union all select cast(xmin as text) from accounts";
        campus.app.db.all(sql, &[]).await.expect("the versions of the rows")
    };
    let before = versions().await;
    grace.mark_read_up_to(&id, &first).await;
    ada.send_message_id(&id, "second").await;
    ada.login().await;
    assert_eq!(versions().await, before);
}
