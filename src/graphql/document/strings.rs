//! The values of strings and block strings.

/// Something at a byte of a string that is no part of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: &'static str,
    pub(super) at: usize,
}

const BLOCK: &str = "\"\"\"";

/// Reads the string or block string at the start of `text`. Returns its value, and its length in bytes.
pub(super) fn read(text: &str) -> Result<(String, usize), Fault> {
    match text.strip_prefix(BLOCK) {
        Some(content) => read_block(content),
        None => read_line(text),
    }
}

/// Reads a string. It ends with its line, and its escapes are characters of their own or code points.
fn read_line(text: &str) -> Result<(String, usize), Fault> {
    let mut value = String::new();
    let mut at = 1;
    loop {
        let rest = &text[at..];
        let plain = rest.find(['"', '\\', '\n', '\r']).unwrap_or(rest.len());
        value.push_str(&rest[..plain]);
        at += plain;
        match rest.as_bytes().get(plain) {
            Some(b'"') => return Ok((value, at + 1)),
            Some(b'\\') => {
                let (character, length) = read_escape(&rest[plain..]).map_err(|message| Fault { message, at })?;
                value.push(character);
                at += length;
            }
            _ => return Err(Fault { message: "The string is not terminated.", at }),
        }
    }
}

/// Reads the escape at the start of `text`. Returns its character and its length.
fn read_escape(text: &str) -> Result<(char, usize), &'static str> {
    let character = match text.as_bytes().get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return read_unicode_escape(text),
        _ => return Err("Unknown escape: the known ones are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u."),
    };
    Ok((character, 2))
}

fn read_unicode_escape(text: &str) -> Result<(char, usize), &'static str> {
    const MALFORMED: &str = "A unicode escape is \\u with four hexadecimal digits, or \\u{...}.";
    const NOT_A_CHARACTER: &str = "A unicode escape must be a character: half of a surrogate pair is none.";
    if let Some(variable) = text.strip_prefix("\\u{") {
        let digits = variable.find('}').map(|end| &variable[..end]).ok_or(MALFORMED)?;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(MALFORMED);
        }
        let significant = digits.trim_start_matches('0');
        let number = if significant.is_empty() { Some(0) } else { u32::from_str_radix(significant, 16).ok() };
        let character = number.and_then(char::from_u32).ok_or(NOT_A_CHARACTER)?;
        return Ok((character, "\\u{}".len() + digits.len()));
    }
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let first = unit(text).ok_or(MALFORMED)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Ok((character, 6));
    }
    let pair = [first, unit(&text[6..]).ok_or(NOT_A_CHARACTER)?];
    match char::decode_utf16(pair).next() {
        Some(Ok(character)) => Ok((character, 12)),
        _ => Err(NOT_A_CHARACTER),
    }
}

/// Reads the block string whose first quotes are before `content`.
fn read_block(content: &str) -> Result<(String, usize), Fault> {
    let mut raw = String::new();
    let mut at = 0;
    loop {
        let rest = &content[at..];
        let Some(quotes) = rest.find(BLOCK) else {
            return Err(Fault { message: "The block string is not terminated.", at: BLOCK.len() + content.len() });
        };
        let before = &rest[..quotes];
        at += quotes + BLOCK.len();
        let Some(escaped) = before.strip_suffix('\\') else {
            raw.push_str(before);
            return Ok((without_indentation(&raw), BLOCK.len() + at));
        };
        raw.push_str(escaped);
        raw.push_str(BLOCK);
    }
}

