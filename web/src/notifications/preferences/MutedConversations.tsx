import { useViewer } from "../../accounts/session";
import { Link } from "../../app/router";
import { Button } from "../../components/buttons";
import { AvatarGroup } from "../../components/images";
import { PaginatedList } from "../../components/pagination";
import { DateTime } from "../../components/people";
import { conversationTitle, otherMembers } from "../../conversations/members";
import { isMutedNow, useUnmute } from "../../conversations/mute";
import { useQuery } from "../../graphql/hooks";
import { useTranslate } from "../../i18n/i18n";
import { MutedConversationDocument, MuteStatesDocument, type MuteStatesQuery } from "./generated/preferences";

type MuteState = NonNullable<MuteStatesQuery["conversations"]>["edges"][number]["node"];

/** The muted conversations among all, with a button that ends the mute of each. */
export function MutedConversations() {
  const t = useTranslate();
  const none = <p className="soft small">{t("muted.none")}</p>;
  return (
    <section className="card stack">
      <div>
        <h2>{t("muted.title")}</h2>
        <p className="soft small">{t("muted.text")}</p>
      </div>
      <PaginatedList query={MuteStatesDocument} variables={{ first: 100 }} pick={(data) => data.conversations} empty={none}>
        {(conversations, index) => {
          const muted = conversations.filter(isMutedNow);
          if (muted.length === 0) return index === 0 && none;
          return (
            <ul className="rows muted" aria-label={t("muted.title")}>
              {muted.map((conversation) => (
                <MutedRow key={conversation.id} conversation={conversation} />
              ))}
            </ul>
          );
        }}
      </PaginatedList>
    </section>
  );
}

function MutedRow({ conversation: { id, muteEndsAt } }: { conversation: MuteState }) {
  const t = useTranslate();
  const { user } = useViewer();
  const { data } = useQuery(MutedConversationDocument, { id });
  const unmute = useUnmute(id);
  const conversation = data?.conversation;
  if (!conversation) return null;
  const title = conversationTitle(conversation, user.id, t);
  return (
    <li className="entry">
      <AvatarGroup people={otherMembers(conversation, user.id)} image={conversation.image} size={40} />
      <div className="grow">
        <Link className="name line" dir="auto" to={`/messages/${id}`}>
          {title}
        </Link>
        <div className="soft small">
          {muteEndsAt ? (
            <>
              {t("muted.until")} <DateTime at={muteEndsAt} />
            </>
          ) : (
            t("muted.forGood")
          )}
        </div>
      </div>
      <Button small aria-label={t("muted.endOne", { name: title })} onClick={() => void unmute()}>
        {t("mute.end")}
      </Button>
    </li>
  );
}
