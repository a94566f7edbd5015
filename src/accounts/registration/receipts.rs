//! The receipt of a deleted account: how many objects of each kind were deleted, anonymised and kept.
//!
//! The objects are listed before the deletion and looked for after it, in its transaction, so the counts are what has
//! happened. The kinds are those of a data export, and the objects those of its sections; all that belongs to the profile
//! counts as one.

use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::transfer::DataKind;
use crate::db::{List, Query, Result, Scan, Tx};
use crate::locale::Locale;
use crate::sentences::{Sentence, Value, say};

/// What was deleted with an account, anonymised and kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletionReceipt {
    pub deleted_at: Timestamp,
    pub items: Vec<ReceiptItem>,
}

/// The counts of one kind of data: together all objects that the account had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptItem {
    pub kind: DataKind,
    pub deleted: i64,
    pub anonymised: i64,
    pub kept: i64,
    /// Why objects stay; `None` if none do.
    pub reason: Option<Sentence>,
}

/// What remains of objects after the deletion.
#[derive(Clone, Copy, Debug)]
enum Remainder {
    Nothing,
    /// The objects without the name.
    Anonymised(fn() -> Sentence),
    /// The objects as they are.
    Kept(fn() -> Sentence),
}

/// How the objects of a kind are found.
#[derive(Clone, Copy, Debug)]
struct Counted {
    kind: DataKind,
    /// Returns the ids of the account's objects.
    ids: &'static str,
    /// Returns which of them still exist.
    remaining: &'static str,
    remainder: Remainder,
}

macro_rules! counted {
    ($kind:ident, $table:literal, $condition:literal, $remainder:expr) => {
        counted!($kind, $table by "id", $condition, "", $remainder)
    };
    ($kind:ident, $table:literal, $condition:literal, $exists:literal, $remainder:expr) => {
        counted!($kind, $table by "id", $condition, $exists, $remainder)
    };
    ($kind:ident, $table:literal by $key:literal, $condition:literal, $exists:literal, $remainder:expr) => {
        Counted {
            kind: DataKind::$kind,
            ids: concat!("select ", $key, " from ", $table, " where ", $condition, $exists),
            remaining: concat!(
                "select count(*) from ",
                $table,
                " where ",
                $key,
                " in (select value from json_each($1))",
                $exists
            ),
            remainder: $remainder,
        }
    };
}

/// In the order of the receipt. A kind can have several tables.
const COUNTED: [Counted; 17] = [
    counted!(Appointments, "appointments", "mentor_id = $1", Remainder::Nothing),
    counted!(
        Bookings,
        "bookings",
        "(mentor_id = $1 or student_id = $1)",
        Remainder::Anonymised(|| say::BookingsKept.into())
    ),
    counted!(Comments, "comments", "author_id = $1", Remainder::Nothing),
    counted!(Files, "files", "owner_id = $1", Remainder::Kept(|| say::FilesKept.into())),
    counted!(Images, "images", "owner_id = $1", Remainder::Kept(|| say::ImagesKept.into())),
    counted!(Invitations, "invitations", "creator_id = $1", Remainder::Nothing),
    counted!(
        Messages,
        "messages",
        "author_id = $1",
        " and deleted_at is null",
        Remainder::Anonymised(|| say::MessagesKept.into())
    ),
    counted!(Posts, "posts", "author_id = $1", Remainder::Nothing),
    counted!(Profile, "users", "id = $1", Remainder::Nothing),
    counted!(Reactions, "reactions", "user_id = $1", Remainder::Nothing),
    counted!(
        Reports,
        "reports",
        "(user_id = $1 or id in (select report_id from complaints where reporter_id = $1))",
        Remainder::Kept(|| say::ReportsKept.into())
    ),
    counted!(Sessions, "sessions", "account_id = $1", Remainder::Nothing),
    counted!(Sessions, "push_subscriptions" by "session_id", "account_id = $1", "", Remainder::Nothing),
    counted!(Sessions, "identities", "account_id = $1", Remainder::Nothing),
    counted!(TimesOff, "times_off", "mentor_id = $1", Remainder::Nothing),
    counted!(Topics, "topics", "creator_id = $1", Remainder::Anonymised(|| say::TopicsKept.into())),
    counted!(WaitlistEntries, "waitlist_entries", "student_id = $1", Remainder::Nothing),
];

/// The objects of an account before its deletion.
#[derive(Debug)]
pub(super) struct Inventory {
    kinds: Vec<(Counted, List, i64)>,
    /// Messages that have lost their author before.
    anonymised_messages: i64,
}

