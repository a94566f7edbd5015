//! The settings: names, defaults and validation. No other module reads the environment.
//!
//! Each setting is an environment variable `STUDYHALL_X` and a flag `--x`; the flag takes precedence. With an invalid
//! setting the program prints one line that names it, and exits.

mod admission;
pub mod email_domains;
mod limits;
mod networks;
mod oidc;
mod variables;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::OnceLock;

use axum::http::HeaderName;
use clap::{Args, ValueEnum};
use secrecy::{ExposeSecret, SecretString};
use tracing_subscriber::EnvFilter;
use url::Url;

pub use admission::{Admission, Inviters};
pub use email_domains::EmailDomains;
pub use limits::{DEFAULT_DATABASE_CACHE_MIB, Limits};
pub use networks::{CampusNetworks, Network};
pub use oidc::{IdentityProvider, IdentityProviders, is_secure};
pub use variables::{IneffectiveVariables, ignore_empty_variables};

use crate::locale::Locale;
use crate::text::{Lines, check_text};

const MAX_NAME_LENGTH: usize = 100;

/// The file in the data directory that replaces `STUDYHALL_LOG` while it exists. A server reads it again on SIGHUP.
const LOG_FILTER_FILE: &str = "log-filter";

/// The settings from the command line and the environment.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Address of the API
    #[arg(long, global = true, env = "STUDYHALL_LISTEN", default_value = "127.0.0.1:8000", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// Path of a Unix socket on which the API listens besides, for a proxy on this machine
    #[arg(long, global = true, env = "STUDYHALL_LISTEN_UNIX", value_name = "PATH")]
    pub listen_unix: Option<PathBuf>,

    /// Address of `/metrics`; off by default. Only the monitoring system should reach it
    #[arg(long, global = true, env = "STUDYHALL_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,

    /// Directory of the database file, images, outgoing mail and generated keys
    #[arg(long, global = true, env = "STUDYHALL_DATA_DIR", default_value = "./data", value_name = "DIRECTORY")]
    pub data_dir: PathBuf,

    /// Database: `sqlite://FILE` or `postgres://..`; by default a file in the data directory
    #[arg(long, global = true, env = "STUDYHALL_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: Option<SecretString>,

    /// File that contains the database URL, for passwords that are mounted as files
    #[arg(
        long,
        global = true,
        env = "STUDYHALL_DATABASE_URL_FILE",
        conflicts_with = "database_url",
        value_parser = read_secret,
        value_name = "FILE"
    )]
    database_url_file: Option<SecretString>,

    /// Address of the same PostgreSQL database without a pooler, for notifications and migrations; by default the
    /// database URL
    #[arg(long, global = true, env = "STUDYHALL_DATABASE_DIRECT_URL", hide_env_values = true, value_name = "URL")]
    database_direct_url: Option<SecretString>,

    /// File that contains this address
    #[arg(
        long,
        global = true,
        env = "STUDYHALL_DATABASE_DIRECT_URL_FILE",
        conflicts_with = "database_direct_url",
        value_parser = read_secret,
        value_name = "FILE"
    )]
    database_direct_url_file: Option<SecretString>,

    /// Storage of images: `file:///DIRECTORY`, or `s3://BUCKET` with the usual `AWS_..` variables; by default `media/`
    /// in the data directory
    #[arg(long, global = true, env = "STUDYHALL_MEDIA_URL", value_name = "URL")]
    media_url: Option<Url>,

    /// Mail server: `smtp(s)://user:password@host:port`; by default mail is written to `outbox/` in the data directory
    #[arg(long, global = true, env = "STUDYHALL_SMTP_URL", hide_env_values = true, value_name = "URL")]
    smtp_url: Option<SecretString>,

    /// File that contains the URL of the mail server
    #[arg(
        long,
        global = true,
        env = "STUDYHALL_SMTP_URL_FILE",
        conflicts_with = "smtp_url",
        value_parser = read_secret,
        value_name = "FILE"
    )]
    smtp_url_file: Option<SecretString>,

    /// URL under which clients reach this server, without a path; the start of all links; by default the listen address
    #[arg(long, global = true, env = "STUDYHALL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<Url>,
    /// The default of `public_url`, computed once because every request needs it.
    #[arg(skip)]
    default_public_url: OnceLock<Url>,

    /// Origins that may use cookies and sockets in addition to the public URL, separated by commas
    #[arg(long, global = true, env = "STUDYHALL_ALLOWED_ORIGINS", value_delimiter = ',', value_name = "ORIGINS")]
    pub allowed_origins: Vec<String>,

    /// Request headers that pages of allowed origins may send in addition to the usual ones, separated by commas
    #[arg(long, global = true, env = "STUDYHALL_ALLOWED_HEADERS", value_delimiter = ',', value_name = "HEADERS")]
    pub allowed_headers: Vec<String>,

    /// Addresses or networks of proxies whose forwarding headers are trusted, separated by commas: `10.0.0.1,10.1.0.0/16`
    #[arg(long, global = true, env = "STUDYHALL_TRUSTED_PROXIES", value_delimiter = ',', value_name = "NETWORKS")]
    pub trusted_proxies: Vec<Network>,

    /// Addresses or networks of the campus, separated by commas. The limits per address are 50 times wider for them,
    /// because a whole campus can share one address
    #[arg(
        long,
        global = true,
        env = "STUDYHALL_CAMPUS_NETWORKS",
        default_value = "",
        hide_default_value = true,
        value_name = "NETWORKS"
    )]
    pub campus_networks: CampusNetworks,

    /// Name of the server, 1 to 100 characters on one line
    #[arg(long, global = true, env = "STUDYHALL_NAME", default_value = "Studyhall", value_name = "NAME")]
    pub name: String,

    /// Language of callers who have not chosen one: `en`, `fr`, `th`, `ro` or `ar`
    #[arg(long, global = true, env = "STUDYHALL_LOCALE", default_value = "en", value_name = "LOCALE")]
    pub locale: Locale,

    /// URL of the room of an online meeting, with `{room}` where the unguessable name of the room stands:
    /// `https://meet.example/{room}`. Sessions without location and meeting URL get one; by default they get none
    #[arg(long, global = true, env = "STUDYHALL_MEETING_URL", value_name = "URL")]
    pub meeting_url: Option<String>,

    /// `open`: `register` signs in at once. `confirmed`: accounts exist once their mailed link is used, and answers do
    /// not reveal whether an address has an account. `approval`: like `confirmed`, and a moderator approves each account
    #[arg(long, global = true, env = "STUDYHALL_REGISTRATION", default_value = "open")]
    pub registration: Registration,

    /// JSON file of the identity providers (OpenID Connect) for sign-in; none by default
    #[arg(long, global = true, env = "STUDYHALL_OIDC_FILE", value_parser = IdentityProviders::read, value_name = "FILE")]
    oidc_file: Option<IdentityProviders>,

    /// URLs to which a sign-in at an identity provider may return, in addition to those of allowed origins, separated by
    /// commas
    #[arg(long, global = true, env = "STUDYHALL_OIDC_REDIRECT_URLS", value_delimiter = ',', value_name = "URLS")]
    pub oidc_redirect_urls: Vec<String>,

    /// A first sign-in at an identity provider signs in the member who has confirmed the same email address. Only for
    /// providers that verify addresses
    #[arg(long, global = true, env = "STUDYHALL_OIDC_LINK_BY_EMAIL", default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub oidc_link_by_email: bool,

    /// `off`: members sign in at identity providers only
    #[arg(long, global = true, env = "STUDYHALL_PASSWORDS", default_value = "on")]
    pub passwords: Switch,
    /// Domains of email addresses that may register, separated by commas: `campus.example,*.campus.example`, where `*.`
    /// stands for all subdomains. Only where `STUDYHALL_REGISTRATION` has the address confirmed
    #[arg(
        long,
        global = true,
        env = "STUDYHALL_EMAIL_DOMAINS",
        default_value = "",
        hide_default_value = true,
        value_parser = email_domains,
        value_name = "DOMAINS"
    )]
    pub email_domains: EmailDomains,

    #[command(flatten)]
    pub admission: Admission,

    /// Sender of mails; by default `studyhall@` the public host
    #[arg(long, global = true, env = "STUDYHALL_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,

    /// Directory with the rules of time zones, like `/usr/share/zoneinfo`, the same on all nodes; by default those that
    /// are built in
    #[arg(long, global = true, env = "STUDYHALL_TIME_ZONES", value_name = "DIRECTORY")]
    pub time_zones: Option<PathBuf>,

    /// File with the signing keys, created if missing; by default `keys.json` in the data directory
    #[arg(long, global = true, env = "STUDYHALL_KEYS_FILE", value_name = "FILE")]
    pub keys_file: Option<PathBuf>,

    /// Allows cookie sessions over plain HTTP on other interfaces than loopback
    #[arg(long, global = true, env = "STUDYHALL_ALLOW_INSECURE_COOKIES", default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub allow_insecure_cookies: bool,

    /// Directory of the built web pages; by default the pages in the program if it was built with them, else `web/dist`
    #[arg(long, global = true, env = "STUDYHALL_WEB_DIR", value_name = "DIRECTORY")]
    pub web_dir: Option<PathBuf>,

    /// Who may introspect the schema
    #[arg(long, global = true, env = "STUDYHALL_INTROSPECTION", default_value = "on")]
    pub introspection: Introspection,

    /// `off` disables the rate limits and the limits on concurrent sockets and operations; for load tests
    #[arg(long, global = true, env = "STUDYHALL_RATE_LIMITS", default_value = "on")]
    pub rate_limits: Switch,

    /// `off` disables Web Push: no subscriptions are accepted, and nothing is sent to push services
    #[arg(long, global = true, env = "STUDYHALL_PUSH", default_value = "on")]
    pub push: Switch,

    /// Filter of log lines, in the syntax of `tracing`
    #[arg(long, global = true, env = "STUDYHALL_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,

    /// Format of log lines
    #[arg(long, global = true, env = "STUDYHALL_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// URL where a collector of OpenTelemetry accepts traces as OTLP over HTTP; none by default
    #[arg(long, global = true, env = "STUDYHALL_TRACES_URL", value_name = "URL")]
    pub traces_url: Option<Url>,

    /// The share of traces that is sent, in percent; a proxy that is trusted decides by the header `traceparent`
    #[arg(long, global = true, env = "STUDYHALL_TRACES_PERCENT", default_value_t = 100, value_name = "PERCENT",
          value_parser = clap::value_parser!(u8).range(0..=100))]
    pub traces_percent: u8,

    /// Days for which the audit log has an event
    #[arg(long, global = true, env = "STUDYHALL_AUDIT_DAYS", default_value_t = 180, value_name = "DAYS",
          value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub audit_days: u16,

    #[command(flatten)]
    pub limits: Limits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Registration {
    Open,
    Confirmed,
    Approval,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Introspection {
    On,
    SignedIn,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// Where the files of images are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaLocation {
    Directory(PathBuf),
    /// The options have the names of the `AWS_..` variables.
    Bucket {
        url: Url,
        options: Vec<(String, String)>,
    },
}

/// Stands for the name of the room in the URL of meetings.
pub const ROOM: &str = "{room}";

/// The longest URL of meetings, in bytes. With the name of the room it is as long as that of an appointment at most.
const MAX_MEETING_URL_LENGTH: usize = 1_900;

/// Checks that the URL of meetings is an `https` URL that contains the name of the room once, behind the host.
fn check_meeting_url(text: &str) -> Result<(), &'static str> {
    if text.len() > MAX_MEETING_URL_LENGTH {
        return Err("must have at most 1,900 characters");
    }
    let (before, after) = text.split_once(ROOM).ok_or("must contain {room}")?;
    if after.contains(ROOM) {
        return Err("must contain {room} once");
    }
    let url = Url::parse(&format!("{before}room{after}")).ok();
    let url = url.filter(|url| url.scheme() == "https" && url.username().is_empty() && url.password().is_none());
    let url = url.filter(|_| before.matches('/').count() > 2 && !text.contains(char::is_whitespace));
    url.map(drop).ok_or("must be an https URL like https://meet.example/{room}")
}

