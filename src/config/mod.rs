//! Every setting: its name, its default and its check. Nothing else reads the environment.
//!
//! A setting is an environment variable `STUDYHALL_X` and a flag `--x`; the flag wins. A wrong one stops the start with
//! one line that names it.

mod limits;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{Args, ValueEnum};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use limits::Limits;

/// The settings as they were given.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Address of the API
    #[arg(long, global = true, env = "STUDYHALL_LISTEN", default_value = "127.0.0.1:8000", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// Address of `/metrics`, for a monitor and nobody else; off when not given
    #[arg(long, global = true, env = "STUDYHALL_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,

    /// Directory of the database file, pictures, outgoing mail and generated keys
    #[arg(long, global = true, env = "STUDYHALL_DATA_DIR", default_value = "./data", value_name = "DIRECTORY")]
    pub data_dir: PathBuf,

    /// `sqlite://FILE` or `postgres://..`; a file in the data directory when not given
    #[arg(long, global = true, env = "STUDYHALL_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: Option<SecretString>,

    /// `file:///DIRECTORY`, or `s3://BUCKET` with the usual `AWS_..` variables; `media/` in the data directory when not
    /// given
    #[arg(long, global = true, env = "STUDYHALL_MEDIA_URL", value_name = "URL")]
    media_url: Option<Url>,

    /// `smtp(s)://user:password@host:port`; when not given, mail is written to `outbox/` in the data directory
    #[arg(long, global = true, env = "STUDYHALL_SMTP_URL", hide_env_values = true, value_name = "URL")]
    pub smtp_url: Option<SecretString>,

    /// Address under which clients reach this server, the start of every link; the listen address when not given
    #[arg(long, global = true, env = "STUDYHALL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<Url>,
    /// The same made of the listen address, once: every request asks for it.
    #[arg(skip)]
    own_url: OnceLock<Url>,

    /// Exact origins, separated by commas, that may use cookies and sockets besides the server's own
    #[arg(long, global = true, env = "STUDYHALL_ALLOWED_ORIGINS", value_delimiter = ',', value_name = "ORIGINS")]
    pub allowed_origins: Vec<String>,

    /// Addresses of proxies, separated by commas, whose forwarding headers count
    #[arg(long, global = true, env = "STUDYHALL_TRUSTED_PROXIES", value_delimiter = ',', value_name = "ADDRESSES")]
    pub trusted_proxies: Vec<IpAddr>,

    /// `open`: `register` signs in at once. `confirmed`: only after the mailed link was used, and every answer is alike
    #[arg(long, global = true, env = "STUDYHALL_REGISTRATION", default_value = "open")]
    pub registration: Registration,

    /// Sender of mails; `studyhall@` the public host when not given
    #[arg(long, global = true, env = "STUDYHALL_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,

    /// File with the signing keys; made in the data directory when not given
    #[arg(long, global = true, env = "STUDYHALL_KEYS_FILE", value_name = "FILE")]
    pub keys_file: Option<PathBuf>,

    /// Allows cookie sessions over plain http beyond the loopback interface
    #[arg(long, global = true, env = "STUDYHALL_ALLOW_INSECURE_COOKIES", default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub allow_insecure_cookies: bool,

    /// Directory of the built web pages; when not given, those in the program if it was built with them, or else
    /// `web/dist`
    #[arg(long, global = true, env = "STUDYHALL_WEB_DIR", value_name = "DIRECTORY")]
    pub web_dir: Option<PathBuf>,

    /// Who may ask for the schema
    #[arg(long, global = true, env = "STUDYHALL_INTROSPECTION", default_value = "on")]
    pub introspection: Introspection,

    /// `off` lifts the counted limits per time and the caps on sockets and operations at once; for load runs
    #[arg(long, global = true, env = "STUDYHALL_RATE_LIMITS", default_value = "on")]
    pub rate_limits: Switch,

    /// What is logged, as a filter of `tracing`
    #[arg(long, global = true, env = "STUDYHALL_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,

    /// How log lines are written
    #[arg(long, global = true, env = "STUDYHALL_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    #[command(flatten)]
    pub limits: Limits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Registration {
    Open,
    Confirmed,
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

/// Where the bytes of pictures lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaPlace {
    Directory(PathBuf),
    /// The options are those of the library that talks to the bucket, under its own names.
    Bucket {
        url: Url,
        options: Vec<(String, String)>,
    },
}

