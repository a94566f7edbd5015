//! What people write about on the demo campus.

use super::random::Random;

/// Each could have been written by anybody, on any day.
const TEXTS: &[&str] = &[
    "The library stays open all night from Monday until the last exam. Bring a blanket, the heating does not.",
    "Lost in lecture hall B: a dark green scarf with a train ticket from Lyon in its fringe. It waits at the porter's desk.",
    "We meet on Thursday at five to go through the last problem set. Room 2.14, the one with the broken clock.\n\nNobody has to have solved anything.",
    "Small victory: after three weeks my simulation conserves energy. It was a sign. It is always a sign.",
    "The canteen has the good lentil soup again.",
    "Does anybody still have notes of the lecture of the 14th? I was on a train that was not.",
    "The choir needs two tenors and somebody who turns pages. Concert in the old chapel at the end of term, cake included.",
    "Reading group: one chapter a week, out loud if we like it. We begin on Tuesday in the garden, or under the stairs if it rains.",
    "The printer on the third floor works again if you talk to it kindly.",
    "Question for the older semesters: take the statistics course now, or after the project? Both answers sound wrong.",
    "For sale: a bicycle that has survived four winters, and its lock, which has survived five.",
    "The proof from Monday has a gap. I know where. Nobody believed me until the coffee break.",
    "If you have never been on the roof of the observatory: they open it on the first clear Friday of each month.",
    "Thank you to whoever left an umbrella at the tram stop with a note that said \u{201C}take me\u{201D}. It is back there now.",
    "First aid course on Saturday, six places left. You will need it once, and then you will be glad.",
    "Exchange year in Porto: I just came back and will talk about it until somebody stops me. Ask away.",
    "The language café is in the garden as long as the sun stays. Tables for French, Arabic, Polish and silence.",
    "My advisor says \u{201C}interesting\u{201D} when she means \u{201C}no\u{201D}. It took me a year.",
    "Looking for two people for the negotiation contest in March. Experience is not needed, patience is.",
    "New in the plant room: the vanilla orchid flowers, for one day. Go before four.",
    "Deadline for the essay is Friday at noon, not at midnight. I checked twice so that you do not have to.",
    "I repair headphones and zips. I accept lecture notes, bread and interesting stones.",
    "We measured the echo in the main staircase: 3.4 seconds. The physicists sang, the musicians counted.",
    "Anyone up for a quiet walk along the canal on Sunday morning? Slowly, with stops for herons.",
    "The seminar on old handwriting has three places left. By June you can read your doctor.",
    "Board games in the common room tonight. Yesterday's match was ended by the fire drill, so the score stands.",
    "Does anybody teach the basics of soldering? I can offer a thorough introduction to Latin verbs.",
    "Exam passed. I am going to sleep until the grades of the next one are out.",
    "The map of the campus has a room 0.00. I have been there. It is a cupboard with a very good view.",
    "Ride to the coast on Saturday, two seats free, music by whoever sits in front.",
];

/// Draws the text of a post.
pub fn draw(random: &mut Random) -> &'static str {
    random.pick(TEXTS)
}
