//! Maintains the words of members, in the transaction that changes the texts that they come from.

use std::collections::BTreeSet;

use super::{SearchField, store, words};
use crate::db::{Result, Texts, Tx};

/// Replaces the words by which a member is found. A guest has none.
///
/// Call it at the end of a transaction that changes names, the field of study, skills, the year, the about text or
/// active appointments: on PostgreSQL, it locks out others that change the same words until the commit.
pub async fn refresh(tx: &mut Tx, user: i64) -> Result<()> {
    let old = store::delete_words(tx, user).await?;
    let mut text_words = BTreeSet::new();
    if let Some(member) = store::searchable_member(tx, user).await? {
        let skills = store::skills_of(tx, user).await?;
        let mut words = words_of(&member, skills.iter().map(|(skill,)| skill.as_str()));
        let topics = store::topics_of(tx, user).await?;
        words.extend(topics.into_iter().map(|(topic,)| (SearchField::Topic, topic.to_string())));
        let name: String = words::fold(&member.username).split_whitespace().collect();
        let keys = words.iter().map(|(field, word)| store::word_key(*field, word));
        store::insert_words(tx, user, &name, &Texts::new(keys)).await?;
        text_words =
            words.into_iter().filter(|(field, _)| SearchField::TEXT.contains(field)).map(|(_, word)| word).collect();
    }
    let is_text = |place: &i64| SearchField::TEXT.iter().any(|field| field.number() == *place);
    let old: BTreeSet<String> = old.into_iter().filter(|(place, _)| is_text(place)).map(|(_, word)| word).collect();
    store::lock_words(tx, &Texts::new(old.symmetric_difference(&text_words))).await?;
    // In order, so that concurrent transactions that insert the same spellings do not deadlock.
    let spellings = text_words.iter().flat_map(|word| spelling_entries(word));
    store::insert_spellings(tx, &Texts::new(spellings)).await?;
    delete_unused_spellings(tx, old.difference(&text_words)).await
}

/// Removes the words of a user whose account is deleted in this transaction.
pub async fn remove_user(tx: &mut Tx, user: i64) -> Result<()> {
    let old: BTreeSet<String> = store::delete_words(tx, user).await?.into_iter().map(|(_, word)| word).collect();
    store::lock_words(tx, &Texts::new(&old)).await?;
    delete_unused_spellings(tx, old.iter()).await
}

/// Deletes the spellings of words that no member has any more: they would be personal data of a deleted account.
async fn delete_unused_spellings(tx: &mut Tx, words: impl Iterator<Item = &String>) -> Result<()> {
    let unused = store::unused_words(tx, &Texts::new(words)).await?;
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

fn words_of<'a>(
    member: &store::SearchableMember,
    skills: impl Iterator<Item = &'a str>,
) -> BTreeSet<(SearchField, String)> {
    let mut entries = BTreeSet::from([(SearchField::AnyMember, String::new())]);
    let mut add = |field, text: &str| entries.extend(words::split_words(text).map(|word| (field, word)));
    add(SearchField::Name, &member.username);
    for name in [&member.first_name, &member.last_name].into_iter().flatten() {
        add(SearchField::Name, name);
    }
    if let Some(field) = &member.field_of_study {
        add(SearchField::FieldOfStudy, field);
    }
    if let Some(about) = &member.about {
        add(SearchField::About, about);
    }
    let skills: Vec<&str> = skills.collect();
    for skill in &skills {
        add(SearchField::Skills, skill);
    }
    entries.extend(skills.iter().map(|skill| (SearchField::WholeSkill, words::fold_phrase(skill))));
    entries.extend(member.study_year.map(|year| (SearchField::Year, year.to_string())));
    entries
}
