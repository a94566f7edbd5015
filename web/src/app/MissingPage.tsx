import { LinkButton } from "../components/buttons";
import { Empty } from "../components/feedback";
import { useText } from "../i18n/language";
import { Heading } from "./Heading";

export function MissingPage() {
  const t = useText();
  return (
    <>
      <Heading title={t("missing.title")} isHidden />
      <Empty icon="search" title={t("missing.title")}>
        <p>{t("missing.text")}</p>
        <LinkButton to="/">{t("missing.home")}</LinkButton>
      </Empty>
    </>
  );
}
