//! What can go wrong, in the domain's words.
//!
//! Rules return [`Error`]; `graphql::error` turns it into what a client sees. A store never says "not found": it returns
//! `None`, and the rule says what that means.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done. Nothing was changed, unless the rule says otherwise.
#[derive(Clone, Debug)]
pub enum Error {
    /// The person who asks can do something about these: the `userErrors` of a payload.
    Refused(Vec<Problem>),
    /// Nobody is signed in, or the session is over.
    Unauthenticated,
    /// The viewer may not do this, and its existence is no secret.
    Forbidden(&'static str),
    /// The client program sent what no program should.
    BadInput(String),
    /// Only where a stream is opened on something; elsewhere absence is null or a [`Problem`].
    NotFound,
    /// Asked too often; may be asked again after this long.
    RateLimited(Duration),
    /// A part that is needed does not answer now; may be asked again after this long.
    Unavailable(Duration),
    /// A fault of ours. Logged once, never sent.
    Internal(Arc<dyn std::error::Error + Send + Sync>),
}

/// One thing that a person can correct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub code: Code,
    /// A sentence for people.
    pub message: Cow<'static, str>,
    /// Members of the input below `input`, in schema names; `None` where no single member is at fault.
    pub path: Option<Vec<Cow<'static, str>>>,
}

/// What is wrong, for programs. Clients must expect more values to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "UserErrorCode")]
pub enum Code {
    /// The value is malformed or not allowed here.
    Invalid,
    /// The text is shorter than allowed, or blank.
    TooShort,
    /// The text or list is longer than allowed.
    TooLong,
    /// There is no such object, or the viewer may not see it.
    NotFound,
    /// The viewer may not do this.
    Forbidden,
    /// Something else changed in between: read again, then decide.
    Conflict,
    /// Another account has this address.
    EmailTaken,
    /// Another account has this name, or one that looks like it, or the name is reserved.
    UsernameTaken,
    /// The password is too short, too common, or contains the name or address.
    PasswordWeak,
    /// The name, address or password is wrong.
    CredentialsWrong,
    /// The login is too long ago for this: send the password along.
    ReauthenticationRequired,
    /// The mailed token is unknown, used up or too old.
    TokenInvalid,
    /// The key was used with other content.
    IdempotencyMismatch,
    /// The viewer cannot write to this person. The reason is not told.
    RecipientUnavailable,
    /// The message is too old to be edited.
    EditWindowOver,
    /// The file is not a picture of an accepted kind, or a damaged one.
    UnsupportedMedia,
    /// The picture has too many pixels or frames.
    TooLarge,
    /// The viewer's share of the storage is used up.
    QuotaExceeded,
    /// No session begins then: outside the hours, off their grid, too soon, too far ahead, or the offer rests.
    SlotUnavailable,
    /// No seat is left, or the mentor is busy then.
    SlotTaken,
    /// The viewer is in another place then.
    Overlap,
    /// The viewer has as many bookings with this mentor that day as the mentor allows.
    BookingLimit,
    /// It is too late for that.
    NoticeTooShort,
    /// That cannot be done in this state.
    WrongState,
    /// There are bookings that this would leave without their time.
    HasBookings,
}

impl Error {
    /// Returns one line for the operator's terminal. Not `Display`: what is printable would slide into answers.
    #[must_use]
    pub fn for_operator(&self) -> String {
        match self {
            Self::Refused(problems) => problems.iter().map(|problem| &*problem.message).collect::<Vec<_>>().join(" "),
            Self::Unauthenticated => "nobody is signed in".to_owned(),
            Self::Forbidden(why) => (*why).to_owned(),
            Self::BadInput(why) => why.clone(),
            Self::NotFound => "there is no such thing".to_owned(),
            Self::RateLimited(wait) => format!("too many attempts; again in {} s", wait.as_secs()),
            Self::Unavailable(_) => "a part that is needed does not answer".to_owned(),
            Self::Internal(cause) => cause.to_string(),
        }
    }

    /// Refuses for one reason that lies in the member `name` of the input.
    pub fn member(name: &'static str, code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(vec![Problem::member(name, code, message)])
    }

    /// Refuses for one reason that lies in no single member.
    pub fn refused(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(vec![Problem { code, message: message.into(), path: None }])
    }

    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }
}

impl Problem {
    pub fn member(name: &'static str, code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), path: Some(vec![Cow::Borrowed(name)]) }
    }

    /// Points at one item of a list.
    #[must_use]
    pub fn at(mut self, place: usize) -> Self {
        self.path.get_or_insert_default().push(place.to_string().into());
        self
    }

    /// Points at a member of such an item.
    #[must_use]
    pub fn below(mut self, name: &'static str) -> Self {
        self.path.get_or_insert_default().push(name.into());
        self
    }
}

/// Gathers what is wrong, so that a form learns all of it at once.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Keeps a checked value, or notes what is wrong with it.
    pub fn check<T>(&mut self, checked: Result<T, Problem>) -> Option<T> {
        checked.map_err(|problem| self.0.push(problem)).ok()
    }

    /// Notes what was found wrong elsewhere.
    pub fn extend(&mut self, found: impl IntoIterator<Item = Problem>) {
        self.0.extend(found);
    }

    /// # Errors
    /// Refused, with everything noted so far.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Refused(self.0)) }
    }
}
