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
use super::digests::DigestItem;
use super::entry::{EntryNotice, confirmation};
use super::notices::AccountNotice;
use super::subscriptions::{Subscription, SubscriptionKey};
use super::text::{escape_html, mask_address, plain, without_controls};
use super::{Link, LinkKey};
use crate::clock::Timestamp;
use crate::db::transfer::DataKind;
use crate::locale::Locale;
use crate::sentences::{Sentence, Value, instant_in, instant_in_utc, isolated, runs_right_to_left, say};

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
    /// About an invitation, a registration that needs approval, or the queues of moderators.
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
        /// Of the recipient. A row can be older than this member.
        #[serde(default)]
        time_zone: Option<String>,
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
    /// About the security of the account, a data export, or a decision of moderators.
    Notice {
        username: String,
        notice: AccountNotice,
    },
    /// What an account has not read.
    Digest {
        username: String,
        items: Vec<DigestItem>,
        /// There is more than these items.
        has_more: bool,
    },
}

/// A letter with the language of its recipient, to store.
#[derive(Serialize)]
pub(super) struct LetterRef<'a> {
    #[serde(flatten)]
    pub(super) letter: &'a Letter,
    pub(super) locale: Locale,
}

/// A stored letter. A row can be older than the languages: then it is in English.
#[derive(Deserialize)]
pub(super) struct StoredLetter {
    #[serde(flatten)]
    pub(super) letter: Letter,
    #[serde(default)]
    pub(super) locale: Option<Locale>,
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
    /// The answers to the questions of the mentor, as pairs of a question and an answer.
    pub answers: Vec<(String, String)>,
    /// Until when a seat is held, formatted.
    pub held_until: Option<String>,
    /// The reason of a cancellation.
    pub reason: Option<String>,
    /// The path of the web page of the booking, or of the waitlists.
    pub page: String,
    /// The booking as iCalendar, which is attached.
    pub calendar: Option<String>,
}

/// The content of a letter, without formatting.
struct Content {
    locale: Locale,
    subject: String,
    greeting: String,
    /// The text before the link.
    before: String,
    /// What the text is about, a line each.
    facts: Vec<Fact>,
    /// The action that the link starts, and the link.
    link: Option<(Sentence, Link)>,
    /// The text after the link.
    after: String,
    /// The page where the recipient can turn mails like this one off.
    unsubscribe: Option<String>,
}

