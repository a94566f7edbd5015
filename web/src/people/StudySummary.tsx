import { Fragment } from "react";
import { Name } from "../components/text";
import { useTranslate } from "../i18n/i18n";

interface StudyFields {
  fieldOfStudy: string | null;
  year?: number | null;
  skills?: readonly string[];
}

/** What a person studies in one line: the field of study, the year and up to three skills. */
export function StudySummary({ person: { fieldOfStudy, year, skills = [] } }: { person: StudyFields }) {
  const t = useTranslate();
  const parts = [fieldOfStudy, year && t("profile.inYear", { year: String(year) }), ...skills.slice(0, 3)].filter(Boolean);
  return parts.map((part, index) => (
    <Fragment key={index}>
      {index > 0 && " · "}
      <Name text={String(part)} />
    </Fragment>
  ));
}

export const hasStudySummary = ({ fieldOfStudy, year, skills = [] }: StudyFields) =>
  Boolean(fieldOfStudy || year || skills.length > 0);
