//! Rejects weak passwords.

use zxcvbn::zxcvbn;

use crate::error::{Code, Problem};
use crate::sentences::{Sentence, Value, say};
use crate::text::readable_size;

/// In code points.
const MIN_PASSWORD_LENGTH: usize = 12;
pub const MAX_PASSWORD_BYTES: usize = 1_024;

/// A password is too common if an attacker who knows how users choose passwords needs fewer guesses.
const MIN_GUESSES: u64 = 1_000_000;

/// Only this many characters of a password are analyzed, which takes a few milliseconds at most.
const MAX_ANALYZED_LENGTH: usize = 64;

/// A shorter username or local part of an email address occurs in good passwords by chance, unless it is a word of its
/// own.
const MIN_PART_LENGTH: usize = 5;

/// Checks that a password is long enough, not common, and does not contain the account's username or email address.
///
/// A password is common in one of two cases, both without regard to letter case. It is in the list of the 100,000 most
/// used passwords of the British National Cyber Security Centre, of which some 1,200 have 12 characters or more (crate
/// `passwords`). Or its structure can be guessed within a million tries: listed passwords, everyday words and names, in
/// a row or with letters replaced by digits, combined with years, dates, sequences, repetitions and keyboard walks
/// (crate `zxcvbn`). The second rule covers more than a list can; alone it finds two in five of the listed passwords.
///
/// # Errors
/// Too weak or longer than 1,024 bytes, at the input field `name`.
pub fn check_password(name: &'static str, password: &str, username: &str, email: &str) -> Result<(), Problem> {
    let weak = |message: Sentence| Err(Problem::member(name, Code::PasswordWeak, message));
    if password.len() > MAX_PASSWORD_BYTES {
        let message = say::TooManyBytes { size: Value::text(readable_size(MAX_PASSWORD_BYTES)) };
        return Err(Problem::member(name, Code::TooLong, message).with_limit(MAX_PASSWORD_BYTES));
    }
    if password.chars().count() < MIN_PASSWORD_LENGTH {
        return weak(say::PasswordTooShort.into());
    }
    if contains_own_name(password, username, email) {
        return weak(say::PasswordHasOwnName.into());
    }
    if is_common(password) {
        return weak(say::PasswordCommon.into());
    }
    Ok(())
}

fn contains_own_name(password: &str, username: &str, email: &str) -> bool {
    let password = password.to_lowercase();
    let (username, email) = (username.trim().to_lowercase(), email.trim().to_lowercase());
    let local = email.split('@').next().unwrap_or_default();
    let is_word = |part: &str| password.split(|c: char| !c.is_alphanumeric()).any(|word| word == part);
    let is_inside =
        |part: &str| if part.chars().count() >= MIN_PART_LENGTH { password.contains(part) } else { is_word(part) };
    // The complete address matters only if its local part is too short to be checked alone.
    [&*username, &*email, local].into_iter().any(|part| !part.is_empty() && is_inside(part))
}

fn is_common(password: &str) -> bool {
    let lowercase = password.to_lowercase();
    if passwords::analyzer::is_common_password(password) || passwords::analyzer::is_common_password(&lowercase) {
        return true;
    }
    let analyzed: String = lowercase.chars().take(MAX_ANALYZED_LENGTH).collect();
    zxcvbn(&analyzed, &["studyhall", "campus"]).guesses() < MIN_GUESSES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<Code> {
        check_password("password", password, "jane_doe", "jdoe7@uni.example").err().map(|problem| problem.code)
    }

    #[test]
    fn a_password_has_at_least_12_code_points_and_at_most_1024_bytes() {
        assert_eq!(code("tea lamp ox"), Some(Code::PasswordWeak));
        assert_eq!(code("tëa lamp oxë"), None);
        let long: String = ('!'..'z').cycle().step_by(37).take(1_024).collect();
        assert_eq!(code(&long), None);
        assert_eq!(code(&format!("{long}x")), Some(Code::TooLong));
    }

    #[test]
    fn a_password_with_the_username_or_email_address_is_rejected() {
        for password in ["quiet JANE_DOE stone", "quiet-jdoe7-stone", "my jdoe7@UNI.example river"] {
            assert_eq!(code(password), Some(Code::PasswordWeak), "{password}");
        }
        let short = |password| check_password("password", password, "", "ox@uni.example");
        assert!(short("quiet fox stone").is_ok(), "a short local part occurs by chance");
        assert!(short("quiet ox@uni.example").is_err());
        let ben = |password| check_password("password", password, "ben", "b@uni.example");
        assert!(ben("a bench by the quiet river").is_ok(), "a short username occurs by chance");
        assert!(ben("Ben-by-the-quiet-river").is_err(), "as a word of its own it does not");
    }

    #[test]
    fn common_passwords_are_rejected() {
        let common = [
            "password1234",
            "Password1234",
            "passwordpassword",
            "P@ssw0rd1234",
            "123456789012",
            "qwertyuiop12",
            "1q2w3e4r5t6y",
            "zaq12wsxcde3",
            "1qaz2wsx3edc4rfv",
            "asdfghjkl123",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "abcdefghijkl",
            "iloveyou1234",
            "letmein123456",
            "superman12345",
            "football2024",
            "michaeljackson",
            "Liverpool1892",
            "studyhallstudyhall",
            &"password".repeat(100),
        ];
        for password in common {
            assert_eq!(code(password), Some(Code::PasswordWeak), "{password}");
        }
    }

    #[test]
    fn several_words_or_random_characters_are_accepted() {
        for password in [
            "correct horse battery staple",
            "quiet river stone",
            "xk7#mPq2vLw9",
            "wonderful-kettle-42",
            "学生学习图书馆里很安静啊",
        ] {
            assert_eq!(code(password), None, "{password}");
        }
    }
}