/// A line of a letter: a name and a value.
pub(super) struct Fact {
    name: Value,
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
        (letter, locale): (&Letter, Locale),
        subscription: Option<Subscription>,
    ) -> Result<Message, String> {
        let to: Address = to.parse().map_err(|_| "the recipient's address is invalid".to_owned())?;
        let token = subscription.map(|subscription| self.subscriptions.token(subscription));
        let unsubscribe = token.as_ref().map(|token| format!("{}/unsubscribe#token={token}", self.origin));
        let content = Content { unsubscribe, ..self.content(letter, locale) };
        let texts = MultiPart::alternative_plain_html(content.text(), content.html());
        let body = match calendar_of(letter) {
            Some(calendar) => MultiPart::mixed().multipart(texts).singlepart(attach_calendar(calendar)?),
            None => texts,
        };
        let at = UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or(0));
        let is_automatic =
            HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let language = HeaderValue::new(HeaderName::new_from_ascii_str("Content-Language"), locale.as_str().to_owned());
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
            .raw_header(language)
            .multipart(body)
            .map_err(|cause| cause.to_string())
    }

    fn link(&self, page: &str, nonce: &str) -> Link {
        Link::new(&self.origin, page, self.links.token(nonce))
    }

    #[expect(clippy::too_many_lines, reason = "the texts of all letters")]
    fn content(&self, letter: &Letter, locale: Locale) -> Content {
        let content = |subject: Sentence, username: &str, before: Sentence, after: Sentence| Content {
            locale,
            subject: subject.in_language(locale),
            greeting: greeting(username, locale),
            before: before.in_language(locale),
            facts: Vec::new(),
            link: None,
            after: after.in_language(locale),
            unsubscribe: None,
        };
        match letter {
            Letter::ConfirmEmail { username, nonce } => Content {
                link: Some((say::ConfirmEmailAction.into(), self.link("confirm-email", nonce))),
                ..content(
                    say::ConfirmEmailSubject.into(),
                    username,
                    say::ConfirmEmail.into(),
                    say::ConfirmEmailAdvice.into(),
                )
            },
            Letter::Entry { username, notice } => Content {
                facts: notice
                    .reason()
                    .map(|reason| Fact::of_user(say::FactReason, reason, locale))
                    .into_iter()
                    .collect(),
                link: notice.link(|page, nonce| self.link(page, nonce), |path| Link::page(&self.origin, path)),
                ..content(notice.subject(), username, notice.sentence(locale), notice.advice())
            },
            Letter::ConfirmRegistration { username, nonce, device, at, needs_approval } => Content {
                link: Some((say::ConfirmRegistrationAction.into(), self.link("confirm-email", nonce))),
                ..content(
                    say::ConfirmRegistrationSubject.into(),
                    username,
                    confirmation(
                        at.map(|at| (Value::name_for_others(plain(device), locale), instant_in_utc(at))),
                        *needs_approval,
                    ),
                    say::ConfirmRegistrationAdvice.into(),
                )
            },
            Letter::AlreadyRegistered { username } => content(
                say::AlreadyRegisteredSubject.into(),
                username,
                say::AlreadyRegistered.into(),
                say::AlreadyRegisteredAdvice.into(),
            ),
            Letter::ConfirmNewEmail { username, nonce } => Content {
                link: Some((say::ConfirmNewEmailAction.into(), self.link("confirm-email", nonce))),
                ..content(
                    say::ConfirmNewEmailSubject.into(),
                    username,
                    say::ConfirmNewEmail.into(),
                    say::ConfirmNewEmailAdvice.into(),
                )
            },
            Letter::AddressInUse => {
                content(say::AddressInUseSubject.into(), "", say::AddressInUse.into(), say::AddressInUseAdvice.into())
            }
            Letter::EmailChanged { username, new_address, nonce } => Content {
                link: Some((say::EmailChangedAction.into(), self.link("undo-email-change", nonce))),
                ..content(
                    say::EmailChangedSubject.into(),
                    username,
                    say::EmailChanged { address: Value::name_for_others(mask_address(new_address), locale) }.into(),
                    say::EmailChangedAdvice.into(),
                )
            },
            Letter::ResetPassword { username, nonce } => Content {
                link: Some((say::ResetPasswordSubject.into(), self.link("reset-password", nonce))),
                ..content(
                    say::ResetPasswordSubject.into(),
                    username,
                    say::ResetPassword.into(),
                    say::ResetPasswordAdvice.into(),
                )
            },
            Letter::PasswordChanged { username } => content(
                say::PasswordChangedSubject.into(),
                username,
                say::PasswordChanged.into(),
                say::LetterIfNotYou.into(),
            ),
            Letter::UsernameChanged { username } => content(
                say::UsernameChangedSubject.into(),
                username,
                say::UsernameChanged.into(),
                say::LetterIfNotYou.into(),
            ),
            Letter::TokenReused { username } => content(
                say::TokenReusedSubject.into(),
                username,
                say::TokenReused.into(),
                say::TokenReusedAdvice.into(),
            ),
            Letter::AccountDeleted { username, receipt } => Content {
                facts: receipt.iter().map(|(kind, counts)| Fact::of_kind(*kind, counts)).collect(),
                ..content(
                    say::AccountDeletedSubject.into(),
                    username,
                    say::AccountDeleted.into(),
                    say::AccountDeletedAdvice.into(),
                )
            },
            Letter::AccountLocked { username, reason, ends_at, time_zone } => Content {
                facts: vec![Fact::of_user(say::FactReason, reason, locale)],
                ..content(
                    say::AccountLockedSubject.into(),
                    username,
                    match ends_at.map(|end| instant_in(end, time_zone.as_deref())) {
                        Some((end, zone)) => say::AccountLockedUntilMail { end, zone }.into(),
                        None => say::AccountLockedMail.into(),
                    },
                    say::AccountLockedAdvice.into(),
                )
            },
            Letter::Booking { username, notice, topic, other, at, details } => {
                let other = other
                    .as_deref()
                    .map_or_else(|| say::FormerMember.into(), |other| Value::name_for_others(plain(other), locale));
                let topic = Value::name_for_others(plain(topic), locale);
                let sentence = notice.sentence(topic, other, Value::text(without_controls(at)));
                let page = Some(&details.page).filter(|page| !page.is_empty());
                let link = page.map(|page| (notice.action(), Link::page(&self.origin, page)));
                Content {
                    facts: details.facts(locale),
                    link,
                    ..content(notice.subject(), username, sentence, notice.advice())
                }
            }
            Letter::Notice { username, notice } => Content {
                facts: notice.facts(locale),
                link: Some((say::DigestOpen.into(), Link::page(&self.origin, "/notifications"))),
                ..content(notice.subject(), username, notice.sentence(), notice.advice())
            },
            Letter::Digest { username, items, has_more } => Content {
                facts: items.iter().map(|item| item.fact(locale)).collect(),
                link: Some((say::DigestOpen.into(), Link::page(&self.origin, "/notifications"))),
                ..content(
                    say::DigestSubject.into(),
                    username,
                    if *has_more { say::DigestWithMore.into() } else { say::Digest.into() },
                    say::DigestAdvice.into(),
                )
            },
        }
    }
}

impl Content {
    /// Returns a text with a colon, for what follows.
    fn label(&self, label: impl Into<Value>) -> String {
        Sentence::from(say::LetterLabel { label: label.into() }).in_language(self.locale)
    }

