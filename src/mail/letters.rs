//! The letters, as plain text and as HTML.
//!
//! Subjects and headers contain no text of users. In the bodies, texts of users have their control characters removed
//! and are escaped, so that a name cannot add a header or a tag. Web addresses in them are broken up, so that no mail
//! program turns a title that a user chose into a link in a letter of this server.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use url::Url;

use super::bookings::BookingNotice;
use super::entry::EntryNotice;
use super::subscriptions::{Subscription, SubscriptionKey};
use super::{Link, LinkKey};
use crate::clock::Timestamp;
use crate::db::transfer::DataKind;

const IF_NOT_YOU: &str = "If this was you, you do not need to do anything. If it was not you, please request a new \
                          password now. That signs out everyone who is using your account.";

/// A letter as the outbox stores it. It contains the nonce of a link, not the link; see [`super::LinkToken`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// After a registration in `open` mode. The member is already signed in.
    ConfirmEmail {
        username: String,
        nonce: String,
    },
    /// After a registration in `confirmed` mode. The account exists once the link was used.
    ConfirmRegistration {
        username: String,
        nonce: String,
        /// The browser and system that the registration was made with. A row can be older than these two members.
        #[serde(default)]
        device: String,
        #[serde(default)]
        at: Option<Timestamp>,
        /// A moderator decides about it once the link was used. A row can be older than this member.
        #[serde(default)]
        needs_approval: bool,
    },
    /// About an invitation, or a registration that needs approval.
    Entry {
        username: String,
        notice: EntryNotice,
    },
    /// To the owner of an address that was used in another registration.
    AlreadyRegistered {
        username: String,
    },
    /// To a new address, which the account does not use before it is confirmed.
    ConfirmNewEmail {
        username: String,
        nonce: String,
    },
    /// To the owner of an address that was entered as the new address of another account.
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
    /// A session was ended because a refresh token was used again.
    TokenReused {
        username: String,
    },
    AccountDeleted {
        username: String,
        /// The counts of each kind of data. A row can be older than this member.
        #[serde(default)]
        receipt: Vec<(DataKind, String)>,
    },
    /// Moderators locked the account. `reason` is as they entered it.
    AccountLocked {
        username: String,
        reason: String,
        ends_at: Option<Timestamp>,
    },
    /// A booking was changed, or starts soon. `other` is the username of the other participant, `at` the formatted
    /// time.
    Booking {
        username: String,
        #[serde(rename = "news")]
        notice: BookingNotice,
        topic: String,
        other: Option<String>,
        at: String,
        /// A row can be older than this member.
        #[serde(default, skip_serializing_if = "is_default")]
        details: Box<BookingDetails>,
    },
    /// What an account has not read.
    Digest {
        username: String,
        items: Vec<DigestItem>,
        /// There is more than these items.
        has_more: bool,
    },
}

/// A line of a digest: a sentence with names as users entered them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestItem {
    pub topic: DigestTopic,
    pub sentence: String,
}

/// What a line of a digest is about. The names in the outbox never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DigestTopic {
    Comment,
    Group,
    Mention,
    Messages,
    Reaction,
    Reply,
    Other,
}

impl DigestTopic {
    fn name(self) -> &'static str {
        match self {
            Self::Comment => "Comment",
            Self::Group => "Group",
            Self::Mention => "Mention",
            Self::Messages => "Messages",
            Self::Reaction => "Reaction",
            Self::Reply => "Reply",
            Self::Other => "Notification",
        }
    }
}

/// What else a letter about a booking contains. Texts are as users entered them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BookingDetails {
    /// The formatted time before the booking was moved.
    pub before: Option<String>,
    pub location: Option<String>,
    pub meeting_url: Option<String>,
    pub question: Option<String>,
    /// The reason of a cancellation.
    pub reason: Option<String>,
    /// The path of the web page of the booking.
    pub page: String,
    /// The booking as iCalendar, which is attached.
    pub calendar: Option<String>,
}

/// The content of a letter, without formatting.
struct Content {
    subject: &'static str,
    greeting: String,
    /// The text before the link.
    before: String,
    /// What the text is about, a line each.
    facts: Vec<Fact>,
    /// The action that the link starts, and the link.
    link: Option<(&'static str, Link)>,
    /// The text after the link.
    after: &'static str,
    /// The page where the recipient can turn mails like this one off.
    unsubscribe: Option<String>,
}

/// A line of a letter: a name and a value.
struct Fact {
    name: &'static str,
    value: String,
    is_link: bool,
}

/// Formats the letters of this server.
pub(super) struct Writer {
    /// The origin of all links.
    origin: String,
    /// The id of the installation, the right side of each Message-ID: it stays when the host changes, so a mail that is
    /// sent again still has the same one.
    installation: String,
    from: Mailbox,
    links: LinkKey,
    subscriptions: SubscriptionKey,
}

impl Writer {
    pub(super) fn new(
        public_url: &Url,
        installation: &str,
        from: &str,
        links: LinkKey,
        subscriptions: SubscriptionKey,
    ) -> Result<Self, String> {
        let mut from: Mailbox = from.parse().map_err(|_| "STUDYHALL_MAIL_FROM must be an email address".to_owned())?;
        from.name.get_or_insert_with(|| "Studyhall".to_owned());
        Ok(Self {
            origin: public_url.origin().ascii_serialization(),
            installation: installation.to_owned(),
            from,
            links,
            subscriptions,
        })
    }

