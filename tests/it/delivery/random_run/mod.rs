//! Forty members write, reply, react, mention, block and leave at random, in conversations, in the lobby and under posts.
//! They choose by which channels they are reached, and when. Their devices lose connections, resume and crash, and nodes
//! crash while they deliver.
//!
//! After each round, the notifications of every device equal those that follow from the rules. Each push and each mail
//! comes once and at its time, and none is about what was read, deleted, muted, turned off or hidden by a block.
//! `TEST_ROUNDS` is the number of rounds and `TEST_SEED` the seed.

mod actions;
mod devices;
mod expected;
mod lobby;
mod locks;
mod schedule;
mod settings;
mod truth;

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{join_all, select_all};
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::clock::Timestamp;
use studyhall::db::Query;
use studyhall::delivery::{digests, push};
use studyhall::node;
use tempfile::TempDir;

use self::devices::Device;
use self::truth::{Account, Change, Kind, MINUTE, Note, Room, Subject, Truth, User};
use super::{header, lines_of};
use crate::support::nodes::Node;
use crate::support::push_service::{Browser, PushService};
use crate::support::random::{Random, setting};
use crate::support::{Engine, Person};

const PEOPLE: usize = 40;

/// How many rounds the suite runs on each engine. More are run by hand.
const ROUNDS: u64 = 2;

/// How many changes a round has.
const CHANGES: usize = 60;

/// Under this load a client can send into a connection that the server is about to close because it was never used.
const FLAGS: [&str; 2] = ["--rate-limits=off", "--header-timeout=60"];

const LIST: &str = "{ viewer { unreadNotificationCount notifications(first: 100) { totalCount nodes {
    __typename id kind readAt
    ... on CommentNotification { comment { id } }
    ... on GroupNotification { groupChange conversation { id } }
    ... on MentionNotification { subject { id } }
    ... on ReactionNotification { subject { id } userCount }
    ... on ReplyNotification { subject { id } }
} } } }";

pub(super) struct Someone {
    id: Value,
    devices: Vec<Device>,
    /// The conversation with the member who ends rounds.
    bell: Value,
}

/// What was counted.
#[derive(Debug, Default)]
struct Figures {
    changes: usize,
    lobby_messages: usize,
    files: usize,
    /// Devices, and the notifications that they list.
    devices: usize,
    notifications: usize,
    downloads: usize,
    pushes: usize,
    digests: usize,
    clicks: usize,
    sign_ins: usize,
    locks: usize,
    crashes: usize,
}

pub(super) struct Run {
    engine: Engine,
    random: Random,
    nodes: Vec<Node>,
    /// Nodes that have crashed, and the mails that they have sent.
    crashed: Vec<Node>,
    service: Arc<PushService>,
    /// Where all nodes store files: a setting, and the directory.
    store: (String, TempDir),
    truth: Truth,
    people: BTreeMap<User, Someone>,
    next_user: User,
    ringer: Person,
    moderator: Person,
    /// The guests who have left, and are not deleted yet.
    departed: Vec<User>,
    /// The browsers of sessions that have ended.
    gone: Vec<Browser>,
    /// The mails that were looked at: their files, and their ids.
    seen: (HashSet<PathBuf>, HashSet<String>),
    /// How many mails about sign-ins each address is to receive.
    sign_ins: BTreeMap<String, usize>,
    figures: Figures,
}

impl Run {
    async fn start(engine: Engine, seed: u64) -> Self {
        let store = tempfile::tempdir().expect("a directory");
        let store = (format!("--media-url=file://{}", store.path().display()), store);
        let first = Node::first(engine, &[&FLAGS[..], &[store.0.as_str()]].concat()).await;
        let service = PushService::start(&[first.campus.as_ref()]);
        let ringer = first.campus.member("ringer").await;
        let moderator = first.campus.moderator("warden").await;
        let now = first.campus.app.clock.now();
        let lobby = Room { is_lobby: true, ..Room::default() };
        let mut run = Self {
            engine,
            random: Random::new(seed),
            nodes: vec![first],
            crashed: Vec::new(),
            service,
            store,
            truth: Truth { now: now.0, rooms: vec![lobby], ..Truth::default() },
            people: BTreeMap::new(),
            next_user: 0,
            ringer,
            moderator,
            departed: Vec::new(),
            gone: Vec::new(),
            seen: (HashSet::new(), HashSet::new()),
            sign_ins: BTreeMap::new(),
            figures: Figures::default(),
        };
        for _ in 0..PEOPLE {
            run.register().await;
        }
        run.confirm_addresses().await;
        while run.nodes.len() < nodes_of(engine) {
            run.add_node().await;
        }
        for user in 0..PEOPLE {
            if user % 3 == 0 {
                run.sign_in(user).await;
                run.schedule(user).await;
            }
            if user % 4 == 1 {
                run.enter_lobby(user).await;
            }
            run.start_conversation(user).await;
        }
        run
    }

