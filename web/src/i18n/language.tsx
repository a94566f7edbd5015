// Which language the page speaks, and how it says things: sentences from the catalogue, dates as the language writes them.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Problem } from "../graphql/problems";
import { catalogue, type Key } from "./catalogue";

export type Language = "en" | "fr";
export type Values = Record<string, string | number>;

const place: Record<Language, 0 | 1> = { en: 0, fr: 1 };

/** `one form|other form` is chosen by `count`, as the language counts; `{name}` is replaced by its value. */
export function say(language: Language, key: Key, values: Values = {}) {
  const forms = catalogue[key][place[language]].split("|");
  const isOne = typeof values.count === "number" && new Intl.PluralRules(language).select(values.count) === "one";
  const form = (isOne ? forms[0] : forms.at(-1)) ?? "";
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? value.toLocaleString(language) : value;
  });
}

interface Speech {
  language: Language;
  setLanguage: (language: Language) => void;
  t: (key: Key, values?: Values) => string;
  /** Puts a problem into words. The server writes English; other languages go by the code. */
  explain: (problem: Problem) => string;
}

const Context = createContext<Speech | undefined>(undefined);

function first(): Language {
  const kept = localStorage.getItem("language");
  if (kept === "en" || kept === "fr") return kept;
  return navigator.languages.find((name) => /^(en|fr)\b/.test(name))?.startsWith("fr") ? "fr" : "en";
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(first);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem("language", language);
  }, [language]);
  const speech = useMemo(() => {
    const t = (key: Key, values?: Values) => say(language, key, values);
    const explain = ({ code, message, wait }: Problem) => {
      if (code === "RATE_LIMITED")
        return wait ? t("problem.rateLimitedFor", { count: wait }) : t("problem.RATE_LIMITED");
      const key = `problem.${code}` as Key;
      const isOurs = ["UNREACHABLE", "INTERNAL_SERVER_ERROR", "UNAUTHENTICATED", "TIMEOUT", "UNAVAILABLE"].includes(
        code,
      );
      if (language === "en" && !isOurs) return message;
      return key in catalogue ? t(key) : message;
    };
    return { language, setLanguage, t, explain };
  }, [language]);
  return <Context value={speech}>{children}</Context>;
}

export function useSpeech() {
  const speech = useContext(Context);
  if (!speech) throw new Error("LanguageProvider is missing");
  return speech;
}

export const useText = () => useSpeech().t;
