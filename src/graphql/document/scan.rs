//! One pass over the text of a document before it is parsed.
//!
//! The framework's grammar recurses at each bracket: a literal with some thousand levels overflows the stack and ends the
//! process. It parses at about two microseconds per byte, so length and tokens must be limited first.

use crate::config::Limits;
use crate::graphql::RequestError;
use crate::graphql::error::code;

/// The size of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    pub tokens: usize,
    /// The maximum nesting of `{`, `[` and `(` together.
    pub depth: usize,
}

/// Counts tokens and brackets without parsing.
///
/// # Errors
/// When the length, the number of tokens or the nesting exceeds its limit.
pub fn scan(text: &str, limits: &Limits) -> Result<Scan, RequestError> {
    if text.len() > limits.max_document_bytes {
        return Err(too_large(format!("The document is longer than {} bytes.", limits.max_document_bytes)));
    }
    let mut scan = Scan::default();
    let mut open = 0_usize;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let length = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xEF | 0xBB | 0xBF => {
                at += 1;
                continue;
            }
            b'#' => {
                at += length_until(&bytes[at..], |byte| matches!(byte, b'\r' | b'\n'));
                continue;
            }
            b'{' | b'[' | b'(' => {
                open += 1;
                scan.depth = scan.depth.max(open);
                1
            }
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                1
            }
            b'"' => string_length(&bytes[at..]),
            byte if is_word(byte) => length_until(&bytes[at..], |byte| !is_word(byte)),
            b'.' if bytes[at..].starts_with(b"...") => 3,
            _ => 1,
        };
        at += length;
        scan.tokens += 1;
        if scan.tokens > limits.max_tokens {
            return Err(too_large(format!("The document has more than {} tokens.", limits.max_tokens)));
        }
        if scan.depth > limits.max_brackets {
            return Err(too_large(format!("The document nests brackets more than {} deep.", limits.max_brackets)));
        }
    }
    Ok(scan)
}

fn too_large(message: String) -> RequestError {
    RequestError::new(code::QUERY_TOO_COMPLEX, message)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

fn length_until(bytes: &[u8], is_end: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| is_end(*byte)).unwrap_or(bytes.len())
}

/// Returns the length of the string or block string at the start of `bytes`. An unterminated one extends to the end of its
/// line or of the text, and the parser rejects it.
fn string_length(bytes: &[u8]) -> usize {
    const BLOCK: &[u8] = b"\"\"\"";
    let mut at;
    if bytes.starts_with(BLOCK) {
        at = BLOCK.len();
        while at < bytes.len() {
            if bytes[at..].starts_with(BLOCK) {
                return at + BLOCK.len();
            }
            at += if bytes[at..].starts_with(b"\\\"\"\"") { 4 } else { 1 };
        }
        return bytes.len();
    }
    at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\r' | b'\n' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits::default()
    }

    fn scanned(text: &str) -> Scan {
        scan(text, &limits()).expect("within the limits")
    }

    #[test]
    fn brackets_in_strings_and_comments_are_ignored() {
        let text = "{ a(b: \"{[(\\\"{\", c: \"\"\"{{ \\\"\"\" {{\"\"\") # {{{{\n { d } }";
        assert_eq!(scanned(text).depth, 2);
    }

    #[test]
    fn an_unterminated_string_ends_with_its_line() {
        assert_eq!(scanned("{ a(b: \"\n{{{ \"").depth, 5);
    }

    #[test]
    fn tokens_are_words_strings_and_punctuators() {
        assert_eq!(scanned("query Q($a: Int! = -1) { ...F @skip(if: $a) x(s: \"a b\") }").tokens, 29);
    }

    #[test]
    fn texts_above_a_limit_are_rejected() {
        let nested = format!("{{ a(b: {}1{}) }}", "[".repeat(60), "]".repeat(60));
        for text in [nested, format!("{{ {} }}", "a ".repeat(5_000)), "#".repeat(32 * 1024 + 1)] {
            assert_eq!(scan(&text, &limits()).map_err(|error| error.code()), Err(code::QUERY_TOO_COMPLEX));
        }
    }
}
