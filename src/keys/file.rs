//! The key file: JSON, readable by its owner only, created at the first start.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::Algorithm;
use crate::text::readable_size;

/// The minimum length of a secret: 256 bits.
const SECRET_BYTES: usize = 32;

/// 32 random bytes contain some thirty distinct values; fewer than this do not occur by chance.
const MIN_DISTINCT_BYTES: usize = 16;

const MAX_FILE_BYTES: usize = 64 * 1024;
const MAX_KEYS: usize = 32;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyFile {
    /// The keys of access tokens. All of them verify; the one that is not replaced also signs.
    pub(super) keys: Vec<KeyEntry>,
    /// The secret from which others are derived. It is not rotated, because that would invalidate mailed links and
    /// refresh tokens.
    pub(super) derivation: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyEntry {
    pub(super) kid: String,
    pub(super) algorithm: Algorithm,
    pub(super) secret: String,
    /// In seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replaced_at: Option<i64>,
}

/// The metadata of the file, which differs after every change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileVersion {
    inode: u64,
    modified: (i64, i64),
    bytes: u64,
}

impl FileVersion {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self { inode: metadata.ino(), modified: (metadata.mtime(), metadata.mtime_nsec()), bytes: metadata.len() })
    }
}

impl KeyFile {
    pub(super) fn generate() -> Result<Self, String> {
        Ok(Self { keys: vec![KeyEntry::generate(Algorithm::HS256)?], derivation: random_text(SECRET_BYTES)? })
    }

    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let metadata = fs::metadata(path).map_err(|cause| cause.to_string())?;
        if metadata.mode() & 0o007 != 0 {
            return Err("every user of this machine has access to the file; make it private (chmod 600)".to_owned());
        }
        if !usize::try_from(metadata.len()).is_ok_and(|bytes| bytes <= MAX_FILE_BYTES) {
            return Err(format!(
                "the file is larger than {}, which is too large for a key file",
                readable_size(MAX_FILE_BYTES)
            ));
        }
        let text = fs::read_to_string(path).map_err(|cause| cause.to_string())?;
        // The message of the parser could contain a part of a secret.
        let file: Self = serde_json::from_str(&text)
            .map_err(|cause| format!("this is not a key file (line {}, column {})", cause.line(), cause.column()))?;
        file.check()?;
        Ok(file)
    }

    fn check(&self) -> Result<(), String> {
        let kids: HashSet<&str> = self.keys.iter().map(|key| key.kid.as_str()).collect();
        if self.keys.len() > MAX_KEYS || kids.len() != self.keys.len() {
            return Err(format!("a key file has at most {MAX_KEYS} keys, each with a unique kid"));
        }
        if self.keys.iter().filter(|key| key.replaced_at.is_none()).count() != 1 {
            return Err("exactly one key must have no replaced_at: the one that signs".to_owned());
        }
        let is_kid = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        if !kids.iter().all(|kid| (1..=64).contains(&kid.len()) && kid.bytes().all(is_kid)) {
            return Err("a kid must consist of 1 to 64 letters, digits, - and _".to_owned());
        }
        let mut secrets = HashSet::new();
        for (name, secret) in self.secrets() {
            check_secret(secret).map_err(|reason| format!("the secret {name:?} {reason}"))?;
            if !secrets.insert(secret) {
                return Err(format!("the secret {name:?} is used twice; each key needs its own"));
            }
        }
        Ok(())
    }

    fn secrets(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.keys.iter().map(|key| (key.kid.as_str(), key.secret.as_str()));
        keys.chain([("derivation", self.derivation.as_str())])
    }

    /// Creates the file. If another process creates it at the same time, the first file stays.
    pub(super) fn create(&self, path: &Path) -> io::Result<()> {
        let temporary = self.write_temporary(path)?;
        let linked = fs::hard_link(&temporary, path);
        fs::remove_file(&temporary)?;
        match linked {
            Err(cause) if cause.kind() != ErrorKind::AlreadyExists => Err(cause),
            _ => sync_directory(path),
        }
    }

    /// Replaces the file atomically. Of two concurrent processes, the later one wins.
    pub(super) fn replace(&self, path: &Path) -> io::Result<()> {
        fs::rename(self.write_temporary(path)?, path)?;
        sync_directory(path)
    }

    fn write_temporary(&self, path: &Path) -> io::Result<PathBuf> {
        let temporary = path.with_extension(format!("{}.draft", std::process::id()));
        if let Err(cause) = fs::remove_file(&temporary)
            && cause.kind() != ErrorKind::NotFound
        {
            return Err(cause);
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        Ok(temporary)
    }
}

impl KeyEntry {
    pub(super) fn generate(algorithm: Algorithm) -> Result<Self, String> {
        Ok(Self { kid: random_text(9)?, algorithm, secret: random_text(SECRET_BYTES)?, replaced_at: None })
    }
}

/// Rejects a secret that is malformed, too short, or typed by hand instead of generated.
fn check_secret(text: &str) -> Result<(), &'static str> {
    let secret = decode(text).ok_or("is not in base64url")?;
    if secret.len() < SECRET_BYTES {
        return Err("is shorter than 32 bytes");
    }
    let distinct: HashSet<u8> = secret.iter().copied().collect();
    let is_sequence = secret.windows(2).all(|pair| matches!(pair, [a, b] if b.wrapping_sub(*a) == 1));
    let is_printable = secret.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    if distinct.len() < MIN_DISTINCT_BYTES || is_sequence || is_printable {
        return Err("is not random; delete the key file, and the server generates a new one");
    }
    Ok(())
}

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn random_text(bytes: usize) -> Result<String, String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|cause| cause.to_string())?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

/// A rename is durable after its directory is synced.
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(directory)?.sync_all()
}
