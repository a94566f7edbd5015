//! What members choose at random: by which channels they are reached, and when.

use reqwest::Method;
use serde_json::{Value, json};

use super::Run;
use super::schedule::{Frequency, Schedule, ZONES};
use super::truth::{CHOSEN, Channels, Kind, MINUTE, Truth, User};
use crate::delivery::header;
use crate::support::Person;

/// What begins a line of a digest, and the kind that it is about.
const TOPICS: [(&str, Kind); 6] = [
    ("Comment: ", Kind::Comment),
    ("Group: ", Kind::Group),
    ("Mention: ", Kind::Mention),
    ("Messages: ", Kind::Message),
    ("Reaction: ", Kind::Reaction),
    ("Reply: ", Kind::Reply),
];

impl Run {
    /// Changes the channels of some kinds, or of all to their defaults.
    pub(super) async fn choose(&mut self, user: User) {
        if self.random.one_in(8) {
            self.change(user, "updateSettings", json!({ "notificationPreferences": null }), "").await;
            self.truth.accounts.get_mut(&user).expect("a member").channels.clear();
            return;
        }
        let mut preferences = Vec::new();
        for kind in CHOSEN {
            if self.random.one_in(4) {
                // Mail about the account cannot be turned off.
                let (push, mail) = (self.random.one_in(2), kind == Kind::Account || self.random.one_in(2));
                preferences.push((kind, Channels { push, mail }));
            }
        }
        let input: Value = preferences
            .iter()
            .map(|(kind, Channels { push, mail })| {
                let channels = [(*push, "PUSH"), (*mail, "MAIL")];
                let channels: Vec<&str> =
                    channels.into_iter().filter_map(|(wants, name)| wants.then_some(name)).collect();
                json!({ "kind": kind.name(), "channels": channels })
            })
            .collect();
        self.change(user, "updateSettings", json!({ "notificationPreferences": input }), "").await;
        self.truth.accounts.get_mut(&user).expect("a member").channels.extend(preferences);
    }

    /// Changes the time zone, the quiet hours, and when digests are sent.
    pub(super) async fn schedule(&mut self, user: User) {
        let frequencies = [Frequency::Hourly, Frequency::Hourly, Frequency::Daily, Frequency::Daily, Frequency::Weekly];
        let frequency = self.random.pick(&frequencies).expect("a frequency");
        let (zone, ahead) = self.random.pick(&ZONES).expect("a zone");
        let quiet = if self.random.one_in(3) {
            None
        } else {
            let (from, length) = (self.random.below(48), 1 + self.random.below(24));
            let minutes = |half_hours: usize| i64::try_from(half_hours % 48 * 30).expect("a small number");
            Some((minutes(from), minutes(from + length)))
        };
        let time = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let input = json!({
            "digestFrequency": format!("{frequency:?}").to_uppercase(),
            "timeZone": zone,
            "quietHours": quiet.map(|(from, to)| json!({ "from": time(from), "to": time(to) })),
        });
        self.change(user, "updateSettings", input, "").await;
        self.truth.set_schedule(user, Schedule { frequency, ahead, quiet });
    }

    /// Some members turn off what a digest is about, by one click.
    pub(super) async fn unsubscribe(&mut self, user: User, letter: &str, lines: &[String]) {
        if !self.random.one_in(6) {
            return;
        }
        let url = header(letter, "List-Unsubscribe").expect("a header").trim_matches(['<', '>']);
        let (_, token) = url.rsplit_once('/').expect("a token");
        let client = Person::new(self.any_address());
        let request = client.request(Method::POST, &format!("/unsubscribe/{token}"));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let clicked = Person::send(request.body("List-Unsubscribe=One-Click")).await;
        assert!((200..300).contains(&clicked.status), "{url}: {}", clicked.status);
        for (start, kind) in TOPICS {
            if lines.iter().any(|line| line.starts_with(start)) {
                let channels = Channels { mail: false, ..self.truth.channels(user, kind) };
                self.truth.accounts.get_mut(&user).expect("a member").channels.insert(kind, channels);
            }
        }
        let address = self.any_address();
        let mailed = self.person_at(user, address).mailed_kinds().await;
        for kind in CHOSEN {
            assert_eq!(mailed.contains(&kind.name()), self.truth.channels(user, kind).mail, "user{user}: {kind:?}");
        }
        self.figures.clicks += 1;
    }
}

impl Truth {
    /// What the earlier schedule holds back is looked at anew.
    fn set_schedule(&mut self, user: User, schedule: Schedule) {
        let now = self.now;
        let account = self.accounts.get_mut(&user).expect("a member");
        (account.schedule, account.next_at) = (schedule, 0);
        let of_notes = account.notes.iter_mut().filter_map(|note| note.pending.as_mut());
        for pending in of_notes.chain(account.pending_rooms.values_mut()) {
            if pending.held_until > now + 2 * MINUTE {
                pending.held_until = now;
            }
        }
    }
}
