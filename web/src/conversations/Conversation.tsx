import { useEffect, useRef, useState, type ComponentType } from "react";
import { useViewer } from "../accounts/session";
import { Heading } from "../app/Heading";
import { withDeadline } from "../app/deadline";
import { navigate, useSearchParam } from "../app/router";
import { Menu, type MenuItem } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Callout, ErrorState, Loading, MissingState, useToast } from "../components/feedback";
import { Icon } from "../components/icons";
import { PersonName, PersonRow, Username } from "../components/people";
import { AvatarGroup } from "../components/images";
import { useMutation } from "../graphql/hooks";
import { isolate, joinList, useTranslate } from "../i18n/i18n";
import { isUndecided } from "../notifications/deviceNotices";
import { useOutbox } from "../outbox/outbox";
import { usePresence } from "../people/presence";
import {
  MarkConversationReadDocument,
  MarkConversationUnreadDocument,
  type ReadMarkerFieldsFragment,
  type ConversationPageQuery,
} from "./generated/conversations";
import { LeaveDialog } from "./LeaveDialog";
import { MessageComposer } from "./MessageComposer";
import { MessageList } from "./MessageList";
import { conversationTitle, otherMembers } from "./members";
import { isMutedNow, MuteDialog, MutedSign, useUnmute } from "./mute";
import { messagesOf, type Message, type Timeline, type TimelineEntry } from "./timeline";
import { TypingIndicator, useTypingNotifier } from "./typing";
import { useConversation } from "./useConversation";

type OpenConversation = NonNullable<ConversationPageQuery["conversation"]>;

export function Conversation({ id }: { id: string }) {
  const t = useTranslate();
  const pending = useOutbox().pendingEntries.filter(({ to }) => to === id);
  const toast = useToast();
  const { conversation, timeline, pages, firstUnreadId, markUnreadFrom, readMarkers, problem, streamEnd, refetch } =
    useConversation(id);
  const [seenId, setSeenId] = useState<string>();
  const [linkedId] = useSearchParam("message");
  const [replyTo, setReplyTo] = useState<Message>();
  const { Offer, offerNotifications } = useNotificationOffer();
  const setTyping = useTypingNotifier(id);
  useMarkRead(conversation, timeline, firstUnreadId, seenId);
  const unread = useMutation(MarkConversationUnreadDocument);
  const markUnread = async (messageId: string) => {
    const isDone = await unread.run({ input: { conversationId: id, messageId } });
    if (isDone) markUnreadFrom(messageId);
    toast(t(isDone ? "thread.markedUnread" : "state.failed"));
  };

  if (conversation === null) return <MissingState />;
  if (!conversation) return problem ? <ErrorState problem={problem} onRetry={refetch} /> : <Loading />;
  const { isGroup } = conversation;
  return (
    <section className="thread">
      <ConversationHeader conversation={conversation} onMarkUnread={markUnread} />
      <MessageList
        timeline={timeline}
        pending={pending}
        pages={pages}
        isGroup={isGroup}
        empty={t("thread.empty")}
        people={conversation.members}
        firstUnreadId={firstUnreadId}
        linkedId={linkedId}
        onSeen={setSeenId}
        onReply={conversation.viewerCanSend ? setReplyTo : undefined}
        onMarkUnread={(messageId) => void markUnread(messageId)}
      >
        {pending.length === 0 && <ReadReceipt timeline={timeline} readMarkers={readMarkers} isGroup={isGroup} />}
      </MessageList>
      <TypingIndicator conversationId={id} />
      {Offer && <Offer />}
      {streamEnd && <Callout tone="warn">{t("thread.ended")}</Callout>}
      {conversation.viewerCanSend ? (
        <MessageComposer
          key={id}
          to={id}
          label={t("message.write")}
          people={conversation.members}
          replyTo={replyTo}
          onReplyEnd={() => setReplyTo(undefined)}
          onSent={offerNotifications}
          allowsAttachments
          onTyping={setTyping}
        />
      ) : (
        <Callout icon="lock">{t("thread.closed")}</Callout>
      )}
    </section>
  );
}

/** A user who has written waits for an answer. The code of the offer loads then; without it, there is none. */
function useNotificationOffer() {
  const { user } = useViewer();
  const [Offer, setOffer] = useState<ComponentType>();
  const offerNotifications = () => {
    if (Offer || !isUndecided(user.id)) return;
    const loading = withDeadline(import("../notifications/NotificationOffer"));
    void loading.then(({ NotificationOffer }) => setOffer(() => NotificationOffer)).catch(() => {});
  };
  return { Offer, offerNotifications };
}

interface HeaderProps {
  conversation: OpenConversation;
  onMarkUnread: (messageId: string) => Promise<void>;
}

