// The language of the page, and the translation of catalogue messages and problems.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Problem } from "../graphql/problems";
import { catalogue, type MessageKey } from "./catalogue";

export type Language = "en" | "fr";
export type MessageValues = Record<string, string | number>;

const languageIndex: Record<Language, 0 | 1> = { en: 0, fr: 1 };

/** Selects `one form|other form` by `count` and the language's plural rules, and replaces `{name}` by its value. */
export function translate(language: Language, key: MessageKey, values: MessageValues = {}) {
  const forms = catalogue[key][languageIndex[language]].split("|");
  const isOne = typeof values.count === "number" && new Intl.PluralRules(language).select(values.count) === "one";
  const form = (isOne ? forms[0] : forms.at(-1)) ?? "";
  return form.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    return value === undefined ? placeholder : typeof value === "number" ? value.toLocaleString(language) : value;
  });
}

/** Codes for which English uses the catalogue instead of the server's message. */
const clientMessages = new Set(["UNREACHABLE", "INTERNAL_SERVER_ERROR", "UNAUTHENTICATED", "TIMEOUT", "UNAVAILABLE"]);

interface I18n {
  language: Language;
  setLanguage: (language: Language) => void;
  t: (key: MessageKey, values?: MessageValues) => string;
  /** The message for a problem. The server's messages are English; other languages translate the code. */
  explain: (problem: Problem) => string;
}

const Context = createContext<I18n | undefined>(undefined);

function initialLanguage(): Language {
  const saved = localStorage.getItem("language");
  if (saved === "en" || saved === "fr") return saved;
  return navigator.languages.find((name) => /^(en|fr)\b/.test(name))?.startsWith("fr") ? "fr" : "en";
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem("language", language);
  }, [language]);
  const i18n = useMemo(() => {
    const t = (key: MessageKey, values?: MessageValues) => translate(language, key, values);
    const explain = ({ code, message, retryAfter }: Problem) => {
      if (code === "RATE_LIMITED")
        return retryAfter ? t("problem.rateLimitedFor", { count: retryAfter }) : t("problem.RATE_LIMITED");
      const key = `problem.${code}` as MessageKey;
      if (language === "en" && !clientMessages.has(code)) return message;
      return key in catalogue ? t(key) : message;
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
