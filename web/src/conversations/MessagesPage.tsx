import { useState } from "react";
import { Heading } from "../app/Heading";
import { lazyDialog } from "../app/lazyDialog";
import { Button } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { useTranslate } from "../i18n/i18n";
import { Conversation } from "./Conversation";
import { ConversationList } from "./ConversationList";
import "./conversations.css";

const NewConversationDialog = lazyDialog(() => import("./NewConversationDialog"), "NewConversationDialog");

export function MessagesPage({ id }: { id?: string }) {
  const t = useTranslate();
  const [isCreating, setCreating] = useState(false);
  return (
    <div className={id ? "messages with-thread" : "messages"}>
      <aside>
        {id ? (
          <div className="heading row apart">
            <h2>{t("nav.messages")}</h2>
            <Button small icon="plus" aria-label={t("messages.new")} onClick={() => setCreating(true)}>
              {t("messages.newShort")}
            </Button>
          </div>
        ) : (
          <Heading title={t("nav.messages")}>
            <Button icon="plus" aria-label={t("messages.new")} onClick={() => setCreating(true)}>
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
          <EmptyState icon="chat" title={t("messages.choose")}>
            <p>{t("messages.chooseText")}</p>
          </EmptyState>
        </div>
      )}
      {isCreating && <NewConversationDialog onClose={() => setCreating(false)} />}
    </div>
  );
}
