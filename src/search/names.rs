//! Names as people type them: joined or split, without particles and articles, with the family name first.
//!
//! Names are not romanised: somchai does not find สมชาย. A table of rules (the royal system for Thai, ISO 233 without
//! marks for Arabic, pinyin for Chinese) finds the members whose name is typed by that table's system, and people follow
//! none: สมชาย is Somchai, خوري is Khoury, Khouri, Khuri or Koury, 王 is Wang, Wong, Ong or Heng. Where a name has one
//! syllable, as in Chinese, each hit would come with many that are none. Members who want to be found in Latin letters
//! have a username for it.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::words::{self, MAX_WORD_LENGTH, Token};

/// In front of another form of a name, so that the name itself ranks before it.
pub const VARIANT_SIGN: char = '=';

/// In front of the initial of one name and the whole of another.
const INITIALS_SIGN: char = '^';

/// Longer names have words that are combined with no initial.
const MAX_WORDS_WITH_INITIALS: usize = 6;

/// Words that people leave out of a name.
const PARTICLES: &[&str] = &[
    "aal", "abd", "abu", "ait", "al", "bar", "ben", "bin", "bint", "d", "da", "das", "de", "del", "dela", "della",
    "den", "der", "di", "do", "dos", "du", "el", "ibn", "la", "le", "mac", "mc", "o", "ould", "te", "ter", "van",
    "vande", "vander", "von", "y", "zu", "בנ", "בר", "ابن", "ابو", "ال", "بن",
];

/// Beginnings of joined names, longest first, that are no name by themselves: Khoury is found for Elkhoury.
const JOINED_PARTICLES: &[&str] = &[
    "vander",
    "abdel",
    "abdul",
    "vande",
    "عبدال",
    "ould",
    "abou",
    "dela",
    "abd",
    "abu",
    "ait",
    "ben",
    "bin",
    "mac",
    "van",
    "von",
    "عبد",
    "al",
    "el",
    "la",
    "le",
    "mc",
    "de",
    "du",
    "di",
    "بن",
    "בנ",
];

/// A particle is only taken off if this many letters remain.
const MIN_REST: usize = 4;

/// Prefixes of Arabic words: the article, alone or with a preposition. It is taken off if two letters remain.
const ARTICLES: &[&str] = &["وال", "بال", "كال", "فال", "لل", "ال"];

pub fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word)
}

/// Returns an Arabic word without its article, if it has one.
pub fn without_article(word: &str) -> Option<&str> {
    let rest = ARTICLES.iter().find_map(|article| word.strip_prefix(article))?;
    (rest.chars().count() > 1).then_some(rest)
}

/// Returns a joined name without the particle that it begins with.
pub fn without_particle(word: &str) -> Option<&str> {
    let rest = JOINED_PARTICLES.iter().find_map(|particle| word.strip_prefix(particle))?;
    (rest.chars().nth(MIN_REST - 1).is_some()).then_some(rest)
}

/// Returns the form in which the variant of a name is stored.
pub fn variant(word: &str) -> String {
    format!("{VARIANT_SIGN}{word}")
}

/// Returns the form in which a word is stored with the initial of another name.
pub fn with_initial(other: &str, word: &str) -> String {
    let initial: String = other.chars().take(1).collect();
    initials(&format!("{initial}{word}"))
}

/// Returns the form of [`with_initial`] for an initial and a word that are typed without a space.
pub fn initials(typed: &str) -> String {
    format!("{INITIALS_SIGN}{typed}")
}

