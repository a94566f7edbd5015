//! Usernames, pseudonyms and addresses: what is allowed, and when two of them are the same.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection};

use crate::error::{Code, Problem};
use crate::text::check_length;

/// Names that would be mistaken for the house itself.
const RESERVED: [&str; 12] = [
    "admin",
    "administrator",
    "moderator",
    "system",
    "studyhall",
    "support",
    "root",
    "everyone",
    "here",
    "null",
    "undefined",
    "deleted",
];

/// The longest address that a mail server takes (RFC 5321, 4.5.3.1), and the longest part before its `@`.
const MAX_EMAIL_BYTES: usize = 254;
const MAX_LOCAL_BYTES: usize = 64;

/// A checked username or pseudonym.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    /// As it is shown.
    pub text: String,
    /// What may exist once.
    pub fold: String,
}

/// A checked address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// As mail is sent to it: ASCII, the domain in its transport form.
    pub text: String,
    /// What may exist once.
    pub fold: String,
}

/// Maps every name that a reader could mix up with this one to the same text.
///
/// Compatibility forms, case and look-alikes of other scripts fold together; `I`, `l` and `1` too, since a capital i and
/// a small L are one stroke in most fonts. The fold is a key, never shown: `mia` and `mla` are one name to it.
///
/// The limit: a Greek name in capitals is compared by the looks of its small letters where the two differ (`Ν` as `ν`).
pub fn fold_username(name: &str) -> String {
    let folded: String = name.nfkc().filter(|c| !is_invisible(*c)).map(fold_char).collect();
    let folded = storable(folded);
    // A capital `İ` becomes two characters in lower case; the dot tells nobody apart.
    folded.replace("l\u{307}", "l")
}

/// PostgreSQL takes no texts with NUL in them. No name or address has one, nor what stands in its place here.
fn storable(folded: String) -> String {
    if folded.contains('\0') { folded.replace('\0', "\u{FFFD}") } else { folded }
}

/// Marks that show nothing: joiners, direction marks, soft hyphens, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Folds the two cases of a letter alike: to its ASCII look-alike where one of them has one.
fn fold_char(c: char) -> String {
    let looks = |text: String| -> String { skeleton(&text).collect() };
    let (small, capital) = (looks(c.to_lowercase().collect()), looks(c.to_uppercase().collect()));
    let chosen = if !small.is_ascii() && capital.is_ascii() { capital } else { small };
    // Once more, since a capital may look like an M, whose small letter looks like two others.
    looks(chosen.to_lowercase()).to_lowercase().replace('i', "l")
}

/// Checks a member's name: 3 to 30 letters, digits, `_`, `.` and `-`, the first a letter or digit.
///
/// Letters of any living script, but not of two that a reader could mix up.
///
/// # Errors
/// What is wrong with the member `name` of the input; a reserved name is taken.
pub fn check_username(value: &str, name: &'static str) -> Result<Username, Problem> {
    check_name(value, name, 3, 30, "_.-", "Letters, digits, _ . and - of one script, beginning with a letter or digit.")
}

/// Checks a guest's name: 3 to 15 letters, digits and underscores.
///
/// # Errors
/// What is wrong with the member `name` of the input; a reserved name is taken.
pub fn check_pseudonym(value: &str, name: &'static str) -> Result<Username, Problem> {
    check_name(value, name, 3, 15, "_", "Letters, digits and _ of one script.")
}

fn check_name(
    value: &str,
    name: &'static str,
    min: usize,
    max: usize,
    marks: &str,
    rule: &'static str,
) -> Result<Username, Problem> {
    let trimmed = value.trim();
    // Before normalising: composing never makes a text longer, and this bounds the work below.
    check_length(name, trimmed, min, max * 4)?;
    let text: String = trimmed.nfc().collect();
    check_length(name, &text, min, max)?;
    let is_allowed = |c: char| c.is_alphanumeric() || marks.contains(c);
    // A pseudonym may begin with its only mark.
    let begins_well = marks == "_" || text.starts_with(char::is_alphanumeric);
    let is_one_script = text.check_restriction_level(RestrictionLevel::HighlyRestrictive);
    if !text.chars().all(is_allowed) || !begins_well || !is_one_script {
        return Err(Problem::member(name, Code::Invalid, rule));
    }
    let fold = fold_username(&text);
    if RESERVED.iter().any(|reserved| fold_username(reserved) == fold) {
        return Err(Problem::member(name, Code::UsernameTaken, "This name is taken."));
    }
    Ok(Username { text, fold })
}

/// Checks an address, as far as that can be done without sending to it.
///
/// The part before the `@` must be ASCII, so that no letter of another alphabet folds onto somebody else's address. An
/// international domain is kept in its ASCII form, which is unique by the rules of domain names.
///
/// # Errors
/// Invalid or too long, at the member `name` of the input.
pub fn check_email(value: &str, name: &'static str) -> Result<Email, Problem> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Problem::member(name, Code::TooShort, "This is needed."));
    }
    if value.len() > MAX_EMAIL_BYTES {
        return Err(Problem::member(name, Code::TooLong, "At most 254 bytes."));
    }
    let text = parse_email(value).ok_or_else(|| Problem::member(name, Code::Invalid, "This is not a mail address."))?;
    Ok(Email { fold: text.to_ascii_lowercase(), text })
}

/// Folds what somebody types as their address, well-formed or not, to be looked up.
pub fn fold_email(value: &str) -> String {
    check_email(value, "").map_or_else(|_| storable(value.trim().to_ascii_lowercase()), |email| email.fold)
}

