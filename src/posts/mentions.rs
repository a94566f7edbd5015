//! The users that posts and comments mention: members without a block between them and the author, or the author of the
//! post.

use super::comments::{Comment, CommentId};
use super::{Post, PostId, store};
use crate::accounts::AccountId;
use crate::app::App;
use crate::db::Tx;
use crate::effects::Effects;
use crate::error::Result;
use crate::mention_table;
use crate::notifications::rules as notifications;
use crate::notifications::{NewNotification, NotificationType, Subject, SubjectKind};
use crate::profiles::mentions::{MentionTable, MentionedNames, MentioningText, rules as mentions};

impl MentioningText for PostId {
    const MENTIONS: MentionTable = mention_table!("post_mentions", "post_id");
}

impl MentioningText for CommentId {
    const MENTIONS: MentionTable = mention_table!("comment_mentions", "comment_id");
}

/// A post or a comment, as far as its mentions depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Mentioning<'a, T> {
    id: T,
    text: &'a str,
    author: AccountId,
    post_author: AccountId,
    subject: Subject,
}

impl<'a> From<&'a Post> for Mentioning<'a, PostId> {
    fn from(post: &'a Post) -> Self {
        let (id, author) = (post.id, post.author_id);
        let subject = Subject::new(SubjectKind::Post, id);
        Self { id, text: &post.text, author, post_author: author, subject }
    }
}

impl<'a> From<&'a Comment> for Mentioning<'a, CommentId> {
    fn from(comment: &'a Comment) -> Self {
        let subject = Subject::new(SubjectKind::Comment, comment.id);
        Self {
            id: comment.id,
            text: &comment.text,
            author: comment.author_id,
            post_author: comment.post_author_id,
            subject,
        }
    }
}

/// Finds and stores the mentions of a new text, and notifies the mentioned members.
pub async fn insert<'a, T: MentioningText>(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    text: impl Into<Mentioning<'a, T>>,
) -> Result<()> {
    let text = text.into();
    let mentioned = find(tx, &text).await?;
    mentions::insert(tx, text.id, &mentioned).await?;
    notify(app, tx, effects, &text, &mentioned).await
}

/// Finds and stores the mentions of a text that was edited. Notifies the members that it mentions now, and takes the
/// notification from those that it no longer does.
pub async fn update<'a, T: MentioningText>(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    text: impl Into<Mentioning<'a, T>>,
) -> Result<()> {
    let text = text.into();
    let mentioned = find(tx, &text).await?;
    let change = mentions::replace(tx, text.id, &mentioned).await?;
    if !change.removed.is_empty() {
        notifications::withdraw(tx, effects, NotificationType::Mention, text.subject, &change.removed).await?;
    }
    notify(app, tx, effects, &text, &change.added).await
}

async fn find<T>(tx: &mut Tx, text: &Mentioning<'_, T>) -> Result<Vec<AccountId>> {
    let names = MentionedNames::in_text(text.text);
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let users = store::mentionable_members(tx, text.author, text.post_author, &names.keys()).await?;
    Ok(names.resolve(&users, text.author))
}

async fn notify<T>(
    app: &App,
    tx: &mut Tx,
    effects: &mut Effects,
    text: &Mentioning<'_, T>,
    recipients: &[AccountId],
) -> Result<()> {
    let notification = |recipient: &AccountId| NewNotification {
        actor: Some(text.author),
        ..NewNotification::new(NotificationType::Mention, *recipient, text.subject)
    };
    let notifications: Vec<NewNotification> = recipients.iter().map(notification).collect();
    notifications::notify(app, tx, effects, &notifications).await
}