/// Returns the names of a member and the forms in which people type them.
pub fn forms(first: &[Token], last: &[Token], username: &[Token]) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    let names: Vec<&Token> = first.iter().chain(last).collect();
    let reversed: Vec<&Token> = last.iter().chain(first).collect();
    let username: Vec<&Token> = username.iter().collect();
    for token in names.iter().chain(&username) {
        add_word(&mut forms, token);
    }
    for sequence in [&names, &username] {
        for length in 2..=3 {
            forms.extend(sequence.windows(length).filter_map(joined).map(|name| variant(&name)));
        }
    }
    for sequence in [&names, &reversed, &username] {
        if sequence.len() > 1 {
            forms.extend(joined(sequence).map(|name| variant(&name)));
        }
        forms.extend(initial_consonants(sequence).map(|name| variant(&name)));
        // Family and given name of a script without spaces are typed as one word.
        let unspaced: String = sequence.iter().filter(|t| t.is_unspaced()).map(|token| token.text.as_str()).collect();
        forms.extend(words::pairs(&unspaced));
    }
    for (index, token) in names.iter().take(MAX_WORDS_WITH_INITIALS).enumerate() {
        let others = names.iter().take(MAX_WORDS_WITH_INITIALS).enumerate().filter(|(other, _)| *other != index);
        forms.extend(others.map(|(_, other)| with_initial(&other.text, &words::truncate(&token.text))));
    }
    forms
}

fn add_word(forms: &mut BTreeSet<String>, token: &Token) {
    let word = words::truncate(&token.text);
    let unmarked: String = word.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect();
    let others = [without_article(&word), without_particle(&word), token.spelled_out.as_deref()];
    forms.extend(others.into_iter().flatten().map(variant));
    if unmarked != word && unmarked.chars().count() > 1 {
        forms.insert(variant(&unmarked));
    }
    forms.extend(token.segments.iter().flatten().cloned());
    forms.insert(word);
}

/// Returns the names as one word, unless it is too long for one.
fn joined(tokens: &[&Token]) -> Option<String> {
    let joined: String = tokens.iter().map(|token| token.text.as_str()).collect();
    joined.chars().nth(MAX_WORD_LENGTH).is_none().then_some(joined)
}

/// Returns the first consonant of each Korean syllable, by which Koreans abbreviate names: ㄱㅁㅈ for 김민지.
fn initial_consonants(tokens: &[&Token]) -> Option<String> {
    let syllables = tokens.iter().flat_map(|token| token.text.chars());
    let consonants: Option<String> = syllables.map(|c| std::iter::once(c).nfd().next()).collect();
    consonants.filter(|consonants| is_consonants(consonants))
}

/// Returns true for two or more Korean consonants.
pub fn is_consonants(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\u{1100}'..='\u{1112}')) && text.chars().nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_are_sorted_and_folded() {
        assert!(PARTICLES.is_sorted());
        assert!(JOINED_PARTICLES.is_sorted_by_key(|particle| std::cmp::Reverse(particle.chars().count())));
        for word in PARTICLES.iter().chain(JOINED_PARTICLES).chain(ARTICLES) {
            assert_eq!(super::super::fold(word), *word);
        }
    }

    #[test]
    fn a_name_has_joined_split_and_shortened_forms() {
        for (first, last, typed) in [
            ("Karim", "Ben Ali", &["=benali", "=karimbenali", "=benalikarim", "ben", "ali", "^kali"][..]),
            ("Rami", "Elkhoury", &["elkhoury", "=khoury"]),
            ("Abd el-Kader", "Aït Ahmed", &["=abdelkader", "=aitahmed", "kader"]),
            ("Jan", "van der Berg", &["=vanderberg", "=derberg", "berg"]),
            ("Ronald", "McDonald", &["mcdonald", "=donald"]),
            ("Jürgen", "Đorđević", &["jurgen", "=juergen", "dordevic", "=djordjevic"]),
            ("سارة", "الخوري", &["=خوري", "الخوري"]),
            ("小明", "王", &["~王小", "~小明", "~明王", "=王小明"]),
            ("민지", "김", &["=ᄀᄆᄌ", "=ᄆᄌᄀ", "~김민"]),
        ] {
            let forms = forms(&words::tokens(first), &words::tokens(last), &[]);
            for form in typed {
                assert!(forms.contains(*form), "{form} {forms:?}");
            }
        }
        assert_eq!(without_particle("alina"), None);
        assert_eq!(without_article("الا"), None);
    }
}
