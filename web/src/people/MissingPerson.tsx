import { Heading } from "../app/Heading";
import { EmptyState } from "../components/feedback";
import { useTranslate } from "../i18n/i18n";

/** Instead of the page of a person that does not exist, or that a block hides. */
export function MissingPerson() {
  const t = useTranslate();
  return (
    <>
      <Heading title={t("profile.missing")} isHidden />
      <EmptyState icon="people" title={t("profile.missing")}>
        <p>{t("profile.missingText")}</p>
      </EmptyState>
    </>
  );
}
