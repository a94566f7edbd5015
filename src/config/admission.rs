//! The settings of invitations.

use clap::{Args, ValueEnum};

/// Who can invite, and whether registration requires an invitation.
#[derive(Args, Clone, Debug)]
pub struct Admission {
    /// Registration requires an invitation
    #[arg(long, global = true, env = "STUDYHALL_INVITATION_REQUIRED", default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub invitation_required: bool,

    /// Who can create invitations: every `member`, each `moderator` and admin, or each `admin`
    #[arg(long, global = true, env = "STUDYHALL_INVITERS", default_value = "moderator")]
    pub inviters: Inviters,
}

/// The lowest role that can create invitations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Inviters {
    Member,
    Moderator,
    Admin,
}
