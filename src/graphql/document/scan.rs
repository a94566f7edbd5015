//! The lexical grammar: splits the text of a document into tokens.
//!
//! Length, tokens and the nesting of brackets are limited here, so that the parser, which recurses at each bracket, needs
//! no limits of its own.

use async_graphql::{Pos, ServerError};

use super::strings;
use crate::config::Limits;
use crate::graphql::RequestError;
use crate::graphql::error::code;
use crate::text::readable_size;

/// A text as tokens.
#[derive(Debug)]
pub struct Scan<'t> {
    pub tokens: Vec<Token<'t>>,
    /// The maximum nesting of `{`, `[` and `(` together.
    pub depth: usize,
    /// The position after the last character.
    pub end: Pos,
}

#[derive(Debug)]
pub struct Token<'t> {
    pub kind: Kind<'t>,
    pub position: Pos,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Kind<'t> {
    /// `!`, `$`, `(`, `:`, `=`, `@`, `[`, `{` and the like.
    Punctuator(char),
    /// `...`
    Spread,
    Name(&'t str),
    Int(&'t str),
    Float(&'t str),
    /// The value of a string or block string.
    String(String),
}

impl std::fmt::Display for Kind<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Punctuator(sign) => write!(formatter, "\"{sign}\""),
            Self::Spread => formatter.write_str("\"...\""),
            Self::Name(name) => write!(formatter, "the name \"{name}\""),
            Self::Int(number) | Self::Float(number) => write!(formatter, "the number {number}"),
            Self::String(_) => formatter.write_str("a string"),
        }
    }
}

/// Splits a text into tokens.
///
/// # Errors
/// When the length, the number of tokens or the nesting exceeds its limit, or something is not a token.
pub fn scan<'t>(text: &'t str, limits: &Limits) -> Result<Scan<'t>, RequestError> {
    if text.len() > limits.max_document_bytes {
        return Err(too_large(format!("The document is longer than {}.", readable_size(limits.max_document_bytes))));
    }
    let mut scanner = Scanner { text, at: 0, line: 1, column: 1 };
    let mut scan = Scan { tokens: Vec::with_capacity(text.len() / 6), depth: 0, end: Pos::default() };
    let mut open = 0_usize;
    while let Some(token) = scanner.next_token()? {
        match token.kind {
            Kind::Punctuator('{' | '[' | '(') => {
                open += 1;
                scan.depth = scan.depth.max(open);
            }
            Kind::Punctuator('}' | ']' | ')') => open = open.saturating_sub(1),
            _ => {}
        }
        scan.tokens.push(token);
        if scan.tokens.len() > limits.max_tokens {
            return Err(too_large(format!("The document has more than {} tokens.", limits.max_tokens)));
        }
        if scan.depth > limits.max_brackets {
            return Err(too_large(format!("The document nests brackets more than {} deep.", limits.max_brackets)));
        }
    }
    scan.end = scanner.position();
    Ok(scan)
}

fn too_large(message: String) -> RequestError {
    RequestError::new(code::QUERY_TOO_COMPLEX, message)
}

pub(super) fn syntax_error(message: impl std::fmt::Display, position: Pos) -> RequestError {
    let error = ServerError::new(format!("Syntax error: {message}"), Some(position));
    RequestError::from_errors(code::GRAPHQL_PARSE_FAILED, vec![error])
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    /// In characters, from 1.
    column: usize,
}

impl<'t> Scanner<'t> {
    fn position(&self) -> Pos {
        Pos { line: self.line, column: self.column }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Moves over `length` bytes, which end at a character.
    fn skip(&mut self, length: usize) -> &'t str {
        let skipped = &self.text[self.at..self.at + length];
        self.at += length;
        let mut bytes = skipped.bytes().peekable();
        while let Some(byte) = bytes.next() {
            // A CR before LF belongs to the same line break.
            if byte == b'\n' || (byte == b'\r' && bytes.peek() != Some(&b'\n')) {
                self.line += 1;
                self.column = 1;
            } else if byte != b'\r' && (byte & 0b1100_0000) != 0b1000_0000 {
                self.column += 1;
            }
        }
        skipped
    }

    fn skip_ignored(&mut self) {
        loop {
            let rest = self.rest();
            let ignored = if rest.starts_with('#') {
                rest.find(['\n', '\r']).unwrap_or(rest.len())
            } else {
                let is_ignored = |c: char| matches!(c, '\u{feff}' | '\t' | ' ' | '\n' | '\r' | ',');
                rest.len() - rest.trim_start_matches(is_ignored).len()
            };
            if ignored == 0 {
                return;
            }
            self.skip(ignored);
        }
    }

