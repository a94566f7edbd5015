import { useSession } from "../accounts/session";
import { Link } from "../app/router";
import { catalogue, type MessageKey } from "../i18n/catalogue";
import { useI18n, type I18n } from "../i18n/i18n";
import { formatDateTime } from "../i18n/time";
import type { Notice } from "./notices";

/** A notice as a sentence, and the path of the booking or the sessions. */
export function describeNotice({ about }: Notice, { t, language }: I18n, zone: string) {
  const key = `notice.${about.what}` as MessageKey;
  if (about.kind === "security") {
    return { path: "/settings/sessions", text: t(key in catalogue ? key : "notice.security") };
  }
  const values = {
    name: about.name ?? t("person.deleted"),
    topic: about.topic,
    time: formatDateTime(about.startsAt, language, zone),
  };
  const text = t(key in catalogue ? key : "notice.booking", values);
  return { path: `/mentoring/bookings/${about.bookingId}`, text };
}

export function NoticeText({ notice }: { notice: Notice }) {
  const i18n = useI18n();
  const { zone } = useSession();
  const { path, text } = describeNotice(notice, i18n, zone);
  return <Link to={path}>{text}</Link>;
}
