//! Which passwords are too weak to be taken.

use zxcvbn::zxcvbn;

use crate::error::{Code, Problem};

const MIN_LENGTH: usize = 12;
pub const MAX_BYTES: usize = 1_024;

/// A password among the first million guesses of somebody who knows how people choose is a common one.
const LIKELY_GUESSES: u64 = 1_000_000;

/// So much of a password is judged. It bounds the time to a few milliseconds and says enough.
const JUDGED_LENGTH: usize = 64;

/// A part of the address this short turns up in honest passwords by chance.
const MIN_LOCAL_LENGTH: usize = 4;

/// Checks that a password is long enough, not a common one, and not made of the account's own names.
///
/// Common means one of two things, whatever the case of its letters. It stands in the list of the 100,000 most used
/// passwords of the British National Cyber Security Centre, which has some 1,200 of 12 characters and more (crate
/// `passwords`). Or its structure is guessed within a million tries: listed passwords and everyday words and names, in
/// a row or with letters swapped for digits, with years, dates, sequences, repetitions and keyboard walks around them
/// (crate `zxcvbn`). Such a rule reaches further than a list: of the listed ones it knows two in five by itself.
///
/// # Errors
/// Weak, or longer than 1,024 bytes; at the member `name` of the input.
pub fn check_password(name: &'static str, password: &str, username: &str, email: &str) -> Result<(), Problem> {
    let weak = |message| Err(Problem::member(name, Code::PasswordWeak, message));
    if password.len() > MAX_BYTES {
        return Err(Problem::member(name, Code::TooLong, "At most 1,024 bytes."));
    }
    if password.chars().count() < MIN_LENGTH {
        return weak("At least 12 characters. A few words in a row are easy to remember.");
    }
    if contains_own_name(password, username, email) {
        return weak("The password must not contain the username or the address.");
    }
    if is_common(password) {
        return weak("This password is easy to guess. A few words that do not belong together are better.");
    }
    Ok(())
}

fn contains_own_name(password: &str, username: &str, email: &str) -> bool {
    let password = password.to_lowercase();
    let (username, email) = (username.trim().to_lowercase(), email.trim().to_lowercase());
    let local = email.split('@').next().unwrap_or_default();
    let is_inside = |part: &str, min: usize| part.chars().count() >= min && password.contains(part);
    // The whole address contains its local part; only one with a short local part is looked for as a whole.
    is_inside(&username, 1) || is_inside(&email, 1) || is_inside(local, MIN_LOCAL_LENGTH)
}

fn is_common(password: &str) -> bool {
    let small = password.to_lowercase();
    if passwords::analyzer::is_common_password(password) || passwords::analyzer::is_common_password(&small) {
        return true;
    }
    let judged: String = small.chars().take(JUDGED_LENGTH).collect();
    zxcvbn(&judged, &["studyhall", "campus"]).guesses() < LIKELY_GUESSES
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<Code> {
        check_password("password", password, "jane_doe", "jdoe7@uni.example").err().map(|problem| problem.code)
    }

    #[test]
    fn a_password_is_long_enough_in_code_points_and_not_endless_in_bytes() {
        assert_eq!(code("tea lamp ox"), Some(Code::PasswordWeak));
        assert_eq!(code("tëa lamp oxë"), None);
        let long: String = ('!'..'z').cycle().step_by(37).take(1_024).collect();
        assert_eq!(code(&long), None);
        assert_eq!(code(&format!("{long}x")), Some(Code::TooLong));
    }

    #[test]
    fn the_accounts_own_names_are_no_password() {
        for password in ["quiet JANE_DOE stone", "quiet-jdoe7-stone", "my jdoe7@UNI.example river"] {
            assert_eq!(code(password), Some(Code::PasswordWeak), "{password}");
        }
        let short = |password| check_password("password", password, "", "ox@uni.example");
        assert!(short("quiet fox stone").is_ok(), "a short local part turns up by chance");
        assert!(short("quiet ox@uni.example").is_err());
    }

    #[test]
    fn common_passwords_are_refused() {
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
    fn a_few_words_or_random_characters_are_taken() {
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
