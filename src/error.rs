//! The errors of rules.
//!
//! A rule returns [`Error`], and `graphql::error` converts it to what a client receives. A store has no "not found": it
//! returns `None`, and the rule decides what that means.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::sentences::Sentence;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a rule failed. Nothing was changed, unless the rule documents otherwise.
#[derive(Clone, Debug)]
pub enum Error {
    /// Problems that the user can correct: the `userErrors` of a payload.
    Refused(Vec<Problem>),
    /// There is no session, or it has ended.
    Unauthenticated,
    /// The viewer may not do this. Only for objects whose existence is not secret; the text is sent to the client.
    Forbidden(&'static str),
    /// A mistake of the client program. The text is sent to the client.
    BadInput(String),
    /// The client requests more than one operation may compute. The text is sent to the client.
    TooComplex(String),
    /// The object of a subscription does not exist. Elsewhere the result is null or a [`Problem`].
    NotFound,
    /// A limit is used up. The client can retry later.
    RateLimited(ExceededLimit),
    /// A required component does not respond, or is overloaded. The client can retry after this long.
    Unavailable(Duration),
    /// A bug or an unexpected failure. It is logged once and never sent.
    Internal(Arc<dyn std::error::Error + Send + Sync>),
}

/// A limit of `amount` in `per` that is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceededLimit {
    pub name: &'static str,
    pub amount: u32,
    pub per: Duration,
    /// The client can retry after this long.
    pub retry_after: Duration,
}

/// One problem of an input that the user can correct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub code: Code,
    /// What is wrong, and what to do.
    pub message: Sentence,
    /// The path below `input` to the invalid field, in names of the schema; `None` if no single field is the cause.
    pub path: Option<Vec<Cow<'static, str>>>,
    /// What was exceeded, in the unit of the field; see [`Code::has_limit`].
    pub limit: Option<i64>,
    /// The earliest instant at which the same input can succeed, if it is known.
    pub retry_at: Option<Timestamp>,
    /// The slot that cannot be booked, if other slots could be booked instead.
    pub slot: Option<Box<WantedSlot>>,
}

/// A slot that a student wants to book, or to which a booking should move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedSlot {
    pub of: SlotOwner,
    pub student: i64,
    pub booking: i64,
    pub starts_at: Timestamp,
}

/// What a wanted slot belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotOwner {
    Appointment(i64),
    /// Any mentor of a topic.
    Topic(i64),
}

/// The code of an error that the user can correct. More codes can be added; treat a code that you do not know as
/// `INVALID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "UserErrorCode")]
pub enum Code {
    /// The value is malformed or not allowed here.
    Invalid,
    /// The text is shorter than allowed, or blank.
    TooShort,
    /// The text or list is longer than allowed.
    TooLong,
    /// The object does not exist, or the viewer may not see it.
    NotFound,
    /// The viewer may not do this.
    Forbidden,
    /// Something else changed at the same time. Load the object again, then decide.
    Conflict,
    /// Another account has this email address.
    EmailTaken,
    /// The domain of the email address is not in `Server.allowedEmailDomains`.
    EmailDomainNotAllowed,
    /// Another account has this username or one that looks like it, or it is reserved.
    UsernameTaken,
    /// The password is too short, too common, or contains the username or email address.
    PasswordWeak,
    /// The username, email address or password is wrong.
    CredentialsWrong,
    /// The password is required as well: the login was too long ago for this change, or a mailed link needs it.
    ReauthenticationRequired,
    /// The mailed token, invitation or code is unknown, used or expired.
    TokenInvalid,
    /// Registration requires an invitation.
    InvitationRequired,
    /// The registration waits for the approval of a moderator.
    ApprovalPending,
    /// The `clientKey` was used with other content.
    IdempotencyMismatch,
    /// The viewer cannot write to this user. The reason is not revealed.
    RecipientUnavailable,
    /// The message is too old to be edited.
    EditWindowOver,
    /// The image or file is damaged or not of an accepted type.
    UnsupportedMedia,
    /// The image has too many pixels or frames, or the file too many bytes.
    TooLarge,
    /// The account has as many of these objects, or as many bytes, as it may have; `limit` is the number.
    QuotaExceeded,
    /// No slot starts at that time: it is outside the availability or off its grid, too soon, too far ahead, or the
    /// appointment cannot be booked at present.
    SlotUnavailable,
    /// No seat is left, or the mentor is busy at that time.
    SlotTaken,
    /// The viewer has another booking at that time.
    Overlap,
    /// The viewer has the maximum number of bookings of this appointment on that day.
    BookingLimit,
    /// The deadline for this has passed.
    NoticeTooShort,
    /// The object is not in a state that allows this.
    WrongState,
    /// Upcoming bookings would lose their time or seat.
    HasBookings,
}

