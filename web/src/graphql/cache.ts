// The normalised cache: an object that has an id is kept once, and whoever shows it sees its changes.
import type { ConversationEvent, InboxEvent, LobbyEvent, PostEvent } from "./generated/schema";
import { cacheExchange, type Cache, type UpdateResolver } from "@urql/exchange-graphcache";

const without = () => null;

/** Parts of other objects, which have no identity of their own. */
const parts = [
  "Choices",
  "ContactDetails",
  "DateException",
  "Hours",
  "PageInfo",
  "Presence",
  "ReadMarker",
  "Settings",
  "Slot",
  "SocialLinks",
  "SessionTokens",
  "UserError",
  "UserPresence",
  "PresenceEvent",
  "TypingEvent",
  "SlotsEvent",
  "WeeklyHours",
  "Window",
];

type EventName = NonNullable<(ConversationEvent | InboxEvent | LobbyEvent | PostEvent)["__typename"]>;

/** What implements `Event`, which the cache cannot know by itself. One that is missing here is an error of types. */
const events: Record<EventName, true> = {
  BookingChanged: true,
  BookingReminder: true,
  ConversationRead: true,
  FeedReset: true,
  LobbyJoined: true,
  LobbyLeft: true,
  MessageAdded: true,
  MessageChanged: true,
  PostAdded: true,
  PostChanged: true,
  SecurityNotice: true,
};
const eventNames = Object.keys(events);
const lists = ["Appointment", "Booking", "Conversation", "Message", "Post", "Session", "Topic", "User"];

export const cache = () =>
  cacheExchange({
    keys: {
      ...Object.fromEntries([...parts, ...eventNames].map((name) => [name, without])),
      ...Object.fromEntries(
        lists.flatMap((name) => [`${name}Connection`, `${name}Edge`]).map((name) => [name, without]),
      ),
      Viewer: () => "viewer",
      Lobby: () => "lobby",
    },
    possibleTypes: { Event: eventNames },
    updates: { Mutation: afterWriting, Subscription: afterEvents },
  });

type Updates = Record<string, UpdateResolver>;
type Payload = Record<string, unknown> & { userErrors?: unknown[] };
type Owner = "Query" | { __typename: string; id: string };

const viewer: Owner = { __typename: "Viewer", id: "viewer" };

/** Forgets every page of a list, so that whoever shows it asks again. */
function forget(cache: Cache, owner: Owner, field: string) {
  for (const found of cache.inspectFields(owner)) {
    if (found.fieldName === field) cache.invalidate(owner, field, found.arguments ?? undefined);
  }
}

/** Makes `update` wait for a payload without errors: with errors nothing was changed. */
function onSuccess(update: (cache: Cache, payload: Payload) => void): UpdateResolver {
  return (result, _, cache) => {
    const [payload] = Object.values(result) as (Payload | null)[];
    if (payload && !payload.userErrors?.length) update(cache, payload);
  };
}

const forgetting = (owner: Owner, field: string) => onSuccess((cache) => forget(cache, owner, field));

function forgetOffers(cache: Cache, topicId: string | undefined, mentorId: string | undefined) {
  if (topicId) forget(cache, { __typename: "Topic", id: topicId }, "appointments");
  if (mentorId) forget(cache, { __typename: "User", id: mentorId }, "appointments");
}

// Posts are not here: a feed adds what is new above what it has read, and hides what is gone.
const afterWriting: Updates = {
  revokeSession: forgetting(viewer, "sessions"),
  revokeOtherSessions: forgetting(viewer, "sessions"),
  changePassword: forgetting(viewer, "sessions"),
  blockUser: forgetting(viewer, "blockedUsers"),
  unblockUser: forgetting(viewer, "blockedUsers"),
  leaveConversation: forgetting("Query", "conversations"),
  createTopic: forgetting("Query", "topics"),
  // Whatever became of it: lists leave archived topics out.
  updateTopic: forgetting("Query", "topics"),
  deleteTopic: forgetting("Query", "topics"),
  createAppointment: onSuccess((cache, { appointmentEdge }) => {
    const { node } = appointmentEdge as { node: { topic: { id: string }; mentor: { id: string } | null } };
    forgetOffers(cache, node.topic.id, node.mentor?.id);
  }),
  deleteAppointment: onSuccess((cache, { deletedAppointmentId }) => {
    const offer = { __typename: "Appointment", id: deletedAppointmentId as string };
    forgetOffers(cache, idOf(cache.resolve(offer, "topic")), idOf(cache.resolve(offer, "mentor")));
    forget(cache, "Query", "bookings");
  }),
  createBooking: forgetting("Query", "bookings"),
  rescheduleBooking: forgetting("Query", "bookings"),
  cancelBooking: forgetting("Query", "bookings"),
  completeBooking: forgetting("Query", "bookings"),
  markNoShow: forgetting("Query", "bookings"),
};

/** The id in a key of the cache, which is the type's name, a colon and the id. */
function idOf(key: unknown) {
  return typeof key === "string" ? key.slice(key.indexOf(":") + 1) : undefined;
}

const afterEvents: Updates = {
  inboxChanged: (result, _, cache) => {
    const event = result.inboxChanged as { __typename: string; conversation?: { id: string } | null };
    const isReset = event.__typename === "FeedReset";
    if (isReset || event.__typename === "BookingChanged") forget(cache, "Query", "bookings");
    const isNew = event.__typename === "MessageAdded" && event.conversation && !isListed(cache, event.conversation.id);
    if (isReset || isNew) forget(cache, "Query", "conversations");
  },
};

/** Whether a conversation stands on the first page, where it moves to the top by itself. */
function isListed(cache: Cache, id: string) {
  return cache.inspectFields("Query").some(({ fieldName, arguments: args }) => {
    if (fieldName !== "conversations" || args?.after) return false;
    const list = cache.resolve("Query", fieldName, args ?? undefined);
    const edges = typeof list === "string" ? (cache.resolve(list, "edges") as string[] | null) : null;
    return edges?.some((edge) => idOf(cache.resolve(edge, "node")) === id) ?? false;
  });
}
