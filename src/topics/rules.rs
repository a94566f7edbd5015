//! Who may create and edit topics.

use super::{Topic, TopicId, store};
use crate::accounts::{Role, Viewer};
use crate::app::App;
use crate::db::{Texts, Tx};
use crate::effects::Effects;
use crate::error::{Code, Error, Problems, Result};
use crate::images::{ImageId, rules as images};
use crate::limiter::RateLimit;
use crate::page::Page;
use crate::profiles::{Change, apply_change};
use crate::search::words;
use crate::text::{Lines, check_text};

static TOPICS: RateLimit = RateLimit::per_hour("topics", 60);

const LONGEST_TITLE: usize = 120;
const LONGEST_DESCRIPTION: usize = 2_000;

/// Each word is looked for on its own.
const MOST_WORDS: usize = 10;
const LONGEST_SEARCH: usize = 200;

/// What somebody says about a new topic. `Some(None)` stands for what is no id of an image.
#[derive(Clone, Debug)]
pub struct TopicDraft {
    pub title: String,
    pub description: Option<String>,
    pub image: Option<Option<ImageId>>,
}

/// What somebody says about a topic; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct TopicChange {
    pub title: Option<String>,
    pub description: Change<String>,
    pub image: Change<Option<ImageId>>,
    pub is_archived: Option<bool>,
}

/// Tells whether the viewer may edit a topic: whoever created it, and those who keep order.
pub fn may_edit(viewer: Viewer, topic: &Topic) -> bool {
    topic.creator_id == Some(viewer.account) || matches!(viewer.role, Role::Moderator | Role::Admin)
}

/// Creates a topic.
///
/// # Errors
/// Refused with everything that is wrong with title and description, then with the picture; rate limited.
pub async fn create_topic(app: &App, viewer: Viewer, draft: TopicDraft) -> Result<Topic> {
    let mut problems = Problems::default();
    let title = problems.check(check_text("title", &draft.title, 1, LONGEST_TITLE, Lines::One));
    let description = draft.description.as_deref();
    let description = description.map(|text| check_text("description", text, 1, LONGEST_DESCRIPTION, Lines::Many));
    let description = problems.check(description.transpose());
    problems.finish()?;
    app.limiter.take(&TOPICS, viewer.account.0, 1)?;
    let topic = Topic {
        id: TopicId(app.clock.new_id()),
        title: title.unwrap_or_default(),
        description: description.flatten(),
        creator_id: Some(viewer.account),
        is_archived: false,
        created_at: app.clock.now(),
    };
    let mut tx = app.db.write().await?;
    match store::insert(&mut tx, &topic, &words_of(&topic)).await {
        // The account was deleted meanwhile.
        Err(error) if error.is_constraint() => return Err(Error::Unauthenticated),
        other => other?,
    };
    if let Some(image) = draft.image {
        images::attach_one(&mut tx, viewer, image, Topic::shows(topic.id), "imageId").await?;
    }
    tx.commit().await?;
    Ok(topic)
}

/// Changes a topic.
///
/// # Errors
/// Refused with everything that is wrong with the change; with `NotFound` or `Forbidden` at `topicId`.
pub async fn update_topic(app: &App, viewer: Viewer, id: Option<TopicId>, change: TopicChange) -> Result<Topic> {
    let mut problems = Problems::default();
    let title = change.title.map(|title| check_text("title", &title, 1, LONGEST_TITLE, Lines::One));
    let title = problems.check(title.transpose()).flatten();
    let description = change.description.map(|new| {
        new.and_then(|text| problems.check(check_text("description", &text, 1, LONGEST_DESCRIPTION, Lines::Many)))
    });
    problems.finish()?;
    let mut effects = Effects::default();
    let mut tx = app.db.write().await?;
    let mut topic = permitted(&mut tx, id, viewer).await?;
    topic.title = title.unwrap_or(topic.title);
    apply_change(&mut topic.description, description);
    topic.is_archived = change.is_archived.unwrap_or(topic.is_archived);
    if store::update(&mut tx, &topic, &words_of(&topic)).await? == 0 {
        return Err(not_found());
    }
    if let Some(image) = change.image {
        images::detach_all(&mut tx, Topic::shows(topic.id), app).await?;
        effects.images_deleted();
        if let Some(image) = image {
            images::attach_one(&mut tx, viewer, image, Topic::shows(topic.id), "imageId").await?;
        }
    }
    app.commit(tx, effects).await?;
    Ok(topic)
}

/// Returns a topic that the viewer may edit. That it exists is no secret: every member sees it.
///
/// # Errors
/// Refused with `NotFound` or `Forbidden` at `topicId`.
pub async fn permitted(tx: &mut Tx, id: Option<TopicId>, viewer: Viewer) -> Result<Topic> {
    let topic = match id {
        Some(id) => store::by_id(tx, id).await?,
        None => None,
    };
    let topic = topic.ok_or_else(not_found)?;
    if may_edit(viewer, &topic) {
        return Ok(topic);
    }
    Err(Error::member("topicId", Code::Forbidden, "This topic is somebody else's."))
}

pub fn not_found() -> Error {
    Error::member("topicId", Code::NotFound, "There is no such topic.")
}

/// Deletes a topic's row and what it shows, in the transaction in which it was found unused.
///
/// # Errors
/// When the database does not answer.
pub async fn erase(app: &App, tx: &mut Tx, effects: &mut Effects, id: TopicId) -> Result<()> {
    images::detach_all(tx, Topic::shows(id), app).await?;
    effects.images_deleted();
    match store::delete(tx, id).await {
        // Somebody began to teach it meanwhile.
        Err(error) if error.is_constraint() => {
            Err(Error::member("topicId", Code::Conflict, "Somebody uses this topic now. Try again."))
        }
        other => Ok(other.map(drop)?),
    }
}

/// Marks a topic as archived.
///
/// # Errors
/// When the database does not answer.
pub async fn archive(tx: &mut Tx, topic: &mut Topic) -> Result<()> {
    topic.is_archived = true;
    store::update(tx, topic, &words_of(topic)).await?;
    Ok(())
}

/// Returns a page of topics, and how many there are where the page wants to know.
///
/// # Errors
/// Bad input for a search that is too long.
pub async fn topics(app: &App, search: Option<&str>, page: &Page<i64>) -> Result<(Vec<Topic>, Option<i64>)> {
    let search = search.unwrap_or_default();
    if search.chars().nth(LONGEST_SEARCH).is_some() {
        return Err(Error::BadInput(format!("At most {LONGEST_SEARCH} characters.")));
    }
    let wanted: Vec<String> = words::split_words(search).map(|word| format!("% {word}%")).collect();
    if wanted.len() > MOST_WORDS {
        return Err(Error::BadInput(format!("At most {MOST_WORDS} words.")));
    }
    // Something without a word in it is in no topic.
    if wanted.is_empty() && !search.trim().is_empty() {
        return Ok((Vec::new(), page.wants_total.then_some(0)));
    }
    let wanted = Texts::new(wanted);
    let topics = store::page(&app.db, &wanted, page).await?;
    let total = if page.wants_total { Some(store::count(&app.db, &wanted).await?) } else { None };
    Ok((topics, total))
}

/// Returns a topic's words as the search reads them.
fn words_of(topic: &Topic) -> String {
    let text = format!("{} {}", topic.title, topic.description.as_deref().unwrap_or_default());
    words::split_words(&text).map(|word| format!(" {word}")).collect()
}