impl Config {
    /// Validates the settings together.
    ///
    /// # Errors
    /// One line for the operator, which begins with the name of the setting.
    pub fn check(&self) -> Result<(), String> {
        let public = self.public_url();
        if !matches!(public.scheme(), "http" | "https") || public.host_str().is_none() {
            return Err("STUDYHALL_PUBLIC_URL must be an http or https URL".to_owned());
        }
        if public.path() != "/" || public.query().is_some() || public.fragment().is_some() {
            return Err("STUDYHALL_PUBLIC_URL must be an origin like https://campus.example, without a path".to_owned());
        }
        if check_text("name", &self.name, 1, MAX_NAME_LENGTH, Lines::One).is_err() {
            return Err(format!("STUDYHALL_NAME must have 1 to {MAX_NAME_LENGTH} characters on one line"));
        }
        if let Some(url) = &self.meeting_url {
            check_meeting_url(url).map_err(|reason| format!("STUDYHALL_MEETING_URL {reason}"))?;
        }
        for origin in &self.allowed_origins {
            check_origin(origin).map_err(|reason| format!("STUDYHALL_ALLOWED_ORIGINS: {origin:?} {reason}"))?;
        }
        if let Some(name) = self.allowed_headers.iter().find(|name| HeaderName::from_str(name).is_err()) {
            return Err(format!("STUDYHALL_ALLOWED_HEADERS: {name:?} is not the name of a header"));
        }
        if self.allow_insecure_cookies && public.scheme() == "https" {
            return Err(
                "STUDYHALL_ALLOW_INSECURE_COOKIES must not be set when STUDYHALL_PUBLIC_URL is https".to_owned()
            );
        }
        if self.registration == Registration::Open && !self.email_domains.is_empty() {
            return Err(
                "STUDYHALL_EMAIL_DOMAINS needs STUDYHALL_REGISTRATION=confirmed or =approval: with open registration \
                        an address of an allowed domain can be made up"
                    .to_owned(),
            );
        }
        if !self.mail_from().contains('@') {
            return Err("STUDYHALL_MAIL_FROM must be an email address".to_owned());
        }
        let database = self.database_url();
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| database.expose_secret().starts_with(scheme)) {
            return Err("STUDYHALL_DATABASE_URL must begin with sqlite:// or postgres://".to_owned());
        }
        if let Some(direct) = self.separate_direct_url() {
            let is_postgres = |url: &SecretString| {
                ["postgres:", "postgresql:"].iter().any(|scheme| url.expose_secret().starts_with(scheme))
            };
            if !is_postgres(direct) || !is_postgres(&database) {
                return Err(
                    "STUDYHALL_DATABASE_DIRECT_URL must begin with postgres://, and STUDYHALL_DATABASE_URL too"
                        .to_owned(),
                );
            }
        }
        if self.passwords == Switch::Off && self.identity_providers().is_empty() {
            return Err(
                "STUDYHALL_PASSWORDS must be on without STUDYHALL_OIDC_FILE: no member could sign in".to_owned()
            );
        }
        if let Some(url) = self.oidc_redirect_urls.iter().find(|url| Url::parse(url).is_err() || url.contains('#')) {
            return Err(format!("STUDYHALL_OIDC_REDIRECT_URLS: {url:?} is not a URL without a fragment"));
        }
        self.media_location().map_err(|reason| format!("STUDYHALL_MEDIA_URL: {reason}"))?;
        self.limits.check()
    }

    /// Returns the identity providers for sign-in.
    #[must_use]
    pub fn identity_providers(&self) -> &IdentityProviders {
        static NONE: IdentityProviders = IdentityProviders::none();
        self.oidc_file.as_ref().unwrap_or(&NONE)
    }

    /// Returns true if members can register and sign in with a password.
    #[must_use]
    pub fn has_passwords(&self) -> bool {
        self.passwords == Switch::On
    }

    /// Returns the filter of log lines. It leaves out the frames of sockets, which the library for them logs in full at the
    /// level `trace`: the first one contains an access token.
    ///
    /// # Errors
    /// One line for the operator.
    pub fn log_filter(&self) -> Result<EnvFilter, String> {
        let path = self.data_dir.join(LOG_FILTER_FILE);
        let (name, text) = match std::fs::read_to_string(&path) {
            Ok(text) => (path.display().to_string(), text.trim().to_owned()),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                ("STUDYHALL_LOG".to_owned(), self.log.clone())
            }
            Err(cause) => return Err(format!("{} cannot be read: {cause}", path.display())),
        };
        let filter = EnvFilter::try_new(text).map_err(|error| format!("{name}: {error}"))?;
        let without_frames =
            ["tungstenite=debug", "tokio_tungstenite=debug"].into_iter().filter_map(|d| d.parse().ok());
        Ok(without_frames.fold(filter, EnvFilter::add_directive))
    }

    /// Returns where the files of images are stored.
    ///
    /// # Errors
    /// What is wrong with the setting.
    pub fn media_location(&self) -> Result<MediaLocation, String> {
        let Some(url) = &self.media_url else { return Ok(MediaLocation::Directory(self.data_dir.join("media"))) };
        match url.scheme() {
            "file" => match url.to_file_path() {
                Ok(directory) => Ok(MediaLocation::Directory(directory)),
                Err(()) => Err("must be a local directory like file:///srv/media".to_owned()),
            },
            "s3" if url.host_str().is_some() => {
                Ok(MediaLocation::Bucket { url: url.clone(), options: bucket_options() })
            }
            _ => Err("must begin with file:// or s3://".to_owned()),
        }
    }

    /// Returns the URL of the database. It can contain a password and must not be printed.
    #[must_use]
    pub fn database_url(&self) -> SecretString {
        self.database_url
            .clone()
            .or_else(|| self.database_url_file.clone())
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("studyhall.sqlite").display()).into())
    }

    /// Returns the URL under which one connection reaches the database, past a pooler. It must not be printed.
    #[must_use]
    pub fn direct_database_url(&self) -> SecretString {
        self.separate_direct_url().cloned().unwrap_or_else(|| self.database_url())
    }

    /// Returns that URL if it is set by itself.
    #[must_use]
    pub fn separate_direct_url(&self) -> Option<&SecretString> {
        self.database_direct_url.as_ref().or(self.database_direct_url_file.as_ref())
    }

    /// Returns the URL of the mail server; `None` if mails are written to files.
    #[must_use]
    pub fn smtp_url(&self) -> Option<&SecretString> {
        self.smtp_url.as_ref().or(self.smtp_url_file.as_ref())
    }

    /// Returns true if the database is a SQLite file.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.database_url().expose_secret().starts_with("sqlite:")
    }

    /// Returns the public origin, with which all links start. It is never taken from a request.
    #[must_use]
    pub fn public_url(&self) -> &Url {
        self.public_url.as_ref().unwrap_or_else(|| {
            self.default_public_url.get_or_init(|| {
                let host =
                    if self.listen.ip().is_unspecified() { "localhost".to_owned() } else { host_of(self.listen.ip()) };
                Url::parse(&format!("http://{host}:{}", self.listen.port())).unwrap_or_else(|_| unreachable_url())
            })
        })
    }

    /// Returns true if the server sends Web Push.
    #[must_use]
    pub fn has_push(&self) -> bool {
        self.push == Switch::On
    }

    /// Returns true if the public URL is set, not guessed from the listen address.
    #[must_use]
    pub fn has_public_url(&self) -> bool {
        self.public_url.is_some()
    }

    /// Returns true if the public URL is reachable from this machine only.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.public_url().host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    #[must_use]
    pub fn mail_from(&self) -> String {
        self.mail_from
            .clone()
            .unwrap_or_else(|| format!("studyhall@{}", self.public_url().host_str().unwrap_or("localhost")))
    }

    #[must_use]
    pub fn keys_file(&self) -> PathBuf {
        self.keys_file.clone().unwrap_or_else(|| self.data_dir.join("keys.json"))
    }

    #[must_use]
    pub fn outbox_dir(&self) -> PathBuf {
        self.data_dir.join("outbox")
    }

    /// Returns true if rate limits are enabled.
    #[must_use]
    pub fn has_rate_limits(&self) -> bool {
        self.rate_limits == Switch::On
    }
}

