//! Three nodes on one database.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Campus, Engine, Person, Socket};

const INBOX: &str =
    "subscription { inboxChanged { __typename ... on MessageAdded { messageEdge { node { text } } } } }";
const START: &str = "mutation S($users: [ID!]!) {
    startConversation(input: { userIds: $users }) { conversation { id } userErrors { code } }
}";
const SEND: &str = "mutation M($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }";

/// How many messages each member sends.
const ROUNDS: usize = 5;

/// Receives this many messages, and returns their texts in the order of arrival.
async fn texts(stream: &mut Socket, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.len() < count {
        let data = stream.next().await;
        if let Some(text) = data["inboxChanged"]["messageEdge"]["node"]["text"].as_str() {
            texts.push(text.to_owned());
        }
    }
    texts
}

#[tokio::test]
async fn members_on_three_nodes_receive_every_message_in_one_order_and_a_node_that_ends_takes_none_along() {
    let first = Campus::start_with(Engine::Postgres, &["--rate-limits=off"]).await;
    let (second, third) =
        (first.another_node(&["--rate-limits=off"]).await, first.another_node(&["--rate-limits=off"]).await);
    let members = [first.member("ada").await, first.member("grace").await, first.member("emmy").await];
    let nodes = [&first, &second, &third];
    let people: Vec<Person> = nodes.iter().zip(&members).map(|(node, member)| node.client_for(member)).collect();
    let ids: Vec<Value> = join_all(members[1..].iter().map(Person::user_id)).await;
    let started = members[0].execute(START, json!({ "users": ids })).await.field("startConversation");
    let conversation = started["conversation"]["id"].clone();
    let send = |person: Person, text: String| {
        let input = json!({ "conversationId": conversation, "text": text });
        async move { assert_eq!(person.execute(SEND, json!({ "input": input })).await.refusals("sendMessage"), [""; 0]) }
    };
    // The others see the conversation from its first message on.
    send(people[0].clone(), "the first".to_owned()).await;
    let mut streams = Vec::new();
    for person in &people {
        streams.push(Socket::subscribed(person, INBOX, json!({})).await);
    }
    let all = (0..ROUNDS).flat_map(|round| people.iter().enumerate().map(move |(n, person)| (round, n, person)));
    join_all(all.map(|(round, n, person)| send(person.clone(), format!("{round} of {n}")))).await;
    let mut orders = Vec::new();
    for stream in &mut streams {
        orders.push(texts(stream, 3 * ROUNDS).await);
    }
    assert_eq!(orders[0].iter().collect::<BTreeSet<_>>().len(), 3 * ROUNDS);
    assert!(orders.iter().all(|order| *order == orders[0]), "{orders:?}");

    third.stop().await;
    send(people[0].clone(), "after the end of a node".to_owned()).await;
    for stream in &mut streams[..2] {
        assert_eq!(texts(stream, 1).await, ["after the end of a node"]);
    }
    // The member of the node that ended continues on another one.
    send(second.client_for(&members[2]), "from another node".to_owned()).await;
    for stream in &mut streams[..2] {
        assert_eq!(texts(stream, 1).await, ["from another node"]);
    }
}