    /// Returns the message to send. The same row always results in the same Message-ID and date.
    pub(super) fn write(
        &self,
        id: i64,
        at: Timestamp,
        to: &str,
        letter: &Letter,
        subscription: Option<Subscription>,
    ) -> Result<Message, String> {
        let to: Address = to.parse().map_err(|_| "the recipient's address is invalid".to_owned())?;
        let token = subscription.map(|subscription| self.subscriptions.token(subscription));
        let unsubscribe = token.as_ref().map(|token| format!("{}/unsubscribe#token={token}", self.origin));
        let content = Content { unsubscribe, ..self.content(letter) };
        let texts = MultiPart::alternative_plain_html(content.text(), content.html());
        let body = match calendar_of(letter) {
            Some(calendar) => MultiPart::mixed().multipart(texts).singlepart(attach_calendar(calendar)?),
            None => texts,
        };
        let at = UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or(0));
        let is_automatic =
            HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let mut message = Message::builder();
        if let Some(token) = token {
            // A fragment is not sent to the server, so the header has another address.
            let raw = |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
            message = message
                .raw_header(raw("List-Unsubscribe", format!("<{}/unsubscribe/{token}>", self.origin)))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        message
            .message_id(Some(format!("<{id}@{}>", self.installation)))
            .date(at)
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(content.subject)
            .raw_header(is_automatic)
            .multipart(body)
            .map_err(|cause| cause.to_string())
    }

    fn link(&self, page: &str, nonce: &str) -> Link {
        Link::new(&self.origin, page, self.links.token(nonce))
    }

