import { useEffect, useRef, useState } from "react";
import { useSelf } from "../accounts/session";
import { Heading } from "../app/Heading";
import { navigate } from "../app/router";
import { Menu } from "../components/buttons";
import { Confirm, Dialog } from "../components/dialog";
import { Empty, Failure, Note, useToast, Waiting } from "../components/feedback";
import { Icon } from "../components/icons";
import { Name, PersonLine } from "../components/people";
import { Faces } from "../components/pictures";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { usePresence } from "../people/presence";
import {
  LeaveConversationDocument,
  MarkConversationReadDocument,
  type MarkerFragment,
  type OpenConversationQuery,
} from "./generated/conversations";
import { MessageComposer } from "./MessageComposer";
import { MessageList } from "./MessageList";
import { useOutbox } from "./outbox";
import { namesOf, othersOf } from "./names";
import type { Timeline } from "./timeline";
import { Typing, useTyping } from "./typing";
import { useThread } from "./useThread";

type Opened = NonNullable<OpenConversationQuery["conversation"]>;

export function Conversation({ id }: { id: string }) {
  const t = useText();
  const { letters } = useOutbox();
  const { conversation, timeline, markers, problem, end, loadEarlier, again } = useThread(id);
  const [isAtBottom, setAtBottom] = useState(true);
  const tellTyping = useTyping(id);
  useMarkRead(conversation, timeline, isAtBottom);

  if (conversation === null) return <Empty icon="chat" title={t("state.missing")} />;
  if (!conversation) return problem ? <Failure problem={problem} again={again} /> : <Waiting />;
  const isGroup = conversation.members.length > 2;
  return (
    <section className="thread">
      <ThreadHead conversation={conversation} />
      <MessageList
        timeline={timeline}
        pending={letters.filter(({ to }) => to === id)}
        loadEarlier={loadEarlier}
        isGroup={isGroup}
        empty={t("thread.empty")}
        onBottom={setAtBottom}
      >
        {!letters.some(({ to }) => to === id) && <ReadMark timeline={timeline} markers={markers} isGroup={isGroup} />}
      </MessageList>
      <Typing conversationId={id} />
      {end && <Note tone="warn">{t("thread.ended")}</Note>}
      {conversation.viewerCanSend ? (
        <MessageComposer key={id} to={id} label={t("message.write")} takesImages onTyping={tellTyping} />
      ) : (
        <Note icon="lock">{t("thread.closed")}</Note>
      )}
    </section>
  );
}

function ThreadHead({ conversation }: { conversation: Opened }) {
  const t = useText();
  const toast = useToast();
  const self = useSelf();
  const { run, isBusy } = useWrite(LeaveConversationDocument);
  const [open, setOpen] = useState<"members" | "leave">();
  const close = () => setOpen(undefined);
  const isOnline = usePresence(conversation.members);
  const others = othersOf(conversation, self.user.id);
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
      <Faces people={others} size={40} isOnline={first && isOnline(first)} />
      <div className="grow">
        <Heading title={t("thread.title", { names: namesOf(conversation, self.user.id, t) })} isHidden />
        {isGroup ? (
          <>
            <p className="line strong">{namesOf(conversation, self.user.id, t)}</p>
            <p className="soft small">{t("thread.members", { count: conversation.members.length })}</p>
          </>
        ) : (
          <>
            <p className="line">
              {first ? <Name person={first} /> : <span className="name soft">{t("person.unavailable")}</span>}
            </p>
            {first?.presence && <p className="soft small">{t(isOnline(first) ? "person.online" : "person.offline")}</p>}
          </>
        )}
      </div>
      {isGroup && (
        <Menu
          label={t("thread.actions")}
          choices={[
            { label: t("thread.whoIsHere"), icon: "people", act: () => setOpen("members") },
            { label: t("thread.leave"), icon: "out", isGrave: true, act: () => setOpen("leave") },
          ]}
        />
      )}
      {open === "members" && (
        <Dialog title={t("thread.whoIsHere")} onClose={close}>
          <ul className="rows">
            {conversation.members.map((person) => (
              <li key={person.id}>
                <PersonLine person={person} isOnline={isOnline(person)} about={`@${person.username}`} />
              </li>
            ))}
          </ul>
        </Dialog>
      )}
      {open === "leave" && (
        <Confirm
          title={t("thread.leave")}
          action={t("thread.leave")}
          isBusy={isBusy}
          onConfirm={() => void leave()}
          onClose={close}
        >
          <p>{t("thread.leaveText")}</p>
        </Confirm>
      )}
    </header>
  );
}

/** Marks as read what has been on the screen of somebody who is looking. Reading a page marks nothing by itself. */
function useMarkRead(conversation: Opened | null | undefined, timeline: Timeline, isAtBottom: boolean) {
  const self = useSelf();
  const { run } = useWrite(MarkConversationReadDocument);
  // Undefined until the conversation is open, null while nothing in it is marked.
  const marked = useRef<string | null>(undefined);
  const [isLooking, setLooking] = useState(() => document.hasFocus());
  useEffect(() => {
    const look = () => setLooking(document.visibilityState === "visible" && document.hasFocus());
    window.addEventListener("focus", look);
    window.addEventListener("blur", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("focus", look);
      window.removeEventListener("blur", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  const isOpen = timeline.isOpen && conversation !== null && conversation !== undefined;
  const conversationId = conversation?.id;
  const hasUnread = (conversation?.unreadCount ?? 0) > 0;
  const latest = timeline.messages.findLast(({ author }) => author?.id !== self.user.id)?.id;
  useEffect(() => {
    if (!isOpen || !conversationId) return;
    // Where all was read already when it was opened, the next message is what there is to mark.
    if (marked.current === undefined) marked.current = hasUnread ? null : (latest ?? null);
    if (!isLooking || !isAtBottom || !latest || latest === marked.current) return;
    marked.current = latest;
    void run({ input: { conversationId, messageId: latest } });
  }, [isOpen, hasUnread, isLooking, isAtBottom, conversationId, latest, run]);
}

/** Below one's own last message: how far the others have read. */
function ReadMark({
  timeline: { messages },
  markers,
  isGroup,
}: {
  timeline: Timeline;
  markers: readonly MarkerFragment[];
  isGroup: boolean;
}) {
  const t = useText();
  const self = useSelf();
  const last = messages.at(-1);
  if (!last || last.author?.id !== self.user.id || last.deletedAt) return null;
  const readers = markers.filter(
    ({ user, readUpTo }) => user && user.id !== self.user.id && readUpTo && readUpTo.sentAt >= last.sentAt,
  );
  const names = readers.map(({ user }) => user?.displayName).join(", ");
  return (
    <p className="read-mark soft small">
      <Icon name={readers.length > 0 ? "checks" : "check"} size={16} />
      {readers.length === 0 ? t("message.sent") : isGroup ? t("message.readBy", { names }) : t("message.read")}
    </p>
  );
}
