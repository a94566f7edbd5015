//! What time brings by itself: reminders, and the end of bookings.
//!
//! Every node does this every few seconds. What is due is claimed in the transaction that tells of it, so it happens
//! once, whichever nodes try and wherever one dies.

pub mod rules;
pub mod store;
