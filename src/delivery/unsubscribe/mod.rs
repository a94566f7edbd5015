//! Links in mails that turn mails off, without a session.

pub mod graphql;
pub mod rules;
