//! Finds members by the words of a query, best match first.
//!
//! A word that matches exactly ranks before one that only begins with the typed word, that before a match within a word,
//! and that before one with a typing error. Within each of these, names rank before the field of study, that before
//! skills, that before the about text; users of the same rank are sorted by username. With several words, all have to
//! match, and their scores add up. Only if no member matches all of them, those who match all but one are found.
//!
//! The work is bounded: the search reads the first 2,000 users by username of each word, fewer if there are many words,
//! and at most 20 words that differ by a typing error. One more word in the query finds the rest.

use std::collections::HashSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::query::{Bits, Lookup, MatchKind, Query, TypedWord, exact_range};
use super::store::{self, ExactWords, WordList};
use super::{Search, SearchField, names, words};
use crate::db::{Db, List, Result, Texts};

/// How many users are read for one word in one field, and for the whole query.
const MAX_USERS_PER_LIST: usize = 2_000;
const MAX_USERS: usize = 60_000;

/// Among how many users the words of a query are looked up that many users have.
const MAX_CANDIDATES: usize = 4_000;

/// How many words with a typing error are searched, and how many candidates are read for each spelling.
const MAX_TYPO_WORDS: usize = 20;
const MAX_ENTRIES_PER_SPELLING: i64 = 100;

/// A part of the query that does not match.
const NO_MATCH: i64 = 100_000;

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

/// Returns all users who match a search that has words to rank, in no order.
pub async fn find(db: &Db, search: &Search) -> Result<Vec<Hit>> {
    let mut matches = Matches::load(db, &search.query).await?;
    let mut hits = matches.rank(db, 0).await?;
    if hits.is_empty() && search.query.words.iter().any(|word| word.can_be_omitted) {
        hits = matches.rank(db, 1).await?;
    }
    let exact_words = ExactWords::new(&search.exact_words);
    if exact_words.count > 0 && !hits.is_empty() {
        let matching: FxHashSet<i64> =
            store::with_all_words(db, &ids(&hits), &exact_words).await?.into_iter().map(|(user,)| user).collect();
        hits.retain(|hit| matching.contains(&hit.user));
    }
    if let Some(is_online) = search.is_online {
        let online: FxHashSet<i64> =
            store::online_among(db, &ids(&hits)).await?.into_iter().map(|(user,)| user).collect();
        hits.retain(|hit| online.contains(&hit.user) == is_online);
    }
    Ok(hits)
}

fn ids(hits: &[Hit]) -> List {
    List::new(hits.iter().map(|hit| hit.user))
}

/// A user who matches a part of the query.
struct Candidate {
    name: String,
    /// Where the scores of the user begin in [`Matches::scores`].
    first_score: usize,
}

/// The stored words that match a lookup, in one field.
struct Entries {
    list: WordList,
    field: SearchField,
    kind: MatchKind,
    bits: Bits,
    is_variant: bool,
    /// Not all users of this list are candidates.
    is_incomplete: bool,
}

/// What is known of thousands of users: the hash needs no secret, because the ids are our own, and no user has memory of
/// their own for their scores.
struct Matches<'a> {
    query: &'a Query,
    lists: Vec<Entries>,
    users: FxHashMap<i64, Candidate>,
    /// The best score of each part, user by user.
    scores: Vec<i64>,
}

impl<'a> Matches<'a> {
    async fn load(db: &Db, query: &'a Query) -> Result<Self> {
        let mut matches = Self { query, lists: Vec::new(), users: FxHashMap::default(), scores: Vec::new() };
        // A short word is only looked up for the users that longer ones find.
        let short = query.words.iter().filter(|word| word.is_short()).fold(0, |bits, word| bits | word.bits);
        let has_long = query.words.iter().any(|word| !word.is_short() && !word.is_optional);
        let is_deferred = |lookup: &&Lookup| has_long && lookup.bits & !short == 0;
        let deferred = query.lookups.iter().filter(is_deferred);
        matches.lists.extend(deferred.flat_map(entries).map(|list| Entries { is_incomplete: true, ..list }));
        let at_once = query.lookups.iter().filter(|lookup| !is_deferred(lookup));
        matches.load_lists(db, at_once.flat_map(entries).collect()).await?;
        let typos = typo_lookups(db, query).await?;
        if !typos.is_empty() {
            matches.load_lists(db, typos.iter().flat_map(entries).collect()).await?;
        }
        Ok(matches)
    }

    async fn load_lists(&mut self, db: &Db, mut lists: Vec<Entries>) -> Result<()> {
        let limit = MAX_USERS_PER_LIST.min(MAX_USERS / lists.len().max(1)).max(1);
        let loaded = store::word_entries(
            db,
            &WordList::texts(lists.iter().map(|list| &list.list)),
            i64::try_from(limit).unwrap_or(i64::MAX),
        )
        .await?;
        for entries in loaded {
            for list in lists.iter_mut().filter(|list| entries.is_of(&list.list)) {
                let count = self.add(list, entries.users.as_deref());
                list.is_incomplete = count >= limit;
            }
        }
        self.lists.extend(lists);
        Ok(())
    }

