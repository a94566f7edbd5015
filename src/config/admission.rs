//! The settings of who can register.

use clap::{Args, ValueEnum};

/// Who can invite, whether registration requires an invitation, and which data of a member is unique.
#[derive(Args, Clone, Debug)]
pub struct Admission {
    /// Registration requires an invitation
    #[arg(long, global = true, env = "STUDYHALL_INVITATION_REQUIRED", default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub invitation_required: bool,

    /// Who can create invitations: every `member`, each `moderator` and admin, or each `admin`
    #[arg(long, global = true, env = "STUDYHALL_INVITERS", default_value = "moderator")]
    pub inviters: Inviters,

    /// Each student number belongs to one account only
    #[arg(long, global = true, env = "STUDYHALL_UNIQUE_STUDENT_NUMBERS", default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub unique_student_numbers: bool,
}

/// The lowest role that can create invitations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Inviters {
    Member,
    Moderator,
    Admin,
}
