//! The emoji that members can react with: those that Unicode recommends for general interchange (RGI).

use std::collections::HashMap;
use std::sync::LazyLock;

/// One emoji in each line, fully qualified, below comments.
const TABLE: &str = include_str!("emoji.txt");

/// Requests the presentation as an emoji. Texts often lack it.
const VARIATION_SELECTOR: char = '\u{FE0F}';

/// Longer texts are no emoji. The longest one has ten code points.
const MAX_BYTES: usize = 64;

static BY_TEXT: LazyLock<HashMap<String, &'static str>> =
    LazyLock::new(|| emoji().map(|emoji| (without_selectors(emoji), emoji)).collect());

fn emoji() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|line| !line.starts_with("# "))
}

fn without_selectors(text: &str) -> String {
    text.replace(VARIATION_SELECTOR, "")
}

/// Returns the fully qualified form of one emoji, which may have or lack any U+FE0F; `None` for everything else.
pub fn fully_qualified(text: &str) -> Option<&'static str> {
    if text.len() > MAX_BYTES {
        return None;
    }
    BY_TEXT.get(&without_selectors(text)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_emoji_has_one_form() {
        assert_eq!(emoji().count(), 3_944);
        assert_eq!(BY_TEXT.len(), 3_944, "no two emoji differ in U+FE0F only");
        for emoji in emoji() {
            assert!(emoji.len() <= MAX_BYTES, "{emoji}");
            assert_eq!(fully_qualified(emoji), Some(emoji));
            assert_eq!(fully_qualified(&without_selectors(emoji)), Some(emoji));
        }
    }

    #[test]
    fn sequences_are_emoji_and_parts_of_them_are_not() {
        for (text, stored) in [
            ("❤", "❤\u{FE0F}"),
            ("👍🏽", "👍🏽"),
            ("🇷🇴", "🇷🇴"),
            ("#\u{20E3}", "#\u{FE0F}\u{20E3}"),
            ("👩\u{200D}❤\u{200D}👩", "👩\u{200D}❤\u{FE0F}\u{200D}👩"),
            (
                "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
                "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
            ),
        ] {
            assert_eq!(fully_qualified(text), Some(stored), "{text}");
        }
        for text in
            ["", " ", "a", "1", "👍👍", "👍 ", "🏽", "🇷", "\u{FE0F}", "\u{200D}", "👩\u{200D}", "☺a", "# comment"]
        {
            assert_eq!(fully_qualified(text), None, "{text:?}");
        }
        assert_eq!(fully_qualified(&"👍".repeat(1_000)), None);
    }
}
