//! The words of texts that are no names: fields of study, skills, about texts, topics.

use std::collections::BTreeSet;

use super::words::{self, MAX_WORD_LENGTH, Token};
use super::{INDEX_VERSION, names, skills};

/// The pattern of the documents that this version of the program writes.
pub const CURRENT_DOCUMENTS: &str = "2;%";

/// How many words that are only separated by hyphens, dots or apostrophes are also found as one word.
const MAX_JOINED_WORDS: usize = 3;

/// How many pairs of characters of a word without spaces have to match exactly.
const MAX_EXACT_PAIRS: usize = 20;

/// Returns the words of a text and the forms in which people type them.
pub fn forms(text: &str) -> BTreeSet<String> {
    let tokens = words::tokens(text);
    let mut forms = BTreeSet::new();
    for token in &tokens {
        let word = words::truncate(&token.text);
        forms.extend(names::without_article(&word).map(str::to_owned));
        forms.extend(token.spelled_out.clone());
        forms.insert(word);
        if let Some(segments) = &token.segments {
            forms.extend(segments.iter().cloned());
            forms.extend(words::pairs(&token.text));
        }
    }
    forms.extend(joined(&tokens));
    forms
}

/// Returns the words of a text whose parts have no space between them: Node.js is also nodejs.
fn joined(tokens: &[Token]) -> impl Iterator<Item = String> {
    let chunks = tokens.chunk_by(|one, other| one.chunk == other.chunk);
    let joined = chunks.filter(|chunk| (2..=MAX_JOINED_WORDS).contains(&chunk.len()));
    let joined = joined.map(|chunk| chunk.iter().map(|token| token.text.as_str()).collect::<String>());
    joined.filter(|word| word.chars().nth(MAX_WORD_LENGTH).is_none())
}

/// Returns each letter of the scripts without spaces, so that one letter is a whole word of [`exact_words`].
pub fn single_letters(text: &str) -> impl Iterator<Item = String> {
    let tokens = words::tokens(text).into_iter().filter(Token::is_unspaced);
    tokens.flat_map(|token| words::single_letters(&token.text).collect::<Vec<_>>())
}

/// Returns for each different word of a typed text the stored words that all have to match.
pub fn exact_words(text: &str) -> BTreeSet<Vec<String>> {
    let words = words::tokens(text).into_iter().map(|token| {
        if token.is_unspaced() {
            words::typed_pairs(&token.text, MAX_EXACT_PAIRS)
        } else {
            vec![names::without_article(&token.text).unwrap_or(&token.text).to_owned()]
        }
    });
    words.collect()
}

/// Returns the words of a text as one text for [`patterns`], each after a space, with the version of the index in front.
pub fn document(text: &str) -> String {
    let mut document = format!("{INDEX_VERSION};");
    let tokens = words::tokens(text);
    let mut add = |word: &str| {
        document.push(' ');
        document.push_str(word);
    };
    for token in &tokens {
        add(&token.text);
        names::without_article(&token.text).into_iter().for_each(&mut add);
        token.spelled_out.as_deref().into_iter().for_each(&mut add);
        if let Some(stem) = token.text.strip_suffix("js").filter(|_| skills::common_name(&token.text) != token.text) {
            add(stem);
            add("js");
        }
    }
    joined(&tokens).for_each(|word| add(&word));
    document
}

/// Returns patterns that all match the [`document`] of a text with the typed words, or with longer ones that begin with
/// them. Where words are not separated by spaces, they are found in any position.
pub fn patterns(typed: &str) -> Vec<String> {
    let tokens = words::tokens(typed).into_iter();
    tokens
        .map(|token| {
            if token.is_unspaced() {
                format!("%{}%", token.text)
            } else {
                format!("% {}%", names::without_article(&token.text).unwrap_or(&token.text))
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_by_forms_of_its_words() {
        for (text, words) in [
            ("Node.js", &["node", "js", "nodejs"][..]),
            ("الهندسة المعمارية", &["هندسه", "الهندسه", "معماريه"]),
            ("Jürgens Möbel", &["mobel", "moebel"]),
            ("วิศวกรรมคอมพิวเตอร์", &["คอมพิวเตอร", "~กร", "~วิศ"]),
            ("计算机科学", &["科学", "~科学", "~机科"]),
        ] {
            let forms = forms(text);
            for word in words {
                assert!(forms.contains(*word), "{word} {forms:?}");
            }
        }
        assert!(document("").starts_with(CURRENT_DOCUMENTS.trim_end_matches('%')));
        assert_eq!(
            exact_words("数据库 sql"),
            BTreeSet::from([vec!["sql".into()], vec!["~数据".into(), "~据库".into()]])
        );
    }

    #[test]
    fn a_document_contains_what_its_patterns_look_for() {
        for (text, typed) in [
            ("พีชคณิตเชิงเส้น", "เชิงเส้น"),
            ("NodeJS", "node.js"),
            ("Node.js", "nodejs"),
            ("الهندسة", "هندسة"),
            ("هندسة", "الهندسه"),
            ("数据库系统", "据库"),
        ] {
            let document = document(text);
            for pattern in patterns(typed) {
                assert!(document.contains(pattern.trim_matches('%')), "{document} {pattern}");
            }
        }
    }
}
