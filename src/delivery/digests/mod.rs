//! Digests: one mail about the notifications and messages that a member has not read, at most once an hour, a day or a
//! week.
//!
//! Every node runs the task. It claims an account in the transaction that enqueues the mail, and remembers until when the
//! account is covered: each notification and message is in one digest at most, whichever node sends it. What the member
//! does not see, or has muted, at that time is in none.

pub mod rules;
pub mod store;