    #[expect(clippy::too_many_lines, reason = "the texts of all letters")]
    fn content(&self, letter: &Letter) -> Content {
        let content = |subject, username: &str, before: &str, after| Content {
            subject,
            greeting: greeting(username),
            before: before.to_owned(),
            facts: Vec::new(),
            link: None,
            after,
            unsubscribe: None,
        };
        match letter {
            Letter::ConfirmEmail { username, nonce } => Content {
                link: Some(("Confirm your email address", self.link("confirm-email", nonce))),
                ..content(
                    "Please confirm your email address",
                    username,
                    "Welcome to Studyhall! Please confirm that this email address is yours.",
                    "The link is valid for 24 hours. You can request a new one in your settings. \
                     If you did not register, someone probably mistyped their address, and you can ignore this email.",
                )
            },
            Letter::Entry { username, notice } => Content {
                facts: notice.reason().map(Fact::of_reason).into_iter().collect(),
                link: notice.link(|page, nonce| self.link(page, nonce), |path| Link::page(&self.origin, path)),
                ..content(notice.subject(), username, &notice.sentence(plain, formatted), notice.advice())
            },
            Letter::ConfirmRegistration { username, nonce, device, at, needs_approval } => Content {
                link: Some(("Confirm your registration", self.link("confirm-email", nonce))),
                ..content(
                    "Please confirm your registration",
                    username,
                    &format!(
                        "Welcome to Studyhall! Please confirm that this email address is yours. You will be asked for the \
                         password that you chose. {}{}",
                        if *needs_approval {
                            "Then a moderator decides about your registration, and you receive another email."
                        } else {
                            "Then you can sign in."
                        },
                        origin_of_registration(device, *at)
                    ),
                    "The link is valid for 24 hours. If you did not register, you can ignore this email: \
                     no account is created without the link and the password.",
                )
            },
            Letter::AlreadyRegistered { username } => content(
                "You already have an account",
                username,
                "Someone tried to register at Studyhall with this email address. You already have an account with it, \
                 so nothing was changed.",
                "If this was you, please sign in, or request a new password if you have forgotten yours. \
                 If it was not you, you can ignore this email.",
            ),
            Letter::ConfirmNewEmail { username, nonce } => Content {
                link: Some(("Confirm your new email address", self.link("confirm-email", nonce))),
                ..content(
                    "Please confirm your new email address",
                    username,
                    "You asked to use this email address for your account. The change takes effect when you confirm \
                     it.",
                    "The link is valid for 1 hour. If you did not ask for this, you can ignore this email: \
                     the address will not be used.",
                )
            },
            Letter::AddressInUse => content(
                "Your email address is already in use",
                "",
                "Someone asked to use this email address for another account. It already belongs to your account, \
                 so nothing was changed.",
                "If this was you, please use the account that has this address, or choose a different address for the \
                 other account. If it was not you, you can ignore this email.",
            ),
            Letter::EmailChanged { username, new_address, nonce } => Content {
                link: Some(("Undo the change", self.link("undo-email-change", nonce))),
                ..content(
                    "Your email address was changed",
                    username,
                    &format!(
                        "Your account now uses the email address {} instead of this one.",
                        mask_address(new_address)
                    ),
                    "If this was you, you do not need to do anything. If it was not you, please undo the change. \
                     The link is valid for 7 days. It restores this address and signs out all devices. \
                     Then request a new password.",
                )
            },
            Letter::ResetPassword { username, nonce } => Content {
                link: Some(("Choose a new password", self.link("reset-password", nonce))),
                ..content(
                    "Choose a new password",
                    username,
                    "We received a request for a new password for your account.",
                    "The link is valid for 30 minutes and can be used once. If you did not request this, you can \
                     ignore this email: your password stays the same.",
                )
            },
            Letter::PasswordChanged { username } => content(
                "Your password was changed",
                username,
                "The password of your account was changed, and your other devices were signed out.",
                IF_NOT_YOU,
            ),
            Letter::UsernameChanged { username } => content(
                "Your username was changed",
                username,
                "Your username was changed. Your new username is in the greeting above.",
                IF_NOT_YOU,
            ),
            Letter::TokenReused { username } => content(
                "A device was signed out",
                username,
                "A sign-in token of one of your devices was used twice. This can mean that someone has copied it, so \
                 we signed this device out.",
                "Please sign in again. If you do not know how this could happen, please request a new password. \
                 That signs out everyone who is using your account.",
            ),
            Letter::AccountDeleted { username, receipt } => Content {
                facts: receipt.iter().map(|(kind, counts)| Fact::of_kind(*kind, counts)).collect(),
                ..content(
                    "Your account was deleted",
                    username,
                    "Your account was deleted. Thank you for being part of Studyhall. Of your data:",
                    "If this was not you, please contact the operators of this server.",
                )
            },
            Letter::AccountLocked { username, reason, ends_at } => {
                let until = ends_at.map(formatted).map(|at| format!(" until {at} (UTC)")).unwrap_or_default();
                Content {
                    facts: vec![Fact::of_reason(reason)],
                    ..content(
                        "Your account was locked",
                        username,
                        &format!(
                            "The moderators of this server have locked your account{until}. All devices were signed out."
                        ),
                        "Please contact the operators of this server if you think that this is a mistake.",
                    )
                }
            }
            Letter::Booking { username, notice, topic, other, at, details } => {
                let other = other.as_deref().map_or_else(|| "A former member".to_owned(), plain);
                let sentence = notice.sentence(&plain(topic), &other, &without_controls(at));
                let page = Some(&details.page).filter(|page| !page.is_empty());
                let link = page.map(|page| ("Open the booking", Link::page(&self.origin, page)));
                Content {
                    facts: details.facts(),
                    link,
                    ..content(notice.subject(), username, &sentence, notice.advice())
                }
            }
            Letter::Digest { username, items, has_more } => Content {
                facts: items.iter().map(DigestItem::fact).collect(),
                link: Some(("Open your notifications", Link::page(&self.origin, "/notifications"))),
                ..content(
                    "You have unread messages and notifications",
                    username,
                    if *has_more { "You have not read this and more:" } else { "You have not read this:" },
                    "You can choose in your settings what you are mailed about, and how often.",
                )
            },
        }
    }
}

impl Content {
    fn text(&self) -> String {
        let mut facts: String =
            self.facts.iter().map(|Fact { name, value, .. }| format!("{name}: {value}\n")).collect();
        if !facts.is_empty() {
            facts.push('\n');
        }
        let link = self.link.as_ref().map(|(action, link)| {
            let code = link.token.as_ref().map(|token| format!("Or enter this code:\n{}\n\n", token.expose_secret()));
            format!("{action}:\n{}\n\n{}", link.url.expose_secret(), code.unwrap_or_default())
        });
        let unsubscribe = self
            .unsubscribe
            .as_ref()
            .map(|url| format!("\nTurn off mails like this one:\n{url}\n"))
            .unwrap_or_default();
        let link = link.unwrap_or_default();
        format!("{}\n\n{}\n\n{facts}{link}{}\n{unsubscribe}", self.greeting, self.before, self.after)
    }

