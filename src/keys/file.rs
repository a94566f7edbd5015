//! The key ring's file: JSON, readable by its owner only, made at the first start.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::Algorithm;

/// Every secret is at least this long: 256 bits.
const SECRET_BYTES: usize = 32;

/// A good secret has some thirty different bytes; fewer than this never happens by chance.
const MIN_DIFFERENT_BYTES: usize = 16;

const MAX_FILE_BYTES: u64 = 64 * 1024;
const MAX_KEYS: usize = 32;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// Of access tokens. The one that was not replaced signs, all of them verify.
    pub(super) keys: Vec<KeyEntry>,
    /// What other secrets are derived from. It is not rotated: mailed links and refresh tokens live by it.
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

/// Tells one state of the file from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    modified: (i64, i64),
    bytes: u64,
}

impl Stamp {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let found = fs::metadata(path)?;
        Ok(Self { inode: found.ino(), modified: (found.mtime(), found.mtime_nsec()), bytes: found.len() })
    }
}

impl File {
    pub(super) fn generate() -> Result<Self, String> {
        Ok(Self { keys: vec![KeyEntry::generate(Algorithm::HS256)?], derivation: random_text(SECRET_BYTES)? })
    }

    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let found = fs::metadata(path).map_err(|cause| cause.to_string())?;
        if found.mode() & 0o007 != 0 {
            return Err("everybody on this machine can read it; make it private (chmod 600)".to_owned());
        }
        if found.len() > MAX_FILE_BYTES {
            return Err("it is too large for a key file".to_owned());
        }
        let text = fs::read_to_string(path).map_err(|cause| cause.to_string())?;
        // The parser's own sentence could quote the text.
        let file: Self = serde_json::from_str(&text)
            .map_err(|cause| format!("it is not a key file (line {}, column {})", cause.line(), cause.column()))?;
        file.check()?;
        Ok(file)
    }

    fn check(&self) -> Result<(), String> {
        let kids: HashSet<&str> = self.keys.iter().map(|key| key.kid.as_str()).collect();
        if self.keys.len() > MAX_KEYS || kids.len() != self.keys.len() {
            return Err(format!("there may be at most {MAX_KEYS} keys, each with its own kid"));
        }
        if self.keys.iter().filter(|key| key.replaced_at.is_none()).count() != 1 {
            return Err("exactly one key must be without replaced_at: the one that signs".to_owned());
        }
        let is_kid = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        if !kids.iter().all(|kid| (1..=64).contains(&kid.len()) && kid.bytes().all(is_kid)) {
            return Err("a kid has 1 to 64 letters, digits, - and _".to_owned());
        }
        let mut secrets = HashSet::new();
        for (name, secret) in self.secrets() {
            check_secret(secret).map_err(|reason| format!("the secret {name:?} {reason}"))?;
            if !secrets.insert(secret) {
                return Err(format!("the secret {name:?} stands there twice"));
            }
        }
        Ok(())
    }

    fn secrets(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.keys.iter().map(|key| (key.kid.as_str(), key.secret.as_str()));
        keys.chain([("derivation", self.derivation.as_str())])
    }

    /// Writes the first file. When another process was faster, its file stays.
    pub(super) fn create(&self, path: &Path) -> io::Result<()> {
        let draft = self.write_draft(path)?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        match linked {
            Err(cause) if cause.kind() != ErrorKind::AlreadyExists => Err(cause),
            _ => sync_directory(path),
        }
    }

    /// Writes over the file, whole or not at all. Two processes that do so at once: the later one wins.
    pub(super) fn replace(&self, path: &Path) -> io::Result<()> {
        fs::rename(self.write_draft(path)?, path)?;
        sync_directory(path)
    }

    fn write_draft(&self, path: &Path) -> io::Result<PathBuf> {
        let draft = path.with_extension(format!("{}.draft", std::process::id()));
        if let Err(cause) = fs::remove_file(&draft)
            && cause.kind() != ErrorKind::NotFound
        {
            return Err(cause);
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        Ok(draft)
    }
}

impl KeyEntry {
    pub(super) fn generate(algorithm: Algorithm) -> Result<Self, String> {
        Ok(Self { kid: random_text(9)?, algorithm, secret: random_text(SECRET_BYTES)?, replaced_at: None })
    }
}

/// Decodes a secret, and refuses one that somebody typed instead of drawing it.
fn check_secret(text: &str) -> Result<(), &'static str> {
    let secret = decode(text).ok_or("is not in base64url")?;
    if secret.len() < SECRET_BYTES {
        return Err("is shorter than 32 bytes");
    }
    let different: HashSet<u8> = secret.iter().copied().collect();
    let is_counted = secret.windows(2).all(|pair| matches!(pair, [a, b] if b.wrapping_sub(*a) == 1));
    let is_typed = secret.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    if different.len() < MIN_DIFFERENT_BYTES || is_counted || is_typed {
        return Err("is not random; delete it and let one be generated");
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

/// A rename is durable once the directory is.
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(directory)?.sync_all()
}
