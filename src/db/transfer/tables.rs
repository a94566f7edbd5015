//! The tables whose rows backups, copies and exports contain.

/// A table, and whose rows it has.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    /// The columns with the account that a row belongs to: the export of a person contains it. Empty for tables of the
    /// server itself, and for keys, hashes and indexes that say nothing more about a person.
    pub person: &'static [&'static str],
}

/// All tables, in the order in which rows are inserted: a table comes after those that its foreign keys refer to.
///
/// A migration that creates a table adds a line here. A test compares the list with the schema.
pub const TABLES: &[Table] = &[
    Table { name: "accounts", person: &["id"] },
    Table { name: "users", person: &["id"] },
    Table { name: "user_skills", person: &["user_id"] },
    Table { name: "contact_details", person: &["user_id"] },
    Table { name: "retired_usernames", person: &[] },
    Table { name: "sessions", person: &["account_id"] },
    Table { name: "mail_tokens", person: &[] },
    Table { name: "used_mail_tokens", person: &[] },
    Table { name: "pending_registrations", person: &[] },
    Table { name: "attempts", person: &[] },
    Table { name: "known_devices", person: &["account_id"] },
    Table { name: "guest_networks", person: &[] },
    Table { name: "feeds", person: &[] },
    Table { name: "feed_events", person: &[] },
    Table { name: "nodes", person: &[] },
    Table { name: "outbox", person: &[] },
    Table { name: "images", person: &["owner_id"] },
    Table { name: "image_uses", person: &[] },
    Table { name: "media_deletions", person: &[] },
    Table { name: "media_holds", person: &[] },
    Table { name: "social_links", person: &["user_id"] },
    Table { name: "settings", person: &["user_id"] },
    Table { name: "relations", person: &["user_id"] },
    Table { name: "search_words", person: &[] },
    Table { name: "search_spellings", person: &[] },
    Table { name: "posts", person: &["author_id"] },
    Table { name: "post_keys", person: &[] },
    Table { name: "comments", person: &["author_id"] },
    Table { name: "comment_keys", person: &[] },
    Table { name: "conversations", person: &[] },
    Table { name: "conversation_keys", person: &[] },
    Table { name: "conversation_members", person: &["user_id"] },
    Table { name: "messages", person: &["author_id"] },
    Table { name: "message_keys", person: &[] },
    Table { name: "message_mentions", person: &[] },
    Table { name: "group_keys", person: &[] },
    Table { name: "group_changes", person: &[] },
    Table { name: "reactions", person: &["user_id"] },
    Table { name: "notifications", person: &["account_id"] },
    Table { name: "reports", person: &["reporter_id"] },
    Table { name: "node_users", person: &[] },
    Table { name: "presences", person: &["user_id"] },
    Table { name: "topics", person: &["creator_id"] },
    Table { name: "topic_keys", person: &[] },
    Table { name: "appointments", person: &["mentor_id"] },
    Table { name: "appointment_keys", person: &[] },
    Table { name: "times_off", person: &["mentor_id"] },
    Table { name: "time_off_keys", person: &[] },
    Table { name: "occupancies", person: &[] },
    Table { name: "bookings", person: &["mentor_id", "student_id"] },
    Table { name: "booking_keys", person: &[] },
    Table { name: "booking_reminders", person: &[] },
    Table { name: "calendar_feeds", person: &["account_id"] },
    Table { name: "calendar_generations", person: &[] },
    Table { name: "calendar_revisions", person: &[] },
    Table { name: "lobby_users", person: &["user_id"] },
    Table { name: "departed_guests", person: &[] },
    Table { name: "rate_limits", person: &[] },
    Table { name: "installation", person: &[] },
    Table { name: "imported_rows", person: &[] },
    Table { name: "copied_tables", person: &[] },
];

/// Columns that refer to an account although their rows are not part of its export, and why.
pub const NOT_EXPORTED: &[(&str, &str)] = &[
    ("appointment_keys.mentor_id", "names that clients have given to appointments"),
    ("booking_keys.student_id", "names that clients have given to bookings"),
    ("bookings.cancelled_by", "the booking belongs to its mentor and its student"),
    ("bookings.no_show_id", "the booking belongs to its mentor and its student"),
    ("calendar_generations.account_id", "counts revoked addresses"),
    ("calendar_revisions.account_id", "hashes of the events of a calendar"),
    ("comment_keys.author_id", "names that clients have given to comments"),
    ("conversations.owner_id", "the group belongs to its members"),
    ("departed_guests.user_id", "guests have no export"),
    ("group_keys.creator_id", "names that clients have given to groups"),
    ("guest_networks.guest_id", "guests have no export"),
    ("mail_tokens.account_id", "hashes of mailed links"),
    ("message_keys.author_id", "names that clients have given to messages"),
    ("message_mentions.user_id", "follows from the texts of other people"),
    ("node_users.user_id", "connections to nodes, for the time that they last"),
    ("occupancies.person_id", "follows from the bookings"),
    ("pending_registrations.guest_id", "guests have no export"),
    ("post_keys.author_id", "names that clients have given to posts"),
    ("relations.other_id", "what other people have decided"),
    ("retired_usernames.account_id", "keeps names from being taken by others"),
    ("search_words.user_id", "follows from the profile"),
    ("time_off_keys.mentor_id", "names that clients have given to times off"),
    ("topic_keys.creator_id", "names that clients have given to topics"),
    ("used_mail_tokens.account_id", "hashes of mailed links"),
];

/// Returns the names of the tables, in their order.
pub fn table_names() -> impl DoubleEndedIterator<Item = &'static str> {
    TABLES.iter().map(|table| table.name)
}
