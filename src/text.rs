//! Validation of free text before it is stored.
//!
//! What users paste along without seeing it is cleaned: line breaks of other systems, direction marks around numbers. What
//! could hide or cover text beside it is rejected.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

use crate::error::{Code, Problem};
use crate::sentences::{Sentence, Value, say};

/// How many lines a text can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    One,
    Many,
}

/// Returns a size in the unit that people read: `500 bytes`, `19.5 KiB`, `8 MiB`.
pub fn readable_size(bytes: usize) -> String {
    for (unit, size) in [("MiB", 1024 * 1024), ("KiB", 1024)] {
        if bytes >= size {
            let tenths = bytes % size * 10 / size;
            let fraction = if tenths == 0 { String::new() } else { format!(".{tenths}") };
            return format!("{}{fraction} {unit}", bytes / size);
        }
    }
    format!("{bytes} bytes")
}

/// The largest number of marks above and below one letter. The scripts in use need at most three.
const MAX_MARKS: usize = 4;

/// Cleans a text and checks its length in code points.
///
/// [`Lines::One`]: trimmed; a tab becomes a space. [`Lines::Many`]: blank lines around it and spaces at its end are
/// removed; the first line keeps its indentation if others are indented too; every kind of line break becomes `\n`. Directional embeddings
/// and overrides are removed, and isolates are closed at the end of their line, so that a text does not change the
/// direction of what follows it.
///
/// # Errors
/// The problem, at the input field `name`: control characters, line breaks in a single line, more marks on a letter than
/// any script needs. A text without a visible character is too short, unless `min` is 0.
pub fn check_text(name: &'static str, value: &str, min: usize, max: usize, lines: Lines) -> Result<String, Problem> {
    let text = clean(value, lines);
    if let Some((index, c)) = text.chars().enumerate().find(|(_, c)| is_forbidden(*c, lines)) {
        let message: Sentence = match c {
            '\n' => say::NotASingleLine.into(),
            c => {
                let character = Value::text(format!("U+{:04X}", u32::from(c)));
                say::ControlCharacter { character, position: Value::number(index + 1) }.into()
            }
        };
        return Err(Problem::member(name, Code::Invalid, message));
    }
    if has_stacked_marks(&text) {
        let message = say::StackedMarks { max: Value::number(MAX_MARKS) };
        return Err(Problem::member(name, Code::Invalid, message));
    }
    if min > 0 && is_blank(&text) {
        return Err(Problem::member(name, Code::TooShort, say::MustNotBeEmpty).with_limit(min));
    }
    check_length(name, &text, min, max)?;
    Ok(text)
}

/// Returns true if no character of a text is visible: spaces, joiners, fillers, and marks without a letter.
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(is_visible)
}

fn is_visible(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let has_ink = [
        GeneralCategoryGroup::Letter,
        GeneralCategoryGroup::Number,
        GeneralCategoryGroup::Punctuation,
        GeneralCategoryGroup::Symbol,
    ]
    .into_iter()
    .any(|group| group.contains(category));
    // The blank pattern of Braille is a symbol. Unassigned characters may get an image with a later version of Unicode.
    (has_ink && c != '\u{2800}' || category == GeneralCategory::Unassigned || category == GeneralCategory::PrivateUse)
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn clean(value: &str, lines: Lines) -> String {
    let mut text = String::with_capacity(value.len());
    // Isolates that are open in the current line.
    let mut isolates = 0_usize;
    let mut characters = value.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                close_isolates(&mut text, &mut isolates);
                text.push('\n');
            }
            '\t' if lines == Lines::One => text.push(' '),
            '\u{202A}'..='\u{202E}' => {}
            '\u{2066}'..='\u{2068}' => {
                isolates += 1;
                text.push(c);
            }
            '\u{2069}' => {
                if isolates > 0 {
                    isolates -= 1;
                    text.push(c);
                }
            }
            c => text.push(c),
        }
    }
    close_isolates(&mut text, &mut isolates);
    match lines {
        Lines::One => text.trim().to_owned(),
        Lines::Many => without_blank_lines_around(&text).to_owned(),
    }
}

