//! The posts of the demo campus, and the comments on the latest ones.

use std::time::Duration;

use super::random::Random;
use super::{as_viewer, mention};
use crate::accounts::AccountId;
use crate::app::App;
use crate::error::Result;
use crate::posts::PostId;
use crate::posts::comments::rules::create_comment;
use crate::posts::comments::{CommentDraft, CommentId};
use crate::reactions::ReactableId;
use crate::reactions::rules::add_reaction;

/// Texts that any member could have written, on any day.
const TEXTS: &[&str] = &[
    "The library is open all night from Monday until the last exam. Bring a blanket: the heating goes home at ten.",
    "Lost in lecture hall B: a dark green scarf with a train ticket from Lyon caught in the fringe. It's at the porter's desk.",
    "Going through the last problem set on Thursday at five. Room 2.14, the one with the broken clock.\n\nNo need to have solved anything.",
    "Small victory: after three weeks my simulation conserves energy. It was a sign error. It is always a sign error.",
    "The canteen has the good lentil soup again.",
    "Does anyone have notes from the lecture on the 14th? My train was stuck in a field.",
    "The choir needs two tenors and a page turner. Concert in the old chapel at the end of term, cake included.",
    "Reading group: one chapter a week, out loud if we feel like it. First meeting on Tuesday in the garden, or under the stairs if it rains.",
    "The printer on the third floor works again if you speak to it kindly.",
    "Question for people in later years: take the statistics course now, or after the project? Both answers sound wrong.",
    "For sale: a bike that has survived four winters, and its lock, which has survived five.",
    "Monday's proof has a gap. I know where. It took me until the coffee break to convince anyone.",
    "If you have never been on the roof of the observatory: they open it on the first clear Friday of the month.",
    "To the person who left an umbrella at the tram stop with a note saying \u{201C}take me\u{201D}: thank you. It's back there now.",
    "First aid course on Saturday, six places left. You will only need it once, and then you'll be glad you went.",
    "Just back from an exchange year in Porto, and I'll talk about it until I'm stopped. Ask me anything.",
    "The language café is in the garden as long as the weather holds. Tables for French, Arabic, Polish and silence.",
    "When my supervisor says \u{201C}interesting\u{201D}, she means \u{201C}no\u{201D}. It took me a year to notice.",
    "Looking for two people for the negotiation contest in March. No experience needed, only patience.",
    "In the greenhouse: the vanilla orchid is flowering, for one day only. Go before four.",
    "The essay is due on Friday at noon, not at midnight. I checked twice so that you don't have to.",
    "I repair headphones and zips. I accept lecture notes, bread and interesting stones.",
    "We measured the echo in the main staircase: 3.4 seconds. The physicists sang, the musicians counted.",
    "Anyone up for a quiet walk along the canal on Sunday morning? Slow pace, with stops for herons.",
    "The palaeography seminar has three places left. By June you'll be able to read your doctor's handwriting.",
    "Board games in the common room tonight. Yesterday's game was ended by the fire drill, so the score stands.",
    "Can anyone teach me the basics of soldering? I can offer a thorough introduction to Latin verbs.",
    "Exam passed. I'm going to sleep until the next results are out.",
    "There is a room 0.00 on the campus map. I've been there. It's a cupboard with a very good view.",
    "Driving to the coast on Saturday, two seats free. The front seat picks the music.",
];

/// Draws the text of a post.
pub fn draw(random: &mut Random) -> &'static str {
    random.pick(TEXTS)
}

/// What is written below one post, in order. The first account, which the operator signs in to, takes part.
struct Discussion {
    /// The comments: the number of the author's account, the index of the comment that this one replies to, and the text.
    /// `{}` mentions the first account.
    comments: &'static [(usize, Option<usize>, &'static str)],
    /// Reactions to the post: the number of the account, and the emoji.
    reactions: &'static [(usize, &'static str)],
}

/// The first one is below the latest post.
const DISCUSSIONS: &[Discussion] = &[
    Discussion {
        comments: &[
            (0, None, "I wondered about that all week. Thank you for writing it down."),
            (2, Some(0), "Same here. I thought that it was only me."),
            (4, None, "{} asked the same thing in the reading group, I think."),
        ],
        reactions: &[(1, "\u{1F44D}"), (3, "\u{1F44D}"), (5, "\u{1F4A1}")],
    },
    Discussion { comments: &[(3, None, "Count me in.")], reactions: &[(0, "\u{1F389}"), (2, "\u{2764}\u{FE0F}")] },
    Discussion {
        comments: &[(6, None, "Is this every week?"), (0, Some(0), "Every second one, unless it rains.")],
        reactions: &[(6, "\u{1F64F}")],
    },
];

/// Writes the comments and reactions below `latest`, the latest post first, and moves the clock on by `interval` after
/// every comment.
pub async fn discuss(app: &App, latest: &[PostId], accounts: &[AccountId], interval: Duration) -> Result<()> {
    let Some(first) = accounts.first() else { return Ok(()) };
    let mentioned = mention(app, *first).await?;
    for (Discussion { comments, reactions }, post) in DISCUSSIONS.iter().zip(latest) {
        let mut written: Vec<CommentId> = Vec::with_capacity(comments.len());
        for (author, reply_to, text) in *comments {
            let Some(author) = accounts.get(*author) else { break };
            let reply_to = reply_to.and_then(|index| written.get(index)).map(|comment| Some(*comment));
            let text = text.replace("{}", &mentioned);
            let draft = CommentDraft { post: Some(*post), reply_to, text, client_key: None };
            written.push(create_comment(app, as_viewer(*author), &draft).await?.id);
            app.clock.advance(interval);
        }
        for (account, emoji) in *reactions {
            let Some(account) = accounts.get(*account) else { break };
            add_reaction(app, as_viewer(*account), Some(ReactableId::Post(*post)), emoji).await?;
        }
    }
    Ok(())
}

/// The number of comments in all discussions.
pub fn comment_count() -> u32 {
    DISCUSSIONS.iter().map(|discussion| u32::try_from(discussion.comments.len()).unwrap_or_default()).sum()
}
