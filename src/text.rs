//! What free text has to satisfy before it is kept.

use crate::error::{Code, Problem};

/// How many lines a text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    One,
    Many,
}

/// Trims a text and checks its length in code points.
///
/// Line breaks are kept where there may be many lines, as `\n` however they were typed. Other control characters are
/// refused, and so are those that turn the direction of what follows: with them a name can rewrite its surroundings.
///
/// # Errors
/// What is wrong with the member `name` of the input. A blank text is too short, unless `min` is 0.
pub fn check_text(name: &'static str, value: &str, min: usize, max: usize, lines: Lines) -> Result<String, Problem> {
    let text = value.trim().replace("\r\n", "\n");
    if text.chars().any(|c| is_refused(c, lines)) {
        return Err(Problem::member(name, Code::Invalid, "This text contains characters that cannot be shown."));
    }
    check_length(name, &text, min, max)?;
    Ok(text)
}

/// Checks the key by which a client names what it creates, so that a repeated request creates it once: 1 to 100
/// characters, trimmed.
///
/// # Errors
/// What is wrong with the member `clientKey`.
pub fn check_client_key(key: &str) -> Result<String, Problem> {
    check_text("clientKey", key, 1, 100, Lines::One)
}

/// Checks that a text has from `min` to `max` code points.
///
/// # Errors
/// Too short or too long, with the bounds in the sentence.
pub fn check_length(name: &'static str, text: &str, min: usize, max: usize) -> Result<(), Problem> {
    // One more than `max` is enough to know, however long the text is.
    let length = text.chars().take(max.saturating_add(1)).count();
    if length < min {
        let message = if length == 0 { "This is needed.".to_owned() } else { at_least(min) };
        return Err(Problem::member(name, Code::TooShort, message));
    }
    if length > max {
        return Err(Problem::member(name, Code::TooLong, format!("At most {max} characters.")));
    }
    Ok(())
}

fn at_least(min: usize) -> String {
    format!("At least {min} characters.")
}

fn is_refused(c: char, lines: Lines) -> bool {
    match c {
        '\n' => lines == Lines::One,
        // Separators of lines and paragraphs; embeddings and overrides of direction. Isolates end by themselves.
        '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' => true,
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
    fn a_text_is_trimmed_and_counted_in_code_points() {
        assert_eq!(check_text("about", "  hé🙂 ", 3, 3, Lines::One), Ok("hé🙂".to_owned()));
        assert_eq!(code("ab", 3, 5, Lines::One), Some(Code::TooShort));
        assert_eq!(code("   ", 1, 5, Lines::One), Some(Code::TooShort));
        assert_eq!(code("   ", 0, 5, Lines::One), None);
        assert_eq!(code("ääääää", 1, 5, Lines::One), Some(Code::TooLong));
    }

    #[test]
    fn line_breaks_belong_to_long_texts_and_other_control_characters_to_none() {
        assert_eq!(check_text("about", "a\r\nb", 1, 9, Lines::Many), Ok("a\nb".to_owned()));
        assert_eq!(code("a\nb", 1, 9, Lines::One), Some(Code::Invalid));
        for bad in ["a\rb", "a\0b", "a\u{1b}[2J", "a\tb", "a\u{202E}b", "a\u{2028}b", "a\u{85}b"] {
            assert_eq!(code(bad, 1, 9, Lines::Many), Some(Code::Invalid), "{bad:?}");
        }
        assert_eq!(code("👩\u{200D}💻 \u{200F}שלום", 1, 20, Lines::One), None);
    }
}
