//! Splits texts into words, and decides whether two words differ by a single typing error.
//!
//! Scripts that separate words by spaces are split there. Texts in the others (Thai, Lao, Khmer, Burmese, Chinese,
//! Japanese; Korean, which writes compounds without spaces) are cut by the dictionaries of ICU. A dictionary does not
//! know most names and new terms, so that each pair of adjacent characters is indexed as well.

use std::collections::BTreeSet;
use std::ops::Range;

use icu_properties::props::{DefaultIgnorableCodePoint, Script};
use icu_properties::{CodePointMapData, CodePointSetData};
use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::fold::{APOSTROPHES, fold, fold_spelled_out};

/// Longer words are truncated.
pub const MAX_WORD_LENGTH: usize = 40;

/// How many letters the longer of two words needs for a typing error to be tolerated.
const MIN_TYPO_LENGTH: usize = 4;

/// In front of a pair of characters, which is no word. No word begins with it.
const PAIR_SIGN: char = '~';

/// A sequence of letters, marks and digits, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    /// With ü as ue, if it has such letters.
    pub spelled_out: Option<String>,
    /// In a script without spaces: the words of which the dictionary says that `text` consists of them.
    pub segments: Option<Vec<String>>,
    /// Tokens of the same chunk have no space between them.
    pub chunk: usize,
}

impl Token {
    pub fn is_unspaced(&self) -> bool {
        self.segments.is_some()
    }

    pub fn length(&self) -> usize {
        self.text.chars().count()
    }
}

/// Splits a text into tokens.
///
/// `+` and `#` belong to the word before them, so that C, C++ and C# are three words. All other characters only
/// separate words.
pub fn tokens(text: &str) -> Vec<Token> {
    let text: String = text.nfc().collect();
    let mut tokens = Vec::new();
    for (chunk, part) in text.split_whitespace().enumerate() {
        for piece in part.split(|c| !is_part(c)) {
            for (run, is_unspaced) in runs(piece) {
                let spelled_out = if is_unspaced { None } else { fold_spelled_out(run) };
                // Folding can bring separators forth: ½ becomes 1⁄2.
                for text in fold(run).split(|c| !is_part(c)).map(|text| text.trim_start_matches(['+', '#'])) {
                    if !text.is_empty() {
                        tokens.push(Token {
                            text: if is_unspaced { text.to_owned() } else { truncate(text) },
                            spelled_out: spelled_out.as_deref().map(truncate),
                            segments: is_unspaced.then(|| segments(run)),
                            chunk,
                        });
                    }
                }
            }
        }
    }
    tokens
}

/// Returns the folded words of a text, without other forms of them.
pub fn split_words(text: &str) -> Vec<String> {
    tokens(text).into_iter().map(|token| token.text).collect()
}

pub fn truncate(word: &str) -> String {
    word.chars().take(MAX_WORD_LENGTH).collect()
}

fn is_part(c: char) -> bool {
    !APOSTROPHES.contains(&c) && (c.is_alphanumeric() || c == '+' || c == '#' || is_attached(c))
}

/// Returns true for characters that belong to the letter before them: marks and joiners.
fn is_attached(c: char) -> bool {
    is_combining_mark(c) || c == 'ー' || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Splits a sequence of letters where a script without spaces begins or ends.
fn runs(piece: &str) -> Vec<(&str, bool)> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut was_unspaced = None;
    for (index, c) in piece.char_indices().filter(|(_, c)| !is_attached(*c)) {
        let is_unspaced = is_unspaced(c);
        if was_unspaced.is_some_and(|was| was != is_unspaced) {
            runs.push((&piece[start..index], !is_unspaced));
            start = index;
        }
        was_unspaced = Some(is_unspaced);
    }
    runs.extend(was_unspaced.map(|is_unspaced| (&piece[start..], is_unspaced)));
    runs
}

/// Returns true for letters of scripts that do not separate all words by spaces.
fn is_unspaced(c: char) -> bool {
    c == '々'
        || matches!(
            CodePointMapData::<Script>::new().get(c),
            Script::Thai
                | Script::Lao
                | Script::Khmer
                | Script::Myanmar
                | Script::Han
                | Script::Hiragana
                | Script::Katakana
                | Script::Hangul
                | Script::Bopomofo
                | Script::TaiLe
                | Script::NewTaiLue
                | Script::TaiTham
                | Script::TaiViet
                | Script::Javanese
                | Script::Balinese
                | Script::Cham
        )
}

fn segments(run: &str) -> Vec<String> {
    let segmenter = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
    let ends: Vec<usize> = segmenter.segment_str(run).collect();
    let words = ends.windows(2).filter_map(|ends| run.get(ends[0]..ends[1])).map(|word| truncate(&fold(word)));
    words.filter(|word| !word.is_empty()).collect()
}

/// Splits a folded text into letters with their marks.
fn letters(text: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut joins_next = false;
    for (index, c) in text.char_indices() {
        if starts.is_empty() || !(joins_next || is_combining_mark(c) || matches!(c, 'ำ' | 'ຳ')) {
            starts.push(index);
        }
        // The signs of Khmer and Burmese that put the next consonant below this one.
        joins_next = matches!(c, '\u{17D2}' | '\u{1039}');
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| text.get(*start..end)).collect()
}

/// Returns the pairs of adjacent letters by which a text without spaces is found, and its last letter.
pub fn pairs(text: &str) -> impl Iterator<Item = String> {
    let letters = letters(text);
    let second = letters.iter().copied().skip(1).chain([""]);
    let pairs: Vec<String> =
        letters.iter().zip(second).map(|(first, second)| format!("{PAIR_SIGN}{first}{second}")).collect();
    pairs.into_iter()
}

