import { useRef } from "react";
import { useViewer } from "../accounts/session";
import { useScrollPlace } from "../app/places";
import { Link } from "../app/router";
import { EmptyState } from "../components/feedback";
import { PaginatedList } from "../components/pagination";
import { RelativeTime } from "../components/people";
import { AvatarGroup } from "../components/images";
import { useI18n, useTranslate } from "../i18n/i18n";
import { usePresence } from "../people/presence";
import { ConversationsDocument, type ConversationListItemFragment } from "./generated/conversations";
import { conversationTitle, otherMembers } from "./members";
import { isMutedNow, MutedSign } from "./mute";

export function ConversationList({ openId }: { openId: string | undefined }) {
  const t = useTranslate();
  const list = useRef<HTMLElement>(null);
  useScrollPlace(list, "conversations");
  return (
    <nav ref={list} className="conversations" aria-label={t("messages.list")}>
      <PaginatedList
        query={ConversationsDocument}
        variables={{ first: 40 }}
        pick={(data) => data.conversations}
        empty={
          <EmptyState icon="chat" title={t("messages.none")}>
            <p>{t("messages.noneText")}</p>
          </EmptyState>
        }
      >
        {(conversations) => <ConversationItems conversations={conversations} openId={openId} />}
      </PaginatedList>
    </nav>
  );
}

function ConversationItems({
  conversations,
  openId,
}: {
  conversations: ConversationListItemFragment[];
  openId: string | undefined;
}) {
  const { t, formatNumber } = useI18n();
  const { user } = useViewer();
  const members = conversations.flatMap((conversation) => otherMembers(conversation, user.id));
  const isOnline = usePresence([...new Map(members.map((person) => [person.id, person])).values()]);
  // An event changes `updatedAt` in the cache without a refetch of the list.
  const latestFirst = [...conversations].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return (
    <ul className="rows">
      {latestFirst.map((conversation) => {
        const others = otherMembers(conversation, user.id);
        const [first] = others;
        const { id, unreadCount, updatedAt } = conversation;
        return (
          <li key={id}>
            <Link
              className={unreadCount > 0 ? "entry unread" : "entry"}
              to={`/messages/${id}`}
              aria-current={id === openId ? "page" : undefined}
            >
              <AvatarGroup people={others} image={conversation.image} size={44} isOnline={first && isOnline(first)} />
              <span className="grow">
                <span className="row apart">
                  <span className="line strong grow" dir="auto">
                    {conversationTitle(conversation, user.id, t)}
                  </span>
                  <span className="soft small">
                    <RelativeTime at={updatedAt} />
                  </span>
                </span>
                <span className="row apart">
                  <span className="line soft small grow" dir="auto">
                    <LastMessage conversation={conversation} />
                  </span>
                  {isMutedNow(conversation) && <MutedSign />}
                  {unreadCount > 0 && (
                    <span className={isMutedNow(conversation) ? "badge" : "badge count"}>
                      <span aria-hidden="true">{formatNumber(unreadCount)}</span>
                      <span className="visually-hidden">{t("nav.unread", { count: unreadCount })}</span>
                    </span>
                  )}
                </span>
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function LastMessage({ conversation: { lastMessage: last } }: { conversation: ConversationListItemFragment }) {
  const t = useTranslate();
  const { user } = useViewer();
  if (!last) return t("thread.empty");
  if (last.deletedAt) return t("message.deleted");
  const text = last.text ?? t(last.images.length > 0 ? "message.image" : "message.file");
  return last.author?.id === user.id ? t("message.byYou", { text }) : text;
}
