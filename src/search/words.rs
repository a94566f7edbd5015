//! Splits and folds texts into words, and decides whether two words differ by a single typing error.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are truncated.
const MAX_WORD_LENGTH: usize = 40;

/// How many letters a word needs to match longer words that begin with it.
const MIN_PREFIX_LENGTH: usize = 3;

/// How many letters the longer of two words needs for a typing error to be tolerated.
const MIN_TYPO_LENGTH: usize = 4;

/// Folds a text: lower case, without accents, variants of a letter as the base letter.
///
/// Only the accents of European scripts are removed. In other scripts, combining marks distinguish words.
pub fn fold(text: &str) -> String {
    let letters = text.nfkd().filter(|c| !is_accent(*c)).flat_map(char::to_lowercase);
    let mut folded = String::with_capacity(text.len());
    for c in letters.filter(|c| !is_accent(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            // Stored texts never contain it, and PostgreSQL rejects it.
            '\0' => folded.push('\u{FFFD}'),
            c => folded.push(c),
        }
    }
    folded.nfc().collect()
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}')
}

/// Splits a text into folded words: sequences of letters and digits.
///
/// `+` and `#` belong to the word before them, so that C, C++ and C# are three words. All other characters only
/// separate words.
pub fn split_words(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let is_part = |c: char| c.is_alphanumeric() || is_combining_mark(c) || c == '+' || c == '#';
    let pieces = folded.split(|c| !is_part(c)).map(|piece| piece.trim_start_matches(['+', '#']));
    let words: Vec<String> =
        pieces.filter(|word| !word.is_empty()).map(|word| word.chars().take(MAX_WORD_LENGTH).collect()).collect();
    words.into_iter()
}

/// Folds a text as one phrase: keeps all characters, and collapses blanks.
pub fn fold_phrase(text: &str) -> String {
    fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns whether a typed word also matches the words that begin with it.
pub fn matches_prefixes(typed: &str) -> bool {
    typed.chars().nth(MIN_PREFIX_LENGTH - 1).is_some()
}

/// Returns the spellings by which a word is found despite a typing error: the word itself, and the word without each of
/// its letters.
///
/// Two words that are one edit apart share a spelling; few other pairs do.
pub fn spellings(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut spellings = BTreeSet::new();
    if letters.len() + 1 >= MIN_TYPO_LENGTH {
        spellings.insert(word.to_owned());
    }
    if letters.len() >= MIN_TYPO_LENGTH {
        for omitted in 0..letters.len() {
            spellings.insert(letters[..omitted].iter().chain(&letters[omitted + 1..]).collect());
        }
    }
    spellings
}

/// Returns whether two words differ by one edit: a wrong, missing or additional letter, or two adjacent letters
/// swapped. Returns false for equal words, and for words that are too short for an error to be tolerated.
pub fn is_one_edit_apart(one: &str, other: &str) -> bool {
    let (mut short, mut long): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if short.len() > long.len() {
        (short, long) = (long, short);
    }
    if long.len() < MIN_TYPO_LENGTH || long.len() > short.len() + 1 {
        return false;
    }
    let prefix = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[prefix..], &long[prefix..]);
    let suffix = short.iter().rev().zip(long.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&short[..short.len() - suffix], &long[..long.len() - suffix]) {
        ([] | [_], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folding_removes_accents_case_and_letter_variants() {
        for (text, folded) in [
            ("José", "jose"),
            ("MÜLLER", "muller"),
            ("Straße", "strasse"),
            ("Øverland", "overland"),
            ("Błaszczyk", "blaszczyk"),
            ("İpek Yılmaz", "ipek yilmaz"),
            ("Þórr Æsir", "thorr aesir"),
            ("Ｆｕｌｌ", "full"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
            ("김철수", "김철수"),
            ("が", "が"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn a_text_is_split_into_words() {
        let split = |text: &str| split_words(text).collect::<Vec<_>>();
        assert_eq!(split("Jean-Luc O'Brien_2"), ["jean", "luc", "o", "brien", "2"]);
        assert_eq!(split("C, C++ & C#, #rust"), ["c", "c++", "c#", "rust"]);
        assert_eq!(split("100% _ %% 3.5"), ["100", "3", "5"]);
        assert_eq!(split("हिन्दी"), ["हिन्दी"]);
        assert_eq!(split(&"x".repeat(90))[0].len(), MAX_WORD_LENGTH);
        assert_eq!(fold_phrase("  Machine\tLearning  "), "machine learning");
    }

    #[test]
    fn one_typing_error_is_tolerated_from_four_letters_on() {
        for (meant, typed) in
            [("lovelace", "lovelac"), ("muller", "mullert"), ("muller", "miller"), ("anna", "nana"), ("anna", "nna")]
        {
            assert!(is_one_edit_apart(meant, typed) && is_one_edit_apart(typed, meant), "{meant} {typed}");
        }
        let apart = [("ada", "adb"), ("ada", "ad"), ("anna", "anna"), ("anna", "aann"), ("marek", "markets")];
        for (meant, typed) in apart {
            assert!(!is_one_edit_apart(meant, typed), "{meant} {typed}");
        }
        assert!(!is_one_edit_apart("lovelace", "lovelxxe"));
    }

    proptest! {
        #[test]
        fn words_one_edit_apart_share_a_spelling(one in "[abc]{2,6}", other in "[abc]{2,6}") {
            if is_one_edit_apart(&one, &other) {
                prop_assert!(!spellings(&one).is_disjoint(&spellings(&other)), "{} {}", one, other);
            }
        }

        #[test]
        fn no_text_panics_and_no_word_contains_blanks(text: String) {
            for word in split_words(&text) {
                prop_assert!(!word.is_empty() && !word.contains(char::is_whitespace));
                prop_assert!(word.chars().count() <= MAX_WORD_LENGTH);
            }
        }
    }
}