impl Config {
    /// Checks what no single setting can tell on its own, in one line for the operator.
    ///
    /// # Errors
    /// The sentence to print; it begins with the setting's name.
    pub fn check(&self) -> Result<(), String> {
        let public = self.public_url();
        if !matches!(public.scheme(), "http" | "https") || public.host_str().is_none() {
            return Err("STUDYHALL_PUBLIC_URL must be an http or https address".to_owned());
        }
        if public.path() != "/" || public.query().is_some() || public.fragment().is_some() {
            return Err("STUDYHALL_PUBLIC_URL must be an origin, without a path".to_owned());
        }
        for origin in &self.allowed_origins {
            let is_exact = Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == *origin);
            if !is_exact {
                return Err(format!("STUDYHALL_ALLOWED_ORIGINS: {origin:?} is not an origin like https://app.example"));
            }
        }
        if self.allow_insecure_cookies && public.scheme() == "https" {
            return Err("STUDYHALL_ALLOW_INSECURE_COOKIES is for plain http; STUDYHALL_PUBLIC_URL is https".to_owned());
        }
        if !self.mail_from().contains('@') {
            return Err("STUDYHALL_MAIL_FROM must be a mail address".to_owned());
        }
        let database = self.database_url();
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| database.expose_secret().starts_with(scheme)) {
            return Err("STUDYHALL_DATABASE_URL must begin with sqlite:// or postgres://".to_owned());
        }
        self.media_place().map_err(|reason| format!("STUDYHALL_MEDIA_URL: {reason}"))?;
        self.limits.check()
    }

    /// Returns where the bytes of pictures lie.
    ///
    /// # Errors
    /// Why the setting names no such place.
    pub fn media_place(&self) -> Result<MediaPlace, String> {
        let Some(url) = &self.media_url else { return Ok(MediaPlace::Directory(self.data_dir.join("media"))) };
        match url.scheme() {
            "file" => match url.to_file_path() {
                Ok(directory) => Ok(MediaPlace::Directory(directory)),
                Err(()) => Err("must name a directory of this machine, like file:///srv/media".to_owned()),
            },
            "s3" if url.host_str().is_some() => Ok(MediaPlace::Bucket { url: url.clone(), options: bucket_options() }),
            _ => Err("must begin with file:// or s3://".to_owned()),
        }
    }

    /// Returns the database's address. It may hold a password and is never printed.
    #[must_use]
    pub fn database_url(&self) -> SecretString {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("studyhall.sqlite").display()).into())
    }

    /// Returns the origin that every link starts with. It never comes from a request.
    #[must_use]
    pub fn public_url(&self) -> &Url {
        self.public_url.as_ref().unwrap_or_else(|| {
            self.own_url.get_or_init(|| {
                let host =
                    if self.listen.ip().is_unspecified() { "localhost".to_owned() } else { host_of(self.listen.ip()) };
                Url::parse(&format!("http://{host}:{}", self.listen.port())).unwrap_or_else(|_| unreachable_url())
            })
        })
    }

    /// Tells whether the public address leads to this machine only.
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

    /// Tells whether the counted limits per time hold.
    #[must_use]
    pub fn has_rate_limits(&self) -> bool {
        self.rate_limits == Switch::On
    }
}

/// The variables by which every client of S3 is told its region, address and keys.
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

/// The one place that may end the program: an address and a number between `http://` and the end are always a URL, and
/// `Url` has no way to be made of them without reading a text. The start asks for it before anything is served.
fn unreachable_url() -> Url {
    unreachable!("a socket address always makes an http address")
}
