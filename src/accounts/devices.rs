//! The name of a signed-in device in the list of sessions.

use crate::text::visible_name;

/// In code points; longer names are cut.
const MAX_NAME_LENGTH: usize = 60;

/// The first match wins. A token that other browsers include for compatibility comes after the tokens of those
/// browsers.
const BROWSERS: [(&str, &str); 10] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// Returns the name chosen by the user, or one derived from the user agent, such as "Firefox on Linux".
///
/// The name is for display only; no decision depends on it.
pub fn device_name(chosen: Option<&str>, user_agent: Option<&str>) -> String {
    let chosen = chosen.map(printable).filter(|name| !name.is_empty());
    chosen.or_else(|| user_agent.and_then(name_from_user_agent)).unwrap_or_else(|| "Unknown device".to_owned())
}

fn name_from_user_agent(user_agent: &str) -> Option<String> {
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(token, _)| user_agent.contains(token)).map(|&(_, name)| name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
        (Some(browser), None) => Some(browser.to_owned()),
        // Programs other than browsers send `name/version`.
        (None, _) => user_agent.split(['/', ' ', '(']).next().map(printable).filter(|name| !name.is_empty()),
    }
}

fn printable(text: &str) -> String {
    let shortened: String = visible_name(text).trim().chars().take(MAX_NAME_LENGTH).collect();
    shortened.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_the_name_chosen_by_its_owner_or_one_derived_from_its_user_agent() {
        let cases = [
            (Some("  My\u{1b} laptop\n"), None, "My laptop"),
            (Some(" "), Some("curl/8.5.0"), "curl"),
            (Some("\u{2060}\u{3164}"), Some("curl/8.5.0"), "curl"),
            (Some("gnp.\u{202E}Laptop"), None, "gnp.Laptop"),
            (None, Some("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "Firefox on Linux"),
            (
                None,
                Some(
                    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
                ),
                "Edge on Windows",
            ),
            (
                None,
                Some(
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                ),
                "Safari on iPhone",
            ),
            (
                None,
                Some(
                    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36",
                ),
                "Chrome on Android",
            ),
            (None, Some(""), "Unknown device"),
            (None, None, "Unknown device"),
        ];
        for (chosen, user_agent, name) in cases {
            assert_eq!(device_name(chosen, user_agent), name);
        }
        assert_eq!(device_name(Some(&"é".repeat(500)), None).chars().count(), 60);
    }
}
