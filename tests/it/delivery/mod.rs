//! Delivery of what members have not seen: digests, pushes, and the links that turn mails off.

mod digests;
mod notices;
mod push;
mod queues;
mod random_run;
mod unsubscribe;

use serde_json::{Value, json};

use crate::support::{Campus, Person};

impl Person {
    async fn change_settings(&self, input: Value) {
        let change = "mutation($input: UpdateSettingsInput!) { updateSettings(input: $input) { userErrors { code } } }";
        let answer = self.execute(change, json!({ "input": input })).await;
        assert_eq!(answer.refusals("updateSettings"), [""; 0]);
    }

    /// The kinds about which this member receives mail.
    async fn mailed_kinds(&self) -> Vec<String> {
        let query = "{ viewer { settings { notificationPreferences { kind channels } } } }";
        let settings = self.query(query).await["viewer"]["settings"].clone();
        let kinds = settings["notificationPreferences"].as_array().expect("a list").iter();
        let mailed = kinds.filter(|one| one["channels"].as_array().expect("a list").contains(&json!("MAIL")));
        mailed.map(|one| one["kind"].as_str().expect("a kind").to_owned()).collect()
    }
}

/// The lines of the newest digest to a member, who has received `count` mails by then.
async fn digest(campus: &Campus, person: &Person, count: usize) -> Vec<String> {
    let letters = campus.letters_to(&person.email(), count).await;
    let letter = letters.last().expect("a mail");
    assert!(letter.contains("Subject: You have unread messages and notifications"), "{letter}");
    lines_of(letter)
}

/// The lines of a digest about what is unread.
fn lines_of(letter: &str) -> Vec<String> {
    let text = letter.split("Content-Type: text/plain").nth(1).expect("a text").replace("=\r\n", "");
    let text = text.split("\r\n--").next().expect("a part").to_owned();
    let topics = ["Comment: ", "Group: ", "Mention: ", "Messages: ", "Reaction: ", "Reply: "];
    let is_line = |line: &&str| topics.iter().any(|topic| line.starts_with(topic));
    text.lines().filter(is_line).map(str::to_owned).collect()
}

/// The value of a header of a mail.
fn header<'a>(letter: &'a str, name: &str) -> Option<&'a str> {
    let (head, _) = letter.split_once("\r\n\r\n").expect("a head");
    let (_, rest) = head.split_once(&format!("{name}:"))?;
    rest.trim_start().lines().next().map(str::trim)
}
