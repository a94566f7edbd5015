//! Merges the GraphQL types of the slices into one schema.

pub mod prices;
mod server;

use std::sync::Arc;

use async_graphql::{
    Context, ID, Interface, MergedObject, MergedSubscription, Object, SDLExportOptions, SchemaBuilder,
};

use crate::accounts::graphql::{AccountMutation, AccountQuery, ViewerObject};
use crate::accounts::identities::IdentityId;
use crate::accounts::identities::graphql::IdentityObject;
use crate::accounts::invitations::graphql::{InvitationChanged, visible_invitation};
use crate::accounts::invitations::{Invitation, InvitationId};
use crate::accounts::registration::approval::graphql::visible_request;
use crate::accounts::registration::approval::{RegistrationRequest, RegistrationRequestId};
use crate::accounts::sessions::graphql::{SessionObject, own_session};
use crate::accounts::staff::graphql::StaffMutation;
use crate::accounts::staff::log::{StaffAction, StaffActionId};
use crate::accounts::{AccountId, SessionId, Viewer, ViewerId};
use crate::app::App;
use crate::bookings::busy_calendars::graphql::own_busy_calendar;
use crate::bookings::busy_calendars::{BusyCalendar, BusyCalendarId};
use crate::bookings::graphql::{BookingChanged, BookingMutation, BookingReminder, own_booking};
use crate::bookings::lists::graphql::BookingQuery;
use crate::bookings::time_off::graphql::own_time_off;
use crate::bookings::waitlist::graphql::{WaitlistChanged, own_entry};
use crate::bookings::waitlist::{WaitlistEntry, WaitlistEntryId};
use crate::bookings::{Booking, BookingId};
use crate::conversations::following::graphql::{ConversationRead, GroupChanged, MessageAdded, MessageChanged};
use crate::conversations::graphql::{
    ConversationMutation, ConversationQuery, ConversationSubscription, visible_conversation,
};
use crate::conversations::messages::graphql::visible_message;
use crate::conversations::messages::{Message, MessageId};
use crate::conversations::{Conversation, ConversationId};
use crate::delivery::push::graphql::PushMutation;
use crate::delivery::unsubscribe::graphql::UnsubscribeMutation;
use crate::error::{Error, Result};
use crate::exports::graphql::{ExportMutation, own_export};
use crate::exports::{DataExport, DataExportId};
use crate::files::graphql::{FileMutation, visible_file};
use crate::files::{File, FileId};
use crate::graphql::access::{self, Access};
use crate::graphql::executor::SchemaSource;
use crate::graphql::feed::FeedReset;
use crate::graphql::sharing::ViewerIndependent;
use crate::graphql::{
    ContextExt, DateTime, Executor, GlobalId, Nullable, NullableValue, PageArguments, ids, nullable, nullable_value,
};
use crate::images::graphql::{ImageMutation, visible_image};
use crate::images::{Image, ImageId};
use crate::inbox::graphql::{InboxSubscription, SecurityNotice};
use crate::lobby::following::graphql::{LobbyJoined, LobbyLeft, LobbySubscription};
use crate::lobby::graphql::{LobbyMutation, LobbyQuery};
use crate::lobby::{Lobby, LobbyId};
use crate::moderation::following::graphql::{ModerationSubscription, RegistrationRequestChanged, ReportChanged};
use crate::moderation::graphql::{ModerationQuery, visible_action};
use crate::moderation::{Moderation, ModerationId};
use crate::notifications::NotificationId;
use crate::notifications::graphql::{NotificationAdded, NotificationMutation, NotificationsChanged, own_notification};
use crate::notifications::types::graphql::{
    BookingNotification, CalendarConflictNotification, CommentNotification, DataExportNotification, GroupNotification,
    MentionNotification, ModerationNotification, NotificationObject, ReactionNotification, ReminderNotification,
    ReplyNotification, ReportNotification, SecurityNotification, WaitlistNotification,
};
use crate::posts::comments::graphql::visible_comment;
use crate::posts::comments::{Comment, CommentId};
use crate::posts::following::graphql::{CommentAdded, CommentChanged, PostAdded, PostChanged, PostSubscription};
use crate::posts::graphql::{PostMutation, PostQuery, visible_post};
use crate::posts::{Post, PostId};
use crate::profiles::User;
use crate::profiles::graphql::{ProfileMutation, ProfileQuery, visible_user};
use crate::profiles::presence::graphql::PresenceSubscription;
use crate::profiles::settings::SettingsId;
use crate::profiles::settings::graphql::SettingsObject;
use crate::reactions::graphql::{ReactionMutation, ReactionsChanged};
use crate::reports::graphql::{ReportMutation, visible_report};
use crate::reports::{Report, ReportId};
use crate::topics::appointments::Appointment;
use crate::topics::appointments::graphql::visible_appointment;
use crate::topics::availability::graphql::SlotSubscription;
use crate::topics::graphql::{MentoringMutation, MentoringQuery, visible_topic};
use crate::topics::time_off::{TimeOff, TimeOffId};
use crate::topics::{AppointmentId, Topic, TopicId};
use crate::traces::RootFieldSpans;

