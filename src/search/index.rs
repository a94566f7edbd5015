//! Keeping the words of members: written in the transaction that changes what they come from.

use std::collections::BTreeSet;

use super::{SearchField, store, words};
use crate::db::{Result, Texts, Tx};

/// Writes down anew by what words somebody is found; a guest by none.
///
/// Call it last in a transaction that changes names, field, skills, year, about or what is taught: on PostgreSQL one such transaction
/// waits for the other from here to its end, and nothing else may come between.
///
/// # Errors
/// When the database does not answer.
pub async fn refresh(tx: &mut Tx, user: i64) -> Result<()> {
    store::lock(tx).await?;
    let old = store::delete_words(tx, user).await?;
    let mut spelled = BTreeSet::new();
    if let Some(person) = store::member(tx, user).await? {
        let skills = store::skills_of(tx, user).await?;
        let mut words = words_of(&person, skills.iter().map(|(skill,)| skill.as_str()));
        let topics = store::topics_of(tx, user).await?;
        words.extend(topics.into_iter().map(|(topic,)| (SearchField::Topic, topic.to_string())));
        let name: String = words::fold(&person.username).split_whitespace().collect();
        let placed = words.iter().map(|(place, word)| store::placed(*place, word));
        store::insert_words(tx, user, &name, &Texts::new(placed)).await?;
        spelled =
            words.into_iter().filter(|(place, _)| SearchField::TEXT.contains(place)).map(|(_, word)| word).collect();
    }
    // In order: whoever else writes some of them comes by them in the same order.
    store::insert_spellings(tx, &Texts::new(spelled.iter().flat_map(|word| entries(word)))).await?;
    let is_text = |place: &i64| SearchField::TEXT.iter().any(|text| text.number() == *place);
    let dropped: BTreeSet<String> = old.into_iter().filter(|(place, _)| is_text(place)).map(|(_, word)| word).collect();
    forget_unused(tx, dropped.difference(&spelled)).await
}

/// Forgets by what words somebody is found, because their account is deleted in this transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(tx: &mut Tx, user: i64) -> Result<()> {
    store::lock(tx).await?;
    let old: BTreeSet<String> = store::delete_words(tx, user).await?.into_iter().map(|(_, word)| word).collect();
    forget_unused(tx, old.iter()).await
}

/// A word that nobody has any more is a trace of whoever had it.
async fn forget_unused(tx: &mut Tx, words: impl Iterator<Item = &String>) -> Result<()> {
    let unused = store::unused(tx, &Texts::new(words)).await?;
    if !unused.is_empty() {
        let entries = unused.iter().flat_map(|(word,)| entries(word));
        store::delete_spellings(tx, &Texts::new(entries)).await?;
    }
    Ok(())
}

fn entries(word: &str) -> impl Iterator<Item = String> {
    words::spellings(word).into_iter().map(move |spelling| format!("{spelling} {word}"))
}

fn words_of<'a>(
    person: &store::SearchablePerson,
    skills: impl Iterator<Item = &'a str>,
) -> BTreeSet<(SearchField, String)> {
    let mut found = BTreeSet::from([(SearchField::Anybody, String::new())]);
    let mut add = |place, text: &str| found.extend(words::words(text).map(|word| (place, word)));
    add(SearchField::Name, &person.username);
    for name in [&person.first_name, &person.last_name].into_iter().flatten() {
        add(SearchField::Name, name);
    }
    if let Some(field) = &person.field_of_study {
        add(SearchField::FieldOfStudy, field);
    }
    if let Some(about) = &person.about {
        add(SearchField::About, about);
    }
    let skills: Vec<&str> = skills.collect();
    for skill in &skills {
        add(SearchField::Skills, skill);
    }
    found.extend(skills.iter().map(|skill| (SearchField::WholeSkill, words::whole(skill))));
    found.extend(person.study_year.map(|year| (SearchField::Year, year.to_string())));
    found
}
