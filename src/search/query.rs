//! Translates what people type into the ranges of stored words that match it.
//!
//! Each typed word is the beginning of stored ones, from its first letter on if it is the last, from two letters on
//! otherwise; a single letter before others is an initial. Neighbours are also tried as one word.

use std::ops::Range;

use super::names::{self, variant};
use super::words::{self, Token};
use super::{SearchField, skills};

/// How many different words an argument can have.
pub const MAX_WORDS: usize = 10;

/// How many pairs of characters of an argument are looked up. With [`MAX_WORDS`], two arguments fit into [`Bits`].
const MAX_PAIRS: usize = 50;

/// How many neighbours are tried as one word.
const MAX_JOINED_WORDS: usize = 3;

/// A set of parts of the query. Each word is a part; a word in a script without spaces has a part for each pair of
/// letters.
pub type Bits = u128;

/// How a stored word matches a typed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchKind {
    Exact,
    Prefix,
    /// Within a word of a script without spaces, or without a particle.
    Part,
    Typo,
}

/// Stored words that match parts of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    pub fields: &'static [SearchField],
    /// A word that equals the start of the range is an exact match.
    pub range: Range<String>,
    /// The best kind of match.
    pub kind: MatchKind,
    pub bits: Bits,
}

/// A typed word.
#[derive(Clone, Debug)]
pub struct TypedWord {
    pub text: String,
    pub fields: &'static [SearchField],
    pub bits: Bits,
    /// A particle of a name, which the member may not write.
    pub is_optional: bool,
    /// Another word of the argument is specific enough to find members without this one.
    pub can_be_omitted: bool,
    pub tolerates_typos: bool,
}

impl TypedWord {
    /// Returns true if it is so short that many words begin with it.
    pub fn is_short(&self) -> bool {
        self.tolerates_typos && self.text.chars().count() < 3
    }
}

/// The words that a search has to find.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub words: Vec<TypedWord>,
    pub lookups: Vec<Lookup>,
    /// How many parts there are.
    pub parts: usize,
}

impl Query {
    /// Adds the words of an argument. Returns how many there are; beyond [`MAX_WORDS`] none are added.
    pub fn add(&mut self, text: &str, fields: &'static [SearchField]) -> usize {
        let mut tokens: Vec<Token> = Vec::new();
        for token in words::tokens(text) {
            if tokens.iter().all(|other| other.text != token.text) {
                tokens.push(token);
            }
        }
        if tokens.len() > MAX_WORDS {
            return tokens.len();
        }
        let first_word = self.words.len();
        let mut pairs = MAX_PAIRS;
        for (index, token) in tokens.iter().enumerate() {
            let is_last = index + 1 == tokens.len();
            let bits = if token.is_unspaced() {
                self.add_unspaced(token, fields, &mut pairs)
            } else {
                self.add_spaced(token, fields, is_last)
            };
            let is_name = fields.contains(&SearchField::Name);
            self.words.push(TypedWord {
                text: token.text.clone(),
                fields,
                bits,
                is_optional: is_name && !is_last && names::is_particle(&token.text),
                can_be_omitted: false,
                tolerates_typos: !token.is_unspaced(),
            });
        }
        self.add_joined(&tokens, first_word, fields);
        self.mark_omissible(first_word);
        tokens.len()
    }

    fn new_bit(&mut self) -> Bits {
        let bit = 1 << self.parts;
        self.parts += 1;
        bit
    }

    fn push(&mut self, fields: &'static [SearchField], range: Range<String>, kind: MatchKind, bits: Bits) {
        self.lookups.push(Lookup { fields, range, kind, bits });
    }

    fn add_spaced(&mut self, token: &Token, fields: &'static [SearchField], is_last: bool) -> Bits {
        let bits = self.new_bit();
        if token.length() == 1 && !is_last {
            // An initial; or a word of one letter, like the language C.
            self.push(fields, exact_range(&token.text), MatchKind::Exact, bits);
            if fields.contains(&SearchField::Name) {
                self.push(NAME, words::prefix_range(&token.text), MatchKind::Exact, bits);
            }
            return bits;
        }
        self.add_beginning(&token.text, fields, bits);
        if let Some(spelled_out) = &token.spelled_out {
            self.add_beginning(spelled_out, fields, bits);
        }
        if let Some(rest) = names::without_article(&token.text) {
            self.add_beginning(rest, fields, bits);
        }
        if fields.contains(&SearchField::Name)
            && let Some(rest) = names::without_particle(&token.text)
        {
            self.push(NAME, words::prefix_range(rest), MatchKind::Part, bits);
        }
        self.add_skill(&token.text, fields, bits);
        bits
    }

