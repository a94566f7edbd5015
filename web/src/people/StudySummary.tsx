import { useTranslate } from "../i18n/i18n";

interface StudyFields {
  username: string;
  fieldOfStudy: string | null;
  year?: number | null;
  skills?: readonly string[];
}

/** Field of study, year and up to three skills in one line. */
export function StudySummary({ person }: { person: StudyFields }) {
  const t = useTranslate();
  const study = [
    person.fieldOfStudy,
    person.year && t("profile.inYear", { year: String(person.year) }),
    person.skills?.slice(0, 3).join(", "),
  ].filter(Boolean);
  return study.length > 0 ? study.join(" · ") : `@${person.username}`;
}
