import { useEffect, useRef, useState } from "react";
import { useViewer } from "../accounts/session";
import { Heading } from "../app/Heading";
import { navigate } from "../app/router";
import { Menu } from "../components/buttons";
import { ConfirmDialog, Dialog } from "../components/dialog";
import { EmptyState, ErrorState, Callout, useToast, Loading } from "../components/feedback";
import { Icon } from "../components/icons";
import { PersonName, PersonRow } from "../components/people";
import { AvatarGroup } from "../components/images";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { usePresence } from "../people/presence";
import {
  LeaveConversationDocument,
  MarkConversationReadDocument,
  type ReadMarkerFieldsFragment,
  type ConversationPageQuery,
} from "./generated/conversations";
import { MessageComposer } from "./MessageComposer";
import { MessageList } from "./MessageList";
import { useOutbox } from "./outbox";
import { conversationTitle, otherMembers } from "./members";
import type { Timeline } from "./timeline";
import { TypingIndicator, useTypingNotifier } from "./typing";
import { useConversation } from "./useConversation";

type OpenConversation = NonNullable<ConversationPageQuery["conversation"]>;

export function Conversation({ id }: { id: string }) {
  const t = useTranslate();
  const pending = useOutbox().pendingMessages.filter(({ to }) => to === id);
  const { conversation, timeline, readMarkers, problem, streamEnd, loadEarlier, refetch } = useConversation(id);
  const [isAtBottom, setAtBottom] = useState(true);
  const setTyping = useTypingNotifier(id);
  useMarkRead(conversation, timeline, isAtBottom);

  if (conversation === null) return <EmptyState icon="chat" title={t("state.missing")} />;
  if (!conversation) return problem ? <ErrorState problem={problem} onRetry={refetch} /> : <Loading />;
  const isGroup = conversation.members.length > 2;
  return (
    <section className="thread">
      <ConversationHeader conversation={conversation} />
      <MessageList
        timeline={timeline}
        pending={pending}
        loadEarlier={loadEarlier}
        isGroup={isGroup}
        empty={t("thread.empty")}
        onAtBottomChange={setAtBottom}
      >
        {pending.length === 0 && <ReadReceipt timeline={timeline} readMarkers={readMarkers} isGroup={isGroup} />}
      </MessageList>
      <TypingIndicator conversationId={id} />
      {streamEnd && <Callout tone="warn">{t("thread.ended")}</Callout>}
      {conversation.viewerCanSend ? (
        <MessageComposer key={id} to={id} label={t("message.write")} allowsImages onTyping={setTyping} />
      ) : (
        <Callout icon="lock">{t("thread.closed")}</Callout>
      )}
    </section>
  );
}

function ConversationHeader({ conversation }: { conversation: OpenConversation }) {
  const t = useTranslate();
  const toast = useToast();
  const viewer = useViewer();
  const { run, isBusy } = useMutation(LeaveConversationDocument);
  const [open, setOpen] = useState<"members" | "leave">();
  const close = () => setOpen(undefined);
  const isOnline = usePresence(conversation.members);
  const others = otherMembers(conversation, viewer.user.id);
  const isGroup = conversation.members.length > 2;
  const [first] = others;

  const leave = async () => {
    const payload = await run({ input: { conversationId: conversation.id } });
    if (!payload) return toast(t("state.failed"));
    navigate("/messages");
  };
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
      <AvatarGroup people={others} size={40} isOnline={first && isOnline(first)} />
      <div className="grow">
        <Heading title={t("thread.title", { names: conversationTitle(conversation, viewer.user.id, t) })} isHidden />
        {isGroup ? (
          <>
            <p className="line strong">{conversationTitle(conversation, viewer.user.id, t)}</p>
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
      {isGroup && (
        <Menu
          label={t("thread.actions")}
          items={[
            { label: t("thread.members"), icon: "people", onSelect: () => setOpen("members") },
            { label: t("thread.leave"), icon: "out", isDestructive: true, onSelect: () => setOpen("leave") },
          ]}
        />
      )}
      {open === "members" && (
        <Dialog title={t("thread.members")} onClose={close}>
          <ul className="rows">
            {conversation.members.map((person) => (
              <li key={person.id}>
                <PersonRow person={person} isOnline={isOnline(person)} about={`@${person.username}`} />
              </li>
            ))}
          </ul>
        </Dialog>
      )}
      {open === "leave" && (
        <ConfirmDialog
          title={t("thread.leave")}
          action={t("thread.leave")}
          isBusy={isBusy}
          onConfirm={() => void leave()}
          onClose={close}
        >
          <p>{t("thread.leaveText")}</p>
        </ConfirmDialog>
      )}
    </header>
  );
}

/** Marks messages as read while the page has the focus and shows the latest one. Loading messages marks nothing. */
function useMarkRead(conversation: OpenConversation | null | undefined, timeline: Timeline, isAtBottom: boolean) {
  const viewer = useViewer();
  const { run } = useMutation(MarkConversationReadDocument);
  // Undefined until the conversation is loaded, null while no message is marked.
  const marked = useRef<string | null>(undefined);
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
  const isOpen = timeline.isLoaded && conversation !== null && conversation !== undefined;
  const conversationId = conversation?.id;
  const hasUnread = (conversation?.unreadCount ?? 0) > 0;
  const latest = timeline.messages.findLast(({ author }) => author?.id !== viewer.user.id)?.id;
  useEffect(() => {
    if (!isOpen || !conversationId) return;
    // Without unread messages, only later messages have to be marked.
    if (marked.current === undefined) marked.current = hasUnread ? null : (latest ?? null);
    if (!isFocused || !isAtBottom || !latest || latest === marked.current) return;
    marked.current = latest;
    void run({ input: { conversationId, messageId: latest } });
  }, [isOpen, hasUnread, isFocused, isAtBottom, conversationId, latest, run]);
}

/** Shows below the viewer's own last message who has read it. */
function ReadReceipt({
  timeline: { messages },
  readMarkers,
  isGroup,
}: {
  timeline: Timeline;
  readMarkers: readonly ReadMarkerFieldsFragment[];
  isGroup: boolean;
}) {
  const t = useTranslate();
  const viewer = useViewer();
  const last = messages.at(-1);
  if (!last || last.author?.id !== viewer.user.id || last.deletedAt) return null;
  const readers = readMarkers.filter(
    ({ user, readUpTo }) => user && user.id !== viewer.user.id && readUpTo && readUpTo.sentAt >= last.sentAt,
  );
  const names = readers.map(({ user }) => user?.displayName).join(", ");
  return (
    <p className="read-receipt soft small">
      <Icon name={readers.length > 0 ? "checks" : "check"} size={16} />
      {readers.length === 0 ? t("message.sent") : isGroup ? t("message.readBy", { names }) : t("message.read")}
    </p>
  );
}
