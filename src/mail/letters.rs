//! What the letters say, as plain text and as HTML.
//!
//! Subjects and headers hold no word of anybody's but ours, and every word of a person is freed of control characters
//! and escaped, so a name cannot write a header or a tag.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Link, LinkKey};
use crate::clock::Timestamp;

const IF_NOT_YOU: &str = "If it was you, you need not do anything. If it was not you, ask for a new password now: \
                          that signs everybody else out.";

/// A letter, as it waits in the outbox. A nonce stands for the link that follows from it; see [`super::LinkToken`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// After a registration that has signed in already.
    ConfirmEmail {
        username: String,
        nonce: String,
    },
    /// Before anybody may sign in, in `confirmed` mode.
    ConfirmRegistration {
        username: String,
        nonce: String,
    },
    /// To the holder of an address with which somebody tried to register.
    AlreadyRegistered {
        username: String,
    },
    /// To a new address, which counts for nothing before.
    ConfirmNewEmail {
        username: String,
        nonce: String,
    },
    /// To the holder of an address to which somebody tried to move their account.
    AddressInUse,
    /// To the old address.
    EmailChanged {
        username: String,
        new_address: String,
        nonce: String,
    },
    ResetPassword {
        username: String,
        nonce: String,
    },
    PasswordChanged {
        username: String,
    },
    UsernameChanged {
        username: String,
    },
    /// A session was ended because an old token of it came back.
    TokenReused {
        username: String,
    },
    AccountDeleted {
        username: String,
    },
    /// Of a booking. `other` is the other one of the two, `at` when it takes place, as people say it.
    Booking {
        username: String,
        news: BookingNews,
        topic: String,
        other: Option<String>,
        at: String,
    },
}

/// What a letter tells of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingNews {
    IdempotentRecord,
    Moved,
    Cancelled,
    Near,
}

impl BookingNews {
    fn subject(self) -> &'static str {
        match self {
            Self::IdempotentRecord => "A session with you was booked",
            Self::Moved => "A session with you was moved",
            Self::Cancelled => "A session with you was cancelled",
            Self::Near => "Your session is near",
        }
    }

    fn sentence(self, topic: &str, other: &str, at: &str) -> String {
        match self {
            Self::IdempotentRecord => format!("{other} booked a session with you about \"{topic}\": {at}."),
            Self::Moved => format!("{other} moved your session about \"{topic}\". It is now on {at}."),
            Self::Cancelled => format!("{other} cancelled your session about \"{topic}\" on {at}."),
            Self::Near => format!("Your session with {other} about \"{topic}\" is on {at}."),
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::IdempotentRecord | Self::Moved | Self::Near => "If you cannot come, please cancel it in time.",
            Self::Cancelled => "The time is free again. You need not do anything.",
        }
    }
}

/// What a letter says, before it has a form.
struct Content {
    subject: &'static str,
    greeting: String,
    before: String,
    /// What the link does, and the link.
    link: Option<(&'static str, Link)>,
    after: &'static str,
}

/// Writes letters that come from this server.
pub(super) struct Writer {
    /// What links start with.
    origin: String,
    host: String,
    from: Mailbox,
    links: LinkKey,
}

impl Writer {
    pub(super) fn new(public_url: &Url, from: &str, links: LinkKey) -> Result<Self, String> {
        let mut from: Mailbox = from.parse().map_err(|_| "STUDYHALL_MAIL_FROM must be a mail address".to_owned())?;
        from.name.get_or_insert_with(|| "Studyhall".to_owned());
        Ok(Self {
            origin: public_url.origin().ascii_serialization(),
            host: public_url.host_str().unwrap_or("localhost").to_owned(),
            from,
            links,
        })
    }

    /// Returns the letter as it goes out. The same row makes the same Message-ID and date every time.
    pub(super) fn write(&self, id: i64, at: Timestamp, to: &str, letter: &Letter) -> Result<Message, String> {
        let to: Address = to.parse().map_err(|_| "the recipient's address is not one".to_owned())?;
        let content = self.content(letter);
        let at = UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or(0));
        let is_automatic =
            HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Message::builder()
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .date(at)
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(content.subject)
            .raw_header(is_automatic)
            .multipart(MultiPart::alternative_plain_html(content.text(), content.html()))
            .map_err(|cause| cause.to_string())
    }

    fn link(&self, page: &str, nonce: &str) -> Link {
        Link::new(&self.origin, page, self.links.token(nonce))
    }

