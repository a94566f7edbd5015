//! What people say to each other on the demo campus, over its last two days.

use std::time::Duration;

use super::as_viewer;
use crate::accounts::AccountId;
use crate::app::App;
use crate::conversations::messages::sending::{Recipient, send_message};
use crate::conversations::messages::{Message, MessageDraft};
use crate::conversations::reading::rules::mark_conversation_read;
use crate::conversations::rules::start_conversation;
use crate::error::Result;

/// Who takes part, as numbers of people in the order of their registration, and what they say in turn.
struct Talk {
    people: &'static [usize],
    /// The number of the speaker among those who take part.
    lines: &'static [(usize, &'static str)],
    /// Whether everybody has read it to its end.
    is_read: bool,
}

/// The first of all people, as whom one signs in, is in most of them.
const TALKS: &[Talk] = &[
    Talk {
        people: &[0, 3],
        lines: &[
            (1, "Is the desk by the window still yours on Tuesdays?"),
            (0, "Until ten. Then the sun is, and I move."),
            (1, "I would take the sun. Shall I bring the book back there?"),
            (0, "Please! With the notes in the margin, I have grown fond of them."),
            (1, "There are more of them now."),
        ],
        is_read: true,
    },
    Talk {
        people: &[5, 0],
        lines: &[
            (0, "You wrote that your simulation conserves energy. Mine wins some at every step."),
            (1, "Which integrator?"),
            (0, "The plain one. I know."),
            (1, "Swap the two lines of the update: first the velocity, then the position with the new velocity."),
            (0, "It dances. Thank you!! \u{1F483}"),
            (1, "It will drift a little, but for ever."),
        ],
        is_read: true,
    },
    Talk {
        people: &[2, 4],
        lines: &[
            (0, "Do we still meet for the slides?"),
            (1, "At four, if the tram wants it too."),
            (0, "It does not. Let us say half past."),
        ],
        is_read: true,
    },
    Talk {
        people: &[1, 0, 2, 6],
        lines: &[
            (
                0,
                "I put us together so that nobody has to tell everything three times. Who books the room for Thursday?",
            ),
            (2, "2.14 is free from five."),
            (1, "Taken. The clock is still broken, so nobody will be late."),
            (3, "I bring tea. And the second half of exercise 7, if it lets me."),
            (0, "Exercise 7 lets nobody."),
            (2, "It has a hint on page 112. In a footnote. Of course."),
        ],
        is_read: false,
    },
    Talk {
        people: &[7, 0],
        lines: &[
            (0, "Hello! Is it you who repairs headphones?"),
            (1, "That depends on the headphones."),
            (0, "Left side silent, right side tired. I can offer bread."),
        ],
        is_read: false,
    },
];

/// Lets people talk, and moves the clock on by `pause` after every line.
pub async fn fill(app: &App, people: &[AccountId], pause: Duration) -> Result<()> {
    for talk in TALKS {
        let people: Vec<AccountId> = talk.people.iter().filter_map(|number| people.get(*number).copied()).collect();
        if people.len() < talk.people.len() {
            continue;
        }
        // Whoever speaks first starts it: the other one does not see it before.
        let first = talk.lines.first().map_or(people[0], |(speaker, _)| people[*speaker]);
        let others: Vec<_> = people.iter().copied().filter(|person| *person != first).map(Some).collect();
        let conversation = start_conversation(app, as_viewer(first), &others).await?;
        let mut last = None;
        for (speaker, text) in talk.lines {
            let draft = MessageDraft { text: Some((*text).to_owned()), images: Vec::new(), client_key: None };
            let recipient = Recipient::Conversation(Some(conversation.id));
            last = Some(send_message(app, as_viewer(people[*speaker]), recipient, &draft).await?);
            app.clock.advance(pause);
        }
        if let Some(Message { id, .. }) = last.filter(|_| talk.is_read) {
            for person in people {
                mark_conversation_read(app, as_viewer(person), Some(conversation.id), Some(id)).await?;
            }
        }
    }
    Ok(())
}

/// How often the clock is moved.
pub fn pauses() -> u32 {
    TALKS.iter().map(|talk| u32::try_from(talk.lines.len()).unwrap_or_default()).sum()
}
