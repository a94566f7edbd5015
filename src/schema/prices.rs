//! What fields cost and how often mutations can run: one row for each list without pages and for each mutation.
//!
//! `studyhall limits` prints it as the tables of `docs/clients/limits.md`.

use std::fmt::Write;

use crate::accounts::identities;
use crate::config::email_domains::MAX_DOMAINS;
use crate::files::rules::MAX_ATTACHED_FILES;
use crate::graphql::price_list::{CountedItems, FieldPrice, ListSize, MutationLimit, PriceList};
use crate::images::rules::MAX_ATTACHED_IMAGES;
use crate::limiter::RateLimit;
use crate::locale::Locale;
use crate::profiles::mentions::MAX_MENTIONS;
use crate::reactions::rules::MAX_EMOJI;
use crate::reports::MAX_ACTIONS;
use crate::{bookings, conversations, delivery, images, lobby, reports, topics};

use CountedItems::{Always, OfArgument, PerDay};
use MutationLimit::{InRule, PerViewer, Unlimited};

static PROFILE_CHANGES: RateLimit = RateLimit::per_hour("changes of the profile", 120);
static SETTINGS_CHANGES: RateLimit = RateLimit::per_minutes("changes of settings", 30, 10);
static BLOCK_CHANGES: RateLimit = RateLimit::per_hour("blocks", 120);
static SESSION_CHANGES: RateLimit = RateLimit::per_hour("ended sessions", 120);
static INVITATIONS: RateLimit = RateLimit::per_hour("invitations", 20);
static REVOKED_INVITATIONS: RateLimit = RateLimit::per_minutes("revoked invitations", 60, 1);
static POSTS: RateLimit = RateLimit::per_hour("posts", 60);
static POST_CHANGES: RateLimit = RateLimit::per_hour("changes of posts", 240);
static COMMENTS: RateLimit = RateLimit::per_minutes("comments", 30, 1);
static COMMENT_CHANGES: RateLimit = RateLimit::per_minutes("changes of comments", 60, 1);
static REACTIONS: RateLimit = RateLimit::per_minutes("reactions", 60, 1);
static REMOVED_REACTIONS: RateLimit = RateLimit::per_minutes("removed reactions", 60, 1);
static READ_NOTIFICATIONS: RateLimit = RateLimit::per_minutes("read notifications", 240, 1);
static PUSH_SUBSCRIPTIONS: RateLimit = RateLimit::per_hour("push subscriptions", 20);
static REMOVED_PUSH_SUBSCRIPTIONS: RateLimit = RateLimit::per_hour("removed push subscriptions", 60);
static MESSAGE_CHANGES: RateLimit = RateLimit::per_minutes("changes of messages", 60, 1);
static READ_MARKS: RateLimit = RateLimit::per_minutes("read markers", 240, 1);
static MUTE_CHANGES: RateLimit = RateLimit::per_minutes("mutes", 60, 1);
static GROUP_CHANGES: RateLimit = RateLimit::per_hour("changes of groups", 240);
static DEPARTURES: RateLimit = RateLimit::per_hour("left conversations", 60);
static REMOVED_GUESTS: RateLimit = RateLimit::per_minutes("removed guests", 60, 1);
static STAFF_ACTIONS: RateLimit = RateLimit::per_minutes("staff actions", 120, 1);
static IMAGE_DELETIONS: RateLimit = RateLimit::per_hour("deleted images", 240);
static APPOINTMENT_CHANGES: RateLimit = RateLimit::per_hour("changes of appointments", 240);
static BOOKING_CHANGES: RateLimit = RateLimit::per_hour("changes of bookings", 240);
static TIMES_OFF: RateLimit = RateLimit::per_hour("times off", 60);
static JOINED_WAITLISTS: RateLimit = RateLimit::per_hour("joined waitlists", 60);
static LEFT_WAITLISTS: RateLimit = RateLimit::per_hour("left waitlists", 120);
static BUSY_CALENDARS: RateLimit = RateLimit::per_hour("busy calendars", 10);
static REMOVED_BUSY_CALENDARS: RateLimit = RateLimit::per_hour("removed busy calendars", 60);
static CALENDAR_CHANGES: RateLimit = RateLimit::per_hour("calendar feeds", 30);

