//! Everybody who has exactly some words, by username: whole, however many they are.

use super::find::Hit;
use super::store::{self, StoredEntry, placed};
use super::{Search, SearchField};
use crate::db::{Db, Result};
use crate::page::Page;

/// Beyond so many people one word is as common as the other.
const COMMON: i64 = 2_000;

/// Returns a page of everybody who has all that is held, without the viewer and whoever is hidden from them.
///
/// # Errors
/// When the database does not answer.
pub async fn list(db: &Db, viewer: i64, search: &Search, page: &Page<Hit>) -> Result<Vec<Hit>> {
    let (first, others) = split(db, search).await?;
    store::page(db, viewer, &first, &others, search.is_online, page).await
}

/// Counts everybody whom [`list`] gives.
///
/// # Errors
/// When the database does not answer.
pub async fn count(db: &Db, viewer: i64, search: &Search) -> Result<i64> {
    let (first, others) = split(db, search).await?;
    store::count(db, viewer, &first, &others, search.is_online).await
}

/// Takes the rarest word, whose people are gone through; the others are looked up for each of them.
async fn split(db: &Db, search: &Search) -> Result<((SearchField, String), StoredEntry)> {
    let rarest = match search.held.len() {
        0 | 1 => None,
        _ => store::rarest(db, &StoredEntry::new(&search.held), COMMON).await?,
    };
    let is_rarest =
        |(place, word): &&(SearchField, String)| rarest.as_ref().is_none_or(|(key,)| *key == placed(*place, word));
    let everybody = (SearchField::Anybody, String::new());
    let first = search.held.iter().find(is_rarest).cloned().unwrap_or(everybody);
    let others = StoredEntry::new(search.held.iter().filter(|held| **held != first));
    Ok((first, others))
}
