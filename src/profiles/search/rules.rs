//! Validating a search, and removing users that the viewer may not see.

use std::collections::HashMap;

use super::UserSearchFilter;
use crate::accounts::{AccountId, Viewer};
use crate::app::App;
use crate::error::{Error, Result};
use crate::limiter::RateLimit;
use crate::page::Page;
use crate::profiles::relations::store as relations;
use crate::profiles::{User, store};
use crate::search::{self, Hit, Search, SearchField, texts};

static SEARCHES: RateLimit = RateLimit::per_minutes("searches", 60, 1);

const MAX_TEXT_LENGTH: usize = 200;
const MAX_SKILLS: usize = 30;

/// A page of results.
#[derive(Debug, Default)]
pub struct SearchPage {
    /// Up to [`Page::limit`] users, in the page's direction.
    pub users: Vec<(Hit, User)>,
    pub total: Option<i64>,
}

/// Returns matching members, best match first. Excludes the viewer and users hidden from the viewer.
///
/// # Errors
/// Bad input for a filter beyond the limits; rate limited beyond 60 searches a minute.
pub async fn search_users(
    app: &App,
    viewer: Viewer,
    filter: &UserSearchFilter,
    page: &Page<Hit>,
) -> Result<SearchPage> {
    app.limiter.take(&SEARCHES, viewer.account.0, 1).await?;
    let Some(search) = build_search(filter)? else {
        return Ok(SearchPage { total: page.wants_total.then_some(0), ..SearchPage::default() });
    };
    let (hits, total) = if search.query.words.is_empty() {
        let total =
            if page.wants_total { Some(search::count(&app.db, viewer.account.0, &search).await?) } else { None };
        (search::list(&app.db, viewer.account.0, &search, page).await?, total)
    } else {
        let hits = retain_visible(app, viewer, search::find(&app.db, &search).await?).await?;
        let total = page.wants_total.then(|| i64::try_from(hits.len()).unwrap_or(i64::MAX));
        (slice_page(hits, page), total)
    };
    let ids: Vec<AccountId> = hits.iter().map(|hit| AccountId(hit.user)).collect();
    let users = store::by_ids(&app.db, viewer.account, &ids).await?;
    let mut users: HashMap<i64, User> = users.into_iter().map(|user| (user.id.0, user)).collect();
    // A user whose account was deleted in between is absent.
    let users = hits.into_iter().filter_map(|hit| users.remove(&hit.user).map(|user| (hit, user))).collect();
    Ok(SearchPage { users, total })
}

/// Translates the filter into a search. Returns `None` if no user can match it.
fn build_search(filter: &UserSearchFilter) -> Result<Option<Search>> {
    // A malformed topic id matches no topic.
    if filter.topic == Some(None) {
        return Ok(None);
    }
    let mut search = Search { is_online: filter.is_online, ..Search::default() };
    for (text, fields) in [(&filter.text, SearchField::TEXT), (&filter.name, &[SearchField::Name][..])] {
        let Some(text) = text else { continue };
        if check_words(search.query.add(check_length(text)?, fields))? == 0 {
            return Ok(None);
        }
    }
    if let Some(text) = &filter.field_of_study {
        let words = texts::exact_words(check_length(text)?);
        if check_words(words.len())? == 0 {
            return Ok(None);
        }
        search.exact_words.extend(words.into_iter().flatten().map(|word| (SearchField::FieldOfStudy, word)));
    }
    if filter.skills.len() > MAX_SKILLS {
        return Err(Error::BadInput(format!("The filter has too many skills. Use at most {MAX_SKILLS}.")));
    }
    for skill in &filter.skills {
        let keys = search::skill_keys(check_length(skill)?);
        search.exact_words.extend(keys.into_iter().map(|key| (SearchField::WholeSkill, key)));
    }
    search.exact_words.extend(filter.topic.flatten().map(|topic| (SearchField::Topic, topic.to_string())));
    search.exact_words.extend(filter.year.map(|year| (SearchField::Year, year.to_string())));
    Ok(Some(search))
}

/// Returns the number of words. A text without any has no results.
fn check_words(count: usize) -> Result<usize> {
    if count > search::MAX_WORDS {
        let message = format!("The text has too many words. Use at most {}.", search::MAX_WORDS);
        return Err(Error::BadInput(message));
    }
    Ok(count)
}

fn check_length(text: &str) -> Result<&str> {
    if text.chars().nth(MAX_TEXT_LENGTH).is_some() {
        return Err(Error::BadInput(format!("The text is too long. Use at most {MAX_TEXT_LENGTH} characters.")));
    }
    Ok(text)
}

/// Removes the viewer and users hidden from the viewer.
async fn retain_visible(app: &App, viewer: Viewer, mut hits: Vec<Hit>) -> Result<Vec<Hit>> {
    // A search finds more users than blocks hide.
    let hidden = relations::hidden_from(&app.db, viewer.account).await?;
    hits.retain(|hit| {
        let user = AccountId(hit.user);
        user != viewer.account && hidden.binary_search(&(user,)).is_err()
    });
    Ok(hits)
}

/// Returns the hits of a page, in its direction, from all hits. Only those of the page are sorted.
fn slice_page(mut hits: Vec<Hit>, page: &Page<Hit>) -> Vec<Hit> {
    let is_within = |hit: &Hit| {
        page.after.as_ref().is_none_or(|after| hit > after) && page.before.as_ref().is_none_or(|before| hit < before)
    };
    let order = |one: &Hit, other: &Hit| if page.is_backward { other.cmp(one) } else { one.cmp(other) };
    let limit = usize::try_from(page.limit()).unwrap_or_default();
    hits.retain(is_within);
    if limit < hits.len() {
        hits.select_nth_unstable_by(limit, order);
        hits.truncate(limit);
    }
    hits.sort_unstable_by(order);
    hits
}
