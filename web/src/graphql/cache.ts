// The normalised cache. An object with an id is stored once, so every component that shows it sees its changes.
import type { ConversationEvent, InboxEvent, LobbyEvent, ModerationEvent, PostEvent } from "./generated/schema";
import type { NotificationItemFragment } from "../notifications/generated/notifications";
import { cacheExchange, type Cache, type UpdateResolver } from "@urql/exchange-graphcache";
import { recordInvalidation } from "./refetch";

const withoutKey = () => null;

/** Types without an id: the cache stores them inside their parent. */
const embeddedTypes = [
  "BookingAnswer",
  "BookingQuestion",
  "Complaint",
  "ContactDetails",
  "DeletionReceipt",
  "DeletionReceiptItem",
  "DateException",
  "Hours",
  "IdentityProvider",
  "MentorSummary",
  "NotificationPreference",
  "PageInfo",
  "Presence",
  "QuietHours",
  "PublicMentor",
  "PublicOffer",
  "PublicSlot",
  "ReadMarker",
  "Settings",
  "Slot",
  "SocialLinks",
  "ServerLimits",
  "SessionTokens",
  "UserError",
  "UserModeration",
  "UserPresence",
  "PresenceEvent",
  "ReactionGroup",
  "ReportCopy",
  "ReportResolution",
  "TypingEvent",
  "SlotsEvent",
  "WeeklyHours",
  "Window",
];

type EventType = NonNullable<(ConversationEvent | InboxEvent | LobbyEvent | ModerationEvent | PostEvent)["__typename"]>;

/** The implementations of `Event`, which the cache does not know without a schema. A missing one is a type error. */
const events: Record<EventType, true> = {
  BookingChanged: true,
  BookingReminder: true,
  CommentAdded: true,
  CommentChanged: true,
  ConversationRead: true,
  FeedReset: true,
  GroupChanged: true,
  InvitationChanged: true,
  LobbyJoined: true,
  LobbyLeft: true,
  MessageAdded: true,
  MessageChanged: true,
  NotificationAdded: true,
  NotificationsChanged: true,
  PostAdded: true,
  PostChanged: true,
  ReactionsChanged: true,
  RegistrationRequestChanged: true,
  ReportChanged: true,
  SecurityNotice: true,
  WaitlistChanged: true,
};
const eventTypes = Object.keys(events);

/** The implementations of `Notification`. A missing one is a type error. */
const notifications: Record<NotificationItemFragment["__typename"], true> = {
  BookingNotification: true,
  CalendarConflictNotification: true,
  CommentNotification: true,
  DataExportNotification: true,
  GroupNotification: true,
  MentionNotification: true,
  ModerationNotification: true,
  ReactionNotification: true,
  ReminderNotification: true,
  ReplyNotification: true,
  ReportNotification: true,
  SecurityNotification: true,
  WaitlistNotification: true,
};
const connectionNodeTypes = ["Appointment", "Booking", "Comment", "Conversation", "Invitation", "Message", "Notification", "Post", "RegistrationRequest", "Report", "Session", "Slot", "StaffAction", "TimeOff", "Topic", "User"];

export const createCache = () =>
  cacheExchange({
    keys: {
      ...Object.fromEntries([...embeddedTypes, ...eventTypes].map((name) => [name, withoutKey])),
      ...Object.fromEntries(
        connectionNodeTypes.flatMap((name) => [`${name}Connection`, `${name}Edge`]).map((name) => [name, withoutKey]),
      ),
      Viewer: () => "viewer",
      Lobby: () => "lobby",
    },
    possibleTypes: {
      Event: eventTypes,
      Notification: Object.keys(notifications),
      Reactable: ["Comment", "Message", "Post"],
      ReportSubject: ["Comment", "Message", "Post", "User"],
    },
    updates: { Mutation: mutationUpdates, Subscription: subscriptionUpdates },
  });