use self::prices::PRICES;
use self::server::{Server, ServerId, ServerQuery};

/// The root of queries.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    NodeQuery,
    ServerQuery,
    AccountQuery,
    ProfileQuery,
    PostQuery,
    ConversationQuery,
    LobbyQuery,
    MentoringQuery,
    BookingQuery,
    ModerationQuery,
);

/// The root of mutations.
#[derive(Debug, Default, MergedObject)]
pub struct Mutation(
    AccountMutation,
    ProfileMutation,
    ImageMutation,
    FileMutation,
    PostMutation,
    ConversationMutation,
    ReportMutation,
    LobbyMutation,
    MentoringMutation,
    BookingMutation,
    NotificationMutation,
    UnsubscribeMutation,
    PushMutation,
    ReactionMutation,
    ExportMutation,
    StaffMutation,
);

/// The root of subscriptions.
#[derive(Debug, Default, MergedSubscription)]
pub struct Subscription(
    InboxSubscription,
    PostSubscription,
    PresenceSubscription,
    ConversationSubscription,
    LobbySubscription,
    SlotSubscription,
    ModerationSubscription,
);

/// Returns a builder of the schema, without limits; `graphql::executor` adds them.
pub fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    async_graphql::Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<Event>()
        .register_input_type::<PageArguments>()
        .disable_suggestions()
}

/// Returns the schema in the schema definition language, sorted: the content of `schema.graphql`.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    builder().finish().sdl_with_options(options)
}

/// An object with a global id.
#[derive(Debug, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id."))]
enum Node {
    User(User),
    Session(SessionObject),
    Image(Image),
    File(File),
    DataExport(DataExport),
    Post(Post),
    Conversation(Conversation),
    Message(Message),
    Topic(Topic),
    Appointment(Appointment),
    Booking(Booking),
    TimeOff(TimeOff),
    WaitlistEntry(WaitlistEntry),
    BusyCalendar(BusyCalendar),
    Viewer(ViewerObject),
    Settings(SettingsObject),
    Lobby(Lobby),
    Server(Server),
    Identity(IdentityObject),
    Comment(Comment),
    BookingNotification(BookingNotification),
    CalendarConflictNotification(CalendarConflictNotification),
    CommentNotification(CommentNotification),
    DataExportNotification(DataExportNotification),
    GroupNotification(GroupNotification),
    MentionNotification(MentionNotification),
    ModerationNotification(ModerationNotification),
    ReactionNotification(ReactionNotification),
    ReminderNotification(ReminderNotification),
    ReplyNotification(ReplyNotification),
    ReportNotification(ReportNotification),
    SecurityNotification(SecurityNotification),
    WaitlistNotification(WaitlistNotification),
    Moderation(Moderation),
    Report(Report),
    StaffAction(StaffAction),
    Invitation(Invitation),
    RegistrationRequest(RegistrationRequest),
}

impl From<NotificationObject> for Node {
    fn from(notification: NotificationObject) -> Self {
        match notification {
            NotificationObject::Booking(one) => Self::BookingNotification(one),
            NotificationObject::CalendarConflict(one) => Self::CalendarConflictNotification(one),
            NotificationObject::Comment(one) => Self::CommentNotification(one),
            NotificationObject::DataExport(one) => Self::DataExportNotification(one),
            NotificationObject::Group(one) => Self::GroupNotification(one),
            NotificationObject::Mention(one) => Self::MentionNotification(one),
            NotificationObject::Moderation(one) => Self::ModerationNotification(one),
            NotificationObject::Reaction(one) => Self::ReactionNotification(one),
            NotificationObject::Reminder(one) => Self::ReminderNotification(one),
            NotificationObject::Reply(one) => Self::ReplyNotification(one),
            NotificationObject::Report(one) => Self::ReportNotification(one),
            NotificationObject::Security(one) => Self::SecurityNotification(one),
            NotificationObject::Waitlist(one) => Self::WaitlistNotification(one),
        }
    }
}