function ConversationHeader({ conversation, onMarkUnread }: HeaderProps) {
  const t = useTranslate();
  const viewer = useViewer();
  const [open, setOpen] = useState<"members" | "mute" | "leave">();
  const close = () => setOpen(undefined);
  const isOnline = usePresence(conversation.members);
  const others = otherMembers(conversation, viewer.user.id);
  const { isGroup } = conversation;
  const [first] = others;
  const unmute = useUnmute(conversation.id);
  const { lastMessage, title } = conversation;
  const isMuted = isMutedNow(conversation);
  const menuItems: MenuItem[] = [];
  if (isGroup) {
    const showMembers = () => (title === null ? setOpen("members") : navigate(`/messages/${conversation.id}/group`));
    menuItems.push({ label: t("thread.members"), icon: "people", onSelect: showMembers });
  }
  if (lastMessage) {
    const markUnread = () => void onMarkUnread(lastMessage.id).then(() => navigate("/messages"));
    menuItems.push({ label: t("thread.markUnread"), icon: "unread", onSelect: markUnread });
  }
  menuItems.push(
    isMuted
      ? { label: t("mute.end"), icon: "bell", onSelect: () => void unmute() }
      : { label: t("mute.start"), icon: "muted", onSelect: () => setOpen("mute") },
  );
  if (isGroup) {
    menuItems.push({ label: t("thread.leave"), icon: "out", isDestructive: true, onSelect: () => setOpen("leave") });
  }

  return (
    <header className="thread-head">
      <a
        className="button quiet icon back-to-list"
        href="/messages"
        aria-label={t("messages.list")}
        onClick={(event) => {
          event.preventDefault();
          navigate("/messages");
        }}
      >
        <Icon name="back" />
      </a>
      <AvatarGroup people={others} image={conversation.image} size={40} isOnline={first && isOnline(first)} />
      <div className="grow">
        <Heading title={t("thread.title", { names: conversationTitle(conversation, viewer.user.id, t) })} isHidden />
        {isGroup ? (
          <>
            <p className="line strong" dir="auto">
              {conversationTitle(conversation, viewer.user.id, t)}
            </p>
            <p className="soft small">{t("thread.memberCount", { count: conversation.members.length })}</p>
          </>
        ) : (
          <>
            <p className="line">
              {first ? <PersonName person={first} /> : <span className="name soft">{t("person.unavailable")}</span>}
            </p>
            {first?.presence && <p className="soft small">{t(isOnline(first) ? "person.online" : "person.offline")}</p>}
          </>
        )}
      </div>
      {isMuted && <MutedSign />}
      <Menu label={t("thread.actions")} items={menuItems} />
      {open === "mute" && <MuteDialog conversationId={conversation.id} onClose={close} />}
      {open === "members" && (
        <Dialog title={t("thread.members")} onClose={close}>
          <ul className="rows">
            {conversation.members.map((person) => (
              <li key={person.id}>
                <PersonRow person={person} isOnline={isOnline(person)} about={<Username of={person} />} />
              </li>
            ))}
          </ul>
        </Dialog>
      )}
      {open === "leave" && <LeaveDialog conversationId={conversation.id} onClose={close} />}
    </header>
  );
}

/** Marks messages as read once they have been in view while the page has the focus. Loading messages marks nothing. */
function useMarkRead(
  conversation: OpenConversation | null | undefined,
  timeline: Timeline,
  firstUnreadId: string | null | undefined,
  seenId: string | undefined,
) {
  const viewer = useViewer();
  const { run } = useMutation(MarkConversationReadDocument);
  const marked = useRef<string>(undefined);
  const isFocused = useIsFocused();
  const conversationId = conversation?.id;
  const { entries } = timeline;
  useEffect(() => {
    if (!conversationId || !isFocused || firstUnreadId === undefined || !seenId) return;
    const indexOf = (id: string | undefined) => entries.findIndex((entry) => entry.id === id);
    const isFromOthers = (entry: TimelineEntry) =>
      entry.kind === "message" && entry.message.author?.id !== viewer.user.id;
    const seen = entries.slice(0, indexOf(seenId) + 1).findLast(isFromOthers)?.id;
    // Without unread messages, only later messages have to be marked.
    marked.current ??= firstUnreadId
      ? (entries[indexOf(firstUnreadId) - 1]?.id ?? "")
      : (entries.findLast(isFromOthers)?.id ?? "");
    if (!seen || indexOf(seen) <= indexOf(marked.current)) return;
    // Scrolling through a long list marks its end once.
    const timer = window.setTimeout(() => {
      marked.current = seen;
      void run({ input: { conversationId, messageId: seen } });
    }, 200);
    return () => window.clearTimeout(timer);
  }, [isFocused, conversationId, entries, firstUnreadId, seenId, viewer.user.id, run]);
}

function useIsFocused() {
  const [isFocused, setFocused] = useState(() => document.hasFocus());
  useEffect(() => {
    const updateFocus = () => setFocused(document.visibilityState === "visible" && document.hasFocus());
    window.addEventListener("focus", updateFocus);
    window.addEventListener("blur", updateFocus);
    document.addEventListener("visibilitychange", updateFocus);
    return () => {
      window.removeEventListener("focus", updateFocus);
      window.removeEventListener("blur", updateFocus);
      document.removeEventListener("visibilitychange", updateFocus);
    };
  }, []);
  return isFocused;
}

/** Shows below the viewer's own last message who has read it. */
function ReadReceipt({
  timeline,
  readMarkers,
  isGroup,
}: {
  timeline: Timeline;
  readMarkers: readonly ReadMarkerFieldsFragment[];
  isGroup: boolean;
}) {
  const t = useTranslate();
  const viewer = useViewer();
  const last = messagesOf(timeline).at(-1);
  if (!last || last.author?.id !== viewer.user.id || last.deletedAt) return null;
  const readers = readMarkers.filter(({ user, readUpTo }) => user && user.id !== viewer.user.id && readUpTo?.id === last.id);
  const names = joinList(readers.map(({ user }) => isolate(user?.displayName ?? "")));
  return (
    <p className="read-receipt soft small">
      <Icon name={readers.length > 0 ? "checks" : "check"} size={16} />
      {readers.length === 0 ? t("message.sent") : isGroup ? t("message.readBy", { names }) : t("message.read")}
    </p>
  );
}
