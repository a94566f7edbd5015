import { useState } from "react";
import { Heading } from "../app/Heading";
import { Button } from "../components/buttons";
import { Empty } from "../components/feedback";
import { useText } from "../i18n/language";
import { Conversation } from "./Conversation";
import { ConversationList } from "./ConversationList";
import { NewConversation } from "./NewConversation";
import "./conversations.css";

export function MessagesPage({ id }: { id?: string }) {
  const t = useText();
  const [isNew, setNew] = useState(false);
  return (
    <div className={id ? "messages with-thread" : "messages"}>
      <aside>
        {id ? (
          <div className="heading row apart">
            <h2>{t("nav.messages")}</h2>
            <Button small icon="plus" aria-label={t("messages.new")} onClick={() => setNew(true)}>
              {t("messages.newShort")}
            </Button>
          </div>
        ) : (
          <Heading title={t("nav.messages")}>
            <Button icon="plus" aria-label={t("messages.new")} onClick={() => setNew(true)}>
              {t("messages.newShort")}
            </Button>
          </Heading>
        )}
        <ConversationList openId={id} />
      </aside>
      {id ? (
        <Conversation key={id} id={id} />
      ) : (
        <div className="thread nothing">
          <Empty icon="chat" title={t("messages.choose")}>
            <p>{t("messages.chooseText")}</p>
          </Empty>
        </div>
      )}
      {isNew && <NewConversation onClose={() => setNew(false)} />}
    </div>
  );
}