fn parse_email(value: &str) -> Option<String> {
    let (local, domain) = value.rsplit_once('@')?;
    let is_atom = |atom: &str| !atom.is_empty() && atom.bytes().all(is_atom_byte);
    if local.len() > MAX_LOCAL_BYTES || !local.split('.').all(is_atom) {
        return None;
    }
    let url::Host::Domain(domain) = url::Host::parse(domain).ok()? else { return None };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_domain = domain.contains('.') && domain.split('.').all(is_label);
    let text = format!("{local}@{domain}");
    (is_domain && text.len() <= MAX_EMAIL_BYTES).then_some(text)
}

/// What may stand between two dots without quotes (RFC 5322, 3.2.3).
fn is_atom_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn username_code(value: &str) -> Option<Code> {
        check_username(value, "username").err().map(|problem| problem.code)
    }

    #[test]
    fn names_that_look_alike_fold_alike() {
        let fold = fold_username("PaulMorgan0");
        let alike = [
            "paulmorgan0",
            "PAULMORGAN0",
            "PauIMorgan0",
            "Pau1MorganO",
            "РaulMorgan0",            // Cyrillic Er
            "Pаulмоrgan0",            // Cyrillic a, o and a small em, whose capital looks like M
            "ＰａｕｌＭｏｒｇａｎ０", // full width
            "𝐏𝐚𝐮𝐥𝐌𝐨𝐫𝐠𝐚𝐧𝟎",
            "PaulMοrgan0", // Greek omicron
            "PaulMօrgan0", // Armenian oh
            "Paulrnorgan0",
        ];
        for name in alike {
            assert_eq!(fold_username(name), fold, "{name}");
        }
        assert_ne!(fold_username("PaulMorgan1"), fold);
        assert_eq!(fold_username("ВОВ"), fold_username("вов"));
        assert_eq!(fold_username("İpek"), fold_username("ıpek"));
        assert_eq!(fold_username("Jose\u{301}"), fold_username("JOSÉ"));
        assert_eq!(fold_username("STRASSE"), fold_username("straße"));
    }

    #[test]
    fn a_username_keeps_its_own_spelling() {
        assert_eq!(check_username("  Zoe\u{308}.K-1_ ", "username").map(|name| name.text), Ok("Zoë.K-1_".to_owned()));
        for name in ["abc", "3rd", "Мария", "大学生", "김철수", "x".repeat(30).as_str()] {
            assert_eq!(username_code(name), None, "{name}");
        }
    }

    #[test]
    fn a_username_is_refused_for_its_length_its_characters_or_its_claim() {
        let cases = [
            ("", Code::TooShort),
            ("ab", Code::TooShort),
            (&"x".repeat(31), Code::TooLong),
            (&"e\u{301}".repeat(500), Code::TooLong),
            ("_abc", Code::Invalid),
            (".abc", Code::Invalid),
            ("a b c", Code::Invalid),
            ("a@b.c", Code::Invalid),
            ("abc\u{200B}", Code::Invalid),
            ("ab\u{202E}c", Code::Invalid),
            ("ab\ncd", Code::Invalid),
            ("pаul", Code::Invalid), // Latin and Cyrillic
            ("🙂🙂🙂", Code::Invalid),
            ("admin", Code::UsernameTaken),
            ("Adm1n", Code::UsernameTaken),
            ("ROOT", Code::UsernameTaken),
            ("r00t", Code::UsernameTaken),
            ("StudyhaII", Code::UsernameTaken),
        ];
        for (name, code) in cases {
            assert_eq!(username_code(name), Some(code), "{name:?}");
        }
    }

    #[test]
    fn a_pseudonym_is_shorter_and_plainer() {
        let code = |value: &str| check_pseudonym(value, "pseudonym").err().map(|problem| problem.code);
        assert_eq!(code("_night_owl_"), None);
        assert_eq!(code("night.owl"), Some(Code::Invalid));
        assert_eq!(code("x".repeat(16).as_str()), Some(Code::TooLong));
        assert_eq!(code("m0derat0r"), Some(Code::UsernameTaken));
    }

    #[test]
    fn an_address_that_passes_is_one_that_mail_can_be_sent_to() {
        for (typed, text) in [
            (" Jane.Doe+tag@Uni.Example ", "Jane.Doe+tag@uni.example"),
            ("o'neil_7@cs.uni.example", "o'neil_7@cs.uni.example"),
            ("x@bücher.example", "x@xn--bcher-kva.example"),
        ] {
            let email = check_email(typed, "email");
            assert_eq!(email, Ok(Email { text: text.to_owned(), fold: text.to_ascii_lowercase() }));
            assert!(text.parse::<lettre::Address>().is_ok(), "{text}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_or_that_poses_as_another_is_refused() {
        let long = format!("{}@uni.example", "x".repeat(65));
        let cases = [
            "jane",
            "jane@",
            "@uni.example",
            "jane@localhost",
            "jane@[127.0.0.1]",
            "jane@127.0.0.1",
            "jane doe@uni.example",
            "\"jane doe\"@uni.example",
            "jane..doe@uni.example",
            ".jane@uni.example",
            "jane@uni..example",
            "jane@-uni.example",
            "jane@uni.example.",
            "jane@uni.example\r\nBcc: all@uni.example",
            "jane@uni.example>, <all@uni.example",
            "mıke@uni.example",
            "mi\u{212A}e@uni.example", // Kelvin sign
            &long,
        ];
        for email in cases {
            assert_eq!(check_email(email, "email").err().map(|problem| problem.code), Some(Code::Invalid), "{email:?}");
        }
        let endless = format!("{}@uni.example", "x".repeat(300));
        assert_eq!(check_email(&endless, "email").err().map(|problem| problem.code), Some(Code::TooLong));
    }
}
