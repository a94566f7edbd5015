//! Who may create, edit and find topics.

use std::time::Duration;

use sha2::{Digest, Sha256};
use tracing::warn;

use super::{DerivedTexts, Topic, TopicId, store};
use crate::accounts::staff::log::{self, NewStaffAction, StaffActionKind};
use crate::accounts::{Role, Viewer};
use crate::app::App;
use crate::db::{self, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problems, Result};
use crate::images::{ImageId, rules as images};
use crate::limiter::RateLimit;
use crate::live::{EventBody, EventKind, Feed};
use crate::profiles::{Change, apply_change};
use crate::search::{fold, texts};
use crate::sentences::say;
use crate::text::{Lines, check_client_key, check_text};

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
    pub client_key: Option<String>,
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

/// Creates a topic. A draft that repeats an earlier one with the same client key returns the earlier topic.
///
/// # Errors
/// All problems of title, description and key at once; at `clientKey`, `IdempotencyMismatch` if the key was used for other
/// content, or `NotFound` if its topic is deleted; then the problems of the image. Rate limited.
pub async fn create_topic(app: &App, viewer: Viewer, draft: TopicDraft) -> Result<Topic> {
    let mut problems = Problems::default();
    let title = problems.check(check_text("title", &draft.title, 1, MAX_TITLE_LENGTH, Lines::One));
    let description = draft.description.as_deref();
    let description = description.map(|text| check_text("description", text, 1, MAX_DESCRIPTION_LENGTH, Lines::Many));
    let description = problems.check(description.transpose());
    let key = problems.check(draft.client_key.as_deref().map(check_client_key).transpose()).flatten();
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
    let content = serde_json::to_vec(&(&topic.title, &topic.description, draft.image)).map_err(Error::internal)?;
    let fingerprint = Sha256::digest(content);
    let mut tx = app.db.write().await?;
    if let Some(key) = &key
        && store::claim_key(&mut tx, viewer.account, key, topic.id, &fingerprint).await.map_err(map_missing_account)?
            == 0
    {
        let earlier = find_replay(&mut tx, viewer, key, &fingerprint).await?;
        // On SQLite the rows of the first request are visible before they are durable. The commit waits until they are.
        tx.commit().await?;
        return Ok(earlier);
    }
    store::insert(&mut tx, &topic, &derived_texts(&topic)).await.map_err(map_missing_account)?;
    if let Some(image) = draft.image {
        images::attach_one(&mut tx, viewer, image, Topic::image_use(topic.id), "imageId").await?;
    }
    tx.commit().await?;
    Ok(topic)
}

/// Returns the topic that an earlier request with the same key and content created.
async fn find_replay(tx: &mut Tx, viewer: Viewer, key: &str, fingerprint: &[u8]) -> Result<Topic> {
    let earlier = store::by_key(tx, viewer.account, key).await?;
    let (id, content) = earlier.ok_or_else(|| Error::internal("a used key has no topic"))?;
    let deleted = say::TopicKeyDeleted;
    let topic = store::by_id(tx, id).await?.ok_or_else(|| Error::member("clientKey", Code::NotFound, deleted))?;
    if content != fingerprint {
        let message = say::TopicKeyReused;
        return Err(Error::member("clientKey", Code::IdempotencyMismatch, message));
    }
    Ok(topic)
}

/// A constraint fails if the account was deleted after the request was authenticated.
fn map_missing_account(error: db::Error) -> Error {
    if error.is_constraint() { Error::Unauthenticated } else { error.into() }
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
    let was_archived = topic.is_archived;
    topic.is_archived = change.is_archived.unwrap_or(was_archived);
    if store::update(&mut tx, &topic, &derived_texts(&topic)).await? == 0 {
        return Err(not_found());
    }
    if topic.is_archived != was_archived {
        publish_archiving(&mut tx, &mut effects, topic.id).await?;
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
    let message = say::TopicOfOther;
    Err(Error::member("topicId", Code::Forbidden, message))
}

pub fn not_found() -> Error {
    Error::member("topicId", Code::NotFound, say::NoSuchTopic)
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
            let message = say::TopicInUse;
            Err(Error::member("topicId", Code::Conflict, message))
        }
        other => Ok(other.map(drop)?),
    }
}

/// Archives a topic.
pub async fn archive(tx: &mut Tx, effects: &mut Effects, topic: &mut Topic) -> Result<()> {
    let was_archived = std::mem::replace(&mut topic.is_archived, true);
    store::update(tx, topic, &derived_texts(topic)).await?;
    if !was_archived {
        publish_archiving(tx, effects, topic.id).await?;
    }
    Ok(())
}

/// Publishes that the slots of all appointments of a topic appeared or disappeared, and ends its waitlists soon.
async fn publish_archiving(tx: &mut Tx, effects: &mut Effects, topic: TopicId) -> Result<()> {
    for (mentor, appointment) in store::appointments_of(tx, topic).await? {
        let body = EventBody { kind: EventKind::AvailabilityChanged, subject: appointment.0, detail: None };
        effects.append(Feed(mentor.0), body);
    }
    store::request_waitlist_checks(tx, topic).await?;
    Ok(())
}

/// Returns the patterns of the words of a search; `None` if no topic can match.
///
/// # Errors
/// `BadInput` if the search is too long or has too many words; `name` is that of the argument.
pub fn search_patterns(name: &str, search: &str) -> Result<Option<Vec<String>>> {
    if search.chars().nth(MAX_SEARCH_LENGTH).is_some() {
        return Err(Error::BadInput(format!("`{name}` has more than {MAX_SEARCH_LENGTH} characters.")));
    }
    let patterns = texts::patterns(search);
    if patterns.len() > MAX_SEARCH_WORDS {
        return Err(Error::BadInput(format!("`{name}` has more than {MAX_SEARCH_WORDS} words.")));
    }
    // A search that consists of punctuation only matches nothing.
    Ok((search.trim().is_empty() || !patterns.is_empty()).then_some(patterns))
}

fn derived_texts(topic: &Topic) -> DerivedTexts {
    let title_key = fold(&topic.title);
    DerivedTexts {
        words: texts::document(&format!("{} {}", topic.title, topic.description.as_deref().unwrap_or_default())),
        // Of a title that consists of marks alone, nothing is left.
        title_key: if title_key.is_empty() { topic.title.clone() } else { title_key },
    }
}

/// Keeps the derived texts of all topics at the current version until the node shuts down. The topics are passed at
/// intervals, because a node that has not been upgraded yet still writes earlier ones.
pub async fn run_search_rebuild(app: App) {
    loop {
        let next_round = app.clock.elapsed().plus(REBUILD_INTERVAL);
        if let Err(cause) = rebuild_texts(&app).await {
            warn!(?cause, "topics could not be indexed again; it is retried in an hour");
        }
        app.clock.reach(next_round).await;
    }
}

/// Writes the derived texts of all topics that an earlier version of the program has written.
pub async fn rebuild_texts(app: &App) -> Result<()> {
    loop {
        let mut tx = app.db.write().await?;
        let outdated = store::with_outdated_texts(&mut tx, texts::CURRENT_DOCUMENTS, TOPICS_PER_TRANSACTION).await?;
        if outdated.is_empty() {
            return Ok(());
        }
        for topic in &outdated {
            store::update(&mut tx, topic, &derived_texts(topic)).await?;
        }
        tx.commit().await?;
    }
}
