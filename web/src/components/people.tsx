import type { ReactNode } from "react";
import { Link } from "../app/router";
import { useSpeech } from "../i18n/language";
import { agoText, momentText } from "../i18n/time";
import { useSession } from "../accounts/session";
import type { PersonFragment } from "../people/generated/people";
import { Avatar } from "./pictures";

export type Person = PersonFragment;

/** Somebody's name, linked to their profile. Null is somebody who is gone. */
export function Name({ person }: { person: Person | null }) {
  const { t } = useSpeech();
  if (!person) return <span className="name soft">{t("person.deleted")}</span>;
  if (person.isGuest) return <span className="name">{person.displayName}</span>;
  return (
    <Link className="name" to={`/people/${encodeURIComponent(person.username)}`}>
      {person.displayName}
    </Link>
  );
}

/** A face, a name, and a line about them. */
export function PersonLine({
  person,
  size = 44,
  isOnline,
  about,
  end,
}: {
  person: Person | null;
  size?: number;
  isOnline?: boolean;
  about?: ReactNode;
  end?: ReactNode;
}) {
  return (
    <div className="entry person">
      <Avatar person={person} size={size} isOnline={isOnline} />
      <div className="grow">
        <Name person={person} />
        {about && <div className="soft small">{about}</div>}
      </div>
      {end}
    </div>
  );
}

/** How long ago, with the exact moment for whoever points at it. */
export function Ago({ at }: { at: string }) {
  const { language } = useSpeech();
  const { zone } = useSession();
  return (
    <time dateTime={at} title={momentText(at, language, zone)}>
      {agoText(at, language, zone)}
    </time>
  );
}

/** A moment in the viewer's zone. */
export function Moment({ at }: { at: string }) {
  const { language } = useSpeech();
  const { zone } = useSession();
  return <time dateTime={at}>{momentText(at, language, zone)}</time>;
}
