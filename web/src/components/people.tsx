import { useEffect, useState, type ReactNode } from "react";
import { Link } from "../app/router";
import { useI18n } from "../i18n/i18n";
import { formatDateTime, formatRelative } from "../i18n/time";
import { useSession } from "../accounts/session";
import type { PersonFragment } from "../people/generated/people";
import { Avatar } from "./images";
import { Name } from "./text";

export type Person = PersonFragment;

/** A user's name, linked to the profile except for guests. Null is a deleted user. */
export function PersonName({ person }: { person: Person | null }) {
  const { t } = useI18n();
  if (!person) return <span className="name soft">{t("person.deleted")}</span>;
  const name = <Name text={person.displayName} fallback={`@${person.username}`} />;
  if (person.isGuest) return <span className="name">{name}</span>;
  return (
    <Link className="name" to={profilePath(person)}>
      {name}
    </Link>
  );
}

export const profilePath = ({ username }: { username: string }) => `/people/${encodeURIComponent(username)}`;

/** An avatar that opens the profile. Keyboards and screen readers use the name beside it. */
export function PersonAvatar({ person, size }: { person: Person | null; size: number }) {
  const avatar = <Avatar person={person} size={size} />;
  if (!person || person.isGuest) return avatar;
  return (
    <Link className="face" to={profilePath(person)} tabIndex={-1} aria-hidden="true">
      {avatar}
    </Link>
  );
}

/** The name in links and mentions, which has no direction of its own. */
export const Username = ({ of: { username } }: { of: { username: string } }) => <bdi dir="ltr">@{username}</bdi>;

/** Avatar, name and one line about a user. The whole row opens the profile, except for the action. */
export function PersonRow({
  person,
  size = 44,
  isOnline,
  about,
  action,
}: {
  person: Person | null;
  size?: number;
  isOnline?: boolean;
  about?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={person && !person.isGuest ? "entry person covered" : "entry person"}>
      <Avatar person={person} size={size} isOnline={isOnline} />
      <div className="grow">
        <PersonName person={person} />
        {about && <div className="soft small">{about}</div>}
      </div>
      {action}
    </div>
  );
}

/** Renders again every half minute, so that relative times go on. */
function useClock() {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setTick((tick) => tick + 1), 30_000);
    return () => window.clearInterval(timer);
  }, []);
}

/** Relative time, with the exact time as a tooltip. */
export function RelativeTime({ at }: { at: string }) {
  const { language } = useI18n();
  const { zone } = useSession();
  useClock();
  return (
    <time dateTime={at} title={formatDateTime(at, language, zone)}>
      {formatRelative(at, language, zone)}
    </time>
  );
}

/** Date and time in the viewer's time zone. */
export function DateTime({ at }: { at: string }) {
  const { language } = useI18n();
  const { zone } = useSession();
  return <time dateTime={at}>{formatDateTime(at, language, zone)}</time>;
}
