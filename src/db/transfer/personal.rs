//! What belongs to a member: the sections of a data export, from which its published schema follows.
//!
//! A section has one object for each row of its table. What it does not list is in [`LEFT_OUT`].

use super::section::{DataKind, Field, Form, Rows, Section};

const fn field(column: &'static str, name: &'static str, form: Form) -> Field {
    Field { column, name, form, only_of: None }
}

const fn own(column: &'static str, name: &'static str, form: Form, only_of: &'static str) -> Field {
    Field { column, name, form, only_of: Some(only_of) }
}

const fn list(
    kind: DataKind,
    name: &'static str,
    table: &'static str,
    person: &'static [&'static str],
    fields: &'static [Field],
) -> Section {
    Section { kind, name, table, person, is_single: false, rows: Rows::All, fields }
}

const fn single(
    name: &'static str,
    table: &'static str,
    person: &'static [&'static str],
    fields: &'static [Field],
) -> Section {
    Section { kind: DataKind::Profile, name, table, person, is_single: true, rows: Rows::All, fields }
}

use Form::{Boolean, Id, Instant, Integer, Json, LocalTime, Text};

/// The sections, in the order of the document.
pub const SECTIONS: &[Section] = &[
    single(
        "account",
        "accounts",
        &["id"],
        &[
            field("email", "email", Text),
            field("email_confirmed_at", "emailConfirmedAt", Instant),
            field("role", "role", Text),
            field("locale", "locale", Text),
            field("created_at", "createdAt", Instant),
            field("locked_at", "lockedAt", Instant),
            field("lock_ends_at", "lockEndsAt", Instant),
        ],
    ),
    single(
        "profile",
        "users",
        &["id"],
        &[
            field("id", "id", Id("usr")),
            field("username", "username", Text),
            field("first_name", "firstName", Text),
            field("last_name", "lastName", Text),
            field("field_of_study", "fieldOfStudy", Text),
            field("study_year", "year", Integer),
            field("about", "about", Text),
            field("joined_at", "joinedAt", Instant),
        ],
    ),
    list(
        DataKind::Profile,
        "skills",
        "user_skills",
        &["user_id"],
        &[field("position", "position", Integer), field("skill", "skill", Text)],
    ),
    single(
        "contactDetails",
        "contact_details",
        &["user_id"],
        &[
            field("student_number", "studentNumber", Text),
            field("occupation", "occupation", Text),
            field("home_address", "homeAddress", Text),
            field("county", "county", Text),
            field("country", "country", Text),
        ],
    ),
    single(
        "socialLinks",
        "social_links",
        &["user_id"],
        &[
            field("linkedin", "linkedin", Text),
            field("facebook", "facebook", Text),
            field("github", "github", Text),
            field("instagram", "instagram", Text),
            field("twitter", "twitter", Text),
            field("youtube", "youtube", Text),
            field("website", "website", Text),
            field("description", "description", Text),
        ],
    ),
    single(
        "settings",
        "settings",
        &["user_id"],
        &[
            field("message_policy", "messagePolicy", Text),
            field("email_visibility", "emailVisibility", Text),
            field("address_visibility", "addressVisibility", Text),
            field("student_number_visibility", "studentNumberVisibility", Text),
            field("shows_presence", "showsPresence", Boolean),
            field("sends_read_receipts", "sendsReadReceipts", Boolean),
            field("is_mentor_page_public", "isMentorPagePublic", Boolean),
            field("time_zone", "timeZone", Text),
            field("digest_frequency", "digestFrequency", Text),
            field("quiet_from", "quietHoursFrom", LocalTime),
            field("quiet_to", "quietHoursTo", LocalTime),
        ],
    ),
    list(
        DataKind::Profile,
        "notificationPreferences",
        "notification_preferences",
        &["account_id"],
        &[field("kind", "kind", Text), field("has_mail", "hasMail", Boolean), field("has_push", "hasPush", Boolean)],
    ),
    Section {
        rows: Rows::With("blocked_at"),
        ..list(
            DataKind::Profile,
            "blockedUsers",
            "relations",
            &["user_id"],
            &[field("other_id", "userId", Id("usr")), field("blocked_at", "blockedAt", Instant)],
        )
    },
    single("presence", "presences", &["user_id"], &[field("last_seen_at", "lastSeenAt", Instant)]),
    single("calendarFeed", "calendar_feeds", &["account_id"], &[field("created_at", "createdAt", Instant)]),
    list(
        DataKind::Profile,
        "busyCalendars",
        "busy_calendars",
        &["account_id"],
        &[
            field("id", "id", Id("bcl")),
            field("name", "name", Text),
            field("last_read_at", "lastReadAt", Instant),
            field("failure", "failure", Text),
        ],
    ),
    list(
        DataKind::Sessions,
        "sessions",
        "sessions",
        &["account_id"],
        &[
            field("id", "id", Id("ses")),
            field("device_name", "deviceName", Text),
            field("transport", "transport", Text),
            field("created_at", "createdAt", Instant),
            field("last_used_at", "lastUsedAt", Instant),
            field("expires_at", "expiresAt", Instant),
        ],
    ),
    list(
        DataKind::Sessions,
        "pushSubscriptions",
        "push_subscriptions",
        &["account_id"],
        &[field("session_id", "sessionId", Id("ses")), field("created_at", "createdAt", Instant)],
    ),
    list(
        DataKind::Sessions,
        "identities",
        "identities",
        &["account_id"],
        &[
            field("id", "id", Id("idn")),
            field("provider", "provider", Text),
            field("label", "label", Text),
            field("linked_at", "linkedAt", Instant),
            field("last_used_at", "lastUsedAt", Instant),
        ],
    ),
    list(
        DataKind::Sessions,
        "accountEvents",
        "audit_events",
        &["actor_id"],
        &[field("kind", "kind", Text), field("address", "address", Text), field("happened_at", "happenedAt", Instant)],
    ),
    list(
        DataKind::Invitations,
        "invitations",
        "invitations",
        &["creator_id"],
        &[
            field("id", "id", Id("inv")),
            field("email", "email", Text),
            field("note", "note", Text),
            field("max_uses", "maxUses", Integer),
            field("use_count", "useCount", Integer),
            field("created_at", "createdAt", Instant),
            field("expires_at", "expiresAt", Instant),
            field("revoked_at", "revokedAt", Instant),
        ],
    ),
    list(
        DataKind::Posts,
        "posts",
        "posts",
        &["author_id"],
        &[
            field("id", "id", Id("pst")),
            field("text", "text", Text),
            field("published_at", "publishedAt", Instant),
            field("edited_at", "editedAt", Instant),
        ],
    ),
    list(
        DataKind::Comments,
        "comments",
        "comments",
        &["author_id"],
        &[
            field("id", "id", Id("cmt")),
            field("post_id", "postId", Id("pst")),
            field("reply_to_id", "replyToId", Id("cmt")),
            field("text", "text", Text),
            field("created_at", "createdAt", Instant),
            field("edited_at", "editedAt", Instant),
        ],
    ),
    list(
        DataKind::Reactions,
        "reactions",
        "reactions",
        &["user_id"],
        &[field("subject_id", "subjectNumber", Text), field("emoji", "emoji", Text)],
    ),
    list(
        DataKind::Profile,
        "conversations",
        "conversation_members",
        &["user_id"],
        &[
            field("conversation_id", "conversationId", Id("cnv")),
            field("joined_at", "joinedAt", Instant),
            field("read_at", "readAt", Instant),
            field("muted_until", "mutedUntil", Instant),
        ],
    ),
    Section {
        rows: Rows::Without("deleted_at"),
        ..list(
            DataKind::Messages,
            "messages",
            "messages",
            &["author_id"],
            &[
                field("id", "id", Id("msg")),
                field("conversation_id", "conversationId", Id("cnv")),
                field("reply_to_id", "replyToId", Id("msg")),
                field("text", "text", Text),
                field("sent_at", "sentAt", Instant),
                field("edited_at", "editedAt", Instant),
            ],
        )
    },
    list(
        DataKind::Topics,
        "topics",
        "topics",
        &["creator_id"],
        &[
            field("id", "id", Id("tpc")),
            field("title", "title", Text),
            field("description", "description", Text),
            field("is_archived", "isArchived", Boolean),
            field("created_at", "createdAt", Instant),
        ],
    ),
    list(
        DataKind::Appointments,
        "appointments",
        "appointments",
        &["mentor_id"],
        &[
            field("id", "id", Id("apt")),
            field("topic_id", "topicId", Id("tpc")),
            field("description", "description", Text),
            field("location", "location", Text),
            field("meeting_url", "meetingUrl", Text),
            field("time_zone", "timeZone", Text),
            field("session_minutes", "sessionMinutes", Integer),
            field("seats", "seats", Integer),
            field("availability", "availability", Json),
            field("minimum_notice_minutes", "minimumNoticeMinutes", Integer),
            field("cancellation_notice_minutes", "cancellationNoticeMinutes", Integer),
            field("horizon_days", "horizonDays", Integer),
            field("buffer_minutes", "bufferMinutes", Integer),
            field("max_bookings_per_day", "maxBookingsPerStudentPerDay", Integer),
            field("questions", "questions", Json),
            field("is_approval_required", "isApprovalRequired", Boolean),
            field("is_active", "isActive", Boolean),
            field("created_at", "createdAt", Instant),
        ],
    ),
    list(
        DataKind::TimesOff,
        "timesOff",
        "times_off",
        &["mentor_id"],
        &[
            field("id", "id", Id("tof")),
            field("starts_at", "startsAt", Instant),
            field("ends_at", "endsAt", Instant),
            field("note", "note", Text),
        ],
    ),
    // `document` adds the status, which follows from several columns.
    list(
        DataKind::Bookings,
        "bookings",
        "bookings",
        &["mentor_id", "student_id"],
        &[
            field("id", "id", Id("bkg")),
            field("appointment_id", "appointmentId", Id("apt")),
            field("topic_id", "topicId", Id("tpc")),
            field("mentor_id", "mentorId", Id("usr")),
            field("student_id", "studentId", Id("usr")),
            field("starts_at", "startsAt", Instant),
            field("ends_at", "endsAt", Instant),
            field("time_zone", "timeZone", Text),
            field("seats", "seats", Integer),
            own("question", "question", Text, "student_id"),
            own("answers", "answers", Json, "student_id"),
            own("location", "location", Text, "mentor_id"),
            own("meeting_url", "meetingUrl", Text, "mentor_id"),
            field("booked_at", "bookedAt", Instant),
            field("changeable_until", "changeableUntil", Instant),
            field("approval_expires_at", "approvalExpiresAt", Instant),
            field("cancelled_at", "cancelledAt", Instant),
            field("cancelled_by", "cancelledById", Id("usr")),
            own("cancel_reason", "cancelReason", Text, "cancelled_by"),
            field("no_show_id", "noShowUserId", Id("usr")),
        ],
    ),
    list(
        DataKind::WaitlistEntries,
        "waitlistEntries",
        "waitlist_entries",
        &["student_id"],
        &[
            field("id", "id", Id("wle")),
            field("appointment_id", "appointmentId", Id("apt")),
            field("mentor_id", "mentorId", Id("usr")),
            field("starts_at", "startsAt", Instant),
            field("ends_at", "endsAt", Instant),
            field("joined_at", "joinedAt", Instant),
            field("offer_expires_at", "offerExpiresAt", Instant),
        ],
    ),
    list(
        DataKind::Reports,
        "reports",
        "complaints",
        &["reporter_id"],
        &[
            field("report_id", "reportId", Id("rpt")),
            field("reason", "reason", Text),
            field("made_at", "reportedAt", Instant),
        ],
    ),
    list(
        DataKind::Images,
        "images",
        "images",
        &["owner_id"],
        &[
            field("id", "id", Id("img")),
            field("media_type", "mediaType", Text),
            field("width", "width", Integer),
            field("height", "height", Integer),
            field("bytes", "bytes", Integer),
            field("created_at", "createdAt", Instant),
        ],
    ),
    list(
        DataKind::Files,
        "files",
        "files",
        &["owner_id"],
        &[
            field("id", "id", Id("fil")),
            field("name", "name", Text),
            field("media_type", "mediaType", Text),
            field("bytes", "bytes", Integer),
            field("created_at", "createdAt", Instant),
        ],
    ),
];

