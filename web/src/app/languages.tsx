// The choice of the language. Each one has its own name, because its readers may not understand another.
import { useState } from "react";
import { SaveLocaleDocument } from "../accounts/generated/accounts";
import { useSession } from "../accounts/session";
import { useToast } from "../components/feedback";
import { Icon } from "../components/icons";
import { useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { languages, type Language } from "../i18n/start";

export const languageNames = Object.entries(languages) as [Language, string][];

/**
 * Every choice of a language passes here. It is shown while its messages are loading. A member's choice is saved on the server,
 * for mails and calendars; other callers send it with their requests (`graphql/client.ts`).
 */
export function useLanguageChoice() {
  const { t, language, setLanguage } = useI18n();
  const toast = useToast();
  const { viewer } = useSession();
  const { run: save } = useMutation(SaveLocaleDocument);
  const [loading, setLoading] = useState<Language>();
  const choose = (next: Language) => {
    setLoading(next);
    setLanguage(next)
      .then(() => {
        if (viewer && !viewer.isGuest) return save({ input: { locale: next } });
      })
      .catch(() => toast(t("state.failed")))
      .finally(() => setLoading(undefined));
  };
  return { label: t("language.label"), language: loading ?? language, choose };
}

/** For the header, which has little space: on a phone, only the icon is visible. */
export function LanguageMenu() {
  const { label, language, choose } = useLanguageChoice();
  return (
    <span className="button quiet small language-menu">
      <Icon name="globe" />
      <span className="name" aria-hidden="true">
        {languages[language]}
      </span>
      <select aria-label={label} value={language} onChange={(event) => choose(event.target.value as Language)}>
        {languageNames.map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}
