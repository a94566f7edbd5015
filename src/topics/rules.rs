//! Who may create, edit and find topics.

use std::time::Duration;

use tracing::warn;

use super::{Topic, TopicId, store};
use crate::accounts::staff::log::{self, NewStaffAction, StaffActionKind};
use crate::accounts::{Role, Viewer};
use crate::app::App;
use crate::db::{Texts, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problems, Result};
use crate::images::{ImageId, rules as images};
use crate::limiter::RateLimit;
use crate::page::Page;
use crate::profiles::{Change, apply_change};
use crate::search::texts;
use crate::text::{Lines, check_text};

pub static TOPICS: RateLimit = RateLimit::per_hour("topics", 60);

const MAX_TITLE_LENGTH: usize = 120;
const MAX_DESCRIPTION_LENGTH: usize = 2_000;

/// Every word is a condition of its own in the statement.
const MAX_SEARCH_WORDS: usize = 10;
const MAX_SEARCH_LENGTH: usize = 200;

/// How many topics are indexed again in one transaction.
const TOPICS_PER_TRANSACTION: i64 = 50;
const REBUILD_INTERVAL: Duration = Duration::from_hours(1);

/// The input of a new topic, not validated. In `image`, `Some(None)` stands for a malformed id.
#[derive(Clone, Debug)]
pub struct TopicDraft {
    pub title: String,
    pub description: Option<String>,
    pub image: Option<Option<ImageId>>,
}

/// A change of a topic, not validated. `None` leaves a value unchanged.
#[derive(Clone, Debug, Default)]
pub struct TopicChange {
    pub title: Option<String>,
    pub description: Change<String>,
    pub image: Change<Option<ImageId>>,
    pub is_archived: Option<bool>,
}

/// Returns true if the viewer may edit a topic: its creator, moderators and admins may.
pub fn can_edit(viewer: Viewer, topic: &Topic) -> bool {
    topic.creator_id == Some(viewer.account) || matches!(viewer.role, Role::Moderator | Role::Admin)
}

/// Creates a topic.
///
/// # Errors
/// All problems of title and description at once, then those of the image. Rate limited.
pub async fn create_topic(app: &App, viewer: Viewer, draft: TopicDraft) -> Result<Topic> {
    let mut problems = Problems::default();
    let title = problems.check(check_text("title", &draft.title, 1, MAX_TITLE_LENGTH, Lines::One));
    let description = draft.description.as_deref();
    let description = description.map(|text| check_text("description", text, 1, MAX_DESCRIPTION_LENGTH, Lines::Many));
    let description = problems.check(description.transpose());
    problems.finish()?;
    app.limiter.take(&TOPICS, viewer.account.0, 1).await?;
    let topic = Topic {
        id: TopicId(app.clock.new_id()),
        title: title.unwrap_or_default(),
        description: description.flatten(),
        creator_id: Some(viewer.account),
        is_archived: false,
        created_at: app.clock.now(),
    };
    let mut tx = app.db.write().await?;
    match store::insert(&mut tx, &topic, &search_words(&topic)).await {
        // The account was deleted after the request was authenticated.
        Err(error) if error.is_constraint() => return Err(Error::Unauthenticated),
        other => other?,
    };
    if let Some(image) = draft.image {
        images::attach_one(&mut tx, viewer, image, Topic::image_use(topic.id), "imageId").await?;
    }
    tx.commit().await?;
    Ok(topic)
}

/// Changes a topic.
///
/// # Errors
/// All problems of the change at once; `NotFound` or `Forbidden` at `topicId`.
pub async fn update_topic(app: &App, viewer: Viewer, id: Option<TopicId>, change: TopicChange) -> Result<Topic> {
    let mut problems = Problems::default();
    let title = change.title.map(|title| check_text("title", &title, 1, MAX_TITLE_LENGTH, Lines::One));
    let title = problems.check(title.transpose()).flatten();
    let description = change.description.map(|new| {
        new.and_then(|text| problems.check(check_text("description", &text, 1, MAX_DESCRIPTION_LENGTH, Lines::Many)))
    });
    problems.finish()?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let mut topic = editable_topic(&mut tx, id, viewer).await?;
    topic.title = title.unwrap_or(topic.title);
    apply_change(&mut topic.description, description);
    topic.is_archived = change.is_archived.unwrap_or(topic.is_archived);
    if store::update(&mut tx, &topic, &search_words(&topic)).await? == 0 {
        return Err(not_found());
    }
    if let Some(image) = change.image {
        images::detach_all(&mut tx, Topic::image_use(topic.id), app).await?;
        effects.images_deleted();
        if let Some(image) = image {
            images::attach_one(&mut tx, viewer, image, Topic::image_use(topic.id), "imageId").await?;
        }
    }
    record_if_foreign(app, &mut tx, viewer, &topic).await?;
    app.commit(tx, effects).await?;
    Ok(topic)
}