    fn next_token(&mut self) -> Result<Option<Token<'t>>, RequestError> {
        self.skip_ignored();
        let (rest, position) = (self.rest(), self.position());
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let kind = match first {
            '!' | '$' | '&' | '(' | ')' | ':' | '=' | '@' | '[' | ']' | '{' | '|' | '}' => {
                self.skip(1);
                Kind::Punctuator(first)
            }
            '.' if rest.starts_with("...") => {
                self.skip(3);
                Kind::Spread
            }
            '"' => {
                let (value, length) =
                    strings::read(rest).map_err(|fault| syntax_error(fault.message, self.position_after(fault.at)))?;
                self.skip(length);
                Kind::String(value)
            }
            '-' | '0'..='9' => self.number()?,
            first if is_name_start(first) => {
                let length = rest.find(|c: char| !is_name_continue(c)).unwrap_or(rest.len());
                Kind::Name(self.skip(length))
            }
            other => {
                let message = format!("Unexpected character \"{}\".", other.escape_default());
                return Err(syntax_error(message, position));
            }
        };
        Ok(Some(Token { kind, position }))
    }

    /// The position `length` bytes ahead, for errors inside of a token.
    fn position_after(&mut self, length: usize) -> Pos {
        self.skip(length);
        self.position()
    }

    fn number(&mut self) -> Result<Kind<'t>, RequestError> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let sign = usize::from(bytes[0] == b'-');
        let integer = digits(sign);
        let mut length = sign + integer;
        if integer == 0 || (integer > 1 && bytes[sign] == b'0') {
            return Err(syntax_error("A number has digits, and no 0 in front of others.", self.position()));
        }
        let mut is_float = false;
        if bytes.get(length) == Some(&b'.') {
            is_float = true;
            let fraction = digits(length + 1);
            length += 1 + fraction;
            if fraction == 0 {
                return Err(syntax_error("A number needs a digit after its point.", self.position_after(length)));
            }
        }
        if matches!(bytes.get(length), Some(b'e' | b'E')) {
            is_float = true;
            length += 1 + usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
            let exponent = digits(length.min(bytes.len()));
            length += exponent;
            if exponent == 0 {
                return Err(syntax_error("A number needs a digit in its exponent.", self.position_after(length)));
            }
        }
        if rest[length..].starts_with(|c: char| c == '.' || is_name_continue(c)) {
            return Err(syntax_error("A number ends before a name or another point.", self.position_after(length)));
        }
        let text = self.skip(length);
        Ok(if is_float { Kind::Float(text) } else { Kind::Int(text) })
    }
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_name_continue(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str) -> Scan<'_> {
        scan(text, &Limits::default()).expect("tokens within the limits")
    }

    #[test]
    fn brackets_in_strings_and_comments_are_ignored() {
        let text = "{ a(b: \"{[(\\\"{\", c: \"\"\"{{ \\\"\"\" {{\"\"\") # {{{{\n { d } }";
        assert_eq!(scanned(text).depth, 2);
    }

    #[test]
    fn tokens_are_words_strings_and_punctuators() {
        assert_eq!(scanned("query Q($a: Int! = -1) { ...F @skip(if: $a) x(s: \"a b\") }").tokens.len(), 29);
        assert!(scanned("\u{feff} \t,\r\n# nothing\r").tokens.is_empty());
    }

    #[test]
    fn numbers_follow_the_grammar() {
        let kinds = |text| scanned(text).tokens.into_iter().map(|token| token.kind).collect::<Vec<_>>();
        for text in ["0", "-0", "4", "-4", "9", "123456789012345678901234567890"] {
            let tokens = scanned(text).tokens;
            assert!(matches!(&tokens[..], [Token { kind: Kind::Int(number), .. }] if *number == text), "{text}");
        }
        for text in ["4.123", "-4.123", "0.123", "123e4", "123E4", "123e-4", "123e+4", "-1.123e4567", "0.0", "-0e0"] {
            let tokens = scanned(text).tokens;
            assert!(matches!(&tokens[..], [Token { kind: Kind::Float(number), .. }] if *number == text), "{text}");
        }
        for text in [
            "00", "01", "-", "+1", "1.", ".1", "1.e1", "1.A", "-A", "1.0e", "1.0eA", "1e+", "0xF", "1_0", "3a", "1.2.3",
        ] {
            let code = scan(text, &Limits::default()).map_err(|error| error.code()).err();
            assert_eq!(code, Some(code::GRAPHQL_PARSE_FAILED), "{text} was accepted");
        }
        assert_eq!(kinds("1,2"), [Kind::Int("1"), Kind::Int("2")]);
    }

    #[test]
    fn characters_outside_of_the_grammar_are_rejected_at_their_position() {
        for (text, line, column) in [
            ("{ ? }", 1, 3),
            ("{\r\n é }", 2, 2),
            ("..", 1, 1),
            ("# é\n\n  %", 3, 3),
            ("\"é\" ~", 1, 5),
            ("\r\r\0", 3, 1),
        ] {
            let error = scan(text, &Limits::default()).map(|scan| scan.tokens.len()).expect_err("a fault");
            assert_eq!(error.errors()[0].locations, [Pos { line, column }], "{text:?}");
        }
    }

    #[test]
    fn texts_above_a_limit_are_rejected() {
        let nested = format!("{{ a(b: {}1{}) }}", "[".repeat(60), "]".repeat(60));
        for text in [nested, format!("{{ {} }}", "a ".repeat(5_000)), "#".repeat(32 * 1024 + 1)] {
            let code = scan(&text, &Limits::default()).map_err(|error| error.code()).err();
            assert_eq!(code, Some(code::QUERY_TOO_COMPLEX));
        }
    }
}