    fn text(&self) -> String {
        let write = |Fact { name, value, .. }: &Fact| format!("{} {value}\n", self.label(name.clone()));
        let mut facts: String = self.facts.iter().map(write).collect();
        if !facts.is_empty() {
            facts.push('\n');
        }
        let link = self.link.as_ref().map(|(action, link)| {
            let code = link
                .token
                .as_ref()
                .map(|token| format!("{}\n{}\n\n", self.label(say::LetterCode), token.expose_secret()));
            let action = self.label(action.clone());
            format!("{action}\n{}\n\n{}", link.url.expose_secret(), code.unwrap_or_default())
        });
        let unsubscribe = self
            .unsubscribe
            .as_ref()
            .map(|url| format!("\n{}\n{url}\n", self.label(say::LetterUnsubscribe)))
            .unwrap_or_default();
        let link = link.unwrap_or_default();
        format!("{}\n\n{}\n\n{facts}{link}{}\n{unsubscribe}", self.greeting, self.before, self.after)
    }

    fn html(&self) -> String {
        let say = |sentence: Sentence| escape_html(&sentence.in_language(self.locale));
        let link = self.link.as_ref().map(|(action, link)| {
            let code = link.token.as_ref().map(|token| {
                let label = escape_html(&self.label(say::LetterCode));
                format!("<p>{label} <code>{}</code></p>\n", escape_html(token.expose_secret()))
            });
            let url = escape_html(link.url.expose_secret());
            format!("<p><a href=\"{url}\">{}</a></p>\n{}", say(action.clone()), code.unwrap_or_default())
        });
        let facts: String = self.facts.iter().map(|fact| fact.html(&self.label(fact.name.clone()))).collect();
        let facts = if facts.is_empty() { facts } else { format!("<ul>\n{facts}</ul>\n") };
        let unsubscribe = self.unsubscribe.as_ref().map(|url| {
            let action = say(say::LetterUnsubscribe.into());
            format!("<p><small><a href=\"{}\">{action}</a></small></p>\n", escape_html(url))
        });
        let direction = if self.locale.is_right_to_left() { " dir=\"rtl\"" } else { "" };
        format!(
            "<!doctype html>\n<html lang=\"{}\"{direction}>\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body>\n<p>{}</p>\n<p>{}</p>\n{facts}{}<p>{}</p>\n{}</body>\n</html>\n",
            self.locale.as_str(),
            escape_html(&self.subject),
            escape_html(&self.greeting),
            escape_html(&self.before),
            link.unwrap_or_default(),
            escape_html(&self.after),
            unsubscribe.unwrap_or_default(),
        )
    }
}

impl BookingDetails {
    fn facts(&self, locale: Locale) -> Vec<Fact> {
        let of_user = |name: Value, text: &Option<String>| Some(Fact::of_user(name, text.as_ref()?, locale));
        // Checked when the mentor entered it, and of use only as a link.
        let meeting = self.meeting_url.as_ref().map(|url| without_controls(url));
        let facts = [
            self.before.as_ref().map(|time| Fact::new(say::FactBefore, without_controls(time))),
            self.held_until.as_ref().map(|time| Fact::new(say::FactHeldUntil, without_controls(time))),
            of_user(say::FactLocation.into(), &self.location),
            meeting.map(|value| Fact { is_link: true, ..Fact::new(say::FactMeeting, value) }),
            of_user(say::FactQuestion.into(), &self.question),
        ];
        let answers = self
            .answers
            .iter()
            .map(|(question, answer)| Fact::of_user(Value::name_for_others(plain(question), locale), answer, locale));
        let reason = of_user(say::FactReason.into(), &self.reason);
        facts.into_iter().flatten().chain(answers).chain(reason).collect()
    }
}

impl Fact {
    pub(super) fn new(name: impl Into<Value>, value: String) -> Self {
        Self { name: name.into(), value, is_link: false }
    }

    /// A text of a user, on one line.
    pub(super) fn of_user(name: impl Into<Value>, text: &str, locale: Locale) -> Self {
        let text = plain(&text.replace('\n', " "));
        let is_isolated = locale != Locale::En || runs_right_to_left(&text);
        Self::new(name, if is_isolated { isolated(&text) } else { text })
    }

    fn of_kind(kind: DataKind, counts: &str) -> Self {
        Self::new(kind.label(), counts.to_owned())
    }

    fn html(&self, label: &str) -> String {
        let value = escape_html(&self.value);
        let value = if self.is_link { format!("<a href=\"{value}\">{value}</a>") } else { value };
        format!("<li>{} {value}</li>\n", escape_html(label))
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

fn greeting(username: &str, locale: Locale) -> String {
    let username = plain(username);
    let greeting: Sentence = if username.is_empty() {
        say::LetterGreetingNameless.into()
    } else {
        say::LetterGreeting { name: Value::name_for_others(username, locale) }.into()
    };
    greeting.in_language(locale)
}

#[cfg(test)]
#[path = "letters_tests.rs"]
mod tests;
