import { useSelf } from "../accounts/session";
import { Link } from "../app/router";
import { Empty } from "../components/feedback";
import { Pages } from "../components/pages";
import { Ago } from "../components/people";
import { Faces } from "../components/pictures";
import { useText } from "../i18n/language";
import { usePresence } from "../people/presence";
import { ConversationsDocument, type ConversationInListFragment } from "./generated/conversations";
import { namesOf, othersOf } from "./names";

export function ConversationList({ openId }: { openId: string | undefined }) {
  const t = useText();
  return (
    <nav className="conversations" aria-label={t("messages.list")}>
      <Pages
        query={ConversationsDocument}
        variables={{ first: 40 }}
        pick={(data) => data.conversations}
        empty={
          <Empty icon="chat" title={t("messages.none")}>
            <p>{t("messages.noneText")}</p>
          </Empty>
        }
      >
        {(conversations) => <Page conversations={conversations} openId={openId} />}
      </Pages>
    </nav>
  );
}

function Page({ conversations, openId }: { conversations: ConversationInListFragment[]; openId: string | undefined }) {
  const t = useText();
  const { user } = useSelf();
  const everybody = conversations.flatMap((conversation) => othersOf(conversation, user.id));
  const isOnline = usePresence([...new Map(everybody.map((person) => [person.id, person])).values()]);
  // Events move a conversation without the page being read again.
  const latestFirst = [...conversations].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return (
    <ul className="rows">
      {latestFirst.map((conversation) => {
        const others = othersOf(conversation, user.id);
        const [first] = others;
        const { id, unreadCount, updatedAt } = conversation;
        return (
          <li key={id}>
            <Link
              className={unreadCount > 0 ? "entry unread" : "entry"}
              to={`/messages/${id}`}
              aria-current={id === openId ? "page" : undefined}
            >
              <Faces people={others} size={44} isOnline={first && isOnline(first)} />
              <span className="grow">
                <span className="row apart">
                  <span className="line strong grow">{namesOf(conversation, user.id, t)}</span>
                  <span className="soft small">
                    <Ago at={updatedAt} />
                  </span>
                </span>
                <span className="row apart">
                  <span className="line soft small grow">
                    <LastMessage conversation={conversation} />
                  </span>
                  {unreadCount > 0 && (
                    <span className="badge count">
                      <span aria-hidden="true">{unreadCount}</span>
                      <span className="unseen">{t("nav.unread", { count: unreadCount })}</span>
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

function LastMessage({ conversation: { lastMessage: last } }: { conversation: ConversationInListFragment }) {
  const t = useText();
  const { user } = useSelf();
  if (!last) return t("thread.empty");
  if (last.deletedAt) return t("message.deleted");
  const words = last.text ?? t("message.picture");
  return last.author?.id === user.id ? `${t("message.you")}: ${words}` : words;
}
