//! Lists the members who have a set of exact words, sorted by username. Unlike [`find`](mod@super::find), it has no limit.

use super::find::Hit;
use super::store::{self, ExactWords, word_key};
use super::{Search, SearchField};
use crate::db::{Db, Result};
use crate::page::Page;

/// Words that more users have than this count as equally common.
const MAX_COUNTED_USERS: i64 = 2_000;

/// Returns a page of the members who have all exact words, without the viewer and users hidden from the viewer.
pub async fn list(db: &Db, viewer: i64, search: &Search, page: &Page<Hit>) -> Result<Vec<Hit>> {
    let (rarest, others) = split_rarest(db, search).await?;
    store::page(db, viewer, &rarest, &others, search.is_online, page).await
}

/// Returns the number of members in all pages of [`list`].
pub async fn count(db: &Db, viewer: i64, search: &Search) -> Result<i64> {
    let (rarest, others) = split_rarest(db, search).await?;
    store::count(db, viewer, &rarest, &others, search.is_online).await
}

/// Splits off the rarest word. The statement walks the users of that word, and looks the other words up for each.
async fn split_rarest(db: &Db, search: &Search) -> Result<((SearchField, String), ExactWords)> {
    let rarest = match search.exact_words.len() {
        0 | 1 => None,
        _ => store::rarest(db, &ExactWords::new(&search.exact_words), MAX_COUNTED_USERS).await?,
    };
    let is_rarest =
        |(field, word): &&(SearchField, String)| rarest.as_ref().is_none_or(|(key,)| *key == word_key(*field, word));
    let any_member = (SearchField::AnyMember, String::new());
    let rarest = search.exact_words.iter().find(is_rarest).cloned().unwrap_or(any_member);
    let others = ExactWords::new(search.exact_words.iter().filter(|word| **word != rarest));
    Ok((rarest, others))
}
