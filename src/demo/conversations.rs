//! The conversations of the demo campus, over its last two days.

use std::time::Duration;

use super::papers::{self, Paper};
use super::{as_viewer, mention};
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::groups::GroupDraft;
use crate::conversations::groups::rules::create_group;
use crate::conversations::messages::sending::{Recipient, send_message};
use crate::conversations::messages::{MessageDraft, MessageId};
use crate::conversations::reading::rules::mark_conversation_read;
use crate::conversations::rules::start_conversation;
use crate::error::Result;
use crate::files::Attachments;
use crate::reactions::ReactableId;
use crate::reactions::rules::add_reaction;

/// A conversation to create.
struct Script {
    /// The title of a group that its first author owns.
    title: Option<&'static str>,
    /// The members, as numbers of accounts in the order of registration.
    members: &'static [usize],
    /// The messages, each with the index of its author in `members`. `{2}` mentions the member with this index.
    messages: &'static [(usize, &'static str)],
    /// Replies, as indices of two messages: the reply, and the one that it replies to.
    replies: &'static [(usize, usize)],
    /// Reactions: the index of the message, the index of the member, and the emoji.
    reactions: &'static [(usize, usize, &'static str)],
    /// A file, with the index of its message.
    paper: Option<(usize, &'static Paper)>,
    /// Whether all members have read all messages.
    is_read: bool,
}

const PLAIN: Script =
    Script { title: None, members: &[], messages: &[], replies: &[], reactions: &[], paper: None, is_read: true };

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
        reactions: &[(3, 1, "\u{1F44D}"), (4, 0, "\u{1F602}")],
        ..PLAIN
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
        reactions: &[(4, 1, "\u{1F389}")],
        ..PLAIN
    },
    Script {
        members: &[2, 4],
        messages: &[
            (0, "Are we still meeting to go over the slides?"),
            (1, "At four, if the tram cooperates."),
            (0, "It isn't cooperating. Let's say half past."),
        ],
        ..PLAIN
    },
    Script {
        title: Some("Analysis on Thursdays"),
        members: &[1, 0, 2, 6],
        messages: &[
            (
                0,
                "I made a group so that I don't have to write everything three times. Who can book a room for Thursday?",
            ),
            (2, "2.14 is free from five."),
            (1, "Booked. The clock in there is still broken, so no one can be late."),
            (3, "I'll bring tea. And the second half of exercise 7, if I ever get there."),
            (0, "No one ever gets there."),
            (2, "There's a hint on page 112. In a footnote. Of course. {1} found it."),
        ],
        replies: &[(1, 0), (4, 3)],
        reactions: &[(2, 3, "\u{1F602}"), (2, 2, "\u{1F602}"), (3, 1, "\u{2764}\u{FE0F}")],
        paper: Some((0, &papers::EXERCISES)),
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
        ..PLAIN
    },
];

/// Creates the conversations, and moves the clock on by `interval` after every message.
pub async fn fill(app: &App, accounts: &[AccountId], interval: Duration) -> Result<()> {
    for script in SCRIPTS {
        let members: Vec<AccountId> =
            script.members.iter().filter_map(|number| accounts.get(*number).copied()).collect();
        if members.len() == script.members.len() {
            play(app, script, &members, interval).await?;
        }
    }
    Ok(())
}

async fn play(app: &App, script: &Script, members: &[AccountId], interval: Duration) -> Result<()> {
    // The first author starts the conversation: without a title the others see it only after its first message.
    let starter = script.messages.first().map_or(members[0], |(author, _)| members[*author]);
    let others: Vec<_> = members.iter().copied().filter(|member| *member != starter).map(Some).collect();
    let conversation = match script.title {
        Some(title) => {
            let title = title.to_owned();
            let draft = GroupDraft { title, users: others, image: None, is_history_shared: true, client_key: None };
            create_group(app, as_viewer(starter), &draft).await?
        }
        None => start_conversation(app, as_viewer(starter), &others).await?,
    };
    let mut sent: Vec<MessageId> = Vec::with_capacity(script.messages.len());
    for (index, (author, text)) in script.messages.iter().enumerate() {
        let reply = script.replies.iter().find(|(reply, _)| *reply == index);
        let paper = script.paper.filter(|(message, _)| *message == index);
        let attachments = match paper {
            Some((_, paper)) => papers::attach(app, members[*author], paper).await?,
            None => Attachments::default(),
        };
        let draft = MessageDraft {
            attachments,
            text: Some(with_mentions(app, text, members).await?),
            reply_to: reply.and_then(|(_, quoted)| sent.get(*quoted)).map(|quoted| Some(*quoted)),
            ..MessageDraft::default()
        };
        let to = Recipient::Conversation(Some(conversation.id));
        let message = send_message(app, as_viewer(members[*author]), to, &draft).await?;
        sent.push(message.id);
        app.clock.advance(interval);
        for (_, member, emoji) in script.reactions.iter().filter(|(message, ..)| *message == index) {
            add_reaction(app, as_viewer(members[*member]), Some(ReactableId::Message(message.id)), emoji).await?;
        }
    }
    if let Some(last) = sent.last().filter(|_| script.is_read) {
        for member in members {
            mark_conversation_read(app, as_viewer(*member), Some(conversation.id), Some(*last)).await?;
        }
    }
    Ok(())
}

/// Replaces each `{index}` by a mention of that member.
async fn with_mentions(app: &App, text: &str, members: &[AccountId]) -> Result<String> {
    let mut text = text.to_owned();
    for (index, member) in members.iter().enumerate() {
        let place = format!("{{{index}}}");
        if text.contains(&place) {
            text = text.replace(&place, &mention(app, *member).await?);
        }
    }
    Ok(text)
}

/// The number of messages in all conversations.
pub fn message_count() -> u32 {
    SCRIPTS.iter().map(|script| u32::try_from(script.messages.len()).unwrap_or_default()).sum()
}