    async fn add_node(&mut self) {
        let existing = self.nodes.last().or(self.crashed.last()).expect("a node");
        let flags = [&FLAGS[..], &[self.store.0.as_str()]].concat();
        let node = Node::another(existing, &flags, Timestamp(self.truth.now)).await;
        self.service.serve(&node.campus);
        self.nodes.push(node);
    }

    fn any_address(&mut self) -> SocketAddr {
        let node = self.random.below(self.nodes.len());
        self.nodes[node].campus.address
    }

    /// Registers a member with a device.
    async fn register(&mut self) {
        let user = self.next_user;
        self.next_user += 1;
        let person = self.nodes[0].campus.member(&format!("user{user}")).await;
        let id = person.user_id().await;
        let bell = self.ringer().start_conversation(&[&person]).await;
        self.ringer().send_message(&bell, "Hello").await;
        person.set_muted(&bell, true).await;
        let browser = if self.random.one_in(4) { None } else { Some(person.register_push().await) };
        let mut device = Device::new(person, browser);
        device.crash().await;
        let (address, by_events) = (self.any_address(), self.random.one_in(3));
        device.resume(address, by_events);
        self.people.insert(user, Someone { id, devices: vec![device], bell });
        self.truth.accounts.insert(user, Account::default());
        self.note_browsers(user);
    }

    fn ringer(&mut self) -> Person {
        let address = self.any_address();
        Person { address, ..self.ringer.clone() }
    }

    /// Three of four members confirm their addresses.
    async fn confirm_addresses(&mut self) {
        for user in (0..PEOPLE).filter(|user| user % 4 > 0) {
            let campus = &self.nodes[0].campus;
            let person = &self.people[&user].devices[0].person;
            person.confirm_email(&campus.mailed_token(&person.email(), 1).await).await;
            self.truth.accounts.get_mut(&user).expect("a member").is_confirmed = true;
        }
    }

    /// Signs a member in on another device.
    pub(super) async fn sign_in(&mut self, user: User) {
        let address = self.any_address();
        let person = Person { address, ..self.people[&user].devices[0].person.clone() };
        let person = person.login().await;
        self.truth.sign_in(user);
        if self.truth.accounts[&user].is_confirmed {
            *self.sign_ins.entry(person.email()).or_default() += 1;
        }
        let browser = if self.random.one_in(2) { Some(person.register_push().await) } else { None };
        let mut device = Device::new(person, browser);
        device.crash().await;
        device.resume(address, self.random.one_in(3));
        self.people.get_mut(&user).expect("a member").devices.push(device);
        self.note_browsers(user);
    }

    fn note_browsers(&mut self, user: User) {
        let has_browser = self.people[&user].devices.iter().any(|device| device.browser.is_some());
        self.truth.accounts.get_mut(&user).expect("a member").has_browser = has_browser;
    }

    /// Moves the clocks of all nodes without waking their own tasks, so that the run alone delivers what is due.
    async fn pass(&mut self, minutes: i64) {
        self.truth.now += minutes * MINUTE;
        let now = Timestamp(self.truth.now);
        self.nodes.iter().for_each(|node| node.campus.app.clock.set(now));
        // Nodes renew their leases every few real seconds: one that another node takes for dead in between would generate
        // the ids of a third one.
        let renew = "update nodes set renewed_until = $1";
        let renewed = self.nodes[0].campus.app.db.run(renew, &[&now.plus(Duration::from_secs(15))]).await;
        renewed.expect("the leases last");
    }