    /// Adds users, given as in [`store::WordEntries`], and returns how many there are.
    fn add(&mut self, list: &Entries, users: Option<&str>) -> usize {
        let Self { users: candidates, scores, query, .. } = self;
        let exact = score(list.kind, list.field, list.is_variant);
        let inexact = score(list.kind.max(MatchKind::Prefix), list.field, list.is_variant);
        let mut count = 0;
        for entry in users.unwrap_or_default().split(',') {
            let Some((user, entry)) = entry.split_once(' ') else { continue };
            let Some((sign, name)) = entry.split_once(' ') else { continue };
            let Ok(user) = user.parse() else { continue };
            let score = if sign == "=" { exact } else { inexact };
            let candidate = candidates.entry(user).or_insert_with(|| {
                let first_score = scores.len();
                scores.resize(first_score + query.parts, NO_MATCH);
                Candidate { name: name.to_owned(), first_score }
            });
            for (part, best) in scores.iter_mut().skip(candidate.first_score).take(query.parts).enumerate() {
                if list.bits & (1 << part) != 0 {
                    *best = score.min(*best);
                }
            }
            count += 1;
        }
        count
    }

    fn scores_of(&self, user: &Candidate) -> &[i64] {
        self.scores.get(user.first_score..user.first_score + self.query.parts).unwrap_or_default()
    }

    fn is_match(&self, user: &Candidate, bits: Bits) -> bool {
        self.scores_of(user).iter().enumerate().all(|(part, score)| bits & (1 << part) == 0 || *score < NO_MATCH)
    }

    /// Returns the users who match all words, without those that are optional, and of the others all but `omitted`.
    async fn rank(&mut self, db: &Db, omitted: usize) -> Result<Vec<Hit>> {
        let query = self.query;
        let mut required: Vec<&TypedWord> = query.words.iter().filter(|word| !word.is_optional).collect();
        // Starting with the rarest word, incomplete lists have to be completed for fewer users.
        required.sort_by_cached_key(|word| self.rarest_part(word));
        let Some(rarest) = required.get(..=omitted) else { return Ok(Vec::new()) };
        // A user who lacks `omitted` words has one of any `omitted + 1`.
        let bases: Vec<Bits> = rarest.iter().map(|word| self.rarest_part(word).3).collect();
        let mut candidates: FxHashSet<i64> = self
            .users
            .iter()
            .filter(|(_, user)| bases.iter().any(|bits| self.is_match(user, *bits)))
            .map(|(user, _)| *user)
            .collect();
        if bases.iter().any(|bits| self.is_incomplete(*bits)) && query.words.len() > 1 {
            candidates.extend(self.load_initials(db).await?);
        }
        self.truncate(&mut candidates);
        for (index, word) in required.iter().enumerate() {
            self.complete(db, &candidates, word.bits).await?;
            let checked = required.get(..=index).unwrap_or_default();
            candidates.retain(|user| {
                let Some(user) = self.users.get(user) else { return false };
                let mut missing = checked.iter().filter(|word| !self.is_match(user, word.bits));
                missing.by_ref().take(omitted).all(|word| word.can_be_omitted) && missing.next().is_none()
            });
        }
        for word in query.words.iter().filter(|word| word.is_optional) {
            self.complete(db, &candidates, word.bits).await?;
        }
        let mut hits = Vec::with_capacity(candidates.len());
        for id in candidates {
            if let Some(user) = self.users.remove(&id) {
                hits.push(Hit { score: self.scores_of(&user).iter().sum(), name: user.name, user: id });
            }
        }
        Ok(hits)
    }

    /// Returns the part of a word that fewest users match, after what orders words by it: words whose users are all known
    /// first, short ones last, then their number.
    fn rarest_part(&self, word: &TypedWord) -> (bool, bool, usize, Bits) {
        let parts = (0..self.query.parts).map(|part| 1 << part).filter(|bit| word.bits & bit != 0);
        let count = |bit: Bits| self.users.values().filter(|user| self.is_match(user, bit)).count();
        parts.map(|bit| (self.is_incomplete(bit), word.is_short(), count(bit), bit)).min().unwrap_or_default()
    }

    fn is_incomplete(&self, bits: Bits) -> bool {
        self.lists.iter().any(|list| list.is_incomplete && list.bits & bits != 0)
    }

