import { Button } from "../components/buttons";
import { FieldErrors } from "../components/forms";
import { Icon } from "../components/icons";
import { useTranslate } from "../i18n/i18n";
import { useOutbox, type PendingEntry } from "./outbox";

const stateTexts = { failed: "message.failed", sending: "message.sending", waiting: "message.waiting" } as const;

export function DeliveryState({ entry: { state } }: { entry: PendingEntry }) {
  const t = useTranslate();
  return (
    <span className="stamp">
      <Icon name={state === "failed" ? "warning" : "clock"} size={14} /> {t(stateTexts[state])}
    </span>
  );
}

/** What the user can do about an entry that the server has rejected. */
export function DeliveryActions({ entry }: { entry: PendingEntry }) {
  const t = useTranslate();
  const { retry, discard } = useOutbox();
  if (entry.state !== "failed") return null;
  return (
    <div className="row">
      {entry.problem && <FieldErrors problems={[entry.problem]} />}
      <Button small onClick={() => retry(entry)}>
        {t("action.retry")}
      </Button>
      <Button small kind="quiet" onClick={() => discard(entry)}>
        {t("message.discard")}
      </Button>
    </div>
  );
}
