//! Delivery of what members have not seen to where they are: mail, links in it, and Web Push.
//!
//! Notifications and messages are stored by the slices that cause them. This slice looks for what stays unread.
//!
//! | module | purpose |
//! | --- | --- |
//! | [`texts`] | the sentences of notifications |
//! | [`schedule`] | when a member wants to be reached: digests and quiet hours |
//! | [`digests`] | one mail about all that is unread |
//! | [`queues`] | mails to moderators while something waits |
//! | [`push`] | messages to the browsers of members |
//! | [`unsubscribe`] | links in mails that turn mails off |

pub mod digests;
pub mod push;
pub mod queues;
pub mod schedule;
pub mod texts;
pub mod unsubscribe;
