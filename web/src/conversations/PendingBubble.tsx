import { Button } from "../components/buttons";
import { Faults } from "../components/forms";
import { Icon } from "../components/icons";
import { Pictures } from "../components/pictures";
import { useText } from "../i18n/language";
import { useOutbox, type Letter } from "./outbox";

/** A message that is on its way, or did not get through. */
export function PendingBubble({ letter }: { letter: Letter }) {
  const t = useText();
  const { retry, discard } = useOutbox();
  const hasFailed = letter.state === "failed";
  return (
    <article className="message own pending" aria-label={t("message.you")}>
      <div className="bubble-column">
        <div className="bubble">
          <Pictures images={letter.images} by={t("message.you")} />
          {letter.text && <p className="long">{letter.text}</p>}
          <span className="stamp">
            <Icon name={hasFailed ? "warning" : "clock"} size={14} />{" "}
            {t(hasFailed ? "message.failed" : letter.state === "sending" ? "message.sending" : "message.waiting")}
          </span>
        </div>
        {hasFailed && (
          <div className="row">
            {letter.problem && <Faults problems={[letter.problem]} />}
            <Button small onClick={() => retry(letter.key)}>
              {t("action.retry")}
            </Button>
            <Button small kind="quiet" onClick={() => discard(letter.key)}>
              {t("message.discard")}
            </Button>
          </div>
        )}
      </div>
    </article>
  );
}
