// The messages of the page in its language, and the messages for problems.
import { FluentBundle } from "@fluent/bundle";
import { createContext, useContext, useMemo, useState, type ReactNode } from "react";
import { settingsStorage } from "../components/settingsStorage";
import type { Problem } from "../graphql/problems";
import type { MessageKey } from "./generated/messages";
import { loadTranslation, showLanguage, type Language, type Translation } from "./start";
import { regionalLocale } from "./time";

export type MessageValues = Record<string, string | number>;

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Keeps a name in letters of the other direction from reordering the sentence around it, as `<bdi>` does in HTML. */
export const isolate = (text: string) =>
  document.dir === "rtl" || rightToLeft.test(text) ? `\u2068${text}\u2069` : text;

/** Joins the items of a list with the comma of the page's language. */
export const joinList = (items: readonly string[]) => items.join(document.dir === "rtl" ? "، " : ", ");

/** Codes for which the client's message is used instead of the server's. */
const clientMessages = new Set([
  ...["UNREACHABLE", "INTERNAL_SERVER_ERROR", "UNAUTHENTICATED", "TIMEOUT", "UNAVAILABLE"],
  ...["HEIC_UNREADABLE", "TOO_MANY_IMAGES"],
  ...["FILE_TOO_LARGE", "FILE_UNSUPPORTED_MEDIA", "TOO_MANY_FILES"],
]);

export interface I18n {
  language: Language;
  /** Rejects when the messages cannot be loaded. */
  setLanguage: (language: Language) => Promise<void>;
  t: (key: MessageKey, values?: MessageValues) => string;
  has: (key: string) => key is MessageKey;
  formatNumber: (value: number) => string;
  /** The message for a problem: the server's where it is in the language of the page, else the translation of its code. */
  explain: (problem: Problem) => string;
}

/** In the files, `lobby.title` is `lobby-title`. */
const idOf = (key: string) => key.replaceAll(".", "-");

function createTranslator({ language, messages }: Translation): Pick<I18n, "t" | "has" | "formatNumber" | "explain"> {
  // Values are isolated by `isolate`, and only where it makes a difference.
  const locale = regionalLocale(language);
  const bundle = new FluentBundle(locale, { useIsolating: false });
  const { format: formatNumber } = new Intl.NumberFormat(locale);

  // Messages do not refer to each other, so the bundle needs none of them.
  const has = (key: string): key is MessageKey => idOf(key) in messages;
  const t = (key: MessageKey, values: MessageValues = {}) => {
    const pattern = messages[idOf(key)];
    if (!pattern) return key;
    const isolated = Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? isolate(value) : value]);
    // With a list for errors, a value that is missing leaves its name in the text.
    return bundle.formatPattern(pattern, Object.fromEntries(isolated), []);
  };
  const explain = ({ code, message, retryAfter, values, isTranslated }: Problem) => {
    if (code === "RATE_LIMITED")
      return retryAfter ? t("problem.rateLimitedFor", { count: retryAfter }) : t("problem.RATE_LIMITED");
    const key = `problem.${code}`;
    if ((language === "en" || isTranslated) && message && !clientMessages.has(code)) return message;
    return has(key) ? t(key, values) : message;
  };
  return { t, has, formatNumber, explain };
}

const Context = createContext<I18n | undefined>(undefined);

export function I18nProvider({ first, children }: { first: Translation; children: ReactNode }) {
  const [translation, setTranslation] = useState(first);
  const i18n = useMemo(() => {
    const setLanguage = async (language: Language) => {
      const next = await loadTranslation(language);
      showLanguage(language);
      setTranslation(next);
      settingsStorage.set("language", language);
    };
    return { language: translation.language, setLanguage, ...createTranslator(translation) };
  }, [translation]);
  return <Context value={i18n}>{children}</Context>;
}

export function useI18n() {
  const i18n = useContext(Context);
  if (!i18n) throw new Error("I18nProvider is missing");
  return i18n;
}

export const useTranslate = () => useI18n().t;
