//! Merges the slices into one schema.

use async_graphql::{
    Context, ID, Interface, MergedObject, MergedSubscription, Object, SDLExportOptions, SchemaBuilder,
};

use crate::accounts::graphql::{AccountMutation, AccountQuery};
use crate::accounts::sessions::graphql::{SessionObject, own_session};
use crate::accounts::{AccountId, SessionId};
use crate::app::App;
use crate::bookings::following::graphql::{BookingChanged, BookingReminder};
use crate::bookings::graphql::{BookingMutation, BookingQuery, own_booking};
use crate::bookings::{Booking, BookingId};
use crate::conversations::following::graphql::{ConversationRead, MessageAdded, MessageChanged};
use crate::conversations::graphql::{
    ConversationMutation, ConversationQuery, ConversationSubscription, seen_conversation,
};
use crate::conversations::messages::graphql::seen_message;
use crate::conversations::messages::{Message, MessageId};
use crate::conversations::{Conversation, ConversationId};
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::feed::FeedReset;
use crate::graphql::sharing::ViewerIndependent;
use crate::graphql::{DateTime, EdgeError, Executor, GlobalId, Nullable, PageArguments, ids, nullable};
use crate::images::graphql::{ImageMutation, visible_image};
use crate::images::{Image, ImageId};
use crate::inbox::graphql::{InboxSubscription, SecurityNotice};
use crate::lobby::following::graphql::{LobbyJoined, LobbyLeft, LobbySubscription};
use crate::lobby::graphql::{LobbyMutation, LobbyQuery};
use crate::posts::following::graphql::{PostAdded, PostChanged, PostSubscription};
use crate::posts::graphql::{PostMutation, PostQuery, seen_post};
use crate::posts::{Post, PostId};
use crate::profiles::User;
use crate::profiles::graphql::{ProfileMutation, ProfileQuery, seen};
use crate::profiles::presence::graphql::PresenceSubscription;
use crate::reports::graphql::ReportMutation;
use crate::topics::appointments::Appointment;
use crate::topics::appointments::graphql::seen_appointment;
use crate::topics::availability::graphql::SlotSubscription;
use crate::topics::graphql::{MentoringMutation, MentoringQuery, seen_topic};
use crate::topics::{AppointmentId, Topic, TopicId};

/// Reading.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    NodeQuery,
    AccountQuery,
    ProfileQuery,
    PostQuery,
    ConversationQuery,
    LobbyQuery,
    MentoringQuery,
    BookingQuery,
);

/// Writing.
#[derive(Debug, Default, MergedObject)]
pub struct Mutation(
    AccountMutation,
    ProfileMutation,
    ImageMutation,
    PostMutation,
    ConversationMutation,
    ReportMutation,
    LobbyMutation,
    MentoringMutation,
    BookingMutation,
);

/// Following what happens.
#[derive(Debug, Default, MergedSubscription)]
pub struct Subscription(
    InboxSubscription,
    PostSubscription,
    PresenceSubscription,
    ConversationSubscription,
    LobbySubscription,
    SlotSubscription,
);

/// Returns the schema without its limits and transports; `graphql::executor` adds those.
pub fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    async_graphql::Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<Event>()
        .register_input_type::<PageArguments>()
        .disable_suggestions()
}

/// Returns the schema as text, sorted: what `schema.graphql` holds.
pub fn sdl() -> String {
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by();
    builder().finish().sdl_with_options(options)
}

/// An object that can be fetched again by its id.
#[derive(Debug, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id."))]
enum Node {
    User(User),
    Session(SessionObject),
    Image(Image),
    Post(Post),
    Conversation(Conversation),
    Message(Message),
    Topic(Topic),
    Appointment(Appointment),
    Booking(Booking),
}

/// A durable event of a log.
#[derive(Debug, Interface)]
#[graphql(
    field(name = "cursor", ty = "&String", desc = "The place in the log: subscribe `after` it to go on from here."),
    field(name = "happened_at", ty = "&DateTime", desc = "When it happened.")
)]
enum Event {
    SecurityNotice(SecurityNotice),
    BookingChanged(BookingChanged),
    BookingReminder(BookingReminder),
    PostAdded(PostAdded),
    PostChanged(PostChanged),
    MessageAdded(MessageAdded),
    MessageChanged(MessageChanged),
    ConversationRead(ConversationRead),
    LobbyJoined(LobbyJoined),
    LobbyLeft(LobbyLeft),
    FeedReset(FeedReset),
}

/// How many objects one `nodes` fetches at most.
const MOST_NODES: usize = 100;

#[derive(Debug, Default)]
struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object of a global id; null when there is none that the viewer may see.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn node(&self, context: &Context<'_>, #[graphql(desc = "A global id.")] id: ID) -> Nullable<Node> {
        nullable(load_node(context, &id).await)
    }

    /// The objects of several global ids, at most 100, in their order; null in the place of each that is not there.
    #[graphql(directive = access::allow::apply(Access::Anyone))]
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Global ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, EdgeError> {
        if ids.len() > MOST_NODES {
            return Err(Error::BadInput(format!("At most {MOST_NODES} ids at once.")).into());
        }
        let nodes = futures_util::future::join_all(ids.iter().map(|id| load_node(context, id))).await;
        Ok(nodes.into_iter().collect::<Result<_>>()?)
    }
}

/// An id of an unknown type, a malformed one and one that the viewer may not see are all simply not there.
async fn load_node(context: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some((prefix, raw)) = ids::decode(id) else { return Ok(None) };
    match prefix {
        AccountId::PREFIX => Ok(seen(context, AccountId(raw)).await?.map(Node::User)),
        PostId::PREFIX => Ok(seen_post(context, PostId(raw)).await?.map(Node::Post)),
        ConversationId::PREFIX => Ok(seen_conversation(context, ConversationId(raw)).await?.map(Node::Conversation)),
        MessageId::PREFIX => Ok(seen_message(context, MessageId(raw)).await?.map(Node::Message)),
        TopicId::PREFIX => Ok(seen_topic(context, TopicId(raw)).await?.map(Node::Topic)),
        AppointmentId::PREFIX => Ok(seen_appointment(context, AppointmentId(raw)).await?.map(Node::Appointment)),
        BookingId::PREFIX => Ok(own_booking(context, BookingId(raw)).await?.map(Node::Booking)),
        SessionId::PREFIX => Ok(own_session(context, SessionId(raw)).await?.map(Node::Session)),
        ImageId::PREFIX => Ok(visible_image(context, ImageId(raw)).await?.map(Node::Image)),
        _ => Ok(None),
    }
}

/// The fields that are the same for every member who is told of an event, and for every guest, when its resolver shares
/// it. Somebody for whom one of these would be another (a message's author, whoever keeps order, a person from whom a block
/// parts them) must be told apart there. Whatever is not listed is executed for each follower.
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
        ("Post", &["id", "author", "text", "images", "publishedAt", "editedAt", "viewerCanEdit", "viewerCanDelete"]),
        (
            "Message",
            &[
                "id",
                "author",
                "text",
                "images",
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
        // An address is made for the viewer.
        ("Image", &["id", "mediaType", "width", "height", "placeholder"]),
        ("Node", &["id"]),
    ],
    unshared_events: &["ConversationRead", "FeedReset"],
};

/// Builds what executes operations, for every transport.
pub fn executor(app: &App) -> Executor {
    Executor::new(&app.config, app.limiter.clone(), VIEWER_INDEPENDENT, || builder().data(app.clone()))
}