type Updates = Record<string, UpdateResolver>;
type Payload = Record<string, unknown> & { userErrors?: unknown[] };
type ParentEntity = "Query" | { __typename: string; id: string };

const viewerEntity: ParentEntity = { __typename: "Viewer", id: "viewer" };

/** Invalidates every page of a list. Components that show it fetch it again. */
function invalidateField(cache: Cache, parent: ParentEntity, field: string) {
  recordInvalidation(field);
  for (const { fieldName, arguments: args } of cache.inspectFields(parent)) {
    if (fieldName === field) cache.invalidate(parent, field, args ?? undefined);
  }
}

/** Runs `update` only for a payload without user errors: with errors, the server changed nothing. */
function onSuccess(update: (cache: Cache, payload: Payload) => void): UpdateResolver {
  return (result, _, cache) => {
    const [payload] = Object.values(result) as (Payload | null)[];
    if (payload && !payload.userErrors?.length) update(cache, payload);
  };
}

const invalidateOnSuccess = (parent: ParentEntity, field: string) =>
  onSuccess((cache) => invalidateField(cache, parent, field));

function invalidateOffers(cache: Cache, topicId: string | undefined, mentorId: string | undefined) {
  if (topicId) invalidateField(cache, { __typename: "Topic", id: topicId }, "appointments");
  if (mentorId) invalidateField(cache, { __typename: "User", id: mentorId }, "appointments");
}

function invalidateModeration(cache: Cache) {
  const id = idOf(cache.resolve("Query", "moderation"));
  for (const field of id ? ["reports", "registrationRequests", "invitations", "staffActions"] : []) invalidateField(cache, { __typename: "Moderation", id: id! }, field);
}

function invalidateBookings(cache: Cache) {
  invalidateField(cache, "Query", "bookings");
  invalidateField(cache, viewerEntity, "mentorSummary");
}

/** A booking of a held seat also ends the wait for it. */
function invalidateAfterBooking(cache: Cache) {
  invalidateBookings(cache);
  invalidateField(cache, viewerEntity, "waitlistEntries");
}

// Posts are not here: the feed page adds new posts above the loaded pages and hides deleted ones.
const mutationUpdates: Updates = {
  revokeSession: invalidateOnSuccess(viewerEntity, "sessions"),
  revokeOtherSessions: invalidateOnSuccess(viewerEntity, "sessions"),
  registerPushSubscription: invalidateOnSuccess(viewerEntity, "sessions"),
  removePushSubscription: invalidateOnSuccess(viewerEntity, "sessions"),
  changePassword: invalidateOnSuccess(viewerEntity, "sessions"),
  blockUser: invalidateOnSuccess(viewerEntity, "blockedUsers"),
  unblockUser: invalidateOnSuccess(viewerEntity, "blockedUsers"),
  markNotificationsRead: invalidateOnSuccess(viewerEntity, "notifications"),
  leaveConversation: invalidateOnSuccess("Query", "conversations"),
  createGroup: invalidateOnSuccess("Query", "conversations"),
  createTopic: invalidateOnSuccess("Query", "topics"),
  // The lists leave out archived topics, so an archived or unarchived topic changes them.
  updateTopic: invalidateOnSuccess("Query", "topics"),
  deleteTopic: invalidateOnSuccess("Query", "topics"),
  createAppointment: onSuccess((cache, { appointmentEdge }) => {
    const { node } = appointmentEdge as { node: { topic: { id: string }; mentor: { id: string } | null } };
    invalidateOffers(cache, node.topic.id, node.mentor?.id);
  }),
  deleteAppointment: onSuccess((cache, { deletedAppointmentId }) => {
    const offer = { __typename: "Appointment", id: deletedAppointmentId as string };
    invalidateOffers(cache, idOf(cache.resolve(offer, "topic")), idOf(cache.resolve(offer, "mentor")));
    invalidateBookings(cache);
  }),
  createBooking: onSuccess(invalidateAfterBooking),
  bookTopic: onSuccess(invalidateAfterBooking),
  addBusyCalendar: invalidateOnSuccess(viewerEntity, "busyCalendars"),
  removeBusyCalendar: invalidateOnSuccess(viewerEntity, "busyCalendars"),
  joinWaitlist: invalidateOnSuccess(viewerEntity, "waitlistEntries"),
  leaveWaitlist: invalidateOnSuccess(viewerEntity, "waitlistEntries"),
  rescheduleBooking: onSuccess(invalidateBookings),
  cancelBooking: onSuccess(invalidateBookings),
  completeBooking: onSuccess(invalidateBookings),
  markNoShow: onSuccess(invalidateBookings),
  approveBooking: onSuccess(invalidateBookings),
  declineBooking: onSuccess(invalidateBookings),
  createTimeOff: onSuccess((cache) => {
    invalidateField(cache, viewerEntity, "timeOffs");
    invalidateBookings(cache);
  }),
  assignReport: onSuccess(invalidateModeration),
  resolveReport: onSuccess(invalidateModeration),
  lockMember: onSuccess(invalidateModeration),
  unlockMember: onSuccess(invalidateModeration),
  setRole: onSuccess(invalidateModeration),
  approveRegistration: onSuccess(invalidateModeration),
  declineRegistration: onSuccess(invalidateModeration),
  createInvitation: onSuccess((cache) => {
    invalidateField(cache, viewerEntity, "invitations");
    invalidateModeration(cache);
  }),
  revokeInvitation: onSuccess(invalidateModeration),
  requestDataExport: invalidateOnSuccess(viewerEntity, "dataExport"),
  deleteTimeOff: invalidateOnSuccess(viewerEntity, "timeOffs"),
};

