//! Words: how a text is cut and folded into them, and when two of them are the same but for a typing mistake.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are cut off here; nobody types that far.
const LONGEST: usize = 40;

/// A beginning of so many letters finds a word.
const SHORTEST_BEGINNING: usize = 3;

/// From so many letters on a mistake is forgiven. The longer of the two words counts, so that a letter may be missing.
const FORGIVEN_FROM: usize = 4;

/// Folds a text: small letters without accents, other forms of a letter as the plain one.
///
/// Only what European scripts call accents goes. The marks of others are letters to their readers, and stay.
pub fn fold(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !is_accent(*c)).flat_map(char::to_lowercase);
    let mut folded = String::with_capacity(text.len());
    for c in plain.filter(|c| !is_accent(*c)) {
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
            // No stored text has one, and PostgreSQL takes none.
            '\0' => folded.push('\u{FFFD}'),
            c => folded.push(c),
        }
    }
    folded.nfc().collect()
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}')
}

/// Cuts a text into folded words: runs of letters and digits. `+` and `#` belong to the word they follow, so that C, C++
/// and C# are three. Every other character only parts words; none means anything.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let is_part = |c: char| c.is_alphanumeric() || is_combining_mark(c) || c == '+' || c == '#';
    let pieces = folded.split(|c| !is_part(c)).map(|piece| piece.trim_start_matches(['+', '#']));
    let words: Vec<String> =
        pieces.filter(|word| !word.is_empty()).map(|word| word.chars().take(LONGEST).collect()).collect();
    words.into_iter()
}

/// Folds a text as a whole: its words with everything between them, blanks made one.
pub fn whole(text: &str) -> String {
    fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Tells whether a typed word may stand for every word that begins with it.
pub fn is_beginning(typed: &str) -> bool {
    typed.chars().nth(SHORTEST_BEGINNING - 1).is_some()
}

/// Returns how a word may be found by its looks: whole, and with each letter left out in turn. Two words that are one
/// mistake apart (a letter too many, missing, wrong, or changed with its neighbour) have one of these in common, and few
/// others have.
pub fn spellings(word: &str) -> BTreeSet<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut spellings = BTreeSet::new();
    if letters.len() + 1 >= FORGIVEN_FROM {
        spellings.insert(word.to_owned());
    }
    if letters.len() >= FORGIVEN_FROM {
        for left_out in 0..letters.len() {
            spellings.insert(letters[..left_out].iter().chain(&letters[left_out + 1..]).collect());
        }
    }
    spellings
}

/// Tells whether two different words are one mistake apart, where mistakes are forgiven.
pub fn is_one_mistake_apart(one: &str, other: &str) -> bool {
    let (mut short, mut long): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if short.len() > long.len() {
        (short, long) = (long, short);
    }
    if long.len() < FORGIVEN_FROM || long.len() > short.len() + 1 {
        return false;
    }
    let same_begin = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same_begin..], &long[same_begin..]);
    let same_end = short.iter().rev().zip(long.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&short[..short.len() - same_end], &long[..long.len() - same_end]) {
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
    fn accents_case_and_forms_do_not_matter() {
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
    fn a_text_is_cut_into_its_words() {
        let cut = |text: &str| words(text).collect::<Vec<_>>();
        assert_eq!(cut("Jean-Luc O'Brien_2"), ["jean", "luc", "o", "brien", "2"]);
        assert_eq!(cut("C, C++ & C#, #rust"), ["c", "c++", "c#", "rust"]);
        assert_eq!(cut("100% _ %% 3.5"), ["100", "3", "5"]);
        assert_eq!(cut("हिन्दी"), ["हिन्दी"]);
        assert_eq!(cut(&"x".repeat(90))[0].len(), LONGEST);
        assert_eq!(whole("  Machine\tLearning  "), "machine learning");
    }

    #[test]
    fn one_mistake_is_forgiven_from_four_letters_on() {
        for (meant, typed) in
            [("lovelace", "lovelac"), ("muller", "mullert"), ("muller", "miller"), ("anna", "nana"), ("anna", "nna")]
        {
            assert!(is_one_mistake_apart(meant, typed) && is_one_mistake_apart(typed, meant), "{meant} {typed}");
        }
        let apart = [("ada", "adb"), ("ada", "ad"), ("anna", "anna"), ("anna", "aann"), ("marek", "markets")];
        for (meant, typed) in apart {
            assert!(!is_one_mistake_apart(meant, typed), "{meant} {typed}");
        }
        assert!(!is_one_mistake_apart("lovelace", "lovelxxe"));
    }

    proptest! {
        #[test]
        fn words_one_mistake_apart_share_a_spelling(one in "[abc]{2,6}", other in "[abc]{2,6}") {
            if is_one_mistake_apart(&one, &other) {
                prop_assert!(!spellings(&one).is_disjoint(&spellings(&other)), "{} {}", one, other);
            }
        }

        #[test]
        fn no_text_is_fatal_and_no_word_has_blanks(text: String) {
            for word in words(&text) {
                prop_assert!(!word.is_empty() && !word.contains(char::is_whitespace));
                prop_assert!(word.chars().count() <= LONGEST);
            }
        }
    }
}
