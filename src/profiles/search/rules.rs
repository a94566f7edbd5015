//! Who is found.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Filter;
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::db::List;
use crate::error::{Error, Result};
use crate::limiter::RateLimit;
use crate::page::Page;
use crate::profiles::relations::store as relations;
use crate::profiles::{User, store};
use crate::search::{self, Hit, Search, SearchField, words};

static SEARCHES: RateLimit = RateLimit::per_minutes("searches", 60, 1);

/// Each word is looked up in every place on its own.
const MOST_WORDS: usize = 10;
const LONGEST_TEXT: usize = 200;
const MOST_SKILLS: usize = 30;

/// A part of the answer.
#[derive(Debug, Default)]
pub struct Found {
    /// Up to [`Page::limit`], in the page's direction.
    pub people: Vec<(Hit, User)>,
    pub total: Option<i64>,
}

/// Returns members, best first. The viewer is not among them, nor whoever is hidden from them.
///
/// # Errors
/// Bad input for texts that are too long; rate limited.
pub async fn search(app: &App, viewer: Viewer, filter: &Filter, page: &Page<Hit>) -> Result<Found> {
    app.limiter.take(&SEARCHES, viewer.account.0, 1)?;
    let Some(search) = wanted(filter)? else {
        return Ok(Found { total: page.wants_total.then_some(0), ..Found::default() });
    };
    let (hits, total) = if search.typed.is_empty() {
        let total =
            if page.wants_total { Some(search::count(&app.db, viewer.account.0, &search).await?) } else { None };
        (search::list(&app.db, viewer.account.0, &search, page).await?, total)
    } else {
        let hits = visible(app, viewer, search::find(&app.db, &search).await?).await?;
        let total = page.wants_total.then(|| i64::try_from(hits.len()).unwrap_or(i64::MAX));
        (part(hits, page), total)
    };
    let ids: Vec<AccountId> = hits.iter().map(|hit| AccountId(hit.user)).collect();
    let users = store::by_ids(&app.db, viewer.account, &ids).await?;
    let mut users: HashMap<i64, User> = users.into_iter().map(|user| (user.id.0, user)).collect();
    // Whoever left in between is not there any more.
    let people = hits.into_iter().filter_map(|hit| users.remove(&hit.user).map(|user| (hit, user))).collect();
    Ok(Found { people, total })
}

/// Returns what to look for; `None` when nobody can have it.
fn wanted(filter: &Filter) -> Result<Option<Search>> {
    // What is no topic nobody teaches.
    if filter.topic == Some(None) {
        return Ok(None);
    }
    let mut search = Search { is_online: filter.is_online, ..Search::default() };
    for (text, places) in [(&filter.text, SearchField::TEXT), (&filter.name, &[SearchField::Name][..])] {
        let Some(text) = text else { continue };
        let Some(words) = typed(text)? else { return Ok(None) };
        search.typed.extend(words.into_iter().map(|word| (word, places)));
    }
    if let Some(field) = &filter.field_of_study {
        let Some(words) = typed(field)? else { return Ok(None) };
        search.held.extend(words.into_iter().map(|word| (SearchField::FieldOfStudy, word)));
    }
    if filter.skills.len() > MOST_SKILLS {
        return Err(Error::BadInput(format!("At most {MOST_SKILLS} skills.")));
    }
    for skill in &filter.skills {
        search.held.insert((SearchField::WholeSkill, words::whole(within(skill)?)));
    }
    search.held.extend(filter.topic.flatten().map(|topic| (SearchField::Topic, topic.to_string())));
    search.held.extend(filter.year.map(|year| (SearchField::Year, year.to_string())));
    Ok(Some(search))
}

/// Returns the different words of a text. One without a word stands for what nobody has.
fn typed(text: &str) -> Result<Option<BTreeSet<String>>> {
    let words: BTreeSet<String> = words::words(within(text)?).collect();
    if words.len() > MOST_WORDS {
        return Err(Error::BadInput(format!("At most {MOST_WORDS} words.")));
    }
    Ok(Some(words).filter(|words| !words.is_empty()))
}

fn within(text: &str) -> Result<&str> {
    if text.chars().nth(LONGEST_TEXT).is_some() {
        return Err(Error::BadInput(format!("At most {LONGEST_TEXT} characters.")));
    }
    Ok(text)
}

/// Leaves out the viewer and whoever is hidden from them.
async fn visible(app: &App, viewer: Viewer, mut hits: Vec<Hit>) -> Result<Vec<Hit>> {
    let users = List::new(hits.iter().map(|hit| hit.user));
    let hidden = relations::hidden_among(&app.db, viewer.account, &users).await?;
    let hidden: HashSet<i64> = hidden.into_iter().map(|(user,)| user).chain([viewer.account.0]).collect();
    hits.retain(|hit| !hidden.contains(&hit.user));
    Ok(hits)
}

/// Takes what a page wants of a sorted list.
fn part(hits: Vec<Hit>, page: &Page<Hit>) -> Vec<Hit> {
    let is_within = |hit: &Hit| {
        page.after.as_ref().is_none_or(|after| hit > after) && page.before.as_ref().is_none_or(|before| hit < before)
    };
    let hits = hits.into_iter().filter(is_within);
    let limit = usize::try_from(page.limit()).unwrap_or_default();
    if page.is_backward { hits.rev().take(limit).collect() } else { hits.take(limit).collect() }
}
