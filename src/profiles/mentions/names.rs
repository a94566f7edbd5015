//! Finding the names after `@` in a text.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::accounts::AccountId;
use crate::accounts::names::{MAX_NAME_LENGTH, fold_case, fold_username, is_mark, is_name_character};
use crate::db::Texts;

/// How many users one text mentions. Further names are plain text.
pub const MAX_MENTIONS: usize = 20;

/// A user that a text may mention.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NamedUser {
    pub id: AccountId,
    pub username: String,
}

/// The places of a text where a user may be named. Each has the names that can be meant, the longest first: a full stop
/// can belong to the name or end the sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MentionedNames(Vec<Vec<String>>);

impl MentionedNames {
    /// Finds the places: an `@` at the start or behind a character that no name contains, and the longest run of such
    /// characters after it.
    pub fn in_text(text: &str) -> Self {
        let places = text.match_indices('@').filter(|(at, _)| !ends_in_word(&text[..*at]));
        let names = places.map(|(at, sign)| {
            let rest = &text[at + sign.len()..];
            let end = rest.find(|c| !is_name_character(c)).unwrap_or(rest.len());
            possible_names(&rest[..end])
        });
        Self(names.filter(|names| !names.is_empty()).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the keys by which the users of these names are looked up.
    pub fn keys(&self) -> Texts {
        let names: BTreeSet<&String> = self.0.iter().flatten().collect();
        let keys: BTreeSet<String> = names.into_iter().map(|name| fold_username(name)).collect();
        Texts::new(keys)
    }

    /// Returns the mentioned users, in the order of the text: the first [`MAX_MENTIONS`], each once, without the author.
    /// `users` are those who can be mentioned and have one of the [keys](Self::keys); look-alikes are among them, which
    /// the text does not name.
    pub fn resolve(&self, users: &[NamedUser], author: AccountId) -> Vec<AccountId> {
        let known: Vec<(String, AccountId)> = users.iter().map(|user| (fold_case(&user.username), user.id)).collect();
        let mut mentioned = Vec::new();
        for names in &self.0 {
            let named = names.iter().find_map(|name| {
                let folded = fold_case(name);
                known.iter().find(|(username, _)| *username == folded).map(|(_, id)| *id)
            });
            if let Some(user) = named
                && user != author
                && !mentioned.contains(&user)
            {
                mentioned.push(user);
                if mentioned.len() == MAX_MENTIONS {
                    break;
                }
            }
        }
        mentioned
    }
}

/// Returns true if a text ends with a character of a word, so that an `@` after it is part of an address. A mark belongs to
/// the character before it.
fn ends_in_word(text: &str) -> bool {
    let last = text.chars().rev().find(|c| !is_mark(*c));
    last.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// Returns the names that a run of characters can mean, the longest first: the run itself, and what remains when full
/// stops and hyphens are cut from its end. Names that are too long for a username are left out.
fn possible_names(run: &str) -> Vec<String> {
    let base = run.trim_end_matches(['.', '-']);
    let (base_length, tail) = (base.nfc().count(), run.len() - base.len());
    if base.is_empty() || base_length > MAX_NAME_LENGTH {
        return Vec::new();
    }
    // The characters of the tail have one byte each, and the first name that is short enough is the longest one.
    let longest = tail.min(MAX_NAME_LENGTH - base_length);
    (0..=longest).rev().map(|cut| run[..base.len() + cut].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn users(names: &[&str]) -> Vec<NamedUser> {
        let numbered = (1..).zip(names);
        numbered.map(|(id, name)| NamedUser { id: AccountId(id), username: (*name).to_owned() }).collect()
    }

    /// The usernames that a text mentions, where these users can be mentioned.
    fn mentioned(text: &str, names: &[&'static str]) -> Vec<&'static str> {
        let found = MentionedNames::in_text(text).resolve(&users(names), AccountId(0));
        found.into_iter().map(|id| names[usize::try_from(id.0 - 1).expect("a position")]).collect()
    }

    #[test]
    fn a_name_counts_behind_what_is_no_part_of_a_word() {
        let names = ["ada", "grace.h"];
        for (text, expected) in [
            ("@ada", vec!["ada"]),
            ("(@ada)", vec!["ada"]),
            ("\u{2764}\u{FE0F}@ada", vec!["ada"]),
            ("@@ada", vec!["ada"]),
            ("one\n@ada, two", vec!["ada"]),
            ("mail@ada", vec![]),
            ("5@ada", vec![]),
            ("_@ada .@ada -@ada", vec![]),
            ("e\u{301}@ada", vec![]),
            ("@adam", vec![]),
            ("@ ada", vec![]),
            ("@ada@grace.h", vec!["ada"]),
            ("@ADA and @Grace.H", vec!["ada", "grace.h"]),
        ] {
            assert_eq!(mentioned(text, &names), expected, "{text}");
        }
    }

    #[test]
    fn full_stops_and_hyphens_are_cut_until_a_name_matches() {
        let names = ["ada", "ada.", "grace.h", "joan-"];
        for (text, expected) in [
            ("Ask @ada.", vec!["ada."]),
            ("Ask @ada..", vec!["ada."]),
            ("Ask @ada-", vec!["ada"]),
            ("Ask @grace.h...", vec!["grace.h"]),
            ("Ask @grace.", vec![]),
            ("@joan--.-", vec!["joan-"]),
            ("@...", vec![]),
        ] {
            assert_eq!(mentioned(text, &names), expected, "{text}");
        }
    }

    #[test]
    fn case_is_ignored_and_look_alikes_are_not() {
        let names = ["mia", "Zoe\u{308}", "\u{441}\u{430}\u{448}\u{430}", "strasse"];
        assert_eq!(mentioned("@MIA @mla @m1a", &names), ["mia"]);
        assert_eq!(mentioned("@ZO\u{CB}", &names), ["Zoe\u{308}"]);
        assert_eq!(mentioned("@\u{421}\u{410}\u{428}\u{410}", &names), ["\u{441}\u{430}\u{448}\u{430}"]);
        assert_eq!(mentioned("@STRASSE @stra\u{DF}e", &names), ["strasse"]);
        // The first letter is Latin.
        assert_eq!(mentioned("@c\u{430}\u{448}\u{430}", &names), [""; 0]);
    }

    #[test]
    fn the_first_twenty_users_count_each_once_and_without_the_author() {
        let names: Vec<String> = (0..25).map(|n| format!("user{n}")).collect();
        let text = names.iter().map(|name| format!("@{name} @{name}")).collect::<Vec<_>>().join(" ");
        let users = users(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let found = MentionedNames::in_text(&text).resolve(&users, AccountId(3));
        assert_eq!(found, (1..=21).filter(|id| *id != 3).map(AccountId).collect::<Vec<_>>());
    }

    proptest! {
        /// Whatever the text, each name is one that the text contains behind an `@`, and the work is bounded.
        #[test]
        fn names_come_from_the_text(text in "[@.\\-_ a-cA-C\\u{e9}\\u{301}\\u{5d0}\u{1F600}]{0,200}") {
            let found = MentionedNames::in_text(&text);
            for names in &found.0 {
                prop_assert!(names.len() <= MAX_NAME_LENGTH);
                prop_assert!(names.is_sorted_by_key(|name| std::cmp::Reverse(name.len())));
                for name in names {
                    let named = format!("@{name}");
                    prop_assert!(text.contains(&named));
                    prop_assert!(name.nfc().count() <= MAX_NAME_LENGTH);
                    prop_assert!(!name.starts_with(['@', ' ']));
                }
            }
        }

        /// A name is found in any sentence that does not continue it.
        #[test]
        fn a_username_is_found_in_a_sentence(
            name in "[a-z0-9][a-z0-9_.\\-]{2,29}", before in "(.{0,20}[ (\n])?", after in "([ ,!)].{0,20})?", dots in "[.\\-]{0,3}",
        ) {
            let user = [NamedUser { id: AccountId(7), username: name.to_uppercase() }];
            let text = format!("{before}@{name}{dots}{after}");
            prop_assert_eq!(MentionedNames::in_text(&text).resolve(&user, AccountId(0)), [AccountId(7)]);
        }

        /// An address is no mention.
        #[test]
        fn an_address_mentions_no_user(local in "[a-z0-9_.\\-]{1,20}", name in "[a-z0-9]{3,20}") {
            let user = [NamedUser { id: AccountId(7), username: name.clone() }];
            let found = MentionedNames::in_text(&format!("{local}@{name}")).resolve(&user, AccountId(0));
            prop_assert_eq!(found, []);
        }
    }
}
