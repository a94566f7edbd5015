//! Who has the words that were typed, best first.
//!
//! A word that is there as typed comes before one that only begins so, and that before one with a mistake; a name
//! before a field of study, that before a skill, that before what somebody wrote; then usernames in their order. Of
//! several words all must be there, and their ranks add up.
//!
//! Bounded: for each place and word the first 2,000 people by username are looked at, and at most 20 words that differ
//! by a mistake. Whatever lies beyond is found with one more word.

use std::collections::{HashMap, HashSet};

use super::store::{self, Entries, StoredEntry};
use super::{Search, SearchField, words};
use crate::db::{Db, List, Result, Texts};

/// So many people of one word are looked at.
const MOST_PEOPLE: i64 = 2_000;

/// So many words that differ by one mistake are looked at, out of so many of each spelling that might.
const MOST_MISTAKES: usize = 20;
const MOST_SPELLED: i64 = 100;

/// What is added to a word to be behind everything that begins with it, and behind nothing but itself.
const BEGINNINGS: &str = "\u{10FFFF}";
const ITSELF: &str = "\u{1}";

/// Somebody who was found. The order is that of the answer, and the whole is the place in it: a cursor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::FromRow, serde::Serialize, serde::Deserialize)]
pub struct Hit {
    /// Less is better.
    pub score: i64,
    /// The username, folded.
    pub name: String,
    #[sqlx(rename = "user_id")]
    pub user: i64,
}

/// How a word fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum MatchKind {
    Whole,
    Beginning,
    Mistake,
}

/// Returns everybody who has all of these words, best first, where something was typed.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &Db, search: &Search) -> Result<Vec<Hit>> {
    let mut gathered = Vec::new();
    for (typed, places) in &search.typed {
        gathered.push(Gathered::read(db, typed, places).await?);
    }
    // From the rarest on: the others have to be completed for fewer people then.
    gathered.sort_by_key(|found| (!found.cut.is_empty(), found.people.len()));
    let mut gathered = gathered.into_iter();
    let Some(Gathered { mut people, .. }) = gathered.next() else { return Ok(Vec::new()) };
    for mut found in gathered {
        found.complete(db, &people).await?;
        people.retain(|user, (score, _)| {
            let more = found.people.get(user).map(|(more, _)| *more);
            *score += more.unwrap_or_default();
            more.is_some()
        });
    }
    let held = StoredEntry::new(&search.held);
    if held.count > 0 && !people.is_empty() {
        let having = store::having_all(db, &ids(&people), &held).await?;
        people = having.into_iter().filter_map(|(user,)| people.remove_entry(&user)).collect();
    }
    if let Some(is_online) = search.is_online {
        let online: HashSet<i64> =
            store::online_among(db, &ids(&people)).await?.into_iter().map(|(user,)| user).collect();
        people.retain(|user, _| online.contains(user) == is_online);
    }
    let mut hits: Vec<Hit> = people.into_iter().map(|(user, (score, name))| Hit { score, name, user }).collect();
    hits.sort_unstable();
    Ok(hits)
}

/// Score and name of each.
type People = HashMap<i64, (i64, String)>;

fn ids(people: &People) -> List {
    List::new(people.keys().copied())
}

/// Whoever has a word.
struct Gathered {
    people: People,
    /// What was not read to its end: place, word and reach.
    cut: Vec<(i64, String, &'static str)>,
    typed: String,
}

impl Gathered {
    async fn read(db: &Db, typed: &str, places: &[SearchField]) -> Result<Self> {
        let mut found = Self { people: HashMap::new(), cut: Vec::new(), typed: typed.to_owned() };
        let places = List::new(places.iter().map(|place| place.number()));
        let reach = if words::is_beginning(typed) { BEGINNINGS } else { ITSELF };
        for entries in store::entries(db, &places, &Texts::new([typed]), reach, MOST_PEOPLE).await? {
            found.add(entries, reach);
        }
        let mistakes = mistakes(db, typed).await?;
        if !mistakes.is_empty() {
            for entries in store::entries(db, &places, &Texts::new(mistakes), ITSELF, MOST_PEOPLE).await? {
                found.add(entries, ITSELF);
            }
        }
        Ok(found)
    }

    /// Adds what was left out, as far as it is about these people.
    async fn complete(&mut self, db: &Db, people: &People) -> Result<()> {
        for (place, word, reach) in std::mem::take(&mut self.cut) {
            let entries = store::entries_among(db, &ids(people), place, &word, reach).await?;
            self.add(entries, reach);
        }
        Ok(())
    }

    fn add(&mut self, entries: Entries, reach: &'static str) {
        let Some(place) = SearchField::from_number(entries.place) else { return };
        let mut count = 0;
        for entry in entries.people.as_deref().unwrap_or_default().split(',') {
            let mut parts = entry.splitn(3, ' ');
            let (Some(user), Some(sign), Some(name)) = (parts.next(), parts.next(), parts.next()) else { continue };
            let Ok(user) = user.parse() else { continue };
            let fit = match sign {
                _ if entries.word != self.typed => MatchKind::Mistake,
                "=" => MatchKind::Whole,
                _ => MatchKind::Beginning,
            };
            let score = score(fit, place);
            let known = self.people.entry(user).or_insert_with(|| (score, name.to_owned()));
            known.0 = known.0.min(score);
            count += 1;
        }
        if count >= MOST_PEOPLE {
            self.cut.push((entries.place, entries.word, reach));
        }
    }
}

/// Fits count before places, however many words there are: places add up to far less than one fit.
fn score(fit: MatchKind, place: SearchField) -> i64 {
    fit as i64 * 1_000 + place.number()
}

/// Returns words that somebody has and that differ from this one by a mistake. Those that begin with it are found anyway.
async fn mistakes(db: &Db, typed: &str) -> Result<Vec<String>> {
    let spellings = words::spellings(typed);
    if spellings.is_empty() {
        return Ok(Vec::new());
    }
    let entries = store::spelled(db, &Texts::new(spellings), MOST_SPELLED).await?;
    let entries = entries.iter().filter_map(|(entries,)| entries.as_deref()).flat_map(|entries| entries.split(','));
    let words = entries.filter_map(|entry| Some(entry.split_once(' ')?.1));
    let mut words: Vec<String> = words
        .filter(|word| words::is_one_mistake_apart(typed, word) && !word.starts_with(typed))
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(MOST_MISTAKES);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_word_fits_counts_before_where_it_stands() {
        let mut ranked = Vec::new();
        for fit in [MatchKind::Whole, MatchKind::Beginning, MatchKind::Mistake] {
            ranked.extend(SearchField::TEXT.iter().map(|place| score(fit, *place)));
        }
        assert!(ranked.is_sorted_by(|a, b| a < b), "{ranked:?}");
    }
}
