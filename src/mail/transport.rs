//! Sends letters to a mail server, or writes them to files.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout, timeout_at};

use crate::config::Config;

/// How long an attempt to send can take.
pub(super) const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the server can take to answer a command.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_CONNECTIONS: u32 = 4;
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

pub(super) enum MailTransport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// One `.eml` file per letter, in this directory.
    Files(PathBuf),
}

impl MailTransport {
    pub(super) fn new(config: &Config) -> Result<Self, String> {
        let Some(url) = config.smtp_url() else {
            let directory = config.outbox_dir();
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&directory)
                .map_err(|cause| format!("STUDYHALL_DATA_DIR: {}: {cause}", directory.display()))?;
            return Ok(Self::Files(directory));
        };
        // The error of the library is dropped: it can contain the password.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| "STUDYHALL_SMTP_URL must have the form smtps://user:password@host:port".to_owned())?;
        let pool = PoolConfig::new().max_size(MAX_CONNECTIONS).idle_timeout(IDLE_TIMEOUT);
        Ok(Self::Smtp(builder.timeout(Some(RESPONSE_TIMEOUT)).pool_config(pool).build()))
    }

    /// Connects and signs in to the mail server.
    pub(super) async fn check(&self) -> Result<(), String> {
        let Self::Smtp(server) = self else { return Ok(()) };
        match timeout(SEND_TIMEOUT, server.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the mail server does not accept commands".to_owned()),
            Ok(Err(cause)) => Err(smtp_reason(&cause)),
            Err(_) => Err("the mail server did not answer in time".to_owned()),
        }
    }

    /// Sends a letter. Returns once the server has accepted it, or the file is durable, and at the deadline at the latest.
    pub(super) async fn send(&self, id: i64, message: Message, deadline: Instant) -> Result<(), String> {
        match self {
            Self::Smtp(server) => match timeout_at(deadline, server.send(message)).await {
                Ok(sent) => sent.map(drop).map_err(|cause| smtp_reason(&cause)),
                Err(_) => Err("the mail server did not answer in time".to_owned()),
            },
            Self::Files(directory) => {
                let directory = directory.clone();
                let written = tokio::task::spawn_blocking(move || write_file(&directory, id, &message.formatted()));
                match timeout_at(deadline, written).await {
                    Ok(written) => written.map_err(|cause| cause.to_string())?.map_err(|cause| cause.to_string()),
                    Err(_) => Err("the file could not be written in time".to_owned()),
                }
            }
        }
    }
}

/// Describes an error without the text of the server, which often contains the recipient's address.
fn smtp_reason(cause: &lettre::transport::smtp::Error) -> String {
    match cause.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if cause.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if cause.is_tls() => "the TLS connection to the mail server failed".to_owned(),
        None => "the mail server cannot be reached".to_owned(),
    }
}

/// Writes a letter to a file named by its id. Ids grow with time, so names sort by time. A letter that is sent twice
/// overwrites its file.
fn write_file(directory: &Path, id: i64, bytes: &[u8]) -> io::Result<()> {
    let draft = directory.join(format!(".{id:019}.draft"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, directory.join(format!("{id:019}.eml")))?;
    File::open(directory)?.sync_all()
}