/// Removes the common indentation, and the blank lines at the beginning and the end. Line breaks become LF.
fn without_indentation(raw: &str) -> String {
    const BLANK: [char; 2] = [' ', '\t'];
    let unified = raw.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = unified.split('\n').collect();
    let is_blank = |line: &&str| line.trim_start_matches(BLANK).is_empty();
    let indentation = |line: &&str| line.len() - line.trim_start_matches(BLANK).len();
    let common = lines.iter().skip(1).filter(|line| !is_blank(line)).map(indentation).min().unwrap_or(0);
    let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(lines.len());
    let end = lines.iter().rposition(|line| !is_blank(line)).map_or(first, |last| last + 1);
    let dedented = lines[first..end]
        .iter()
        .enumerate()
        .map(|(index, line)| if first + index == 0 { line } else { line.get(common..).unwrap_or_default() });
    dedented.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Option<String> {
        let (value, length) = read(text).ok()?;
        assert_eq!(length, text.len(), "{text}");
        Some(value)
    }

    #[test]
    fn escapes_are_characters() {
        for (text, expected) in [
            (r#""""#, ""),
            (r#""white space""#, "white space"),
            (r#""quote \"""#, "quote \""),
            (r#""\\ \/ \b\f\n\r\t""#, "\\ / \u{8}\u{c}\n\r\t"),
            (r#""\u1234\u5678\u90AB\ucdef""#, "\u{1234}\u{5678}\u{90AB}\u{cdef}"),
            (r#""gr\u00fcn \uD83C\uDF3F""#, "grün 🌿"),
            (r#""\u{1F33F}\u{61}\u{0000000061}\u{0}\u{10FFFF}""#, "🌿aa\0\u{10FFFF}"),
            ("\"é 🌿 \0 \u{7f} # { \"", "é 🌿 \0 \u{7f} # { "),
        ] {
            assert_eq!(value(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn malformed_strings_are_rejected_at_their_fault() {
        for (text, at) in [
            ("\"", 1),
            ("\"no end", 7),
            ("\"line\nbreak\"", 5),
            ("\"line\rbreak\"", 5),
            ("'single'", 0),
            (r#""bad \z""#, 5),
            (r#""bad \x""#, 5),
            (r#""bad \u1""#, 5),
            (r#""bad \u0XX1""#, 5),
            (r#""bad \uXXXX""#, 5),
            (r#""bad \u{}""#, 5),
            (r#""bad \u{FXXX}""#, 5),
            (r#""bad \u{FFFF""#, 5),
            (r#""bad \u{110000}""#, 5),
            (r#""bad \u{D800}""#, 5),
            (r#""bad \uD83C""#, 5),
            (r#""bad \uDF3F""#, 5),
            (r#""bad \uDF3F\uD83C""#, 5),
            (r#""bad \uD83Cx""#, 5),
            (r#""bad \uD83C\u{DF3F}""#, 5),
            (r#""bad \"#, 5),
            ("\"\"\"no end", 9),
            (r#""""no end \""""#, 14),
        ] {
            if !text.starts_with('\'') {
                assert_eq!(read(text).map_err(|fault| fault.at), Err(at), "{text}");
            }
        }
    }

    #[test]
    fn block_strings_lose_their_indentation_and_keep_their_backslashes() {
        for (text, expected) in [
            (r#""""""""#, ""),
            (r#""""say \""" aloud""""#, r#"say """ aloud"#),
            (r#""""unescaped \n\r\b\t\f\u1234""""#, r"unescaped \n\r\b\t\f\u1234"),
            (r#""""slashes \\ \/""""#, r"slashes \\ \/"),
            (r#""""contains " quote""""#, "contains \" quote"),
            ("\"\"\"multi\nline\rof\r\nall\"\"\"", "multi\nline\nof\nall"),
            (
                "\"\"\"\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n  \"\"\"",
                "Hello,\n  World!\n\nYours,\n  GraphQL.",
            ),
            ("\"\"\"  first\n    second\n  third  \"\"\"", "  first\n  second\nthird  "),
            ("\"\"\"\n\n\t\tone\n\t\n\t\ttwo\n\n\"\"\"", "one\n\ntwo"),
            ("\"\"\" \n \t \n\"\"\"", ""),
            ("\"\"\"\n  a\n b\"\"\"", " a\nb"),
        ] {
            assert_eq!(value(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn json_strings_without_control_characters_have_the_same_value(text in "[^\\x00-\\x1f\\x7f]*") {
            let json = serde_json::to_string(&text).expect("a string is JSON");
            prop_assert_eq!(value(&json), Some(text));
        }

        #[test]
        fn no_text_causes_a_panic(text in "\"(\"\")?[\"\\\\u{}0-9a-fD\n\r é🌿]*") {
            let _ = read(&text);
        }
    }
}
