//! Sends letters to a mail server, or writes them to files.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::{self, AsyncSmtpTransportBuilder, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

use crate::config::Config;

/// How long an attempt to send can take.
pub(super) const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// How long connecting to the server can take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long connections that are no longer needed can take to say goodbye.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
const MAX_CONNECTIONS: u32 = 4;
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

pub(super) enum MailTransport {
    Smtp(Box<SmtpServer>),
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
        Ok(Self::Smtp(Box::new(SmtpServer::new(builder.timeout(Some(CONNECT_TIMEOUT)).pool_config(pool)))))
    }

    /// Connects and signs in to the mail server.
    pub(super) async fn check(&self) -> Result<(), String> {
        let Self::Smtp(server) = self else { return Ok(()) };
        if server.run(sleep(SEND_TIMEOUT), async |pool| pool.test_connection().await).await? {
            Ok(())
        } else {
            Err("the mail server does not accept commands".to_owned())
        }
    }

    /// Sends a letter. Returns once the server has accepted it, or the file is durable, and at the deadline at the latest.
    pub(super) async fn send(&self, id: i64, message: Message, deadline: Instant) -> Result<(), String> {
        match self {
            Self::Smtp(server) => {
                server.run(sleep_until(deadline), async |pool| pool.send(message).await).await.map(drop)
            }
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

/// A mail server, with a pool of connections to it.
pub(super) struct SmtpServer {
    builder: AsyncSmtpTransportBuilder,
    pool: Mutex<Pool>,
}

#[derive(Clone)]
struct Pool {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    generation: u64,
}

impl SmtpServer {
    fn new(builder: AsyncSmtpTransportBuilder) -> Self {
        let pool = Mutex::new(Pool { transport: builder.clone().build(), generation: 0 });
        Self { builder, pool }
    }

    /// Runs a dialogue with the server, until it is cut off at the latest.
    async fn run<T>(
        &self,
        cut_off: impl Future<Output = ()>,
        dialogue: impl AsyncFnOnce(&AsyncSmtpTransport<Tokio1Executor>) -> Result<T, smtp::Error>,
    ) -> Result<T, String> {
        let pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut running = pin!(dialogue(&pool.transport));
        tokio::select! {
            biased;
            outcome = &mut running => outcome.map_err(|cause| smtp_reason(&cause)),
            () = cut_off => {
                self.replace(&pool).await;
                Err("the mail server did not answer in time".to_owned())
            }
        }
    }

    /// Replaces a pool in which a dialogue is about to be cut off. The library would put its connection back into the pool,
    /// and the next letter would continue in the middle of this one. A pool that is shut down closes it instead.
    async fn replace(&self, cut_off: &Pool) {
        {
            let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
            if pool.generation == cut_off.generation {
                *pool = Pool { transport: self.builder.clone().build(), generation: pool.generation + 1 };
            }
        }
        // A server that does not answer does not answer a goodbye either.
        let _ = timeout(CLOSE_TIMEOUT, cut_off.transport.shutdown()).await;
    }
}

/// Describes an error without the text of the server, which often contains the recipient's address.
fn smtp_reason(cause: &smtp::Error) -> String {
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

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::{mpsc, oneshot};

    use super::*;

    /// Answers on a connection and reports each letter that is complete. With `stalls`, it reports where a letter begins and
    /// never answers again.
    async fn serve(stream: TcpStream, mut stalls: Option<oneshot::Sender<()>>, letters: mpsc::Sender<()>) {
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        let (mut is_letter, mut is_stalled, mut answer) = (false, false, "220 ready\r\n");
        loop {
            if !is_stalled && writer.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
            let Ok(Some(mut line)) = lines.next_line().await else { return };
            while is_letter && line != "." {
                let Ok(Some(next)) = lines.next_line().await else { return };
                line = next;
            }
            if is_letter {
                letters.send(()).await.expect("the test counts");
            }
            is_letter = line == "DATA" && stalls.is_none();
            answer = if is_letter { "354 go on\r\n" } else { "250 ok\r\n" };
            if line == "DATA"
                && let Some(stalls) = stalls.take()
            {
                stalls.send(()).expect("the test waits");
                is_stalled = true;
            }
        }
    }

    #[tokio::test]
    async fn a_connection_on_which_a_letter_was_cut_off_is_not_used_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url).expect("a URL");
        let server = SmtpServer::new(builder);
        let message = Message::builder()
            .from("a@campus.example".parse().expect("an address"))
            .to("b@campus.example".parse().expect("an address"))
            .body("Hello".to_owned())
            .expect("a letter");
        let (letters, mut received) = mpsc::channel(4);
        let (stalls, stalled) = oneshot::channel();
        tokio::spawn(async move {
            let mut stalls = Some(stalls);
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, stalls.take(), letters.clone()));
            }
        });
        let is_stalled = async { stalled.await.expect("a letter begins") };
        let cut_off = server.run(is_stalled, async |pool| pool.send(message.clone()).await).await;
        assert_eq!(cut_off.map(drop), Err("the mail server did not answer in time".to_owned()));
        for _ in 0..2 {
            server.run(pending(), async |pool| pool.send(message.clone()).await).await.expect("the letter is sent");
            received.recv().await.expect("the letter arrives");
        }
    }
}
