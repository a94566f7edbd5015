//! Usernames, pseudonyms and email addresses: which are valid, and which count as the same.

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup, Script};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_security::confusable_detection::skeleton;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection};

use crate::config::EmailDomains;
use crate::config::email_domains::canonical_domain;
use crate::error::{Code, Problem};
use crate::sentences::{Sentence, Value, say};
use crate::text::check_length;

/// Names that users would mistake for the server or its operators.
const RESERVED_NAMES: [&str; 12] = [
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

/// The limits of mail servers for an address and for its local part, before the `@` (RFC 5321, 4.5.3.1).
const MAX_EMAIL_BYTES: usize = 254;
const MAX_LOCAL_PART_BYTES: usize = 64;

/// Longer texts are no name or address, and are not folded: folding can make a text 18 times longer. In bytes.
const MAX_LOOKUP_BYTES: usize = 254;

/// A valid username or pseudonym.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    /// The name as the user spelled it.
    pub text: String,
    /// The key that must be unique.
    pub fold: String,
}

/// A valid email address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// The address that mail is sent to: ASCII, with an international domain in its ASCII form.
    pub text: String,
    /// The key that must be unique.
    pub fold: String,
}

impl Email {
    fn domain(&self) -> &str {
        self.fold.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Returns the key of a name. Names that a reader could confuse have the same key.
///
/// Compatibility forms, case and look-alikes of other scripts fold together, and so do `I`, `l` and `1`, because a
/// capital i and a small L are one stroke in most fonts. The key is never shown; `mia` and `mla` have the same one.
///
/// Limit: a Greek name in capitals is compared by the shapes of its small letters where these differ (`Ν` as `ν`).
pub fn fold_username(name: &str) -> String {
    let folded: String = name.nfkc().filter(|c| !is_invisible(*c)).map(fold_char).collect();
    let folded = replace_nul(folded);
    // A capital `İ` becomes two characters in lower case; the dot must not distinguish names.
    folded.replace("l\u{307}", "l")
}

/// The longest name, in characters.
pub const MAX_NAME_LENGTH: usize = 30;

/// Returns true if a name can contain the character.
pub fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c) || matches!(c, '_' | '.' | '-' | '\u{200C}' | '\u{200D}')
}

/// Returns a name without regard to case. Unlike the key of [`fold_username`], it keeps look-alikes apart.
pub fn fold_case(name: &str) -> String {
    let folded = name.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    folded.nfc().collect()
}

/// Returns the key by which a name is looked up; `None` for a text that is too long to be a name.
pub fn lookup_key(name: &str) -> Option<String> {
    (name.len() <= MAX_LOOKUP_BYTES).then(|| fold_username(name))
}

/// The username or email address of a login, as entered, folded once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identifier {
    Email(String),
    Username(String),
    /// A text that is too long for either, cut.
    TooLong(String),
}

impl Identifier {
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.len() > MAX_LOOKUP_BYTES {
            Self::TooLong(text.chars().take(MAX_LOOKUP_BYTES / 4).collect())
        } else if text.contains('@') {
            Self::Email(fold_email(text))
        } else {
            Self::Username(fold_username(text))
        }
    }
}

/// PostgreSQL rejects texts with a NUL character. No valid name or address contains it, or its replacement.
fn replace_nul(folded: String) -> String {
    if folded.contains('\0') { folded.replace('\0', "\u{FFFD}") } else { folded }
}

/// Joiners, direction marks, soft hyphens and variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Folds both cases of a letter to the same text: an ASCII look-alike of either case, if there is one.
fn fold_char(c: char) -> String {
    let skeleton_of = |text: String| -> String { skeleton(&text).collect() };
    let lower = skeleton_of(c.to_lowercase().collect());
    let upper = skeleton_of(c.to_uppercase().collect());
    let chosen = if !lower.is_ascii() && upper.is_ascii() { upper } else { lower };
    // Again, because a capital can look like an M, and a small m looks like the two letters rn.
    skeleton_of(chosen.to_lowercase()).to_lowercase().replace('i', "l")
}

/// Checks a member's name: 3 to 30 letters, digits, `_`, `.` and `-`, the first a letter or digit; 2 are enough in Chinese,
/// Japanese and Korean.
///
/// Letters can be of any modern script with the vowel signs and tone marks that belong to them, but not of two scripts that
/// a reader could confuse.
///
/// # Errors
/// The problem, at the input field `name`. A reserved name counts as taken.
pub fn check_username(value: &str, name: &'static str) -> Result<Username, Problem> {
    let rule = say::UsernameLetters.into();
    check_name(value, name, 3, MAX_NAME_LENGTH, "_.-", rule)
}

/// Checks a guest's name: 3 to 15 letters, digits and underscores; 2 are enough in Chinese, Japanese and Korean.
///
/// # Errors
/// The problem, at the input field `name`. A reserved name counts as taken.
pub fn check_pseudonym(value: &str, name: &'static str) -> Result<Username, Problem> {
    check_name(value, name, 3, 15, "_", say::PseudonymLetters.into())
}

