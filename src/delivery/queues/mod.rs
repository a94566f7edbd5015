//! Mails to moderators about their queues: one a day while reports or registrations wait.
//!
//! Every node runs the task. It claims an account in the transaction that enqueues the mail, so each moderator gets one,
//! whichever node sends it.

pub mod rules;
pub mod store;