    fn add_beginning(&mut self, word: &str, fields: &'static [SearchField], bits: Bits) {
        self.push(fields, words::prefix_range(word), MatchKind::Exact, bits);
        if fields.contains(&SearchField::Name) {
            self.push(NAME, words::prefix_range(&variant(word)), MatchKind::Exact, bits);
        }
    }

    fn add_skill(&mut self, word: &str, fields: &'static [SearchField], bits: Bits) {
        let common = skills::common_name(word);
        if common != word && fields.contains(&SearchField::Skills) {
            self.push(SKILLS, exact_range(common), MatchKind::Exact, bits);
        }
    }

    fn add_unspaced(&mut self, token: &Token, fields: &'static [SearchField], max_pairs: &mut usize) -> Bits {
        let pairs = words::typed_pairs(&token.text, (*max_pairs).max(1));
        *max_pairs = max_pairs.saturating_sub(pairs.len());
        let mut bits = 0;
        let last = pairs.len().saturating_sub(1);
        for (index, pair) in pairs.iter().enumerate() {
            let bit = self.new_bit();
            let range = if index == last { words::prefix_range(pair) } else { exact_range(pair) };
            self.push(fields, range, MatchKind::Part, bit);
            bits |= bit;
        }
        self.add_beginning(&words::truncate(&token.text), fields, bits);
        if fields.contains(&SearchField::Name) && token.length() > 1 {
            // The first characters of family and given name: 中結 for 中村結衣.
            let initials = names::initials(&words::truncate(&token.text));
            self.push(NAME, words::prefix_range(&initials), MatchKind::Part, bits);
        }
        if fields.contains(&SearchField::Name) && names::is_consonants(&token.text) {
            let consonants = variant(&token.text);
            self.push(NAME, consonants.clone()..format!("{consonants}\u{10FFFF}"), MatchKind::Exact, bits);
        }
        bits
    }

    /// Adds neighbours as one word: Ben Ali is found as Benali, and Node.js as `NodeJS`.
    fn add_joined(&mut self, tokens: &[Token], first_word: usize, fields: &'static [SearchField]) {
        for length in 2..=MAX_JOINED_WORDS {
            for (index, neighbours) in tokens.windows(length).enumerate() {
                let joined: String = neighbours.iter().map(|token| token.text.as_str()).collect();
                if joined.chars().nth(words::MAX_WORD_LENGTH).is_some() {
                    continue;
                }
                let typed = self.words.iter().skip(first_word + index).take(length);
                let bits = typed.fold(0, |bits, word| bits | word.bits);
                if index + length == tokens.len() {
                    self.add_beginning(&joined, fields, bits);
                } else {
                    self.push(fields, exact_range(&joined), MatchKind::Exact, bits);
                    if fields.contains(&SearchField::Name) {
                        self.push(NAME, exact_range(&variant(&joined)), MatchKind::Exact, bits);
                    }
                }
                self.add_skill(&joined, fields, bits);
            }
        }
    }

    fn mark_omissible(&mut self, first_word: usize) {
        let Some(words) = self.words.get_mut(first_word..) else { return };
        let is_specific =
            |word: &TypedWord| !word.is_optional && (!word.tolerates_typos || word.text.chars().nth(1).is_some());
        let specific: Vec<bool> = words.iter().map(is_specific).collect();
        for (index, word) in words.iter_mut().enumerate() {
            word.can_be_omitted = specific.iter().enumerate().any(|(other, specific)| other != index && *specific);
        }
        // At least one word has to match.
        if !specific.contains(&true) {
            for word in words {
                word.is_optional = false;
            }
        }
    }

    /// Returns where members are found by the initial of one name and the beginning of another, for each two neighbours.
    /// Both beginnings can be common without that their combination is.
    pub fn initials(&self) -> Vec<Lookup> {
        let is_name = |word: &&TypedWord| word.fields.contains(&SearchField::Name) && !word.is_optional;
        let names: Vec<&TypedWord> = self.words.iter().filter(is_name).collect();
        let pairs = names.windows(2).filter_map(|pair| <[&TypedWord; 2]>::try_from(pair).ok());
        let lookups = pairs.map(|[one, other]| {
            let (short, long) =
                if one.text.chars().count() < other.text.chars().count() { (one, other) } else { (other, one) };
            let range = words::prefix_range(&names::with_initial(&short.text, &long.text));
            Lookup { fields: NAME, range, kind: MatchKind::Typo, bits: 0 }
        });
        lookups.collect()
    }
}

const NAME: &[SearchField] = &[SearchField::Name];
const SKILLS: &[SearchField] = &[SearchField::Skills];

/// Returns the range of a single word.
pub fn exact_range(word: &str) -> Range<String> {
    word.to_owned()..format!("{word}\u{1}")
}
