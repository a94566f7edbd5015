//! Sends reminders and completes bookings when their time has come.
//!
//! Every node runs the scheduler. It claims each due row in the transaction that publishes the event, so each event
//! occurs once, however many nodes run and whenever one crashes.

pub mod rules;
pub mod store;
