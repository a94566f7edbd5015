//! The page of the web client that a push opens: that of what it is about, as in the list of notifications.

use crate::accounts::AccountId;
use crate::conversations::messages::{MessageId, store as messages};
use crate::conversations::{ConversationId, Room, store as conversations};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::write_global;
use crate::notifications::{Notification, NotificationType, SubjectKind};
use crate::posts::comments::{CommentId, store as comments};

/// The list of notifications, for those without a page.
const LIST: &str = "/notifications";

/// Returns the path of the page of a notification.
pub async fn page_of(tx: &mut Tx, account: AccountId, row: &Notification) -> Result<String> {
    let subject = row.subject_id;
    Ok(match row.subject_kind {
        SubjectKind::Booking => format!("/mentoring/bookings/{}", write_global("bkg", subject)),
        SubjectKind::Comment => match comments::visible_by_id(&mut *tx, account, CommentId(subject)).await? {
            Some(comment) => format!("/posts/{}", write_global("pst", comment.post_id.0)),
            None => LIST.to_owned(),
        },
        // A member who was removed does not see the group.
        SubjectKind::Conversation => {
            let visible = conversations::by_id(&mut *tx, account, ConversationId(subject)).await?;
            visible.map_or_else(|| LIST.to_owned(), |group| format!("/messages/{}", write_global("cnv", group.id.0)))
        }
        SubjectKind::DataExport => "/settings/data".to_owned(),
        SubjectKind::Message => match messages::visible_by_id(&mut *tx, account, MessageId(subject)).await? {
            Some(message) if message.conversation_id == Room::LOBBY.id => "/lobby".to_owned(),
            Some(message) => {
                let conversation = write_global("cnv", message.conversation_id.0);
                format!("/messages/{conversation}?message={}", write_global("msg", subject))
            }
            None => LIST.to_owned(),
        },
        SubjectKind::Post => format!("/posts/{}", write_global("pst", subject)),
        SubjectKind::WaitlistEntry => "/mentoring/waitlists".to_owned(),
        SubjectKind::Account if row.r#type == NotificationType::Security => "/settings/sessions".to_owned(),
        SubjectKind::Account | SubjectKind::Report => LIST.to_owned(),
    })
}