/// Checks that browsers can send this origin. Besides pages of the web these are app shells and browser extensions, such as
/// `capacitor://localhost`, whose schemes have no default port and whose host is not normalised.
fn check_origin(origin: &str) -> Result<(), &'static str> {
    const INVALID: &str = "is not an origin like https://app.example";
    if origin.contains('*') {
        return Err("has a wildcard. List each origin by itself: pages of other people may be below the same domain");
    }
    let url = Url::parse(origin).map_err(|_| INVALID)?;
    let is_exact = match (url.scheme(), url.host_str()) {
        ("http" | "https", _) => url.origin().ascii_serialization() == origin,
        ("file" | "data" | "blob" | "javascript", _) | (_, None | Some("")) => false,
        (scheme, Some(host)) => {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{scheme}://{host}{port}") == origin
        }
    };
    if is_exact { Ok(()) } else { Err(INVALID) }
}

fn email_domains(text: &str) -> Result<EmailDomains, String> {
    text.parse().map_err(|reason| format!("STUDYHALL_EMAIL_DOMAINS: {reason}"))
}

/// Reads a secret from a file, without the line break at its end.
fn read_secret(path: &str) -> Result<SecretString, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path} cannot be read: {error}"))?;
    Ok(text.trim_end_matches(['\r', '\n']).into())
}

/// Returns the environment variables that configure S3 clients: region, endpoint and keys.
fn bucket_options() -> Vec<(String, String)> {
    let variables =
        std::env::vars_os().filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()));
    variables.filter(|(name, _)| name.starts_with("AWS_")).collect()
}

fn host_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// Panics. This is the only place in the program that can: `http://`, an address and a port always form a URL, but
/// `Url` can only be created by parsing. The first call happens at the start, before the server accepts requests.
fn unreachable_url() -> Url {
    unreachable!("a socket address always forms a URL")
}
