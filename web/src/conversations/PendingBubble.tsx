import { LocalFiles } from "../components/files";
import { LocalGallery } from "../components/images";
import { UserText } from "../components/text";
import { useTranslate } from "../i18n/i18n";
import { DeliveryActions, DeliveryState } from "../outbox/DeliveryState";
import type { PendingEntry } from "../outbox/outbox";
import { Quote } from "./Quote";

/** A message that is being sent or has failed. */
export function PendingBubble({ entry }: { entry: PendingEntry }) {
  const t = useTranslate();
  return (
    <article className="message own pending" aria-label={t("message.you")}>
      <div className="bubble-column">
        <div className="bubble">
          {entry.replyTo && <Quote message={entry.replyTo} />}
          <LocalGallery images={entry.images} by={t("message.you")} />
          <LocalFiles files={entry.files} />
          {entry.text && <UserText text={entry.text} />}
          <DeliveryState entry={entry} />
        </div>
        <DeliveryActions entry={entry} />
      </div>
    </article>
  );
}
