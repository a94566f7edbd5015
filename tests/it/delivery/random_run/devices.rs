//! Devices that keep the list of notifications by the events of the inbox, as the web client does.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::push_service::Browser;
use crate::support::{EventStream, Person, Socket};

const INBOX: &str = "subscription($after: String) { inboxChanged(after: $after) {
    __typename
    ... on Event { cursor }
    ... on MessageAdded { messageEdge { node { text } } }
    ... on NotificationAdded { viewer { unreadNotificationCount } notificationEdge { node { id readAt } } }
    ... on NotificationsChanged {
        viewer { unreadNotificationCount notifications(first: 100) { nodes { id readAt } } }
    }
} }";

const LIST: &str = "{ viewer { unreadNotificationCount notifications(first: 100) { nodes { id readAt } } } }";

/// What a device knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// The notifications, newest first: their ids, and whether they are read.
    pub list: Vec<(Value, bool)>,
    pub unread: Value,
    cursor: Value,
    /// The text of the newest message that ends a round.
    bell: String,
}

pub struct Device {
    pub person: Person,
    pub browser: Option<Browser>,
    known: watch::Sender<Known>,
    task: Option<JoinHandle<()>>,
}

fn entry(node: &Value) -> (Value, bool) {
    (node["id"].clone(), !node["readAt"].is_null())
}

impl Known {
    fn replace(&mut self, viewer: &Value) {
        self.unread = viewer["unreadNotificationCount"].clone();
        let nodes = viewer["notifications"]["nodes"].as_array().expect("a list");
        self.list = nodes.iter().map(entry).collect();
    }

    fn apply(&mut self, event: &Value) {
        self.cursor = event["cursor"].clone();
        match event["__typename"].as_str().expect("a type") {
            "NotificationAdded" => {
                self.unread = event["viewer"]["unreadNotificationCount"].clone();
                // It can be deleted or hidden by now.
                if event["notificationEdge"].is_object() {
                    let added = entry(&event["notificationEdge"]["node"]);
                    self.list.retain(|(id, _)| *id != added.0);
                    self.list.insert(0, added);
                    self.list.truncate(100);
                }
            }
            "NotificationsChanged" => self.replace(&event["viewer"]),
            "MessageAdded" => {
                let text = event["messageEdge"]["node"]["text"].as_str().unwrap_or_default();
                if text.starts_with("The end of round") {
                    text.clone_into(&mut self.bell);
                }
            }
            "FeedReset" => panic!("events were lost"),
            _ => {}
        }
    }
}

impl Device {
    pub fn new(person: Person, browser: Option<Browser>) -> Self {
        Self { person, browser, known: watch::Sender::default(), task: None }
    }

    pub fn known(&self) -> Known {
        self.known.borrow().clone()
    }

    pub fn is_connected(&self) -> bool {
        self.task.is_some()
    }

    pub fn is_on(&self, address: SocketAddr) -> bool {
        self.person.address == address
    }

    /// Loses the connection without a word.
    pub async fn disconnect(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            assert!(task.await.is_err_and(|ended| ended.is_cancelled()), "the stream ended by itself");
        }
    }

    /// Forgets all, and loads the list anew: first the cursor, so that no event is lost.
    pub async fn crash(&mut self) {
        self.disconnect().await;
        let cursor = self.person.query("{ viewer { inboxCursor } }").await["viewer"]["inboxCursor"].clone();
        let viewer = self.person.query(LIST).await["viewer"].clone();
        self.known.send_modify(|known| {
            *known = Known { cursor, ..Known::default() };
            known.replace(&viewer);
        });
    }

    /// Follows the inbox from where the device has stopped, over a socket or an event stream.
    pub fn resume(&mut self, address: SocketAddr, by_events: bool) {
        self.person.address = address;
        let (person, known) = (self.person.clone(), self.known.clone());
        self.task = Some(tokio::spawn(async move {
            let after = json!({ "after": known.borrow().cursor });
            if by_events {
                let mut stream = EventStream::open(&person, INBOX, after).await;
                while let Some(event) = stream.receive().await {
                    known.send_modify(|known| known.apply(&event["data"]["inboxChanged"]));
                }
            } else {
                let mut socket = Socket::subscribed(&person, INBOX, after).await;
                loop {
                    let event = socket.next().await;
                    known.send_modify(|known| known.apply(&event["inboxChanged"]));
                }
            }
        }));
    }

    /// Waits for the message that ends a round: all earlier events are applied then.
    pub async fn wait_for(&self, bell: &str) {
        let mut known = self.known.subscribe();
        let arrived = known.wait_for(|known| known.bell == bell);
        let arrived = tokio::time::timeout(Duration::from_secs(30), arrived).await;
        assert!(arrived.is_ok(), "{bell} does not reach a device of {}: {:?}", self.person.username, self.known());
    }
}