fn check_name(
    value: &str,
    name: &'static str,
    min: usize,
    max: usize,
    punctuation: &str,
    rule: Sentence,
) -> Result<Username, Problem> {
    let trimmed = value.trim();
    // Before normalising, which never makes a text longer: this bounds the work below.
    check_length(name, trimmed, 1, max * 4)?;
    let text: String = trimmed.nfc().collect();
    let min = if text.chars().all(is_syllable_or_ideograph) { SHORTEST_EAST_ASIAN_NAME } else { min };
    check_length(name, &text, min, max)?;
    // A pseudonym can begin with an underscore.
    let has_valid_start = punctuation == "_" || text.starts_with(|c: char| c.is_alphanumeric() && !is_mark(c));
    if !has_valid_start || !has_valid_letters(&text, punctuation) || !is_one_script(&text) {
        return Err(Problem::member(name, Code::Invalid, rule));
    }
    let fold = fold_username(&text);
    if RESERVED_NAMES.iter().any(|reserved| fold_username(reserved) == fold) {
        return Err(Problem::member(name, Code::UsernameTaken, say::UsernameReserved));
    }
    Ok(Username { text, fold })
}

/// Most names of these languages have two or three characters.
const SHORTEST_EAST_ASIAN_NAME: usize = 2;

fn is_syllable_or_ideograph(c: char) -> bool {
    matches!(script(c), Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul)
}

/// The largest number of marks after a letter: a vowel sign, a tone mark and one more.
const MAX_MARKS: usize = 3;

/// Returns true if a name consists of letters and digits, the marks that follow letters, joiners between letters that need
/// them, and `punctuation`.
fn has_valid_letters(text: &str, punctuation: &str) -> bool {
    let (mut marks, mut previous, mut letter) = (0, None, None);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if is_mark(c) {
            marks += 1;
        } else {
            (marks, letter) = (0, Some(c).filter(|c| c.is_alphabetic()));
        }
        let is_valid = match c {
            '\u{200C}' | '\u{200D}' => {
                previous.is_some_and(|previous| is_joiner_valid(c, previous, characters.peek().copied()))
            }
            c if is_mark(c) => {
                let fits = |letter| matches!(script(c), Script::Inherited) || script(c) == script(letter);
                letter.is_some_and(fits) && marks <= MAX_MARKS
            }
            c => c.is_alphanumeric() || punctuation.contains(c),
        };
        if !is_valid {
            return false;
        }
        previous = Some(c);
    }
    true
}

/// The rules of domain names for joiners (RFC 5892, A.1 and A.2), of which Arabic is simplified: a non-joiner between two
/// letters.
fn is_joiner_valid(joiner: char, previous: char, next: Option<char>) -> bool {
    let is_virama = canonical_combining_class(previous) == VIRAMA;
    let is_arabic = |c: char| script(c) == Script::Arabic && c.is_alphabetic();
    is_virama || (joiner == '\u{200C}' && is_arabic(previous) && next.is_some_and(is_arabic))
}

/// The combining class of the signs that remove the vowel of a consonant.
const VIRAMA: u8 = 9;

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

pub fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}

/// Returns true if a reader cannot confuse the scripts of a name (UTS 39, "highly restrictive").
fn is_one_script(text: &str) -> bool {
    // Marks and joiners have the script of their letter.
    let is_letter = |c: &char| !is_mark(*c) && !matches!(c, '\u{200C}' | '\u{200D}');
    let comparable: String = text.chars().filter(is_letter).map(decomposed).collect();
    comparable.check_restriction_level(RestrictionLevel::HighlyRestrictive)
}

/// Returns the base of a letter that ordinary Thai and Lao words contain, although UTS 39 excludes it from identifiers as a
/// compatibility character.
fn decomposed(c: char) -> char {
    match c {
        '\u{E33}' => '\u{E32}',
        '\u{EB3}' => '\u{EB2}',
        '\u{EDC}' | '\u{EDD}' => '\u{EAB}',
        c => c,
    }
}

/// Checks the form of an email address; only sending a mail shows whether it exists.
///
/// The local part must be ASCII, so that no letter of another alphabet folds to the address of another account. An
/// international domain is stored in its ASCII form, which is unique by the rules of domain names.
///
/// # Errors
/// Too short, too long or invalid, at the input field `name`.
pub fn check_email(value: &str, name: &'static str) -> Result<Email, Problem> {
    // What is pasted along with an address: blanks, invisible characters, and the full stop of a sentence.
    let value = value.trim_matches(|c: char| c.is_whitespace() || is_invisible(c)).trim_end_matches('.');
    if value.is_empty() {
        return Err(Problem::member(name, Code::TooShort, say::EmailMissing).with_limit(1));
    }
    if value.len() > MAX_EMAIL_BYTES {
        let message = say::TooManyCharacters { max: Value::number(MAX_EMAIL_BYTES) };
        return Err(Problem::member(name, Code::TooLong, message).with_limit(MAX_EMAIL_BYTES));
    }
    let invalid = || Problem::member(name, Code::Invalid, say::EmailInvalid);
    let text = parse_email(value).ok_or_else(invalid)?;
    Ok(Email { fold: text.to_ascii_lowercase(), text })
}