    async fn round(&mut self, round: u64) {
        for _ in 0..CHANGES {
            self.act().await;
            self.figures.changes += 1;
        }
        self.compare(&format!("The end of round {round}")).await;
        self.compare_downloads().await;
        self.compare_pushes(round).await;
        let minutes = if round.is_multiple_of(2) { [62, 431, 783] } else { [16, 62, 62] };
        let minutes = self.random.pick(&minutes).expect("a time");
        self.pass(minutes).await;
        // Quiet hours have ended.
        self.deliver_pushes().await;
        self.compare_received(round);
        self.refresh_sessions().await;
        node::sweep(&self.nodes[0].campus.app).await.expect("departed guests are deleted");
        self.departed.drain(..).for_each(|guest| self.truth.forget_author(guest));
        self.compare_digests().await;
        if round % 2 == 1 {
            self.crash_a_node().await;
        }
        while self.nodes.len() < nodes_of(self.engine) {
            self.add_node().await;
        }
    }

    /// Compares what all devices know, and what the API answers, with the truth.
    async fn compare(&mut self, bell: &str) {
        let users: Vec<User> = self.people.keys().copied().collect();
        for user in &users {
            let (address, by_events) = (self.any_address(), self.random.one_in(3));
            for device in &mut self.people.get_mut(user).expect("a member").devices {
                if !device.is_connected() {
                    device.resume(address, by_events);
                }
            }
            let conversation = self.people[user].bell.clone();
            self.ringer().send_message(&conversation, bell).await;
        }
        for user in users {
            let address = self.any_address();
            let viewer = self.person_at(user, address).query(LIST).await["viewer"].clone();
            let nodes = viewer["notifications"]["nodes"].as_array().expect("a list").clone();
            let listed: Vec<Value> = nodes.iter().map(summary).collect();
            let expected: Vec<Value> = self.truth.listed(user).map(|note| self.summary_of(user, note)).collect();
            assert_eq!(listed, expected[..expected.len().min(100)], "the notifications of user{user}, {bell}");
            assert_eq!(viewer["notifications"]["totalCount"], expected.len());
            let unread = self.truth.listed(user).filter(|note| !note.is_read).count();
            assert_eq!(viewer["unreadNotificationCount"], unread);
            for device in &self.people[&user].devices {
                device.wait_for(bell).await;
                let known = device.known();
                let list: Vec<(Value, bool)> =
                    nodes.iter().map(|node| (node["id"].clone(), !node["readAt"].is_null())).collect();
                assert_eq!(known.list, list, "a device of user{user}, {bell}");
                assert_eq!(known.unread, unread, "a device of user{user}, {bell}");
                self.figures.devices += 1;
                self.figures.notifications += list.len();
            }
            let is_listed: Vec<bool> =
                self.truth.accounts[&user].notes.iter().map(|note| self.truth.is_listed(user, note)).collect();
            let all = self.truth.accounts.get_mut(&user).expect("a member").notes.iter_mut().zip(is_listed);
            let shown = all.filter(|(_, is_listed)| *is_listed).zip(nodes);
            shown.for_each(|((note, _), node)| note.id = node["id"].clone());
        }
    }

    fn summary_of(&self, user: User, note: &Note) -> Value {
        let change = note.change.map(|change| match change {
            Change::Added => "MEMBER_ADDED",
            Change::Removed => "MEMBER_REMOVED",
            Change::Owner => "OWNER_CHANGED",
        });
        let subject = if self.truth.sees(user, note.subject) { self.truth.id(note.subject) } else { &Value::Null };
        let subject = if note.subject == Subject::Account { &Value::Null } else { subject };
        json!({ "kind": note.kind.name(), "subject": subject, "change": change, "isRead": note.is_read })
    }

    /// All nodes look for pushes at the same time.
    async fn deliver_pushes(&self) {
        let rounds = self.nodes.iter().flat_map(|node| [node, node]).map(|node| {
            let app = node.campus.app.clone();
            node.spawn(async move { push::worker::send_due(&app).await })
        });
        for round in join_all(rounds).await {
            round.expect("it ends").expect("pushes are sent");
        }
    }