/// Returns the letters of a text without spaces in the form of [`pairs`]: a single letter then equals a stored word.
pub fn single_letters(text: &str) -> impl Iterator<Item = String> {
    letters(text).into_iter().map(|letter| format!("{PAIR_SIGN}{letter}"))
}

/// Returns the pairs that a text contains if it contains this typed one: the first `max` of them.
pub fn typed_pairs(text: &str, max: usize) -> Vec<String> {
    let mut pairs: Vec<String> = pairs(text).collect();
    if pairs.len() > 1 {
        pairs.pop();
    }
    pairs.truncate(max);
    pairs
}

/// Returns the range of words that begin with a typed one.
///
/// A Korean syllable is composed while it is typed: 기 is the beginning of 김, and ㄱ that of both.
pub fn prefix_range(typed: &str) -> Range<String> {
    const FIRST_SYLLABLE: u32 = 0xAC00;
    const SYLLABLES_PER_CONSONANT: u32 = 588;
    const SYLLABLES_PER_VOWEL: u32 = 28;
    let last = typed.chars().next_back().unwrap_or_default();
    let rest = typed.strip_suffix(last).unwrap_or_default();
    let range_from = |first: u32, count: u32| {
        let [first, last] = [first, first + count - 1].map(|c| char::from_u32(c).unwrap_or(last));
        format!("{rest}{first}")..format!("{rest}{last}\u{10FFFF}")
    };
    match last {
        '\u{1100}'..='\u{1112}' => {
            let first = FIRST_SYLLABLE + (u32::from(last) - 0x1100) * SYLLABLES_PER_CONSONANT;
            range_from(first, SYLLABLES_PER_CONSONANT)
        }
        '가'..='힣' if (u32::from(last) - FIRST_SYLLABLE).is_multiple_of(SYLLABLES_PER_VOWEL) => {
            range_from(u32::from(last), SYLLABLES_PER_VOWEL)
        }
        _ => typed.to_owned()..format!("{typed}\u{10FFFF}"),
    }
}

/// Returns whether typing errors are tolerated in a stored word: it is no derived form, and its script is not syllabic.
pub fn tolerates_typos(word: &str) -> bool {
    word.chars().all(|c| is_part(c) && !is_unspaced(c))
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
    fn a_text_is_split_into_words() {
        assert_eq!(split_words("Jean-Luc O'Brien_2"), ["jean", "luc", "o", "brien", "2"]);
        assert_eq!(split_words("C, C++ & C#, #rust"), ["c", "c++", "c#", "rust"]);
        assert_eq!(split_words("100% _ %% 3.5 ½"), ["100", "3", "5", "1", "2"]);
        assert_eq!(split_words("हिन्दी Na\u{2BC}im"), ["हिन्दी", "na", "im"]);
        assert_eq!(split_words("3D打印 C语言"), ["3d", "打印", "c", "语言"]);
        assert_eq!(split_words(&"x".repeat(90))[0].len(), MAX_WORD_LENGTH);
        assert_eq!(tokens("Node.js now").iter().map(|token| token.chunk).collect::<Vec<_>>(), [0, 0, 1]);
    }

    #[test]
    fn a_text_without_spaces_is_cut_by_dictionary_and_by_pairs() {
        for (text, words) in [
            ("วิศวกรรมคอมพิวเตอร์", &["วิศวกรรม", "คอมพิวเตอร"][..]),
            ("พีชคณิตเชิงเส้น", &["พีชคณิต", "เชิง", "เสน"]),
            ("数据库系统", &["数据", "库", "系统"]),
            ("東京大学", &["東京", "大学"]),
            ("コンピューター科学", &["こんぴゅた", "科学"]),
            ("ວິທະຍາສາດຄອມພິວເຕີ", &["ວິທະຍາສາດ", "ຄອມພິວເຕີ"]),
        ] {
            assert_eq!(tokens(text)[0].segments.as_deref().unwrap_or_default(), words, "{text}");
        }
        assert_eq!(pairs("数据库").collect::<Vec<_>>(), ["~数据", "~据库", "~库"]);
        assert_eq!(pairs("น้ำใจ").collect::<Vec<_>>(), ["~น้ำใ", "~ใจ", "~จ"]);
        assert_eq!(typed_pairs("数据库", 9), ["~数据", "~据库"]);
        assert_eq!(typed_pairs("数", 9), ["~数"]);
        assert_eq!(letters("ស្រីមុំ"), ["ស្រី", "មុំ"]);
    }

    #[test]
    fn an_incomplete_syllable_is_the_beginning_of_a_syllable() {
        for (typed, word) in [("ㄱ", "김민지"), ("기", "김민지"), ("김", "김민지"), ("김ㅁ", "김민지"), ("an", "ana")]
        {
            assert!(prefix_range(&fold(typed)).contains(&word.to_owned()), "{typed}");
        }
        for (typed, word) in [("ㄴ", "김민지"), ("고", "김민지"), ("김민", "김미"), ("an", "am")] {
            assert!(!prefix_range(&fold(typed)).contains(&word.to_owned()), "{typed}");
        }
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
        assert!(tolerates_typos("lovelace") && !tolerates_typos("~数据") && !tolerates_typos("数据"));
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
            for token in tokens(&text) {
                prop_assert!(!token.text.is_empty() && !token.text.contains(char::is_whitespace));
                prop_assert!(token.is_unspaced() || token.length() <= MAX_WORD_LENGTH);
                prop_assert!(prefix_range(&token.text).contains(&token.text) || token.is_unspaced());
            }
        }
    }
}