/// Checks that an address of this domain may register, or become the new address of an account.
///
/// # Errors
/// Not allowed, at the input field `name`.
pub fn check_email_domain(domains: &EmailDomains, email: Email, name: &'static str) -> Result<Email, Problem> {
    if domains.admit(email.domain()) {
        return Ok(email);
    }
    let message = say::EmailDomainNotAllowed;
    Err(Problem::member(name, Code::EmailDomainNotAllowed, message))
}

/// Returns the key of an email address as entered, valid or not, to look it up.
fn fold_email(value: &str) -> String {
    check_email(value, "").map_or_else(|_| replace_nul(value.trim().to_ascii_lowercase()), |email| email.fold)
}

fn parse_email(value: &str) -> Option<String> {
    let (local, domain) = value.rsplit_once('@')?;
    let is_atom = |atom: &str| !atom.is_empty() && atom.bytes().all(is_atom_byte);
    if local.len() > MAX_LOCAL_PART_BYTES || !local.split('.').all(is_atom) {
        return None;
    }
    let domain = canonical_domain(domain).filter(|domain| domain.contains('.'))?;
    let text = format!("{local}@{domain}");
    (text.len() <= MAX_EMAIL_BYTES).then_some(text)
}

/// Returns an address as its owner reads it: with the letters of an international domain, unless they are of several
/// scripts that a reader could confuse.
pub fn displayed_email(email: &str) -> String {
    let Some((local, domain)) = email.rsplit_once('@') else { return email.to_owned() };
    let (domain, validity) = idna::domain_to_unicode(domain);
    let is_clear = |label: &str| label.check_restriction_level(RestrictionLevel::HighlyRestrictive);
    if validity.is_ok() && domain.split('.').all(is_clear) { format!("{local}@{domain}") } else { email.to_owned() }
}

/// The characters of an atom, the text between two dots of an unquoted local part (RFC 5322, 3.2.3).
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
    fn names_that_look_alike_have_the_same_key() {
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
    fn a_username_can_be_written_in_every_living_script() {
        let names = [
            "น้องพลอย",
            "สมศักดิ์",
            "เด็กดี",
            "ทองคำ",
            "น้ำ",
            "प्रिया",
            "क्\u{200D}षमा",
            "প্রিয়া",
            "தமிழ்",
            "മലയാളം",
            "မောင်",
            "សុភា",
            "ສົມຊາຍ",
            "محمد",
            "مُحَمَّد",
            "می\u{200C}نا",
            "שָׁלוֹם",
            "ẹ́niọlá",
            "李娜",
            "민지",
            "さくら",
            "ɓala",
        ];
        for name in names {
            assert_eq!(username_code(name), None, "{name}");
            assert_eq!(check_pseudonym(name, "pseudonym").map(|name| name.text.is_empty()), Ok(false), "{name}");
        }
        for name in ["ab\u{200C}c", "a\u{200D}bc", "\u{301}abc", "1\u{E48}23", "สม\u{E48}\u{E48}\u{E48}\u{E48}", "李"]
        {
            assert!(username_code(name).is_some(), "{name:?}");
        }
    }

    #[test]
    fn a_username_is_rejected_for_its_length_its_characters_or_as_reserved() {
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
    fn a_pseudonym_is_shorter_and_allows_only_underscores() {
        let code = |value: &str| check_pseudonym(value, "pseudonym").err().map(|problem| problem.code);
        assert_eq!(code("_night_owl_"), None);
        assert_eq!(code("night.owl"), Some(Code::Invalid));
        assert_eq!(code("x".repeat(16).as_str()), Some(Code::TooLong));
        assert_eq!(code("m0derat0r"), Some(Code::UsernameTaken));
    }

    #[test]
    fn an_email_address_that_is_accepted_can_be_sent_to() {
        for (entered, text) in [
            (" Jane.Doe+tag@Uni.Example ", "Jane.Doe+tag@uni.example"),
            ("o'neil_7@cs.uni.example", "o'neil_7@cs.uni.example"),
            ("x@bücher.example", "x@xn--bcher-kva.example"),
            ("jane@uni.example.", "jane@uni.example"),
            ("\u{200B}jane@uni.example\u{200B}. ", "jane@uni.example"),
        ] {
            let email = check_email(entered, "email");
            assert_eq!(email, Ok(Email { text: text.to_owned(), fold: text.to_ascii_lowercase() }));
            assert!(text.parse::<lettre::Address>().is_ok(), "{text}");
        }
    }

    #[test]
    fn an_email_address_is_shown_with_the_letters_of_its_domain() {
        for (stored, shown) in [
            ("x@xn--bcher-kva.example", "x@bücher.example"),
            ("Jane.Doe@uni.example", "Jane.Doe@uni.example"),
            ("x@xn--e1afmkfd.example", "x@пример.example"),
            // Latin and Cyrillic letters that look alike.
            ("x@xn--pple-43d.example", "x@xn--pple-43d.example"),
        ] {
            assert_eq!(displayed_email(stored), shown);
        }
    }

    #[test]
    fn an_email_address_that_is_malformed_or_imitates_another_is_rejected() {
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
            "jane@ex%61mple.test",
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
