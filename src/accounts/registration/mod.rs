//! Creating and deleting a member's account.

pub mod approval;
pub mod confirming;
pub mod graphql;
pub mod profile;
pub mod receipts;
pub mod retired;
pub mod rules;
pub mod store;
pub mod student_numbers;

use secrecy::SecretString;

use super::invitations::{InvitationId, ValidInvitation};
use super::names::{Email, Username};
use super::sessions::TokenTransport;
use crate::locale::Locale;
use profile::NewProfile;

/// A registration as submitted.
#[derive(Debug)]
pub struct Registration {
    pub email: String,
    pub password: SecretString,
    pub username: String,
    pub profile: NewProfile,
    pub transport: TokenTransport,
    pub device_name: Option<String>,
    /// The token of an invitation.
    pub invitation: Option<SecretString>,
    /// For the moderators who approve it.
    pub note: Option<String>,
    /// The tag of the language of the member; `None` for that of the request.
    pub locale: Option<String>,
}

/// The validated data of a new member.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub email: Email,
    pub username: Username,
    pub profile: NewProfile,
    /// The language; `None` for that of the server.
    pub locale: Option<Locale>,
}

/// A registration whose form is valid.
#[derive(Debug)]
struct ValidRegistration {
    new_member: NewMember,
    password: SecretString,
    invitation: Option<ValidInvitation>,
    note: Option<String>,
}

impl ValidRegistration {
    fn invitation_id(&self) -> Option<InvitationId> {
        self.invitation.as_ref().map(|invitation| invitation.id)
    }

    /// Returns whether the invitation proves that the address belongs to the user who registers.
    fn has_confirmed_email(&self) -> bool {
        self.invitation.as_ref().is_some_and(ValidInvitation::confirms_email)
    }
}
