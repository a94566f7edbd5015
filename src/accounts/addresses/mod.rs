//! The email address of an account: confirm, change, undo a change.

pub mod graphql;
pub mod rules;

/// What the confirmation of an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The account has the address.
    Account,
    /// The registration waits for approval.
    Request,
}
