//! The languages of the program, and the one that the header `Accept-Language` of a request asks for.

mod negotiation;

pub use negotiation::negotiate;

use crate::error::{Code, Problem};
use crate::sentences::{Value, say};

/// A language of emails, pushes, calendars and error messages. Its sentences are in `locales`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    En,
    Fr,
    Th,
    Ro,
    Ar,
}

impl Locale {
    pub const ALL: [Self; 5] = [Self::En, Self::Fr, Self::Th, Self::Ro, Self::Ar];

    /// Returns the language of a tag in its canonical form.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.as_str() == tag)
    }

    /// Returns all languages, the default first.
    pub fn default_first(default: Self) -> impl Iterator<Item = Self> {
        std::iter::once(default).chain(Self::ALL.into_iter().filter(move |locale| *locale != default))
    }

    /// Returns what stands between the items of a list.
    pub fn comma(self) -> &'static str {
        match self {
            Self::Ar => "، ",
            Self::En | Self::Fr | Self::Ro => ", ",
            Self::Th => " ",
        }
    }

    /// Returns true if the language is written from right to left.
    pub fn is_right_to_left(self) -> bool {
        self == Self::Ar
    }
}

/// Returns the language of a tag in its canonical form, which a user has chosen.
///
/// # Errors
/// Invalid, at the input field `name`, if the program does not speak it.
pub fn check_locale(tag: &str, name: &'static str) -> Result<Locale, Problem> {
    Locale::from_tag(tag).ok_or_else(|| {
        let tags: Vec<&str> = Locale::ALL.into_iter().map(Locale::as_str).collect();
        Problem::member(name, Code::Invalid, say::LocaleNotSpoken { locales: Value::text(tags.join(", ")) })
    })
}
