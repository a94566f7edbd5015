//! Validation of free text before it is stored.

use crate::error::{Code, Problem};

/// How many lines a text can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    One,
    Many,
}

/// Trims a text and checks its length in code points.
///
/// Line breaks are normalised to `\n` and allowed for [`Lines::Many`]. Other control characters are rejected, and so
/// are those that change the direction of the text after them, with which a name could change how its surroundings are
/// displayed.
///
/// # Errors
/// The problem, at the input field `name`. A blank text is too short, unless `min` is 0.
pub fn check_text(name: &'static str, value: &str, min: usize, max: usize, lines: Lines) -> Result<String, Problem> {
    let text = value.trim().replace("\r\n", "\n");
    if text.chars().any(|c| is_forbidden(c, lines)) {
        let message = match lines {
            Lines::One => "Use a single line without control characters.",
            Lines::Many => "Remove the control characters from this text.",
        };
        return Err(Problem::member(name, Code::Invalid, message));
    }
    check_length(name, &text, min, max)?;
    Ok(text)
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
        let message = match length {
            0 => "This must not be empty.".to_owned(),
            _ => format!("Use at least {min} characters."),
        };
        return Err(Problem::member(name, Code::TooShort, message));
    }
    if length > max {
        return Err(Problem::member(name, Code::TooLong, format!("Use at most {max} characters.")));
    }
    Ok(())
}

fn is_forbidden(c: char, lines: Lines) -> bool {
    match c {
        '\n' => lines == Lines::One,
        // Line and paragraph separators, directional embeddings and overrides. Isolates are allowed, because they do
        // not affect the text around them.
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
    fn the_length_of_a_text_is_counted_in_code_points_after_trimming() {
        assert_eq!(check_text("about", "  hé🙂 ", 3, 3, Lines::One), Ok("hé🙂".to_owned()));
        assert_eq!(code("ab", 3, 5, Lines::One), Some(Code::TooShort));
        assert_eq!(code("   ", 1, 5, Lines::One), Some(Code::TooShort));
        assert_eq!(code("   ", 0, 5, Lines::One), None);
        assert_eq!(code("ääääää", 1, 5, Lines::One), Some(Code::TooLong));
    }

    #[test]
    fn a_text_of_many_lines_can_contain_line_breaks_and_no_text_other_control_characters() {
        assert_eq!(check_text("about", "a\r\nb", 1, 9, Lines::Many), Ok("a\nb".to_owned()));
        assert_eq!(code("a\nb", 1, 9, Lines::One), Some(Code::Invalid));
        for bad in ["a\rb", "a\0b", "a\u{1b}[2J", "a\tb", "a\u{202E}b", "a\u{2028}b", "a\u{85}b"] {
            assert_eq!(code(bad, 1, 9, Lines::Many), Some(Code::Invalid), "{bad:?}");
        }
        assert_eq!(code("👩\u{200D}💻 \u{200F}שלום", 1, 20, Lines::One), None);
    }
}
