import { Button } from "../components/buttons";
import { FieldErrors } from "../components/forms";
import { Icon } from "../components/icons";
import { ImageGallery } from "../components/images";
import { useTranslate } from "../i18n/i18n";
import { useOutbox, type PendingMessage } from "./outbox";

/** A message that is being sent or has failed. */
export function PendingBubble({ message }: { message: PendingMessage }) {
  const t = useTranslate();
  const { retry, discard } = useOutbox();
  const hasFailed = message.state === "failed";
  return (
    <article className="message own pending" aria-label={t("message.you")}>
      <div className="bubble-column">
        <div className="bubble">
          <ImageGallery images={message.images} by={t("message.you")} />
          {message.text && <p className="long">{message.text}</p>}
          <span className="stamp">
            <Icon name={hasFailed ? "warning" : "clock"} size={14} />{" "}
            {t(hasFailed ? "message.failed" : message.state === "sending" ? "message.sending" : "message.waiting")}
          </span>
        </div>
        {hasFailed && (
          <div className="row">
            {message.problem && <FieldErrors problems={[message.problem]} />}
            <Button small onClick={() => retry(message.key)}>
              {t("action.retry")}
            </Button>
            <Button small kind="quiet" onClick={() => discard(message.key)}>
              {t("message.discard")}
            </Button>
          </div>
        )}
      </div>
    </article>
  );
}