/// An event of a feed. Feeds are stored, so clients can resume after the event.
#[derive(Debug, Interface)]
#[graphql(
    field(name = "cursor", ty = "&String", desc = "The position in the feed. Pass it as `after` to resume from here."),
    field(name = "happened_at", ty = "&DateTime", desc = "When the event happened.")
)]
enum Event {
    SecurityNotice(SecurityNotice),
    BookingChanged(BookingChanged),
    BookingReminder(BookingReminder),
    WaitlistChanged(WaitlistChanged),
    InvitationChanged(InvitationChanged),
    PostAdded(PostAdded),
    PostChanged(PostChanged),
    MessageAdded(MessageAdded),
    MessageChanged(MessageChanged),
    ConversationRead(ConversationRead),
    GroupChanged(GroupChanged),
    LobbyJoined(LobbyJoined),
    LobbyLeft(LobbyLeft),
    CommentAdded(CommentAdded),
    CommentChanged(CommentChanged),
    ReactionsChanged(ReactionsChanged),
    NotificationAdded(NotificationAdded),
    NotificationsChanged(NotificationsChanged),
    ReportChanged(ReportChanged),
    RegistrationRequestChanged(RegistrationRequestChanged),
    FeedReset(FeedReset),
}

/// How many objects `nodes` can load at once.
const MAX_NODES: usize = 100;

#[derive(Debug, Default)]
struct NodeQuery;

#[Object]
impl NodeQuery {
    /// An object by its global id. Null if it does not exist or the viewer may not see it: these cases look the same.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn node(&self, context: &Context<'_>, #[graphql(desc = "The global id.")] id: ID) -> Nullable<Node> {
        nullable(load_node(context, &id).await)
    }

    /// Up to 100 objects by their global ids, in the order of the ids. An element is null if the object does not exist
    /// or the viewer may not see it. Null with an error if there are more ids.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The global ids, at most 100.")] ids: Vec<ID>,
    ) -> NullableValue<Vec<Option<Node>>> {
        if ids.len() > MAX_NODES {
            return Some(Err(Error::BadInput(format!("`ids` has more than {MAX_NODES} elements.")).into()));
        }
        let nodes = futures_util::future::join_all(ids.iter().map(|id| load_node(context, id))).await;
        nullable_value(nodes.into_iter().collect::<Result<_>>().map(Some))
    }
}

/// Loads an object by its global id. Returns `None` for a malformed id, an unknown type, and an object that the viewer
/// may not see.
async fn load_node(context: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some((prefix, raw)) = ids::decode(id) else { return Ok(None) };
    match prefix {
        AccountId::PREFIX => Ok(visible_user(context, AccountId(raw)).await?.map(Node::User)),
        PostId::PREFIX => Ok(visible_post(context, PostId(raw)).await?.map(Node::Post)),
        CommentId::PREFIX => Ok(visible_comment(context, CommentId(raw)).await?.map(Node::Comment)),
        NotificationId::PREFIX => Ok(own_notification(context, NotificationId(raw)).await?.map(Node::from)),
        ConversationId::PREFIX => Ok(visible_conversation(context, ConversationId(raw)).await?.map(Node::Conversation)),
        MessageId::PREFIX => Ok(visible_message(context, MessageId(raw)).await?.map(Node::Message)),
        TopicId::PREFIX => Ok(visible_topic(context, TopicId(raw)).await?.map(Arc::unwrap_or_clone).map(Node::Topic)),
        AppointmentId::PREFIX => {
            let found = visible_appointment(context, AppointmentId(raw)).await?;
            Ok(found.map(Arc::unwrap_or_clone).map(Node::Appointment))
        }
        WaitlistEntryId::PREFIX => Ok(own_entry(context, WaitlistEntryId(raw)).await?.map(Node::WaitlistEntry)),
        BusyCalendarId::PREFIX => Ok(own_busy_calendar(context, BusyCalendarId(raw)).await?.map(Node::BusyCalendar)),
        TimeOffId::PREFIX => Ok(own_time_off(context, TimeOffId(raw)).await?.map(Node::TimeOff)),
        BookingId::PREFIX => Ok(own_booking(context, BookingId(raw)).await?.map(Node::Booking)),
        SessionId::PREFIX => Ok(own_session(context, SessionId(raw)).await?.map(Node::Session)),
        ViewerId::PREFIX => match own(context, raw) {
            Some(viewer) => Ok(ViewerObject::load(context, viewer).await?.map(Node::Viewer)),
            None => Ok(None),
        },
        SettingsId::PREFIX => match own(context, raw) {
            Some(viewer) => Ok(Some(Node::Settings(SettingsObject::load(context, viewer).await?))),
            None => Ok(None),
        },
        LobbyId::PREFIX if raw == LobbyId::ONLY.0 => {
            Ok(context.signed_in().ok().map(|viewer| Node::Lobby(Lobby { viewer })))
        }
        IdentityId::PREFIX => Ok(IdentityObject::load(context, IdentityId(raw)).await?.map(Node::Identity)),
        ServerId::PREFIX if raw == ServerId::ONLY.0 => Ok(Some(Node::Server(Server))),
        ModerationId::PREFIX if raw == ModerationId::ONLY.0 => {
            Ok(context.moderator().ok().map(|_| Node::Moderation(Moderation)))
        }
        ReportId::PREFIX => Ok(visible_report(context, ReportId(raw)).await?.map(Node::Report)),
        StaffActionId::PREFIX => Ok(visible_action(context, StaffActionId(raw)).await?.map(Node::StaffAction)),
        InvitationId::PREFIX => Ok(visible_invitation(context, InvitationId(raw)).await?.map(Node::Invitation)),
        RegistrationRequestId::PREFIX => {
            Ok(visible_request(context, RegistrationRequestId(raw)).await?.map(Node::RegistrationRequest))
        }
        ImageId::PREFIX => Ok(visible_image(context, ImageId(raw)).await?.map(Node::Image)),
        DataExportId::PREFIX => Ok(own_export(context, DataExportId(raw)).await?.map(Node::DataExport)),
        FileId::PREFIX => Ok(visible_file(context, FileId(raw)).await?.map(Node::File)),
        _ => Ok(None),
    }
}

