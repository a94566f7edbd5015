//! A member is found by each word of their name, in any case, with or without accents, and with one typing error.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rstest::rstest;
use serde_json::json;
use studyhall::search::fold;
use tokio::runtime::Runtime;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{search_usernames, update};
use crate::support::{Campus, Engine};

/// Realistic names: one or two words, in several scripts.
fn name() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => "[A-ZÄÖÜÉÈÅØŁČŠŽÞ][a-zäöüßéèêñçøåæœłžščőğıðï]{0,12}",
        1 => "[Α-ΡΣ-ΩΆΈ][α-ωάέήίόύώϊ]{1,9}",
        1 => "[А-ЯЁ][а-яёйї]{1,9}",
        1 => "[가-힣]{2,4}",
        1 => "[א-ת]{2,8}",
        1 => "[一-龥]{1,3}",
    ];
    (word.clone(), proptest::option::of((prop_oneof![Just(" "), Just("-"), Just("'")], word))).prop_map(
        |(first, second)| second.map_or_else(|| first.clone(), |(sign, second)| format!("{first}{sign}{second}")),
    )
}

#[derive(Clone, Copy, Debug)]
enum Typo {
    Missing,
    Additional,
    Wrong,
    Swapped,
}

fn typo() -> impl Strategy<Value = (Typo, prop::sample::Index)> {
    let kinds = prop_oneof![Just(Typo::Missing), Just(Typo::Additional), Just(Typo::Wrong), Just(Typo::Swapped),];
    (kinds, any::<prop::sample::Index>())
}

fn with_typo(word: &str, kind: Typo, place: usize) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    match kind {
        Typo::Missing => drop(letters.remove(place)),
        Typo::Additional => letters.insert(place, 'q'),
        Typo::Wrong => letters[place] = 'q',
        Typo::Swapped => letters.swap(place, (place + 1) % word.chars().count().max(1)),
    }
    letters.into_iter().collect()
}

/// Removes accents, in a different way than the server does.
fn without_accents(word: &str) -> String {
    word.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect()
}

#[rstest]
fn a_member_is_found_by_each_word_of_their_name(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let runtime = Runtime::new().expect("a runtime");
    let (campus, ada, reader) = runtime.block_on(async {
        let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
        let (ada, reader) = (campus.member("user1").await, campus.member("reader").await);
        (campus, ada, reader)
    });
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&(name(), name(), typo()), |(first, last, (kind, place))| {
        runtime.block_on(async {
            update(&ada, "updateProfile", json!({ "firstName": first, "lastName": last })).await;
            let words = [&first, &last].into_iter().flat_map(|name| name.split([' ', '-', '\'']));
            for word in words {
                let mut spellings =
                    vec![word.to_owned(), word.to_uppercase(), word.to_lowercase(), without_accents(word)];
                let folded = fold(word);
                let count = folded.chars().count();
                // In Korean a wrong syllable is another word.
                if count >= 4 && !folded.contains(|c| ('가'..='힣').contains(&c)) {
                    // The last letter has no neighbour to be swapped with.
                    let last = if matches!(kind, Typo::Swapped) { count - 1 } else { count };
                    spellings.push(with_typo(&folded, kind, place.index(last)));
                }
                for spelling in spellings {
                    for filter in [json!({ "text": spelling }), json!({ "name": spelling })] {
                        let found = search_usernames(&reader, filter.clone()).await;
                        if found != ["user1"] {
                            return Err(TestCaseError::fail(format!("{first} {last} is not found by {filter}")));
                        }
                    }
                }
            }
            Ok(())
        })
    });
    runtime.block_on(campus.stop());
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
