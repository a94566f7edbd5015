import { useSession } from "../accounts/session";
import { Link } from "../app/router";
import { catalogue, type Key } from "../i18n/catalogue";
import { useSpeech } from "../i18n/language";
import { momentText } from "../i18n/time";
import type { Notice } from "./notices";

/** One notice as a sentence, linked to what it is about. */
export function NoticeText({ notice: { about } }: { notice: Notice }) {
  const { t, language } = useSpeech();
  const { zone } = useSession();
  if (about.kind === "security") {
    const key = `notice.${about.what}` as Key;
    return <Link to="/settings/sessions">{t(key in catalogue ? key : "notice.security")}</Link>;
  }
  const values = {
    name: about.name ?? t("person.deleted"),
    topic: about.topic,
    time: momentText(about.startsAt, language, zone),
  };
  const key = `notice.${about.what}` as Key;
  return (
    <Link to={`/mentoring/bookings/${about.bookingId}`}>{t(key in catalogue ? key : "notice.booking", values)}</Link>
  );
}