    #[expect(clippy::too_many_lines, reason = "one letter after the other")]
    fn content(&self, letter: &Letter) -> Content {
        let plain = |subject, username: &str, before: &str, after| Content {
            subject,
            greeting: greeting(username),
            before: before.to_owned(),
            link: None,
            after,
        };
        match letter {
            Letter::ConfirmEmail { username, nonce } => Content {
                link: Some(("Confirm the address", self.link("confirm-email", nonce))),
                ..plain(
                    "Please confirm your address",
                    username,
                    "Welcome to Studyhall. Please confirm that this address is yours.",
                    "The link holds for 24 hours; you can ask for another one in your settings. \
                     If you did not register, somebody mistyped their address: you need not do anything.",
                )
            },
            Letter::ConfirmRegistration { username, nonce } => Content {
                link: Some(("Confirm and finish", self.link("confirm-email", nonce))),
                ..plain(
                    "Please confirm your registration",
                    username,
                    "Welcome to Studyhall. Please confirm that this address is yours; then you can sign in.",
                    "The link holds for 24 hours. If you did not register, you need not do anything: \
                     without the link there will be no account.",
                )
            },
            Letter::AlreadyRegistered { username } => plain(
                "You already have an account",
                username,
                "Somebody tried to register at Studyhall with this address. You have an account already, \
                 so nothing was changed.",
                "If it was you: please sign in, or ask for a new password if you forgot yours. \
                 If it was not you, you need not do anything.",
            ),
            Letter::ConfirmNewEmail { username, nonce } => Content {
                link: Some(("Confirm the new address", self.link("confirm-email", nonce))),
                ..plain(
                    "Please confirm your new address",
                    username,
                    "You asked to use this address for your account. It counts once you have confirmed it.",
                    "The link holds for 1 hour. If you did not ask for this, you need not do anything: \
                     this address will not be used.",
                )
            },
            Letter::AddressInUse => plain(
                "Your address stays with your account",
                "",
                "Somebody asked to use this address for another account. It belongs to yours, so nothing was changed.",
                "If it was you: please use the account that has this address, or give the other one a different address. \
                 If it was not you, you need not do anything.",
            ),
            Letter::EmailChanged { username, new_address, nonce } => Content {
                link: Some(("Undo the change", self.link("undo-email-change", nonce))),
                ..plain(
                    "Your address was changed",
                    username,
                    &format!("Your account now uses the address {} instead of this one.", masked(new_address)),
                    "If it was you, you need not do anything. If it was not you, undo the change: the link holds for \
                     7 days, brings this address back and signs everybody out. Then ask for a new password.",
                )
            },
            Letter::ResetPassword { username, nonce } => Content {
                link: Some(("Choose a new password", self.link("reset-password", nonce))),
                ..plain(
                    "Choose a new password",
                    username,
                    "Somebody asked for a new password for your account.",
                    "The link holds for 30 minutes and works once. If you did not ask for this, you need not do \
                     anything: your password stays as it is.",
                )
            },
            Letter::PasswordChanged { username } => plain(
                "Your password was changed",
                username,
                "The password of your account was changed, and your other devices were signed out.",
                IF_NOT_YOU,
            ),
            Letter::UsernameChanged { username } => plain(
                "Your username was changed",
                username,
                "Your username was changed. From now on it is the one above.",
                IF_NOT_YOU,
            ),
            Letter::TokenReused { username } => plain(
                "A device was signed out",
                username,
                "A key of one of your devices was used a second time. That happens when somebody copied it, so we \
                 signed this device out.",
                "Please sign in again. If you do not know how this could happen, choose a new password: \
                 that signs everybody else out.",
            ),
            Letter::AccountDeleted { username } => plain(
                "Your account was deleted",
                username,
                "Your account and everything in it were deleted. Thank you for having been here.",
                "If it was not you, please write to the people who run this server.",
            ),
            Letter::Booking { username, news, topic, other, at } => {
                let other = other.as_deref().map_or_else(|| "Somebody who has left".to_owned(), shown);
                let sentence = news.sentence(&shown(topic), &other, &shown(at));
                plain(news.subject(), username, &sentence, news.advice())
            }
        }
    }
}

impl Content {
    fn text(&self) -> String {
        let link = self.link.as_ref().map(|(action, link)| {
            let (address, token) = (link.address.expose_secret(), link.token.expose_secret());
            format!("{action}:\n{address}\n\nOr enter this code:\n{token}\n\n")
        });
        format!("{}\n\n{}\n\n{}{}\n", self.greeting, self.before, link.unwrap_or_default(), self.after)
    }

    fn html(&self) -> String {
        let link = self.link.as_ref().map(|(action, link)| {
            let (address, token) = (escaped(link.address.expose_secret()), escaped(link.token.expose_secret()));
            format!("<p><a href=\"{address}\">{action}</a></p>\n<p>Or enter this code: <code>{token}</code></p>\n")
        });
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body>\n<p>{}</p>\n<p>{}</p>\n{}<p>{}</p>\n</body>\n</html>\n",
            escaped(self.subject),
            escaped(&self.greeting),
            escaped(&self.before),
            link.unwrap_or_default(),
            escaped(self.after),
        )
    }
}

fn greeting(username: &str) -> String {
    let username = shown(username);
    if username.is_empty() { "Hello,".to_owned() } else { format!("Hello {username},") }
}

/// Somebody else's words on one line.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// Enough of an address for its owner to know it again, too little for whoever reads the old mailbox.
fn masked(address: &str) -> String {
    let address = shown(address);
    let (local, domain) = address.rsplit_once('@').unwrap_or((&address, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}***@{domain}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
#[path = "letters_tests.rs"]
mod tests;
