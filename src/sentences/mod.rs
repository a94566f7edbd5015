//! Sentences for users, in all languages of the program.
//!
//! A sentence is a key and its arguments until its reader is known: [`Sentence::in_language`] is the only way to a text.
//! The texts are in `locales`, a directory for each language. From them `build.rs` generates the module [`say`], with a
//! type for each key, after it has checked that all languages have the same keys with the same arguments.

mod dates;

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

use crate::locale::Locale;
pub use dates::{date_and_time, instant_in, instant_in_utc};

include!(concat!(env!("OUT_DIR"), "/sentences.rs"));

/// A sentence, or a part of one, that can be said in every language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    key: &'static str,
    arguments: Vec<(&'static str, Value)>,
}

/// What stands in a gap of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number, which also decides the plural.
    Number(i64),
    /// A name or a text of a user. It is isolated, because it can run in the other direction.
    Name(String),
    /// A text of this program that is the same in all languages, such as a URL.
    Text(Cow<'static, str>),
    Sentence(Box<Sentence>),
}

impl Value {
    /// Returns a name or a text of a user.
    pub fn name(name: impl Into<String>) -> Self {
        Self::Name(name.into())
    }

    /// Returns a name or a text of a user for a mail or a calendar, which other programs show. In English it is isolated
    /// only if it has letters that run from right to left: mails in English are in ASCII where they can be.
    pub fn name_for_others(name: impl Into<String>, locale: Locale) -> Self {
        let name = name.into();
        if locale == Locale::En && !runs_right_to_left(&name) { Self::text(name) } else { Self::Name(name) }
    }

    /// Returns a text of this program that is the same in all languages.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Returns a number. One that is larger than an `i64` stands as the largest.
    pub fn number(number: impl TryInto<i64>) -> Self {
        Self::Number(number.try_into().unwrap_or(i64::MAX))
    }

    fn in_language(&self, locale: Locale) -> FluentValue<'_> {
        match self {
            Self::Number(number) => (*number).into(),
            Self::Name(name) => isolated(name).into(),
            Self::Text(text) => (&**text).into(),
            Self::Sentence(sentence) => sentence.in_language(locale).into(),
        }
    }
}

impl<S: Into<Sentence>> From<S> for Value {
    fn from(sentence: S) -> Self {
        Self::Sentence(Box::new(sentence.into()))
    }
}

impl Sentence {
    fn new(key: &'static str, arguments: Vec<(&'static str, Value)>) -> Self {
        Self { key, arguments }
    }

    /// Returns the text in a language.
    pub fn in_language(&self, locale: Locale) -> String {
        let bundle = &BUNDLES[locale as usize];
        let Some(pattern) = bundle.get_message(self.key).and_then(|message| message.value()) else {
            return self.key.to_owned();
        };
        let mut arguments = FluentArgs::with_capacity(self.arguments.len());
        for (name, value) in &self.arguments {
            arguments.set(*name, value.in_language(locale));
        }
        bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }

    /// Returns the text for operators, logs and client authors.
    pub fn in_english(&self) -> String {
        self.in_language(Locale::En)
    }
}

/// Isolates a text from the direction of the text around it (UAX #9). Isolates of its own would end this one.
pub fn isolated(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, '\u{2066}'..='\u{2069}')).collect();
    format!("\u{2068}{text}\u{2069}")
}

/// Returns true if a text has letters that run from right to left.
pub fn runs_right_to_left(text: &str) -> bool {
    let classes = CodePointMapData::<BidiClass>::new();
    text.chars().any(|c| matches!(classes.get(c), BidiClass::RightToLeft | BidiClass::ArabicLetter))
}

type Bundle = FluentBundle<FluentResource>;

/// The sentences of each language, in the order of [`Locale::ALL`], read when they are first used.
static BUNDLES: [LazyLock<Bundle>; Locale::ALL.len()] = [
    LazyLock::new(|| read(Locale::En)),
    LazyLock::new(|| read(Locale::Fr)),
    LazyLock::new(|| read(Locale::Th)),
    LazyLock::new(|| read(Locale::Ro)),
    LazyLock::new(|| read(Locale::Ar)),
];

fn read(locale: Locale) -> Bundle {
    let mut bundle = Bundle::new_concurrent(locale.as_str().parse().into_iter().collect());
    // Names are isolated by their type; numbers and texts of the program need it in no language.
    bundle.set_use_isolating(false);
    let files = FILES.iter().find(|(language, _)| *language == locale.as_str()).map_or(&[][..], |(_, files)| files);
    for file in files {
        // The build has read the same files.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
#[path = "../../build/sentences.rs"]
mod source;

#[cfg(test)]
mod tests;