/** The id in a cache key, which is `Type:id`. */
function idOf(key: unknown) {
  return typeof key === "string" ? key.slice(key.indexOf(":") + 1) : undefined;
}

const subscriptionUpdates: Updates = {
  moderationChanged: (_result, _args, cache) => invalidateModeration(cache),
  inboxChanged: (result, _, cache) => {
    const event = result.inboxChanged as {
      __typename: string;
      conversation?: { id: string } | null;
      notificationEdge?: { node: { __typename: string } } | null;
    };
    const isReset = event.__typename === "FeedReset";
    if (isReset || event.__typename === "BookingChanged") invalidateBookings(cache);
    if (isReset || event.__typename.startsWith("Notification")) invalidateField(cache, viewerEntity, "notifications");
    const isWaitlist = event.__typename === "WaitlistChanged";
    if (isReset || isWaitlist) invalidateField(cache, viewerEntity, "waitlistEntries");
    if (isReset || event.__typename === "InvitationChanged") invalidateField(cache, viewerEntity, "invitations");
    const isExport = event.notificationEdge?.node.__typename === "DataExportNotification";
    if (isReset || isExport) invalidateField(cache, viewerEntity, "dataExport");
    const changesList = event.__typename === "MessageAdded" || event.__typename === "GroupChanged";
    // The viewer was removed from a group, or it is not in the list yet.
    const isNew = changesList && !(event.conversation && isListed(cache, event.conversation.id));
    if (isReset || isNew) invalidateField(cache, "Query", "conversations");
  },
};

/** Whether the first page has the conversation. If so, the list only has to be sorted again. */
function isListed(cache: Cache, id: string) {
  return cache.inspectFields("Query").some(({ fieldName, arguments: args }) => {
    if (fieldName !== "conversations" || args?.after) return false;
    const list = cache.resolve("Query", fieldName, args ?? undefined);
    const edges = typeof list === "string" ? (cache.resolve(list, "edges") as string[] | null) : null;
    return edges?.some((edge) => idOf(cache.resolve(edge, "node")) === id) ?? false;
  });
}