fn close_isolates(text: &mut String, isolates: &mut usize) {
    text.extend(std::iter::repeat_n('\u{2069}', std::mem::take(isolates)));
}

fn without_blank_lines_around(text: &str) -> &str {
    let text = text.trim_end();
    // A space before a text without other indentation is a slip.
    if !text.trim_start().contains("\n ") && !text.trim_start().contains("\n\t") {
        return text.trim_start();
    }
    let indentation = text.len() - text.trim_start().len();
    let first_line = text[..indentation].rfind('\n').map_or(0, |at| at + 1);
    &text[first_line..]
}

/// Returns a name of something that a user owns, which is cleaned and never rejected: without control characters, line
/// breaks, characters that change the direction, and marks that [`check_text`] rejects. Empty if nothing in it is
/// visible.
pub fn visible_name(name: &str) -> String {
    let mut marks = 0;
    let mut cleaned = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !is_hidden(*c)) {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks <= MAX_MARKS {
            cleaned.push(if c == '\t' { ' ' } else { c });
        }
    }
    if is_blank(&cleaned) { String::new() } else { cleaned }
}

/// Removes white space and invisible characters around a short text that is pasted, such as a URL.
pub fn trim_invisible(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c))
}

/// Control characters, line and paragraph separators, and marks, embeddings, overrides and isolates of the direction: with
/// them `fdp.exe` can look like `exe.pdf`.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(
            c,
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}'
        )
}

fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

fn has_stacked_marks(text: &str) -> bool {
    let mut marks = 0;
    text.chars().any(|c| {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        marks > MAX_MARKS
    })
}

/// Trims and checks an idempotency key, with which a client can repeat a request safely: 1 to 100 characters.
///
/// # Errors
/// The problem, at the input field `clientKey`.
pub fn check_client_key(key: &str) -> Result<String, Problem> {
    check_text("clientKey", key, 1, 100, Lines::One)
}

/// Checks that a text has from `min` to `max` code points.
///
/// # Errors
/// Too short or too long, with the bound in the message.
pub fn check_length(name: &'static str, text: &str, min: usize, max: usize) -> Result<(), Problem> {
    // Counting stops at one more than `max`, which bounds the work for a long text.
    let length = text.chars().take(max.saturating_add(1)).count();
    if length < min {
        let message: Sentence = match length {
            0 => say::MustNotBeEmpty.into(),
            _ => say::TooFewCharacters { min: Value::number(min) }.into(),
        };
        return Err(Problem::member(name, Code::TooShort, message).with_limit(min));
    }
    if length > max {
        let message = say::TooManyCharacters { max: Value::number(max) };
        return Err(Problem::member(name, Code::TooLong, message).with_limit(max));
    }
    Ok(())
}