/// Columns of personal tables, and whole tables, that the export leaves out, and why. A test compares the two lists with the
/// schema, so a new column is in one of them.
pub const LEFT_OUT: &[(&[&str], &str)] = &[
    (
        &[
            "accounts.email_fold",
            "users.username_fold",
            "contact_details.student_number_fold",
            "users.is_guest",
            "users.was_mentor",
            "posts.comment_count",
            "topics.words",
            "topics.title_key",
            "images.placeholder",
            "invitations.email_fold",
            "invitations.held_count",
            "relations.is_hidden",
            "relations.partners_until",
            "waitlist_entries.bookable_until",
        ],
        "follows from other data",
    ),
    (
        &[
            "accounts.password_hash",
            "sessions.secret_hash",
            "push_subscriptions.endpoint",
            "push_subscriptions.p256dh",
            "push_subscriptions.auth",
            "invitations.token_hash",
            "invitations.nonce",
            "calendar_feeds.token_hash",
            "busy_calendars.url",
        ],
        "secret",
    ),
    (&["accounts.lock_reason"], "the text of a moderator, who mailed it"),
    (&["messages.guest_name"], "the name of an author without an account"),
    (
        &[
            "accounts.password_version",
            "sessions.generation",
            "sessions.rotated_at",
            "sessions.previous_rotated_at",
            "sessions.authenticated_at",
            "sessions.idle_seconds",
        ],
        "what tokens are checked with",
    ),
    (
        &["identities.issuer", "identities.subject"],
        "the keys of the account at its provider, which has the data about it",
    ),
    (
        &["audit_events.id", "audit_events.account_id", "audit_events.origin", "audit_events.count"],
        "the events are what the member did, with a client, each once; those of moderators name other accounts",
    ),
    (
        &[
            "reactions.id",
            "reactions.feed",
            "complaints.id",
            "posts.number",
            "comments.number",
            "messages.number",
            "conversation_members.is_shown",
            "conversation_members.updated_at",
            "conversation_members.read_up_to",
            "conversation_members.unread",
            "conversation_members.shared_up_to",
            "conversation_members.shared_at",
            "conversation_members.joined_after",
            "conversation_members.reads_after",
        ],
        "the order of events, and places in it",
    ),
    (
        &[
            "posts.fingerprint",
            "comments.fingerprint",
            "bookings.fingerprint",
            "invitations.fingerprint",
            "invitations.client_key",
            "messages.client_key",
        ],
        "distinguishes repeated requests of clients",
    ),
    (&["messages.deleted_at"], "deleted messages are not written"),
    (
        &["images.storage_name", "images.unused_since", "files.storage_name", "files.unused_since"],
        "how the server stores the bytes, which the archive contains",
    ),
    (&["bookings.status", "bookings.refusal"], "written as the status at the time of the export"),
    (&["bookings.changed_at", "bookings.sequence", "bookings.utc_offset"], "the version of the booking in calendars"),
    (
        &[
            "busy_calendars.etag",
            "busy_calendars.computed_at",
            "busy_calendars.due_at",
            "presences.node_count",
            "waitlist_entries.announced_place",
        ],
        "what the server has yet to do",
    ),
    (&["data_exports"], "the export itself, whose requests are events of the account"),
    (&["known_devices"], "hashes of the keys of devices"),
    (&["lobby_users"], "the name of the member, for the time of a visit"),
    (&["notifications"], "what other users did, in their words, for a limited time"),
];
