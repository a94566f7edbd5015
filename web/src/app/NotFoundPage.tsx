import { LinkButton } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { useTranslate } from "../i18n/i18n";
import { Heading } from "./Heading";

export function NotFoundPage() {
  const t = useTranslate();
  return (
    <>
      <Heading title={t("notFound.title")} isHidden />
      <EmptyState icon="search" title={t("notFound.title")}>
        <p>{t("notFound.text")}</p>
        <LinkButton to="/">{t("notFound.home")}</LinkButton>
      </EmptyState>
    </>
  );
}
