//! `studyhall admin user`.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::{Output, RoleArg, export, text_of};
use crate::accounts::credentials::rules::set_password_by_operator;
use crate::accounts::registration::profile::NewProfile;
use crate::accounts::registration::receipts::ReceiptItem;
use crate::accounts::registration::rules::{
    Confirmation, Credential, OperatorRegistration, delete_by_operator, register_by_operator,
};
use crate::accounts::staff::{self, ListFilter, ListedMember};
use crate::app::App;
use crate::locale::Locale;
use crate::operate::{Failure, counted, print};

/// The members that one statement loads.
const PAGE_SIZE: i64 = 500;

/// A longer line on standard input is no password.
const MAX_INPUT_BYTES: u64 = 4_096;

/// The characters of generated passwords, without those that look alike.
const PASSWORD_CHARACTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789+";
const GENERATED_GROUPS: usize = 4;
const GROUP_LENGTH: usize = 5;

/// The commands of `studyhall admin user`. NAME is a username or an email address.
#[derive(Subcommand, Debug)]
pub enum UserCommand {
    /// Lists the members by username
    #[command(after_help = "Example:\n  studyhall admin user list --role moderator --json")]
    List {
        /// Only members with this role
        #[arg(long)]
        role: Option<RoleArg>,
        /// Only locked accounts
        #[arg(long)]
        locked: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Shows a member
    #[command(after_help = "Example:\n  studyhall admin user show ada@campus.example")]
    Show {
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Creates a member, also where registration is closed. Without `--password-stdin` a password is generated and printed
    #[command(after_help = "Example:\n  studyhall admin user create ada ada@campus.example --confirmed\n\n\
                      Exit codes: 0 created; 2 refused, nothing was changed")]
    Create {
        username: String,
        email: String,
        /// The address counts as confirmed; otherwise a link is mailed to it
        #[arg(long)]
        confirmed: bool,
        #[arg(long)]
        role: Option<RoleArg>,
        /// Reads the password from standard input
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Sets a new password and ends all sessions. Without `--password-stdin` it is generated and printed
    #[command(after_help = "Example:\n  studyhall admin user password ada")]
    Password {
        name: String,
        /// Reads the password from standard input
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Locks an account: ends its sessions and prevents logins
    #[command(after_help = "Example:\n  studyhall admin user lock ada")]
    Lock {
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Unlocks an account
    #[command(after_help = "Example:\n  studyhall admin user unlock ada")]
    Unlock {
        name: String,
        #[command(flatten)]
        output: Output,
    },
    /// Writes all data of a member to a new directory or tar archive: what a person can request
    #[command(after_help = "Example:\n  studyhall admin user export ada /root/ada.tar")]
    Export {
        name: String,
        /// A new directory, or a file that ends with `.tar`
        destination: PathBuf,
        #[command(flatten)]
        output: Output,
    },
    /// Deletes an account like its owner can. This cannot be undone
    #[command(after_help = "Example:\n  studyhall admin user delete ada --yes\n\n\
                      Exit codes: 0 deleted; 2 refused or without `--yes`, nothing was changed")]
    Delete {
        name: String,
        /// Confirms the deletion
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        output: Output,
    },
}

pub(super) async fn run(app: &App, command: UserCommand) -> Result<(), Failure> {
    match command {
        UserCommand::List { role, locked, output } => {
            list(app, ListFilter { role: role.map(Into::into), only_locked: locked }, output).await
        }
        UserCommand::Show { name, output } => {
            let member = MemberOutput::of(app, &staff::listed_member(app, &name).await?);
            print(output.json, &member, || member.describe())
        }
        UserCommand::Create { username, email, confirmed, role, password_stdin, output } => {
            let (password, generated) = new_password(password_stdin)?;
            let form = OperatorRegistration {
                email,
                username: username.clone(),
                credential: Credential::Password(password),
                profile: NewProfile::default(),
                confirmation: if confirmed { Confirmation::Confirmed } else { Confirmation::Mailed },
            };
            register_by_operator(app, form).await?;
            if let Some(role) = role {
                staff::set_role(app, &username, role.into()).await?;
            }
            print_password(&username, "was created", generated.as_ref(), output)
        }
        UserCommand::Password { name, password_stdin, output } => {
            let account = staff::member(app, &name).await?;
            let (password, generated) = new_password(password_stdin)?;
            set_password_by_operator(app, &account, password).await?;
            print_password(&account.username, "has a new password", generated.as_ref(), output)
        }
        UserCommand::Lock { name, output } => lock(app, &name, output).await,
        UserCommand::Unlock { name, output } => unlock(app, &name, output).await,
        UserCommand::Export { name, destination, output } => {
            let account = staff::member(app, &name).await?;
            let exported = export::export(app, &account, &destination).await?;
            print(output.json, &exported, || {
                let (rows, images) = (counted(exported.rows, "row"), counted(exported.images, "image"));
                let files = counted(exported.files, "file");
                format!("Wrote {rows}, {images} and {files} of {} to {}.", account.username, destination.display())
            })
        }
        UserCommand::Delete { name, yes, output } => {
            let account = staff::member(app, &name).await?;
            if !yes {
                return Err(
                    format!("{:?} is not deleted; add --yes to delete the account for good", account.username).into()
                );
            }
            let receipt = delete_by_operator(app, &account).await?;
            let lines = receipt.lines(Locale::En);
            let counts: serde_json::Map<String, serde_json::Value> = receipt
                .items
                .iter()
                .map(|item| (item.kind.label().in_english().to_lowercase(), counts_of(item)))
                .collect();
            let deleted = serde_json::json!({ "username": account.username, "isDeleted": true, "receipt": counts });
            print(output.json, &deleted, || {
                let lines = lines.iter().map(|(kind, counts)| format!("\n{}: {counts}", kind.label().in_english()));
                format!("{:?} is deleted.{}", account.username, lines.collect::<String>())
            })
        }
    }
}

fn counts_of(item: &ReceiptItem) -> serde_json::Value {
    let ReceiptItem { deleted, anonymised, kept, .. } = item;
    serde_json::json!({ "deleted": deleted, "anonymised": anonymised, "kept": kept })
}

pub(super) async fn lock(app: &App, name: &str, output: Output) -> Result<(), Failure> {
    let username = staff::member(app, name).await?.username;
    staff::lock_account(app, &username).await?;
    print_locked(&username, true, output)
}

pub(super) async fn unlock(app: &App, name: &str, output: Output) -> Result<(), Failure> {
    let username = staff::member(app, name).await?.username;
    staff::unlock_account(app, &username).await?;
    print_locked(&username, false, output)
}

fn print_locked(username: &str, is_locked: bool, output: Output) -> Result<(), Failure> {
    let result = serde_json::json!({ "username": username, "isLocked": is_locked });
    let state = if is_locked { "locked" } else { "not locked" };
    print(output.json, &result, || format!("{username:?} is {state}."))
}

/// A member as it is printed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberOutput {
    id: String,
    username: String,
    email: Option<String>,
    is_email_confirmed: bool,
    role: &'static str,
    created_at: String,
    locked_at: Option<String>,
    last_used_at: Option<String>,
    sessions: i64,
}

impl MemberOutput {
    fn of(app: &App, member: &ListedMember) -> Self {
        let lock = member.lock.active(app.clock.now());
        Self {
            id: crate::graphql::GlobalId::to_global(member.id).to_string(),
            username: member.username.clone(),
            email: member.email.clone(),
            is_email_confirmed: member.email_confirmed_at.is_some(),
            role: member.role.as_str(),
            created_at: text_of(member.created_at),
            locked_at: lock.map(|lock| text_of(lock.locked_at)),
            last_used_at: member.last_used_at.map(text_of),
            sessions: member.sessions,
        }
    }

    fn describe(&self) -> String {
        let email = self.email.as_deref().unwrap_or("(none)");
        let confirmed = if self.is_email_confirmed { "confirmed" } else { "not confirmed" };
        let locked = self.locked_at.as_ref().map_or("no".to_owned(), |at| format!("since {at}"));
        let used = self.last_used_at.as_deref().unwrap_or("never, or logged out");
        format!(
            "username: {}\nid: {}\nemail address: {email} ({confirmed})\nrole: {}\ncreated: {}\nlocked: {locked}\n\
             sessions: {}\nlast used: {used}",
            self.username, self.id, self.role, self.created_at, self.sessions
        )
    }

    fn line(&self) -> String {
        let email = self.email.as_deref().unwrap_or("-");
        let locked = if self.locked_at.is_some() { "  locked" } else { "" };
        format!("{:<30}  {:<9}  {email}{locked}", self.username, self.role)
    }
}

/// Prints all members, page by page: in text a line each, in JSON one array.
async fn list(app: &App, filter: ListFilter, output: Output) -> Result<(), Failure> {
    let mut after = String::new();
    let mut members = Vec::new();
    loop {
        let page = staff::list_members(app, filter, &after, PAGE_SIZE).await?;
        let Some(last) = page.last() else { break };
        last.username_fold.clone_into(&mut after);
        let outputs = page.iter().map(|member| MemberOutput::of(app, member));
        if output.json {
            members.extend(outputs);
        } else {
            for member in outputs {
                println!("{}", member.line());
            }
        }
    }
    if output.json { print(true, &members, String::new) } else { Ok(()) }
}

/// Returns a new password, and whether it was generated.
fn new_password(from_stdin: bool) -> Result<(SecretString, Option<SecretString>), Failure> {
    if !from_stdin {
        let password = generate_password()?;
        return Ok((password.clone(), Some(password)));
    }
    if std::io::stdin().is_terminal() {
        eprintln!("Enter the password, then a line break and Ctrl-D.");
    }
    let mut text = String::new();
    let read = std::io::stdin().take(MAX_INPUT_BYTES).read_to_string(&mut text);
    read.map_err(|cause| format!("the password cannot be read from standard input: {cause}"))?;
    Ok((text.trim_end_matches(['\r', '\n']).into(), None))
}

fn generate_password() -> Result<SecretString, Failure> {
    let mut random = [0_u8; GENERATED_GROUPS * GROUP_LENGTH];
    getrandom::fill(&mut random).map_err(|cause| cause.to_string())?;
    let character = |byte: &u8| char::from(PASSWORD_CHARACTERS[usize::from(byte % 32)]);
    let groups: Vec<String> = random.chunks(GROUP_LENGTH).map(|group| group.iter().map(character).collect()).collect();
    Ok(groups.join("-").into())
}

fn print_password(username: &str, what: &str, generated: Option<&SecretString>, output: Output) -> Result<(), Failure> {
    let password = generated.map(ExposeSecret::expose_secret);
    let result = serde_json::json!({ "username": username, "password": password });
    print(output.json, &result, || match password {
        Some(password) => format!("{username:?} {what}: {password}"),
        None => format!("{username:?} {what}."),
    })
}