static UPLOADS: [&RateLimit; 2] = [&images::rules::UPLOADS, &images::rules::UPLOADS_OF_ADDRESS];

const IN_CREDENTIALS: &str = "wrong passwords, emails and tokens are counted, as below";

/// The rows of the schema.
pub const PRICES: PriceList = PriceList {
    fields: &[
        // Reads the words of a search in every field, and compares spellings.
        price("Query", "searchUsers", 25),
        price("Query", "topics", 10),
        // Count every row.
        price("Lobby", "onlineCount", 10),
        price("Topic", "bookingCount", 5),
        price("Viewer", "mentorSummary", 10),
        price("Viewer", "unreadNotificationCount", 5),
        // Computes every slot of the range.
        price("Appointment", "slots", 5),
        price("PublicOffer", "slots", 5),
        price("Query", "publicMentor", 10),
        price("Topic", "slots", 25),
        price("UserError", "alternativeSlots", 5),
    ],
    lists: &[
        list("Appointment", "exceptions", 366, Always(5)),
        list("Appointment", "questions", topics::questions::rules::MAX_QUESTIONS, Always(5)),
        list("Appointment", "slots", 8_928, PerDay(1)),
        list("Appointment", "weeklyHours", 50, Always(5)),
        list("Appointment", "windows", 200, Always(5)),
        list("Booking", "files", MAX_ATTACHED_FILES, Always(2)),
        list("Booking", "answers", topics::questions::rules::MAX_QUESTIONS, Always(5)),
        list("Booking", "images", MAX_ATTACHED_IMAGES, Always(2)),
        list("BookingAnswer", "values", topics::questions::rules::MAX_CHOICES, Always(1)),
        list("BookingQuestion", "choices", topics::questions::rules::MAX_CHOICES, Always(3)),
        list("Comment", "mentions", MAX_MENTIONS, Always(2)),
        list("Comment", "reactionGroups", MAX_EMOJI, Always(3)),
        list("Conversation", "members", 50, Always(5)),
        list("Conversation", "readMarkers", 50, Always(5)),
        list("CreateTimeOffPayload", "cancelledBookings", bookings::time_off::rules::MAX_LISTED_BOOKINGS, Always(20)),
        list("CreateTimeOffPayload", "conflictingBookings", bookings::time_off::rules::MAX_LISTED_BOOKINGS, Always(20)),
        list("DateException", "hours", 50, Always(3)),
        list("DeleteAppointmentPayload", "cancelledBookings", 1_000, Always(20)),
        list("DeletionReceipt", "items", 20, Always(12)),
        list("Message", "files", MAX_ATTACHED_FILES, Always(2)),
        list("Message", "images", MAX_ATTACHED_IMAGES, Always(2)),
        list("Message", "mentions", MAX_MENTIONS, Always(2)),
        list("Message", "reactionGroups", MAX_EMOJI, Always(3)),
        list("Post", "mentions", MAX_MENTIONS, Always(2)),
        list("Post", "files", MAX_ATTACHED_FILES, Always(2)),
        list("ModerationNotification", "actions", MAX_ACTIONS, Always(1)),
        list("NotificationPreference", "channels", 2, Always(1)),
        list("Post", "images", MAX_ATTACHED_IMAGES, Always(2)),
        list("Post", "reactionGroups", MAX_EMOJI, Always(3)),
        list("PresenceEvent", "changes", 100, Always(20)),
        list("PublicMentor", "offers", 100, Always(5)),
        list("PublicOffer", "slots", 8_928, PerDay(1)),
        list("Query", "nodes", 100, OfArgument("ids")),
        list("Server", "identityProviders", 10, Always(1)),
        list("Report", "complaints", reports::MAX_LISTED_COMPLAINTS, Always(10)),
        list("ReportCopy", "files", MAX_ATTACHED_FILES, Always(2)),
        list("ReportCopy", "images", MAX_ATTACHED_IMAGES, Always(2)),
        list("ReportResolution", "actions", MAX_ACTIONS, Always(1)),
        list("Server", "allowedEmailDomains", MAX_DOMAINS, Always(1)),
        list("Server", "locales", Locale::ALL.len(), Always(1)),
        list("Settings", "notificationPreferences", 10, Always(2)),
        list("SlotsEvent", "slots", 8_928, Always(100)),
        list("TypingEvent", "typingUsers", 50, Always(5)),
        list("UpdateAppointmentPayload", "conflictingBookings", 100, Always(20)),
        list("User", "skills", 30, Always(1)),
        list("UserError", "alternativeSlots", bookings::create::alternatives::MAX_ALTERNATIVES, Always(5)),
        list("UserError", "path", 8, Always(1)),
        list("Viewer", "busyCalendars", bookings::busy_calendars::rules::MAX_CALENDARS, Always(5)),
        list("Viewer", "identities", identities::MAX_IDENTITIES, Always(2)),
        list("Viewer", "waitlistEntries", bookings::waitlist::rules::MAX_ENTRIES, Always(10)),
    ],
    mutations: &[
        ("addBusyCalendar", PerViewer(&BUSY_CALENDARS)),
        ("addGroupMembers", InRule(&[&conversations::groups::rules::ADDED_MEMBERS], "each added user counts")),
        ("addReaction", PerViewer(&REACTIONS)),
        ("approveRegistration", PerViewer(&STAFF_ACTIONS)),
        ("assignReport", PerViewer(&STAFF_ACTIONS)),
        ("approveBooking", PerViewer(&BOOKING_CHANGES)),
        ("blockUser", PerViewer(&BLOCK_CHANGES)),
        ("bookTopic", InRule(&[&bookings::create::rules::BOOKINGS], "")),
        ("cancelBooking", PerViewer(&BOOKING_CHANGES)),
        ("changeEmail", InRule(&[], IN_CREDENTIALS)),
        ("changePassword", InRule(&[], IN_CREDENTIALS)),
        ("changeUsername", InRule(&[], IN_CREDENTIALS)),
        ("completeBooking", PerViewer(&BOOKING_CHANGES)),
        ("confirmEmail", InRule(&[], IN_CREDENTIALS)),
        ("createAppointment", PerViewer(&APPOINTMENT_CHANGES)),
        ("createBooking", InRule(&[&bookings::create::rules::BOOKINGS], "")),
        ("createCalendarFeed", PerViewer(&CALENDAR_CHANGES)),
        ("createComment", PerViewer(&COMMENTS)),
        ("createGroup", InRule(&[&conversations::rules::START_LIMIT], "one limit with `startConversation`")),
        ("createInvitation", PerViewer(&INVITATIONS)),
        ("createPost", PerViewer(&POSTS)),
        ("createTimeOff", PerViewer(&TIMES_OFF)),
        ("createTopic", InRule(&[&topics::rules::TOPICS], "")),
        ("declineBooking", PerViewer(&BOOKING_CHANGES)),
        ("declineRegistration", PerViewer(&STAFF_ACTIONS)),
        ("deleteAccount", InRule(&[], IN_CREDENTIALS)),
        ("deleteAppointment", PerViewer(&APPOINTMENT_CHANGES)),
        ("deleteComment", PerViewer(&COMMENT_CHANGES)),
        ("deleteImage", PerViewer(&IMAGE_DELETIONS)),
        ("deleteMessage", PerViewer(&MESSAGE_CHANGES)),
        ("deletePost", PerViewer(&POST_CHANGES)),
        ("deleteTimeOff", PerViewer(&APPOINTMENT_CHANGES)),
        ("deleteTopic", PerViewer(&APPOINTMENT_CHANGES)),
        ("editMessage", PerViewer(&MESSAGE_CHANGES)),
        ("enterLobby", InRule(&[&lobby::rules::ENTRIES_PER_ACCOUNT], "new guests are counted by IP address, as below")),
        ("finishIdentityLogin", InRule(&[], IN_CREDENTIALS)),
        ("joinWaitlist", PerViewer(&JOINED_WAITLISTS)),
        ("leaveConversation", PerViewer(&DEPARTURES)),
        ("leaveLobby", Unlimited("each needs an `enterLobby`")),
        ("linkIdentity", InRule(&[], IN_CREDENTIALS)),
        ("lockMember", PerViewer(&STAFF_ACTIONS)),
        ("leaveWaitlist", PerViewer(&LEFT_WAITLISTS)),
        ("login", InRule(&[], IN_CREDENTIALS)),
        ("logout", Unlimited("it ends the session")),
        ("markConversationRead", PerViewer(&READ_MARKS)),
        ("markConversationUnread", PerViewer(&READ_MARKS)),
        ("markNotificationsRead", PerViewer(&READ_NOTIFICATIONS)),
        ("markNoShow", PerViewer(&BOOKING_CHANGES)),
        ("muteConversation", PerViewer(&MUTE_CHANGES)),
        ("refreshSession", InRule(&[], IN_CREDENTIALS)),
        ("register", InRule(&[], IN_CREDENTIALS)),
        ("registerPushSubscription", PerViewer(&PUSH_SUBSCRIPTIONS)),
        ("removeAvatar", PerViewer(&PROFILE_CHANGES)),
        ("removeBusyCalendar", PerViewer(&REMOVED_BUSY_CALENDARS)),
        ("removeGroupMember", PerViewer(&GROUP_CHANGES)),
        ("removeGuest", PerViewer(&REMOVED_GUESTS)),
        ("removePushSubscription", PerViewer(&REMOVED_PUSH_SUBSCRIPTIONS)),
        ("removeReaction", PerViewer(&REMOVED_REACTIONS)),
        ("reportContent", InRule(&[&reports::rules::REPORT_LIMIT], "")),
        ("requestDataExport", InRule(&[], "one in 24 hours; wrong passwords are counted, as below")),
        ("requestPasswordReset", InRule(&[], IN_CREDENTIALS)),
        ("rescheduleBooking", InRule(&[&bookings::create::rules::BOOKINGS], "")),
        ("resendEmailConfirmation", InRule(&[], IN_CREDENTIALS)),
        ("resetPassword", InRule(&[], IN_CREDENTIALS)),
        ("resolveReport", PerViewer(&STAFF_ACTIONS)),
        ("revokeCalendarFeed", PerViewer(&CALENDAR_CHANGES)),
        ("revokeInvitation", PerViewer(&REVOKED_INVITATIONS)),
        ("revokeOtherSessions", PerViewer(&SESSION_CHANGES)),
        ("revokeSession", PerViewer(&SESSION_CHANGES)),
        (
            "sendLobbyMessage",
            InRule(
                &[&conversations::messages::rules::MESSAGE_LIMIT, &lobby::rules::GUEST_MESSAGE_LIMIT],
                "the second for guests",
            ),
        ),
        ("sendMessage", InRule(&[&conversations::messages::rules::MESSAGE_LIMIT], "")),
        ("setAvatar", PerViewer(&PROFILE_CHANGES)),
        ("setRole", InRule(&[], IN_CREDENTIALS)),
        ("setTyping", InRule(&[&conversations::typing::rules::SIGNAL_LIMIT], "")),
        ("startConversation", InRule(&[&conversations::rules::START_LIMIT], "existing ones do not count")),
        ("startIdentityLogin", InRule(&[&identities::rules::STARTS], "by IP address")),
        ("transferGroup", PerViewer(&GROUP_CHANGES)),
        ("unblockUser", PerViewer(&BLOCK_CHANGES)),
        ("undoEmailChange", InRule(&[], IN_CREDENTIALS)),
        ("unlinkIdentity", InRule(&[], IN_CREDENTIALS)),
        ("unlockMember", PerViewer(&STAFF_ACTIONS)),
        ("unsubscribeMail", InRule(&[&delivery::unsubscribe::rules::UNSUBSCRIPTIONS], "for an IP address")),
        ("unmuteConversation", PerViewer(&MUTE_CHANGES)),
        ("updateAppointment", PerViewer(&APPOINTMENT_CHANGES)),
        ("updateBooking", PerViewer(&BOOKING_CHANGES)),
        ("updateComment", PerViewer(&COMMENT_CHANGES)),
        ("updateContactDetails", PerViewer(&PROFILE_CHANGES)),
        ("updateGroup", PerViewer(&GROUP_CHANGES)),
        ("updatePost", PerViewer(&POST_CHANGES)),
        ("updateProfile", PerViewer(&PROFILE_CHANGES)),
        ("updateSettings", PerViewer(&SETTINGS_CHANGES)),
        ("updateSocialLinks", PerViewer(&PROFILE_CHANGES)),
        ("updateTopic", PerViewer(&APPOINTMENT_CHANGES)),
        ("uploadFile", InRule(&UPLOADS, "the second for an IP address; one limit with `uploadImage`")),
        ("uploadImage", InRule(&UPLOADS, "the second for an IP address; one limit with `uploadFile`")),
    ],
};