    /// Returns users who have two of the typed words as the initial of one name and the beginning of another.
    async fn load_initials(&mut self, db: &Db) -> Result<Vec<i64>> {
        let lists: Vec<Entries> = self.query.initials().iter().flat_map(entries).collect();
        let limit = i64::try_from(MAX_USERS_PER_LIST).unwrap_or(i64::MAX);
        let loaded = store::word_entries(db, &WordList::texts(lists.iter().map(|list| &list.list)), limit).await?;
        let mut users = Vec::new();
        for (list, entries) in lists.iter().flat_map(|list| loaded.iter().map(move |entries| (list, entries))) {
            if entries.is_of(&list.list) {
                self.add(list, entries.users.as_deref());
                let ids = entries.users.as_deref().unwrap_or_default().split(',');
                users.extend(ids.filter_map(|entry| entry.split(' ').next()?.parse::<i64>().ok()));
            }
        }
        Ok(users)
    }

    /// Keeps the best candidates as far as is known, then the first by username.
    fn truncate(&self, candidates: &mut FxHashSet<i64>) {
        if candidates.len() > MAX_CANDIDATES {
            let rank = |id: &i64| {
                let user = self.users.get(id)?;
                Some((self.scores_of(user).iter().sum::<i64>(), user.name.as_str(), *id))
            };
            let mut ranked: Vec<_> = candidates.iter().filter_map(rank).collect();
            ranked.sort_unstable();
            *candidates = ranked.into_iter().take(MAX_CANDIDATES).map(|(_, _, id)| id).collect();
        }
    }

    /// Reads the rest of the incomplete lists that match one of these parts, limited to these users.
    async fn complete(&mut self, db: &Db, users: &FxHashSet<i64>, bits: Bits) -> Result<()> {
        let lists = std::mem::take(&mut self.lists);
        let incomplete: Vec<&Entries> =
            lists.iter().filter(|list| list.is_incomplete && list.bits & bits != 0).collect();
        if !incomplete.is_empty() && !users.is_empty() {
            let texts = WordList::texts(incomplete.iter().map(|list| &list.list));
            for entries in store::word_entries_among(db, &List::new(users.iter().copied()), &texts).await? {
                for list in incomplete.iter().filter(|list| entries.is_of(&list.list)) {
                    self.add(list, entries.users.as_deref());
                }
            }
        }
        self.lists = lists;
        Ok(())
    }
}

/// Returns the lists of stored words of a lookup, one for each field.
fn entries(lookup: &Lookup) -> impl Iterator<Item = Entries> {
    lookup.fields.iter().map(|field| Entries {
        list: WordList::new(*field, &lookup.range),
        field: *field,
        kind: lookup.kind,
        bits: lookup.bits,
        is_variant: lookup.range.start.starts_with(names::VARIANT_SIGN),
        is_incomplete: false,
    })
}

/// Returns the score of a match. Fields never add up to the difference between two kinds, whatever the number of words.
fn score(kind: MatchKind, field: SearchField, is_variant: bool) -> i64 {
    // Between names and the field of study there is a rank for other forms of a name.
    let field_rank = field.number() * 2 + i64::from(is_variant);
    kind as i64 * 1_000 + field_rank
}

/// Returns where stored words are that differ from the typed words by one typing error, without those that begin with
/// them.
async fn typo_lookups(db: &Db, query: &Query) -> Result<Vec<Lookup>> {
    let typed: Vec<&TypedWord> = query.words.iter().filter(|word| word.tolerates_typos).collect();
    let spellings: HashSet<String> = typed.iter().flat_map(|word| words::spellings(&word.text)).collect();
    if spellings.is_empty() {
        return Ok(Vec::new());
    }
    let entries = store::spelling_entries(db, &Texts::new(spellings), MAX_ENTRIES_PER_SPELLING).await?;
    let entries = entries.iter().filter_map(|(entries,)| entries.as_deref()).flat_map(|entries| entries.split(','));
    let mut stored: Vec<&str> = entries.filter_map(|entry| Some(entry.split_once(' ')?.1)).collect();
    stored.sort_unstable();
    stored.dedup();
    let lookups = typed.into_iter().flat_map(|word| {
        let is_typo = |stored: &&&str| words::is_one_edit_apart(&word.text, stored) && !stored.starts_with(&word.text);
        stored.iter().filter(is_typo).take(MAX_TYPO_WORDS).map(|stored| Lookup {
            fields: word.fields,
            range: exact_range(stored),
            kind: MatchKind::Typo,
            bits: word.bits,
        })
    });
    Ok(lookups.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_match_ranks_before_its_field() {
        let mut scores = Vec::new();
        for kind in [MatchKind::Exact, MatchKind::Prefix, MatchKind::Part, MatchKind::Typo] {
            scores.extend(SearchField::TEXT.iter().map(|field| score(kind, *field, false)));
        }
        assert!(scores.is_sorted_by(|a, b| a < b), "{scores:?}");
    }
}
