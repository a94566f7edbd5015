import { useViewer } from "../accounts/session";
import { LocalFiles } from "../components/files";
import { Avatar, LocalGallery } from "../components/images";
import { PersonName } from "../components/people";
import { UserText } from "../components/text";
import { useTranslate } from "../i18n/i18n";
import { DeliveryActions, DeliveryState } from "../outbox/DeliveryState";
import type { PendingEntry } from "../outbox/outbox";

/** A post that is being sent or has failed. */
export function PendingPost({ entry }: { entry: PendingEntry }) {
  const t = useTranslate();
  const { user } = useViewer();
  return (
    <article className="card post pending" aria-label={t("post.by", { name: user.displayName })}>
      <header>
        <Avatar person={user} size={44} />
        <div className="grow">
          <PersonName person={user} />
          <p className="soft small">
            <DeliveryState entry={entry} />
          </p>
        </div>
      </header>
      <UserText text={entry.text} />
      <LocalGallery images={entry.images} by={user.displayName} />
      <LocalFiles files={entry.files} />
      <DeliveryActions entry={entry} />
    </article>
  );
}