impl Error {
    /// Returns one line for the operator's terminal. There is no `Display`, because a printable error could end up in a
    /// response.
    #[must_use]
    pub fn for_operator(&self) -> String {
        match self {
            Self::Refused(problems) => {
                problems.iter().map(|problem| problem.message.in_english()).collect::<Vec<_>>().join(" ")
            }
            Self::Unauthenticated => "the session has ended".to_owned(),
            Self::Forbidden(reason) => (*reason).to_owned(),
            Self::BadInput(reason) | Self::TooComplex(reason) => reason.clone(),
            Self::NotFound => "the object does not exist".to_owned(),
            Self::RateLimited(limit) => format!("too many attempts; try again in {} s", limit.retry_after.as_secs()),
            Self::Unavailable(_) => "a required component does not respond; try again later".to_owned(),
            Self::Internal(cause) => cause.to_string(),
        }
    }

    /// Returns an error with one problem, at the input field `name`.
    pub fn member(name: &'static str, code: Code, message: impl Into<Sentence>) -> Self {
        Problem::member(name, code, message).into()
    }

    /// Returns an error with one problem that no single input field causes.
    pub fn refused(code: Code, message: impl Into<Sentence>) -> Self {
        Problem::refused(code, message).into()
    }

    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(vec![problem])
    }
}

impl Code {
    /// Returns true if a problem of this kind carries the limit that was exceeded.
    pub const fn has_limit(self) -> bool {
        use Code::{BookingLimit, EditWindowOver, NoticeTooShort, QuotaExceeded, TooLarge, TooLong, TooShort};
        matches!(self, TooShort | TooLong | TooLarge | QuotaExceeded | BookingLimit | NoticeTooShort | EditWindowOver)
    }
}

impl Problem {
    /// Returns a problem that no single input field causes.
    pub fn refused(code: Code, message: impl Into<Sentence>) -> Self {
        Self { code, message: message.into(), path: None, limit: None, retry_at: None, slot: None }
    }

    pub fn member(name: &'static str, code: Code, message: impl Into<Sentence>) -> Self {
        Self { path: Some(vec![Cow::Borrowed(name)]), ..Self::refused(code, message) }
    }

    /// Adds the limit that was exceeded: characters, items, bytes or minutes. A limit that is not a number of the
    /// schema is left out.
    #[must_use]
    pub fn with_limit(self, limit: impl TryInto<i64>) -> Self {
        Self { limit: limit.try_into().ok(), ..self }
    }

    /// Adds the earliest instant at which the same input can succeed.
    #[must_use]
    pub fn with_retry_at(self, retry_at: Timestamp) -> Self {
        Self { retry_at: Some(retry_at), ..self }
    }

    /// Extends the path by the index of a list item.
    #[must_use]
    pub fn at(mut self, index: usize) -> Self {
        self.path.get_or_insert_default().push(index.to_string().into());
        self
    }

    /// Extends the path by an input field.
    #[must_use]
    pub fn below(mut self, name: &'static str) -> Self {
        self.path.get_or_insert_default().push(name.into());
        self
    }
}

/// Collects the problems of an input, so that a client receives all of them at once.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Returns the valid value, or adds its problem.
    pub fn check<T>(&mut self, checked: Result<T, Problem>) -> Option<T> {
        checked.map_err(|problem| self.0.push(problem)).ok()
    }

    /// Returns the value of a rule, or adds the problems with which it refused.
    ///
    /// # Errors
    /// Its other errors.
    pub fn collect<T>(&mut self, outcome: Result<T>) -> Result<Option<T>> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(Error::Refused(problems)) => {
                self.0.extend(problems);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Adds problems.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.0.extend(problems);
    }

    /// Returns the problems.
    pub fn into_problems(self) -> Vec<Problem> {
        self.0
    }

    /// Fails if there are problems.
    ///
    /// # Errors
    /// Refused, with all problems.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Refused(self.0)) }
    }
}
