//! The conversations of the demo campus, over its last two days.

use std::time::Duration;

use super::as_viewer;
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::messages::sending::{Recipient, send_message};
use crate::conversations::messages::{Message, MessageDraft};
use crate::conversations::reading::rules::mark_conversation_read;
use crate::conversations::rules::start_conversation;
use crate::error::Result;

/// A conversation to create.
struct Script {
    /// The members, as numbers of accounts in the order of registration.
    members: &'static [usize],
    /// The messages, each with the index of its author in `members`.
    messages: &'static [(usize, &'static str)],
    /// Whether all members have read all messages.
    is_read: bool,
}

/// The first account, which the operator signs in to, is a member of most of them.
const SCRIPTS: &[Script] = &[
    Script {
        members: &[0, 3],
        messages: &[
            (1, "Are you still at the desk by the window on Tuesdays?"),
            (0, "Until ten. Then the sun comes round and I move."),
            (1, "I don't mind the sun. Shall I bring your book back there?"),
            (0, "Yes please! With the notes in the margin, I've grown fond of them."),
            (1, "There are more of them now."),
        ],
        is_read: true,
    },
    Script {
        members: &[5, 0],
        messages: &[
            (0, "You wrote that your simulation conserves energy now. Mine gains a little with every step."),
            (1, "Which integrator?"),
            (0, "Plain Euler. I know."),
            (1, "Swap the two lines of the update: velocity first, then position with the new velocity."),
            (0, "It works. Thank you!! \u{1F483}"),
            (1, "The energy will still wobble a bit, but it won't run away."),
        ],
        is_read: true,
    },
    Script {
        members: &[2, 4],
        messages: &[
            (0, "Are we still meeting to go over the slides?"),
            (1, "At four, if the tram cooperates."),
            (0, "It isn't cooperating. Let's say half past."),
        ],
        is_read: true,
    },
    Script {
        members: &[1, 0, 2, 6],
        messages: &[
            (
                0,
                "I made a group so that I don't have to write everything three times. Who can book a room for Thursday?",
            ),
            (2, "2.14 is free from five."),
            (1, "Booked. The clock in there is still broken, so nobody can be late."),
            (3, "I'll bring tea. And the second half of exercise 7, if I ever get there."),
            (0, "Nobody ever gets there."),
            (2, "There's a hint on page 112. In a footnote. Of course."),
        ],
        is_read: false,
    },
    Script {
        members: &[7, 0],
        messages: &[
            (0, "Hi! Are you the one who repairs headphones?"),
            (1, "Depends on the headphones."),
            (0, "Left side silent, right side crackling. I can pay in bread."),
        ],
        is_read: false,
    },
];

/// Creates the conversations, and moves the clock on by `interval` after every message.
pub async fn fill(app: &App, accounts: &[AccountId], interval: Duration) -> Result<()> {
    for script in SCRIPTS {
        let members: Vec<AccountId> =
            script.members.iter().filter_map(|number| accounts.get(*number).copied()).collect();
        if members.len() < script.members.len() {
            continue;
        }
        // The first author starts the conversation: the others see it only after its first message.
        let starter = script.messages.first().map_or(members[0], |(author, _)| members[*author]);
        let others: Vec<_> = members.iter().copied().filter(|member| *member != starter).map(Some).collect();
        let conversation = start_conversation(app, as_viewer(starter), &others).await?;
        let mut last = None;
        for (author, text) in script.messages {
            let draft = MessageDraft { text: Some((*text).to_owned()), ..MessageDraft::default() };
            let to = Recipient::Conversation(Some(conversation.id));
            last = Some(send_message(app, as_viewer(members[*author]), to, &draft).await?);
            app.clock.advance(interval);
        }
        if let Some(Message { id, .. }) = last.filter(|_| script.is_read) {
            for member in members {
                mark_conversation_read(app, as_viewer(member), Some(conversation.id), Some(id)).await?;
            }
        }
    }
    Ok(())
}

/// The number of messages in all conversations.
pub fn message_count() -> u32 {
    SCRIPTS.iter().map(|script| u32::try_from(script.messages.len()).unwrap_or_default()).sum()
}