    async fn compare_pushes(&mut self, round: u64) {
        // Nothing new is sent within ten seconds, but about the account.
        self.truth.now += 9 * MINUTE / 60;
        self.pass(0).await;
        self.deliver_pushes().await;
        self.compare_received(round);
        // A connected device is pushed to after two minutes.
        self.pass(2).await;
        // Mutes and quiet hours end at half hours: none ends while a node crashes, and what is decided does not depend on
        // when it does.
        if round % 2 == 1 && self.truth.now.rem_euclid(30 * MINUTE) < 27 * MINUTE {
            self.crash_while_pushing().await;
        }
        self.deliver_pushes().await;
        self.compare_received(round);
        for browser in &self.gone {
            assert_eq!(self.service.take(browser), Vec::<Value>::new(), "a session that has ended");
        }
    }

    /// Compares what the browsers have received since the last time with what is to be sent now.
    fn compare_received(&mut self, round: u64) {
        for (user, someone) in &self.people {
            let mut expected = self.truth.take_pushes(*user);
            expected.sort_by_key(|(kind, tag)| (kind.clone(), tag.to_string()));
            for browser in someone.devices.iter().filter_map(|device| device.browser.as_ref()) {
                let mut received: Vec<_> = self.service.take(browser).iter().map(kind_and_tag).collect();
                received.sort_by_key(|(kind, tag)| (kind.clone(), tag.to_string()));
                assert_eq!(received, expected, "the pushes to user{user}, round {round}");
                self.figures.pushes += received.len();
            }
        }
    }

    /// Members can download the files of what they see, and no others.
    async fn compare_downloads(&mut self) {
        for _ in 0..4 {
            let user = self.pick_user();
            let files: Vec<usize> = (0..self.truth.files.len()).rev().take(40).collect();
            let Some(file) = self.random.pick(&files).map(|at| &self.truth.files[at]) else { return };
            if file.owner == user {
                continue;
            }
            let (id, is_visible) = (file.id.clone(), self.truth.sees_file(user, file));
            let address = self.any_address();
            let person = self.person_at(user, address);
            let url = person.file_url(&id).await;
            assert_eq!(url.is_string(), is_visible, "{id} for user{user}");
            if is_visible {
                assert_eq!(person.download_status(&url).await, 200, "{id} for user{user}");
            }
            self.figures.downloads += 1;
        }
    }

    /// A node crashes before the push service has answered. What it has claimed is sent by another one.
    async fn crash_while_pushing(&mut self) {
        // A mail that it is sending could come twice.
        self.empty_outbox().await;
        let doomed = self.nodes.last().expect("a node");
        self.service.set_stuck(true);
        let app = doomed.campus.app.clone();
        let mut sending = doomed.spawn(async move { push::worker::send_due(&app).await });
        tokio::select! {
            () = self.service.stuck() => {}
            _ = &mut sending => {}
        }
        self.crash_a_node().await;
        self.service.set_stuck(false);
        self.pass(2).await;
    }

    /// The last node crashes with all that it is doing. Its devices connect again.
    async fn crash_a_node(&mut self) {
        let mut doomed = self.nodes.pop().expect("a node");
        let address = doomed.campus.address;
        for device in self.people.values_mut().flat_map(|someone| &mut someone.devices) {
            if device.is_on(address) {
                device.disconnect().await;
            }
        }
        doomed.crash().await;
        self.crashed.push(doomed);
        if self.nodes.is_empty() {
            self.add_node().await;
        }
        let address = self.nodes[0].campus.address;
        for device in self.people.values_mut().flat_map(|someone| &mut someone.devices) {
            if !device.is_connected() {
                device.person.address = address;
            }
        }
        self.figures.crashes += 1;
    }

