import { useSession } from "../accounts/session";
import { Link } from "../app/router";
import { catalogue, type MessageKey } from "../i18n/catalogue";
import { useI18n } from "../i18n/i18n";
import { formatDateTime } from "../i18n/time";
import type { Notice } from "./notices";

/** A notice as a sentence, linked to the booking or the sessions. */
export function NoticeText({ notice: { about } }: { notice: Notice }) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  if (about.kind === "security") {
    const key = `notice.${about.what}` as MessageKey;
    return <Link to="/settings/sessions">{t(key in catalogue ? key : "notice.security")}</Link>;
  }
  const values = {
    name: about.name ?? t("person.deleted"),
    topic: about.topic,
    time: formatDateTime(about.startsAt, language, zone),
  };
  const key = `notice.${about.what}` as MessageKey;
  return (
    <Link to={`/mentoring/bookings/${about.bookingId}`}>{t(key in catalogue ? key : "notice.booking", values)}</Link>
  );
}
