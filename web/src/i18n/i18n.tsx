// The language of the page, and the translation of catalogue messages and problems.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { settingsStorage } from "../components/storage";
import type { Problem } from "../graphql/problems";
import { catalogue, type MessageKey } from "./catalogue";

export type Language = "en" | "fr";
export type MessageValues = Record<string, string | number>;

const languageIndex: Record<Language, 0 | 1> = { en: 0, fr: 1 };

/** French has a space before these signs that must not break. Before a colon, it is a whole one. */
const withFrenchSpaces = (text: string) =>
  text.replace(/ ([;!?])/g, "\u202f$1").replace(/ ([:»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Keeps the letters of a right-to-left name from reordering the sentence around it, as `<bdi>` does in HTML. */
export const isolate = (text: string) => (rightToLeft.test(text) ? `\u2068${text}\u2069` : text);

/** Selects `one form|other form` by `count` and the language's plural rules, and replaces `{name}` by its value. */
export function translate(language: Language, key: MessageKey, values: MessageValues = {}) {
  const text = catalogue[key][languageIndex[language]];
  const forms = (language === "fr" ? withFrenchSpaces(text) : text).split("|");
  const isOne = typeof values.count === "number" && new Intl.PluralRules(language).select(values.count) === "one";
  const form = (isOne ? forms[0] : forms.at(-1)) ?? "";
  return form.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) return placeholder;
    return typeof value === "number" ? value.toLocaleString(language) : isolate(value);
  });
}

/** Codes for which English uses the catalogue instead of the server's message. */
const clientMessages = new Set([
  ...["UNREACHABLE", "INTERNAL_SERVER_ERROR", "UNAUTHENTICATED", "TIMEOUT", "UNAVAILABLE"],
  ...["HEIC_UNREADABLE", "TOO_MANY_IMAGES"],
]);

export interface I18n {
  language: Language;
  setLanguage: (language: Language) => void;
  t: (key: MessageKey, values?: MessageValues) => string;
  /** The message for a problem. The server's messages are English; other languages translate the code. */
  explain: (problem: Problem) => string;
}

const Context = createContext<I18n | undefined>(undefined);

function initialLanguage(): Language {
  const saved = settingsStorage.get("language");
  if (saved === "en" || saved === "fr") return saved;
  return navigator.languages.find((name) => /^(en|fr)\b/.test(name))?.startsWith("fr") ? "fr" : "en";
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
    settingsStorage.set("language", language);
  }, [language]);
  const i18n = useMemo(() => {
    const t = (key: MessageKey, values?: MessageValues) => translate(language, key, values);
    const explain = ({ code, message, retryAfter, values }: Problem) => {
      if (code === "RATE_LIMITED")
        return retryAfter ? t("problem.rateLimitedFor", { count: retryAfter }) : t("problem.RATE_LIMITED");
      const key = `problem.${code}` as MessageKey;
      if (language === "en" && message && !clientMessages.has(code)) return message;
      return key in catalogue ? t(key, values) : message;
    };
    return { language, setLanguage, t, explain };
  }, [language]);
  return <Context value={i18n}>{children}</Context>;
}

export function useI18n() {
  const i18n = useContext(Context);
  if (!i18n) throw new Error("I18nProvider is missing");
  return i18n;
}

export const useTranslate = () => useI18n().t;