    fn html(&self) -> String {
        let link = self.link.as_ref().map(|(action, link)| {
            let code = link.token.as_ref().map(|token| {
                format!("<p>Or enter this code: <code>{}</code></p>\n", escape_html(token.expose_secret()))
            });
            let url = escape_html(link.url.expose_secret());
            format!("<p><a href=\"{url}\">{action}</a></p>\n{}", code.unwrap_or_default())
        });
        let facts: String = self.facts.iter().map(Fact::html).collect();
        let facts = if facts.is_empty() { facts } else { format!("<ul>\n{facts}</ul>\n") };
        let unsubscribe = self.unsubscribe.as_ref().map(|url| {
            format!("<p><small><a href=\"{}\">Turn off mails like this one</a></small></p>\n", escape_html(url))
        });
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body>\n<p>{}</p>\n<p>{}</p>\n{facts}{}<p>{}</p>\n{}</body>\n</html>\n",
            escape_html(self.subject),
            escape_html(&self.greeting),
            escape_html(&self.before),
            link.unwrap_or_default(),
            escape_html(self.after),
            unsubscribe.unwrap_or_default(),
        )
    }
}

impl BookingDetails {
    fn facts(&self) -> Vec<Fact> {
        let text = |name, text: &Option<String>| {
            let value = plain(&text.as_ref()?.replace('\n', " "));
            Some(Fact { name, value, is_link: false })
        };
        let own = |name, text: &Option<String>| {
            let value = without_controls(text.as_ref()?);
            Some(Fact { name, value, is_link: false })
        };
        // Checked when the mentor entered it, and of use only as a link.
        let meeting = self.meeting_url.as_ref().map(|url| without_controls(url));
        let facts = [
            own("Before", &self.before),
            text("Location", &self.location),
            meeting.map(|value| Fact { name: "Online meeting", value, is_link: true }),
            text("Question", &self.question),
            text("Reason", &self.reason),
        ];
        facts.into_iter().flatten().collect()
    }
}

impl DigestItem {
    fn fact(&self) -> Fact {
        Fact { name: self.topic.name(), value: plain(&self.sentence), is_link: false }
    }
}

impl Fact {
    fn of_kind(kind: DataKind, counts: &str) -> Self {
        Self { name: kind.label(), value: counts.to_owned(), is_link: false }
    }

    /// The reason of moderators, as they entered it.
    fn of_reason(reason: &str) -> Self {
        Self { name: "Reason", value: plain(&reason.replace('\n', " ")), is_link: false }
    }

    fn html(&self) -> String {
        let value = escape_html(&self.value);
        let value = if self.is_link { format!("<a href=\"{value}\">{value}</a>") } else { value };
        format!("<li>{}: {value}</li>\n", self.name)
    }
}

fn is_default(details: &BookingDetails) -> bool {
    *details == BookingDetails::default()
}

fn calendar_of(letter: &Letter) -> Option<&str> {
    match letter {
        Letter::Booking { details, .. } => details.calendar.as_deref(),
        _ => None,
    }
}

fn attach_calendar(calendar: &str) -> Result<SinglePart, String> {
    let content_type = ContentType::parse("text/calendar; charset=utf-8; method=PUBLISH").map_err(|e| e.to_string())?;
    Ok(Attachment::new("session.ics".to_owned()).body(calendar.to_owned(), content_type))
}

/// Returns the sentence that says which registration a letter is about.
fn origin_of_registration(device: &str, at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| {
        format!(" This registration was made with \"{}\" on {} (UTC).", plain(device), formatted(at))
    })
}

fn formatted(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.0);
    at.map(|at| at.strftime("%A, %-d %B %Y, %H:%M").to_string()).unwrap_or_default()
}

fn greeting(username: &str) -> String {
    let username = plain(username);
    if username.is_empty() { "Hello,".to_owned() } else { format!("Hello {username},") }
}

/// Returns a text of a user as it stands in a letter: without control characters and changes of direction, and with a
/// space of no width wherever a mail program would see a web or email address.
fn plain(text: &str) -> String {
    let text = without_controls(text);
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        plain.push(c);
        if matches!(c, '.' | ':' | '/' | '@') && chars.peek().is_some_and(|next| !next.is_whitespace()) {
            plain.push('\u{200B}');
        }
    }
    plain
}

/// Removes control characters, line breaks included, and changes of direction from a text of a user.
fn without_controls(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

/// Masks an address. Its owner can recognize it, but another reader of the old mailbox does not learn it.
fn mask_address(address: &str) -> String {
    let address = without_controls(address);
    let (local, domain) = address.rsplit_once('@').unwrap_or((&address, ""));
    let initial: String = local.chars().take(1).collect();
    format!("{initial}***@{domain}")
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
#[path = "letters_tests.rs"]
mod tests;
