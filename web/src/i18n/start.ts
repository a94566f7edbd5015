// The language of the page. It is chosen, and its messages are requested, while the rest of the client is loading.
import { settingsStorage } from "../components/settingsStorage";

/** Every language by its own name. */
export const languages = { en: "English", fr: "Français" };
export type Language = keyof typeof languages;

export const isLanguage = (name: string): name is Language => name in languages;

/** Fluent patterns by the ids of the messages. */
type Messages = Record<string, unknown>;

const loaders: Record<Language, () => Promise<{ default: Messages }>> = {
  en: () => import("messages:en"),
  fr: () => import("messages:fr"),
};

export interface Translation {
  language: Language;
  messages: Messages;
}

export async function loadTranslation(language: Language): Promise<Translation> {
  return { language, messages: (await loaders[language]()).default };
}

/** The reader's first language that the client has (RFC 4647, lookup): `ro-MD` is served by `ro`. */
function lookUp(ranges: readonly string[]): Language {
  return ranges.map((range) => range.toLowerCase().split("-")[0] ?? "").find(isLanguage) ?? "en";
}

function firstLanguage() {
  const saved = settingsStorage.get("language");
  return saved && isLanguage(saved) ? saved : lookUp(navigator.languages);
}

export function showLanguage(language: Language) {
  document.documentElement.lang = language;
}

const language = firstLanguage();
showLanguage(language);
export const firstTranslation = loadTranslation(language).catch(() => loadTranslation("en"));
