//! Finds members by the words of a query, best match first.
//!
//! A word that matches exactly ranks before one that only begins with the typed word, and that before one with a typing
//! error. Within each of these, names rank before the field of study, that before skills, that before the about text;
//! users of the same rank are sorted by username. With several words, all have to match, and their scores add up.
//!
//! The work is bounded: for each word and field, the search reads the first 2,000 users by username, and at most 20
//! words that differ by a typing error. One more word in the query finds the rest.

use std::collections::{HashMap, HashSet};

use super::store::{self, ExactWords, WordEntries};
use super::{Search, SearchField, words};
use crate::db::{Db, List, Result, Texts};

/// How many users are read for one word in one field.
const MAX_USERS_PER_WORD: i64 = 2_000;

/// How many words with a typing error are searched, and how many candidates are read for each spelling.
const MAX_TYPO_WORDS: usize = 20;
const MAX_ENTRIES_PER_SPELLING: i64 = 100;

/// Appended to a word, these are the exclusive upper bound of all words that begin with it, and of the word itself.
const PREFIX_RANGE: &str = "\u{10FFFF}";
const EXACT_RANGE: &str = "\u{1}";

/// A user in the result. The order of the fields is the order of results, and a hit is the cursor of its position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::FromRow, serde::Serialize, serde::Deserialize)]
pub struct Hit {
    /// A lower score is better.
    pub score: i64,
    /// The folded username.
    pub name: String,
    #[sqlx(rename = "user_id")]
    pub user: i64,
}

/// How a stored word matches a typed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum MatchKind {
    Exact,
    Prefix,
    Typo,
}

/// Returns all users who match a search that has fuzzy words, best match first.
pub async fn find(db: &Db, search: &Search) -> Result<Vec<Hit>> {
    let mut matches = Vec::new();
    for (word, fields) in &search.fuzzy_words {
        matches.push(WordMatches::load(db, word, fields).await?);
    }
    // Starting with the rarest word, truncated lists have to be completed for fewer users.
    matches.sort_by_key(|word| (!word.truncated.is_empty(), word.users.len()));
    let mut matches = matches.into_iter();
    let Some(WordMatches { mut users, .. }) = matches.next() else { return Ok(Vec::new()) };
    for mut word in matches {
        word.complete(db, &users).await?;
        users.retain(|user, (score, _)| {
            let word_score = word.users.get(user).map(|(score, _)| *score);
            *score += word_score.unwrap_or_default();
            word_score.is_some()
        });
    }
    let exact_words = ExactWords::new(&search.exact_words);
    if exact_words.count > 0 && !users.is_empty() {
        let matching = store::with_all_words(db, &ids(&users), &exact_words).await?;
        users = matching.into_iter().filter_map(|(user,)| users.remove_entry(&user)).collect();
    }
    if let Some(is_online) = search.is_online {
        let online: HashSet<i64> =
            store::online_among(db, &ids(&users)).await?.into_iter().map(|(user,)| user).collect();
        users.retain(|user, _| online.contains(user) == is_online);
    }
    let mut hits: Vec<Hit> = users.into_iter().map(|(user, (score, name))| Hit { score, name, user }).collect();
    hits.sort_unstable();
    Ok(hits)
}

/// The score and folded username of each user.
type ScoredUsers = HashMap<i64, (i64, String)>;

fn ids(users: &ScoredUsers) -> List {
    List::new(users.keys().copied())
}

/// The users who match one word of the query.
struct WordMatches {
    typed: String,
    users: ScoredUsers,
    /// The lists that were not read to their end: field, word and range.
    truncated: Vec<(i64, String, &'static str)>,
}

impl WordMatches {
    async fn load(db: &Db, typed: &str, fields: &[SearchField]) -> Result<Self> {
        let mut matches = Self { typed: typed.to_owned(), users: HashMap::new(), truncated: Vec::new() };
        let fields = List::new(fields.iter().map(|field| field.number()));
        let range = if words::matches_prefixes(typed) { PREFIX_RANGE } else { EXACT_RANGE };
        for entries in store::word_entries(db, &fields, &Texts::new([typed]), range, MAX_USERS_PER_WORD).await? {
            matches.add(entries, range);
        }
        let typos = typo_words(db, typed).await?;
        if !typos.is_empty() {
            let typos = Texts::new(typos);
            for entries in store::word_entries(db, &fields, &typos, EXACT_RANGE, MAX_USERS_PER_WORD).await? {
                matches.add(entries, EXACT_RANGE);
            }
        }
        Ok(matches)
    }

    /// Reads the rest of truncated lists, limited to these users.
    async fn complete(&mut self, db: &Db, users: &ScoredUsers) -> Result<()> {
        for (field, word, range) in std::mem::take(&mut self.truncated) {
            let entries = store::word_entries_among(db, &ids(users), field, &word, range).await?;
            self.add(entries, range);
        }
        Ok(())
    }

    fn add(&mut self, entries: WordEntries, range: &'static str) {
        let Some(field) = SearchField::from_number(entries.place) else { return };
        let mut count = 0;
        for entry in entries.users.as_deref().unwrap_or_default().split(',') {
            let mut parts = entry.splitn(3, ' ');
            let (Some(user), Some(sign), Some(name)) = (parts.next(), parts.next(), parts.next()) else { continue };
            let Ok(user) = user.parse() else { continue };
            let kind = match sign {
                _ if entries.word != self.typed => MatchKind::Typo,
                "=" => MatchKind::Exact,
                _ => MatchKind::Prefix,
            };
            let score = score(kind, field);
            let best = self.users.entry(user).or_insert_with(|| (score, name.to_owned()));
            best.0 = best.0.min(score);
            count += 1;
        }
        if count >= MAX_USERS_PER_WORD {
            self.truncated.push((entries.place, entries.word, range));
        }
    }
}

/// Returns the score of a match. Fields never add up to the difference between two kinds, whatever the number of words.
fn score(kind: MatchKind, field: SearchField) -> i64 {
    kind as i64 * 1_000 + field.number()
}

/// Returns stored words that differ from the typed word by one typing error, without those that begin with it.
async fn typo_words(db: &Db, typed: &str) -> Result<Vec<String>> {
    let spellings = words::spellings(typed);
    if spellings.is_empty() {
        return Ok(Vec::new());
    }
    let entries = store::spelling_entries(db, &Texts::new(spellings), MAX_ENTRIES_PER_SPELLING).await?;
    let entries = entries.iter().filter_map(|(entries,)| entries.as_deref()).flat_map(|entries| entries.split(','));
    let words = entries.filter_map(|entry| Some(entry.split_once(' ')?.1));
    let mut words: Vec<String> = words
        .filter(|word| words::is_one_edit_apart(typed, word) && !word.starts_with(typed))
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(MAX_TYPO_WORDS);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_match_ranks_before_its_field() {
        let mut scores = Vec::new();
        for kind in [MatchKind::Exact, MatchKind::Prefix, MatchKind::Typo] {
            scores.extend(SearchField::TEXT.iter().map(|field| score(kind, *field)));
        }
        assert!(scores.is_sorted_by(|a, b| a < b), "{scores:?}");
    }
}