impl Inventory {
    /// Lists the objects of an account, which had this many messages before some of them lost their author. Call it before
    /// anything else of the account is deleted.
    pub(super) async fn take(tx: &mut Tx, account: AccountId, messages: i64) -> Result<Self> {
        let mut anonymised_messages = 0;
        let mut kinds = Vec::with_capacity(COUNTED.len());
        for counted in COUNTED {
            let ids: Vec<(i64,)> = tx.all(Scan(counted.ids), &[&account]).await?;
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            if counted.kind == DataKind::Messages {
                anonymised_messages = messages.saturating_sub(count).max(0);
            }
            kinds.push((counted, List::new(ids.into_iter().map(|(id,)| id)), count));
        }
        Ok(Self { kinds, anonymised_messages })
    }

    /// Counts what is left of the objects after the deletion. Kinds of which the account had none are left out.
    pub(super) async fn compare(self, tx: &mut Tx, now: Timestamp) -> Result<DeletionReceipt> {
        let mut items: Vec<ReceiptItem> = Vec::new();
        for (counted, ids, count) in self.kinds {
            let earlier = if counted.kind == DataKind::Messages { self.anonymised_messages } else { 0 };
            let count = count + earlier;
            if count == 0 {
                continue;
            }
            let (remaining,): (i64,) = tx.one(Scan(counted.remaining), &[&ids]).await?;
            let remaining = remaining + earlier;
            let (anonymised, kept, reason) = match counted.remainder {
                Remainder::Anonymised(reason) => (remaining, 0, Some(reason)),
                Remainder::Kept(reason) => (0, remaining, Some(reason)),
                Remainder::Nothing => (0, remaining, None),
            };
            let (kind, deleted) = (counted.kind, count - remaining);
            let reason = reason.filter(|_| remaining > 0).map(|reason| reason());
            match items.last_mut() {
                Some(item) if item.kind == kind => {
                    item.deleted += deleted;
                    item.anonymised += anonymised;
                    item.kept += kept;
                    item.reason = item.reason.take().or(reason);
                }
                _ => items.push(ReceiptItem { kind, deleted, anonymised, kept, reason }),
            }
        }
        Ok(DeletionReceipt { deleted_at: now, items })
    }
}

impl DeletionReceipt {
    /// Adds the events of the audit log from which the account was taken: they belong to the sessions.
    pub(super) fn with_anonymised_events(mut self, events: i64) -> Self {
        let kind = DataKind::Sessions;
        if events > 0 {
            let sessions = self.items.iter().find(|item| item.kind == kind);
            let deleted = sessions.map_or(0, |sessions| sessions.deleted);
            let reason = Some(say::SessionsKept.into());
            self.items.retain(|item| item.kind != kind);
            self.items.push(ReceiptItem { kind, deleted, anonymised: events, kept: 0, reason });
            self.items.sort_by_key(|item| COUNTED.iter().position(|counted| counted.kind == item.kind));
        }
        self
    }

    /// Returns the counts of each kind as text.
    pub fn lines(&self, locale: Locale) -> Vec<(DataKind, String)> {
        let line = |item: &ReceiptItem| {
            let count = Value::Number;
            let counts: [(i64, Sentence); 3] = [
                (item.deleted, say::ReceiptDeleted { count: count(item.deleted) }.into()),
                (item.anonymised, say::ReceiptAnonymised { count: count(item.anonymised) }.into()),
                (item.kept, say::ReceiptKept { count: count(item.kept) }.into()),
            ];
            let counts = counts.into_iter().filter(|(count, _)| *count > 0);
            let counts: Vec<String> = counts.map(|(_, counted)| counted.in_language(locale)).collect();
            let counts = counts.join(locale.comma());
            let line = match &item.reason {
                Some(reason) => {
                    let line = say::ReceiptLine { counts: Value::text(counts), reason: reason.clone().into() };
                    Sentence::from(line).in_language(locale)
                }
                None => counts,
            };
            (item.kind, line)
        };
        self.items.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::transfer::SECTIONS;

    #[test]
    fn a_receipt_counts_the_objects_of_every_section_of_an_export() {
        // The events are counted when the account is taken out of them, and a complaint with its report.
        let otherwise = ["audit_events", "complaints"];
        let sections = SECTIONS.iter().filter(|section| section.kind != DataKind::Profile);
        for section in sections.filter(|section| !otherwise.contains(&section.table)) {
            let rows = format!(" from {} where ", section.table);
            let is_counted = COUNTED.iter().any(|counted| counted.kind == section.kind && counted.ids.contains(&rows));
            assert!(is_counted, "the receipt does not count {}", section.name);
        }
        let kinds: Vec<DataKind> = COUNTED.iter().map(|counted| counted.kind).collect();
        for kind in &kinds {
            let tables = kinds.iter().filter(|other| *other == kind).count();
            let neighbours = kinds.chunk_by(PartialEq::eq).any(|chunk| chunk.contains(kind) && chunk.len() == tables);
            assert!(neighbours, "the tables of {kind:?} are not next to each other");
        }
    }
}