/// Returns the viewer if this is the number of their account.
fn own(context: &Context<'_>, account: i64) -> Option<Viewer> {
    context.signed_in().ok().filter(|viewer| viewer.account == AccountId(account))
}

/// The fields that have the same value for all members who receive a shared event, and for all guests.
///
/// The resolver of the event must not share it with a viewer if one of these fields differs for this viewer: the author of a
/// message, a moderator, a viewer on the other side of a block. Operations with other fields are executed for each
/// follower.
pub const VIEWER_INDEPENDENT: ViewerIndependent = ViewerIndependent {
    fields: &[
        ("Event", &["cursor", "happenedAt"]),
        ("MessageAdded", &["cursor", "happenedAt", "messageEdge"]),
        ("MessageChanged", &["cursor", "happenedAt", "message"]),
        ("LobbyJoined", &["cursor", "happenedAt", "userId", "user"]),
        ("LobbyLeft", &["cursor", "happenedAt", "userId", "user"]),
        ("MessageEdge", &["cursor", "node"]),
        ("PostAdded", &["cursor", "happenedAt", "postEdge"]),
        ("PostChanged", &["cursor", "happenedAt", "postId", "post"]),
        ("PostEdge", &["cursor", "node"]),
        ("CommentAdded", &["cursor", "happenedAt", "commentEdge"]),
        ("CommentChanged", &["cursor", "happenedAt", "commentId", "comment"]),
        ("CommentEdge", &["cursor", "node"]),
        ("Comment", &["id", "author", "text", "cursor", "createdAt", "editedAt", "viewerCanEdit", "viewerCanDelete"]),
        (
            "Post",
            &["id", "author", "text", "images", "files", "publishedAt", "editedAt", "viewerCanEdit", "viewerCanDelete"],
        ),
        (
            "Message",
            &[
                "id",
                "cursor",
                "author",
                "guestName",
                "text",
                "images",
                "files",
                "mentions",
                "replyTo",
                "sentAt",
                "editedAt",
                "deletedAt",
                "clientKey",
                "viewerCanEdit",
                "viewerCanDelete",
            ],
        ),
        (
            "User",
            &[
                "id",
                "username",
                "isGuest",
                "firstName",
                "lastName",
                "displayName",
                "fieldOfStudy",
                "year",
                "skills",
                "about",
                "avatar",
                "joinedAt",
            ],
        ),
        // `url` is signed for the viewer.
        ("Image", &["id", "mediaType", "width", "height", "placeholder"]),
        ("File", &["id", "mediaType", "name", "byteSize"]),
        ("Node", &["id"]),
    ],
    unshared_events: &[
        "ConversationRead",
        "GroupChanged",
        "ReactionsChanged",
        "RegistrationRequestChanged",
        "ReportChanged",
        "FeedReset",
    ],
};

/// Creates the executor that all transports use.
pub fn executor(app: &App) -> Executor {
    let has_extensions = app.config.traces_url.is_some();
    Executor::new(&app.config, app.limiter.clone(), PRICES, VIEWER_INDEPENDENT, || {
        let builder = builder().data(app.clone());
        SchemaSource {
            builder: if has_extensions { builder.extension(RootFieldSpans) } else { builder },
            query: Query::default(),
            mutation: Mutation::default(),
            subscription: Subscription::default(),
            has_extensions,
        }
    })
}
