//! Maintains the words of members, in the transaction that changes the texts that they come from.

use std::collections::BTreeSet;

use super::{INDEX_VERSION, SearchField, fold, names, skills, store, texts, words};
use crate::db::{Result, Texts, Tx};

/// How long all words of a member are together, in bytes. Only the about text can exceed it: pairs of characters are
/// longer than the text that they come from.
const MAX_BYTES: usize = 40_000;

/// Replaces the words by which a member is found. A guest has none.
///
/// Call it at the end of a transaction that changes names, the field of study, skills, the year, the about text or
/// active appointments: on PostgreSQL, it locks out others that change the same words until the commit.
pub async fn refresh(tx: &mut Tx, user: i64) -> Result<()> {
    let old = store::delete_words(tx, user).await?;
    let mut spelled_words = BTreeSet::new();
    if let Some(member) = store::searchable_member(tx, user).await? {
        let skills = store::skills_of(tx, user).await?;
        let topics = store::topics_of(tx, user).await?;
        let mut entries = Entries::default();
        entries.add_member(&member, skills.iter().map(|(skill,)| skill.as_str()), topics.iter().map(|(topic,)| *topic));
        let name: String = fold(&member.username).split_whitespace().collect();
        let keys = entries.words.iter().map(|(field, word)| store::word_key(*field, word));
        store::insert_words(tx, user, &name, &Texts::new(keys)).await?;
        let spelled = entries.words.into_iter().filter(|(field, word)| is_spelled(field.number(), word));
        spelled_words = spelled.map(|(_, word)| word).collect();
    }
    let old: BTreeSet<String> = old.into_iter().filter(|(place, _)| is_text(*place)).map(|(_, word)| word).collect();
    store::lock_words(tx, &Texts::new(old.symmetric_difference(&spelled_words))).await?;
    // In order, so that concurrent transactions that insert the same spellings do not deadlock.
    let spellings = spelled_words.iter().flat_map(|word| spelling_entries(word));
    store::insert_spellings(tx, &Texts::new(spellings)).await?;
    delete_unused_spellings(tx, old.difference(&spelled_words)).await
}

fn is_text(place: i64) -> bool {
    SearchField::TEXT.iter().any(|field| field.number() == place)
}

/// Returns whether a stored word is also found by its spellings.
fn is_spelled(place: i64, word: &str) -> bool {
    is_text(place) && words::tolerates_typos(word)
}

/// Removes the words of a user whose account is deleted in this transaction.
pub async fn remove_user(tx: &mut Tx, user: i64) -> Result<()> {
    let old: BTreeSet<String> = store::delete_words(tx, user).await?.into_iter().map(|(_, word)| word).collect();
    store::lock_words(tx, &Texts::new(&old)).await?;
    delete_unused_spellings(tx, old.iter()).await
}

/// Deletes the spellings of words that no member has any more: they would be personal data of a deleted account.
async fn delete_unused_spellings(tx: &mut Tx, words: impl Iterator<Item = &String>) -> Result<()> {
    let words = Texts::new(words);
    if words.is_empty() {
        return Ok(());
    }
    let unused = store::unused_words(tx, &words).await?;
    if !unused.is_empty() {
        let entries = unused.iter().flat_map(|(word,)| spelling_entries(word));
        store::delete_spellings(tx, &Texts::new(entries)).await?;
    }
    Ok(())
}

/// Returns `spelling word` for each spelling of a word.
fn spelling_entries(word: &str) -> impl Iterator<Item = String> {
    words::spellings(word).into_iter().map(move |spelling| format!("{spelling} {word}"))
}

/// The words of a member.
#[derive(Default)]
struct Entries {
    words: BTreeSet<(SearchField, String)>,
    bytes: usize,
}

impl Entries {
    fn add_member<'a>(
        &mut self,
        member: &store::SearchableMember,
        skills: impl Iterator<Item = &'a str> + Clone,
        topics: impl Iterator<Item = i64>,
    ) {
        self.add(SearchField::AnyMember, [String::new(), INDEX_VERSION.to_owned()]);
        self.add(SearchField::Topic, topics.map(|topic| topic.to_string()));
        self.add(SearchField::Year, member.study_year.map(|year| year.to_string()));
        let tokens = |name: &Option<String>| words::tokens(name.as_deref().unwrap_or_default());
        let (first, last) = (tokens(&member.first_name), tokens(&member.last_name));
        self.add(SearchField::Name, names::forms(&first, &last, &words::tokens(&member.username)));
        if let Some(field) = &member.field_of_study {
            self.add(SearchField::FieldOfStudy, texts::forms(field));
            self.add(SearchField::FieldOfStudy, texts::single_letters(field));
        }
        self.add(SearchField::WholeSkill, skills.clone().flat_map(skills::stored_keys));
        for skill in skills {
            self.add(SearchField::Skills, texts::forms(skill));
            self.add(SearchField::Skills, skills::stored_keys(skill));
        }
        // Last, because it is what the limit cuts.
        self.add(SearchField::About, member.about.iter().flat_map(|about| texts::forms(about)));
    }

    fn add(&mut self, field: SearchField, words: impl IntoIterator<Item = String>) {
        for word in words {
            if self.bytes + word.len() <= MAX_BYTES {
                self.bytes += word.len();
                self.words.insert((field, word));
            }
        }
    }
}