/// Records that a moderator changed, archived or deleted the topic of another member.
pub async fn record_if_foreign(app: &App, tx: &mut Tx, viewer: Viewer, topic: &Topic) -> Result<()> {
    if topic.creator_id == Some(viewer.account) {
        return Ok(());
    }
    let action = NewStaffAction::new(StaffActionKind::TopicChanged, Some(viewer.account), topic.creator_id);
    Ok(log::record(app, tx, action).await?)
}

/// Returns a topic that the viewer may edit.
///
/// # Errors
/// `NotFound` or `Forbidden` at `topicId`. They differ because every member can see every topic.
pub async fn editable_topic(tx: &mut Tx, id: Option<TopicId>, viewer: Viewer) -> Result<Topic> {
    let topic = match id {
        Some(id) => store::by_id(tx, id).await?,
        None => None,
    };
    let topic = topic.ok_or_else(not_found)?;
    if can_edit(viewer, &topic) {
        return Ok(topic);
    }
    let message = "Only the creator of a topic and moderators can change it.";
    Err(Error::member("topicId", Code::Forbidden, message))
}

pub fn not_found() -> Error {
    Error::member("topicId", Code::NotFound, "There is no such topic.")
}

/// Deletes a topic that has no appointments, and detaches its image.
///
/// # Errors
/// `Conflict` at `topicId` if an appointment was created after the caller checked.
pub async fn delete(app: &App, tx: &mut Tx, effects: &mut Effects, id: TopicId) -> Result<()> {
    images::detach_all(tx, Topic::image_use(id), app).await?;
    effects.images_deleted();
    match store::delete(tx, id).await {
        Err(error) if error.is_constraint() => {
            let message = "A mentor has just created an appointment for this topic. Try again to archive it.";
            Err(Error::member("topicId", Code::Conflict, message))
        }
        other => Ok(other.map(drop)?),
    }
}

/// Archives a topic.
pub async fn archive(tx: &mut Tx, topic: &mut Topic) -> Result<()> {
    topic.is_archived = true;
    store::update(tx, topic, &search_words(topic)).await?;
    Ok(())
}

/// Returns a page of the topics that match a search, and their total number if the page wants it.
///
/// # Errors
/// `BadInput` if the search is too long or has too many words.
pub async fn topics(app: &App, search: Option<&str>, page: &Page<i64>) -> Result<(Vec<Topic>, Option<i64>)> {
    let search = search.unwrap_or_default();
    if search.chars().nth(MAX_SEARCH_LENGTH).is_some() {
        return Err(Error::BadInput(format!("`search` has more than {MAX_SEARCH_LENGTH} characters.")));
    }
    let patterns = texts::patterns(search);
    if patterns.len() > MAX_SEARCH_WORDS {
        return Err(Error::BadInput(format!("`search` has more than {MAX_SEARCH_WORDS} words.")));
    }
    // A search that consists of punctuation only matches nothing.
    if patterns.is_empty() && !search.trim().is_empty() {
        return Ok((Vec::new(), page.wants_total.then_some(0)));
    }
    let patterns = Texts::new(patterns);
    let topics = store::page(&app.db, &patterns, page).await?;
    let total = if page.wants_total { Some(store::count(&app.db, &patterns).await?) } else { None };
    Ok((topics, total))
}

fn search_words(topic: &Topic) -> String {
    texts::document(&format!("{} {}", topic.title, topic.description.as_deref().unwrap_or_default()))
}

/// Keeps the words of all topics at the current version of the index until the node shuts down. The topics are passed at
/// intervals, because a node that has not been upgraded yet still writes earlier words.
pub async fn run_search_rebuild(app: App) {
    loop {
        let next_round = app.clock.elapsed().plus(REBUILD_INTERVAL);
        if let Err(cause) = rebuild_search_words(&app).await {
            warn!(?cause, "topics could not be indexed again; it is retried in an hour");
        }
        app.clock.reach(next_round).await;
    }
}

async fn rebuild_search_words(app: &App) -> Result<()> {
    loop {
        let mut tx = app.db.write().await?;
        let outdated = store::with_outdated_words(&mut tx, texts::CURRENT_DOCUMENTS, TOPICS_PER_TRANSACTION).await?;
        if outdated.is_empty() {
            return Ok(());
        }
        for topic in &outdated {
            store::update(&mut tx, topic, &search_words(topic)).await?;
        }
        tx.commit().await?;
    }
}
