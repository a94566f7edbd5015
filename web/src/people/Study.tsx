import { useText } from "../i18n/language";

interface Studying {
  username: string;
  fieldOfStudy: string | null;
  year?: number | null;
  skills?: readonly string[];
}

/** What somebody studies and can do, in one line. */
export function Study({ person }: { person: Studying }) {
  const t = useText();
  const study = [
    person.fieldOfStudy,
    person.year && t("profile.inYear", { year: String(person.year) }),
    person.skills?.slice(0, 3).join(", "),
  ].filter(Boolean);
  return study.length > 0 ? study.join(" · ") : `@${person.username}`;
}