const fn price(parent: &'static str, field: &'static str, points: u64) -> FieldPrice {
    FieldPrice { parent, field, points }
}

const fn list(parent: &'static str, field: &'static str, largest: usize, counted: CountedItems) -> ListSize {
    ListSize { parent, field, largest, counted }
}

/// Returns the tables as Markdown.
pub fn markdown() -> String {
    let mut text = String::from("| field | points |\n| --- | --- |\n");
    for FieldPrice { parent, field, points } in PRICES.fields {
        let _ = writeln!(text, "| `{parent}.{field}` | {points} |");
    }
    text.push_str("| `totalCount` of every connection | 5 |\n");
    text.push_str("\n| list | at most | counted as |\n| --- | --- | --- |\n");
    for ListSize { parent, field, largest, counted } in PRICES.lists {
        let counted = match counted {
            Always(items) => items.to_string(),
            OfArgument(argument) => format!("the length of `{argument}`"),
            PerDay(items) => format!("{items} for each day of the range"),
        };
        let _ = writeln!(text, "| `{parent}.{field}` | {} | {counted} |", thousands(*largest));
    }
    text.push_str("\n| mutation | at most | shared with |\n| --- | --- | --- |\n");
    for (name, limit) in PRICES.mutations {
        let (amount, shared) = match limit {
            PerViewer(limit) => (rate(limit), mutations_of(limit, name)),
            InRule(limits, note) => {
                let rates: Vec<String> = limits.iter().map(|limit| rate(limit)).collect();
                let parts: Vec<String> =
                    rates.into_iter().chain((!note.is_empty()).then(|| (*note).to_owned())).collect();
                (parts.join("; "), String::new())
            }
            Unlimited(reason) => (format!("unlimited: {reason}"), String::new()),
        };
        let _ = writeln!(text, "| `{name}` | {amount} | {shared} |");
    }
    text
}

/// Returns the other mutations that take from the same bucket.
fn mutations_of(limit: &RateLimit, name: &str) -> String {
    let same = PRICES
        .mutations
        .iter()
        .filter(|(other, row)| matches!(row, PerViewer(row) if row.name == limit.name && *other != name));
    same.map(|(other, _)| format!("`{other}`")).collect::<Vec<_>>().join(", ")
}

fn rate(limit: &RateLimit) -> String {
    let per = match limit.per.as_secs() / 60 {
        1 => "a minute".to_owned(),
        60 => "an hour".to_owned(),
        minutes => format!("in {minutes} minutes"),
    };
    format!("{} {per}", limit.amount)
}

fn thousands(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}