    async fn compare_digests(&mut self) {
        let rounds = self.nodes.iter().flat_map(|node| [node, node]).map(|node| {
            let app = node.campus.app.clone();
            node.spawn(async move { digests::rules::send_due(&app).await })
        });
        for round in join_all(rounds).await {
            round.expect("it ends").expect("digests are sent");
        }
        self.empty_outbox().await;
        let mut digests: BTreeMap<String, Vec<(Vec<String>, String)>> = BTreeMap::new();
        let mut sign_ins: BTreeMap<String, usize> = BTreeMap::new();
        for letter in self.new_letters() {
            let to = header(&letter, "To").expect("a recipient").to_owned();
            match header(&letter, "Subject").expect("a subject") {
                "You have unread messages and notifications" => {
                    let lines = lines_of(&letter).into_iter().map(|line| line.replace(['\u{2068}', '\u{2069}'], ""));
                    let mut lines: Vec<String> = lines.collect();
                    lines.sort_unstable();
                    digests.entry(to).or_default().push((lines, letter));
                }
                "New sign-in to your account" => *sign_ins.entry(to).or_default() += 1,
                _ => {}
            }
        }
        let users: Vec<User> = self.people.keys().copied().collect();
        for user in users {
            let expected = self.truth.take_digest(user);
            let received = digests.remove(&format!("user{user}@campus.example")).unwrap_or_default();
            let lines: Vec<_> = received.iter().map(|(lines, _)| lines).collect();
            assert_eq!(lines, expected.iter().collect::<Vec<_>>(), "the digests to user{user}");
            for (lines, letter) in &received {
                self.unsubscribe(user, letter, lines).await;
                self.figures.digests += 1;
            }
        }
        assert!(digests.is_empty(), "digests to others: {digests:?}");
        assert_eq!(sign_ins, std::mem::take(&mut self.sign_ins), "mails about sign-ins");
        self.figures.sign_ins += sign_ins.values().sum::<usize>();
    }

    /// Waits until the nodes have sent all mails.
    async fn empty_outbox(&self) {
        let mut tallies: Vec<_> = self.nodes.iter().map(|node| node.campus.app.mail.tally()).collect();
        self.nodes.iter().for_each(|node| node.campus.app.mail.wake());
        loop {
            for tally in &mut tallies {
                drop(tally.borrow_and_update());
            }
            let count = self.nodes[0].campus.app.db.one("select count(*) from outbox", &[]).await;
            let (count,): (i64,) = count.expect("a count");
            if count == 0 {
                return;
            }
            let changes = select_all(tallies.iter_mut().map(|tally| tally.changed().boxed()));
            let in_time = tokio::time::timeout(Duration::from_secs(20), changes).await;
            assert!(in_time.is_ok(), "{count} mails are not sent");
        }
    }

    /// The letters of all nodes that were not returned before. None has an id twice.
    fn new_letters(&mut self) -> Vec<String> {
        let mut letters = Vec::new();
        for node in self.nodes.iter().chain(&self.crashed) {
            let Ok(files) = std::fs::read_dir(node.campus.app.config.outbox_dir()) else { continue };
            for path in files.map(|file| file.expect("a file").path()) {
                let is_letter = path.extension().is_some_and(|extension| extension == "eml");
                if is_letter && self.seen.0.insert(path.clone()) {
                    let letter = std::fs::read_to_string(path).expect("a letter");
                    let id = header(&letter, "Message-ID").expect("an id").to_owned();
                    assert!(self.seen.1.insert(id), "sent twice: {letter}");
                    letters.push(letter);
                }
            }
        }
        letters
    }

    /// The access tokens have expired.
    async fn refresh_sessions(&mut self) {
        let address = self.nodes[0].campus.address;
        let devices = self.people.values_mut().flat_map(|someone| &mut someone.devices);
        for person in devices.map(|device| &mut device.person).chain([&mut self.ringer, &mut self.moderator]) {
            let other = Person { address, ..person.clone() }.refreshed().await;
            *person = Person { address: person.address, ..other };
        }
    }
}

/// How many nodes share the work.
fn nodes_of(engine: Engine) -> usize {
    if engine == Engine::Postgres { 3 } else { 1 }
}

fn kind_and_tag(push: &Value) -> (String, Value) {
    let kind = push["kind"].as_str().expect("a kind");
    // A tag of a notification is its id.
    assert!(kind == Kind::Message.name() || push["tag"] == push["notificationId"]);
    (kind.to_owned(), push["tag"].clone())
}

/// What is compared of a notification.
fn summary(node: &Value) -> Value {
    let subject = ["subject", "comment", "conversation"].iter().find_map(|name| node[name].get("id"));
    json!({
        "kind": node["kind"], "subject": subject, "change": node["groupChange"], "isRead": !node["readAt"].is_null(),
    })
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_device_push_and_mail_is_true_after_random_changes_of_forty_members(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let seed = setting("TEST_SEED", 9);
    let mut run = Box::pin(Run::start(engine, seed)).await;
    for round in 0..setting("TEST_ROUNDS", ROUNDS) {
        run.round(round).await;
    }
    println!("{:?}, seed {seed}, {} nodes: {:?}", run.engine, run.nodes.len(), run.figures);
}
