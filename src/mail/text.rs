//! Texts of users as they stand in letters.

/// Returns a text of a user as it stands in a letter: without control characters and changes of direction, and with a
/// space of no width wherever a mail program would see a web or email address.
pub(super) fn plain(text: &str) -> String {
    without_links(&without_controls(text))
}

pub(super) fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        plain.push(c);
        if matches!(c, '.' | ':' | '/' | '@') && chars.peek().is_some_and(|next| !next.is_whitespace()) {
            plain.push('\u{200B}');
        }
    }
    plain
}

/// Removes control characters, line breaks included, and changes of direction from a text of a user.
pub(super) fn without_controls(text: &str) -> String {
    without_overrides(text).chars().filter(|c| !matches!(c, '\u{2066}'..='\u{2069}')).collect()
}

/// Like [`without_controls`], but keeps isolates, which a sentence of this program closes.
pub(super) fn without_overrides(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{202A}'..='\u{202E}')).collect()
}

/// Masks an address. Its owner can recognize it, but another reader of the old mailbox does not learn it.
pub(super) fn mask_address(address: &str) -> String {
    let address = without_controls(address);
    let (local, domain) = address.rsplit_once('@').unwrap_or((&address, ""));
    let initial: String = local.chars().take(1).collect();
    format!("{initial}***@{domain}")
}

pub(super) fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
