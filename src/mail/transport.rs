//! How a letter leaves: to a mail server, or into a file.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;

use crate::config::Config;

/// A mail server that takes longer is treated as one that is away.
pub(super) const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// Within which the server must answer each command.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECTIONS: u32 = 4;
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

pub(super) enum MailTransport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// One `.eml` file a letter, in this directory.
    Files(PathBuf),
}

impl MailTransport {
    pub(super) fn new(config: &Config) -> Result<Self, String> {
        let Some(url) = &config.smtp_url else {
            let directory = config.outbox_dir();
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&directory)
                .map_err(|cause| format!("STUDYHALL_DATA_DIR: {}: {cause}", directory.display()))?;
            return Ok(Self::Files(directory));
        };
        // The crate's own sentence could quote the password.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| "STUDYHALL_SMTP_URL must be like smtps://user:password@host:port".to_owned())?;
        let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE_TIMEOUT);
        Ok(Self::Smtp(builder.timeout(Some(ANSWER_TIMEOUT)).pool_config(pool).build()))
    }

    /// Returns once the letter is out of our hands, for good.
    pub(super) async fn send(&self, id: i64, message: Message) -> Result<(), String> {
        match self {
            Self::Smtp(server) => match tokio::time::timeout(SEND_TIMEOUT, server.send(message)).await {
                Ok(sent) => sent.map(drop).map_err(|cause| smtp_reason(&cause)),
                Err(_) => Err("the mail server did not answer in time".to_owned()),
            },
            Self::Files(directory) => {
                let directory = directory.clone();
                let written = tokio::task::spawn_blocking(move || write_file(&directory, id, &message.formatted()));
                written.await.map_err(|cause| cause.to_string())?.map_err(|cause| cause.to_string())
            }
        }
    }
}

/// What went wrong, without the server's words: they like to quote the address.
fn smtp_reason(cause: &lettre::transport::smtp::Error) -> String {
    match cause.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if cause.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if cause.is_tls() => "no secure connection to the mail server".to_owned(),
        None => "the mail server cannot be reached".to_owned(),
    }
}

/// Ids grow with time, and so do the names. A letter that is sent twice is one file.
fn write_file(directory: &Path, id: i64, bytes: &[u8]) -> io::Result<()> {
    let draft = directory.join(format!(".{id:019}.draft"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, directory.join(format!("{id:019}.eml")))?;
    File::open(directory)?.sync_all()
}
