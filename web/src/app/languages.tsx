// The choice of the language. Each one has its own name, because its readers may not understand another.
//
// A member's pages are in the language of the account, like the mails. A choice is saved there, and signing in shows it on
// every device. A visitor's choice is kept on the device. When a member signs in afterwards and the account has another
// language, the page offers the choice: the device may be a shared one.
import { useEffect, useEffectEvent, useReducer, useState } from "react";
import { SaveLocaleDocument } from "../accounts/generated/accounts";
import { useSession, type Viewer } from "../accounts/session";
import { Button } from "../components/buttons";
import { Callout, useToast } from "../components/feedback";
import { Icon } from "../components/icons";
import { settingsStorage } from "../components/settingsStorage";
import { useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { isLanguage, languages, type Language } from "../i18n/start";

export const languageNames = Object.entries(languages) as [Language, string][];

/** What was chosen on this device while no member was signed in. */
const visitorChoice = {
  get: () => settingsStorage.get("visitorLanguage"),
  set: (language: Language | undefined) => settingsStorage.set("visitorLanguage", language),
};

const isMember = (viewer: Viewer | null | undefined): viewer is Viewer => Boolean(viewer && !viewer.isGuest);

/** The choices that are not saved yet. Until then, the account still has an earlier one. */
let unsaved = 0;

/** Every choice of a language passes here. It is shown while its messages are loading. */
export function useLanguageChoice() {
  const { t, language, setLanguage } = useI18n();
  const toast = useToast();
  const { viewer } = useSession();
  const { run: save } = useMutation(SaveLocaleDocument);
  const [loading, setLoading] = useState<Language>();
  const choose = async (next: Language) => {
    setLoading(next);
    unsaved += 1;
    try {
      await setLanguage(next);
      visitorChoice.set(isMember(viewer) ? undefined : next);
      if (isMember(viewer) && !(await save({ input: { locale: next } }))) toast(t("state.failed"));
    } catch {
      toast(t("state.failed"));
    } finally {
      unsaved -= 1;
      setLoading(undefined);
    }
  };
  return { label: t("language.label"), language: loading ?? language, choose };
}

/** Shows a member's pages in the language of the account, when they sign in and when it changes. */
export function useAccountLanguage() {
  const { viewer } = useSession();
  const { language, setLanguage } = useI18n();
  const member = isMember(viewer) ? viewer : undefined;
  const show = useEffectEvent((locale: string) => {
    if (visitorChoice.get() === locale) visitorChoice.set(undefined);
    // Messages that cannot be loaded now are loaded with the next page.
    if (isLanguage(locale) && locale !== language && unsaved === 0) setLanguage(locale).catch(() => {});
  });
  const [id, locale] = [member?.user.id, member?.settings.locale];
  useEffect(() => {
    if (id && locale) show(locale);
  }, [id, locale]);
}

/** Offers what was chosen on this device before the member signed in, when the account has another language. */
export function LanguagePrompt() {
  const { t } = useI18n();
  const { viewer } = useSession();
  const { choose } = useLanguageChoice();
  const [, showAgain] = useReducer((count: number) => count + 1, 0);
  const chosen = visitorChoice.get();
  if (!isMember(viewer) || !chosen || !isLanguage(chosen)) return null;
  const { locale } = viewer.settings;
  if (!isLanguage(locale) || chosen === locale) return null;
  const keep = () => {
    visitorChoice.set(undefined);
    showAgain();
  };
  const [device, account] = [languages[chosen], languages[locale]];
  return (
    <div className="language-prompt">
      <Callout icon="globe">
        <p>{t("language.differs", { account, device })}</p>
        <div className="row">
          <Button small kind="primary" onClick={() => void choose(chosen)}>
            {t("language.use", { language: device })}
          </Button>
          <Button small onClick={keep}>
            {t("language.keep", { language: account })}
          </Button>
        </div>
      </Callout>
    </div>
  );
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
      <select aria-label={label} value={language} onChange={(event) => void choose(event.target.value as Language)}>
        {languageNames.map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}
