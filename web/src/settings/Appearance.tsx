import { useState } from "react";
import { languageNames, useLanguageChoice } from "../app/languages";
import { SegmentedControl } from "../components/forms";
import { useTranslate } from "../i18n/i18n";
import { applyTheme, storedTheme, themes, type Theme } from "../theme/theme";

export function Appearance() {
  const t = useTranslate();
  const [theme, setTheme] = useState(storedTheme);
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <div className="stack">
      <div className="row apart">
        <span className="label">{t("theme.label")}</span>
        <SegmentedControl
          name="theme"
          label={t("theme.label")}
          value={theme}
          options={themes.map((name) => [name, t(`theme.${name}`)] as const)}
          onChange={choose}
        />
      </div>
      <div className="row apart">
        <span className="label">{t("language.label")}</span>
        <LanguageChoice />
      </div>
    </div>
  );
}

function LanguageChoice() {
  const { label, language, choose } = useLanguageChoice();
  const options = languageNames.map(([code, name]) => [code, <bdi lang={code}>{name}</bdi>] as const);
  return <SegmentedControl name="language" label={label} value={language} options={options} onChange={(next) => void choose(next)} />;
}