fn is_forbidden(c: char, lines: Lines) -> bool {
    match c {
        '\n' => lines == Lines::One,
        '\t' => false,
        _ => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(value: &str, min: usize, max: usize, lines: Lines) -> Option<Code> {
        check_text("about", value, min, max, lines).err().map(|problem| problem.code)
    }

    #[test]
    fn the_length_of_a_text_is_counted_in_code_points_after_trimming() {
        assert_eq!(check_text("about", "  hé🙂 ", 3, 3, Lines::One), Ok("hé🙂".to_owned()));
        assert_eq!(code("ab", 3, 5, Lines::One), Some(Code::TooShort));
        assert_eq!(code("   ", 1, 5, Lines::One), Some(Code::TooShort));
        assert_eq!(code("   ", 0, 5, Lines::One), None);
        assert_eq!(code("ääääää", 1, 5, Lines::One), Some(Code::TooLong));
    }

    #[test]
    fn a_text_of_many_lines_keeps_its_form_and_no_text_has_control_characters() {
        for (entered, kept) in [
            ("a\r\nb\rc\u{2028}d\u{85}e\u{B}f", "a\nb\nc\nd\ne\nf"),
            ("\n \n  - one\n  - two \n\n", "  - one\n  - two"),
            ("  one ", "one"),
            (" one\ntwo", "one\ntwo"),
            ("Mon\t9:00", "Mon\t9:00"),
        ] {
            assert_eq!(check_text("about", entered, 1, 99, Lines::Many).as_deref(), Ok(kept));
        }
        assert_eq!(check_text("title", "Mon\t9:00\n", 1, 99, Lines::One).as_deref(), Ok("Mon 9:00"));
        assert_eq!(code("a\nb", 1, 9, Lines::One), Some(Code::Invalid));
        assert_eq!(code("a\u{2028}b", 1, 9, Lines::One), Some(Code::Invalid));
        for bad in ["a\0b", "a\u{1b}[2J", "a\u{7F}b", "a\u{9F}b"] {
            let problem = check_text("about", bad, 1, 9, Lines::Many).expect_err("a control character");
            assert_eq!(problem.code, Code::Invalid);
            let message = problem.message.in_english();
            assert!(message.contains("at position 2"), "{message}");
        }
    }

    #[test]
    fn a_text_without_a_visible_character_is_blank() {
        let invisible = [
            "\u{200B}",
            "\u{2060}",
            "\u{3164}",
            "\u{115F}\u{1160}",
            "\u{FFA0}",
            "\u{2800}",
            "\u{AD}",
            "\u{FE0F}",
            "\u{34F}",
            "\u{E0041}",
            "\u{2068}\u{2069}",
            "\u{301}",
            "\u{A0}\u{3000}",
            "\u{200D}\u{200C}\u{FEFF}",
        ];
        for text in invisible {
            assert_eq!(code(text, 1, 9, Lines::One), Some(Code::TooShort), "{text:?}");
            assert_eq!(code(&format!("a{text}"), 1, 9, Lines::One), None, "{text:?}");
        }
        for text in [
            "👩\u{200D}💻",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "می\u{200C}خواهم",
            "1\u{FE0F}\u{20E3}",
        ] {
            assert_eq!(check_text("about", text, 1, 20, Lines::One).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_name_that_is_never_rejected_is_cleaned() {
        for (entered, name) in [
            ("My\u{1b} laptop\n", "My laptop"),
            ("a\tb", "a b"),
            ("annexe\u{202E}fdp", "annexefdp"),
            ("\u{200B}\u{2060}", ""),
            ("\u{301}", ""),
            ("👩\u{200D}💻", "👩\u{200D}💻"),
        ] {
            assert_eq!(visible_name(entered), name, "{entered:?}");
        }
        assert_eq!(visible_name(&format!("a{}b", "\u{301}".repeat(99))), format!("a{}b", "\u{301}".repeat(4)));
    }

    #[test]
    fn sizes_are_in_the_unit_that_people_read() {
        for (bytes, text) in
            [(500, "500 bytes"), (1024, "1 KiB"), (20_000, "19.5 KiB"), (65_536, "64 KiB"), (8_388_608, "8 MiB")]
        {
            assert_eq!(readable_size(bytes), text);
        }
    }

    #[test]
    fn a_text_affects_neither_the_direction_nor_the_lines_of_its_surroundings() {
        let checked = |text: &str| check_text("about", text, 1, 99, Lines::Many);
        assert_eq!(checked("\u{202D}0612345678\u{202C}").as_deref(), Ok("0612345678"));
        assert_eq!(checked("Ana\u{2067}\nb\u{2069}").as_deref(), Ok("Ana\u{2067}\u{2069}\nb"));
        assert_eq!(checked("\u{200F}שלום\u{200E} a").as_deref(), Ok("\u{200F}שלום\u{200E} a"));
        assert_eq!(code(&format!("a{}", "\u{301}".repeat(5)), 1, 99, Lines::One), Some(Code::Invalid));
        assert_eq!(code(&format!("a{}", "\u{301}".repeat(4)), 1, 99, Lines::One), None);
    }

    proptest::proptest! {
        #[test]
        fn an_accepted_text_is_accepted_again_unchanged(value in "\\PC*|[\\s\\p{Cf}\\p{M}a]*", is_one in proptest::bool::ANY) {
            let lines = if is_one { Lines::One } else { Lines::Many };
            if let Ok(text) = check_text("about", &value, 1, 200, lines) {
                proptest::prop_assert!(!is_blank(&text) && text.chars().count() <= 200);
                proptest::prop_assert_eq!(check_text("about", &text, 1, 200, lines), Ok(text));
            }
        }
    }
}
