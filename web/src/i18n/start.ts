// The language of the page. It is chosen, and its messages are requested, while the rest of the client is loading.
import type { Message } from "@fluent/bundle";
import loaders, { manifests } from "messages:";
import { withDeadline } from "../app/deadline";
import { settingsStorage } from "../components/settingsStorage";

/** Every language by its own name. */
export const languages = { en: "English", fr: "Français", ro: "Română", th: "ไทย", ar: "العربية" };
export type Language = keyof typeof languages;

export const isLanguage = (name: string): name is Language => name in languages;

/** Fluent patterns by the ids of the messages. */
type Messages = Record<string, NonNullable<Message["value"]>>;

export interface Translation {
  language: Language;
  /** The messages of the parts that are loaded. It grows with the pages that are opened. */
  messages: Messages;
}

/** The parts that this page needs, now or when its language changes. */
const neededParts = new Set(["core"]);
const translations = new Map<Language, Translation>();
let current: Language;

/** Below the deadline for the code of a page, so that the English messages can still stand in for those that are late. */
const deadline = 6000;

async function loadMessages(language: Language, part: string) {
  const loading = loaders[language]?.[part]?.();
  return loading ? (await withDeadline(loading, deadline)).default : {};
}

async function loadPart(language: Language, part: string, loading = loadMessages(language, part)) {
  const messages = await loading;
  const translation = translations.get(language) ?? { language, messages: {} };
  translations.set(language, translation);
  Object.assign(translation.messages, messages);
  return translation;
}

/** A part for a page in the current language. The English messages stand in for those that do not arrive. */
function loadPartOrEnglish(part: string) {
  const language = current;
  return loadPart(language, part, loadMessages(language, part).catch(() => loadMessages("en", part)));
}

/** Loads all parts that the page has needed so far. From then on, the parts of further pages are loaded in this language. */
export async function loadTranslation(language: Language): Promise<Translation> {
  const loaded = new Set<string>();
  let translation: Translation = { language, messages: {} };
  // Further parts may be needed while these load.
  while (loaded.size < neededParts.size) {
    const missing = [...neededParts].filter((part) => !loaded.has(part));
    [translation = translation] = await Promise.all(missing.map((part) => loadPart(language, part)));
    for (const part of missing) loaded.add(part);
  }
  current = language;
  return translation;
}

/** A module, once the parts of the messages that it uses are loaded as well. The build adds the calls. */
export async function withMessages<Module>(parts: string[], loading: Promise<Module>): Promise<Module> {
  for (const part of parts) neededParts.add(part);
  const [module] = await Promise.all([loading, ...parts.map(loadPartOrEnglish)]);
  return module;
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
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  const manifest = document.querySelector<HTMLLinkElement>("link[rel=manifest]");
  if (manifest) manifest.href = manifests[language] ?? manifest.href;
}

current = firstLanguage();
showLanguage(current);
/** Rejects when neither these messages nor the English ones arrive. */
export const firstTranslation = loadTranslation(current).catch(() => {
  showLanguage("en");
  return loadTranslation("en");
});
