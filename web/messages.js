// Compiles the messages in `locales` while the client is built: their keys become a type, and each part of a language a module.
//   node messages.js types     writes the type of all keys
//   node messages.js missing   lists the keys that a language lacks
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FluentResource } from "@fluent/bundle";
import { divideMessages, dynamicImport, parts } from "./messageParts.js";

const directory = fileURLToPath(new URL("locales", import.meta.url));

/** The language that has every message. In the others, it stands in for those that are missing. */
const source = "en";

export const languages = readdirSync(directory).sort();

const filesOf = (/** @type {string} */ language) => readdirSync(join(directory, language)).map((name) => join(directory, language, name));

/** In the client, a key has a dot: `lobby-title` in a file is `lobby.title`. */
const keyOf = (/** @type {string} */ id) => id.replaceAll("-", ".");

/**
 * The patterns of a language's messages by id. Fluent's parser skips what it cannot read, and this throws instead.
 * @param {string} language
 * @returns {Map<string, any>}
 */
export function readMessages(language) {
  const messages = new Map();
  for (const file of filesOf(language)) {
    const text = readFileSync(file, "utf8");
    const parsed = new Map(new FluentResource(text).body.map(({ id, value }) => [id, value]));
    for (const [index, line] of text.split("\n").entries()) {
      if (/^(#.*|[ }].*|)$/.test(line)) continue;
      const id = /^([a-z]\w*(?:-\w+)+) =/.exec(line)?.[1] ?? "";
      const problem = !parsed.get(id) ? "not a message in Fluent's syntax" : messages.has(id) ? "a second message of this name" : "";
      if (problem) throw new Error(`${file}:${index + 1}: ${problem}: ${line}`);
      messages.set(id, mapTexts(parsed.get(id), language === "fr" ? withFrenchSpaces : (text) => text));
    }
  }
  return messages;
}

/**
 * @param {any} pattern
 * @param {(text: string) => string} change
 * @returns {any}
 */
function mapTexts(pattern, change) {
  if (typeof pattern === "string") return change(pattern);
  return pattern.map((/** @type {any} */ part) => {
    if (typeof part === "string") return change(part);
    if (part.type !== "select") return part;
    const variants = part.variants.map((/** @type {any} */ variant) => ({ ...variant, value: mapTexts(variant.value, change) }));
    return { ...part, variants };
  });
}

/** French has a space before these signs that must not break. Before a colon, it is a whole one. */
const withFrenchSpaces = (/** @type {string} */ text) =>
  text.replace(/ ([;!?])/g, "\u202f$1").replace(/ ([:»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");

/**
 * The modules `messages:en/core`, `messages:en/mentoring` and so on: each part in each language. `messages:` has the
 * functions that load them. A page asks for its parts together with its code: every dynamic import of the client waits
 * for the messages that the modules behind it use.
 */
export function messagesPlugin() {
  /** @type {ReturnType<typeof divideMessages>} */
  let division;
  return {
    name: "messages",
    // Before the types are removed.
    enforce: /** @type {const} */ ("pre"),
    buildStart() {
      division = divideMessages([...readMessages(source).keys()].map(keyOf));
    },
    resolveId: (/** @type {string} */ id) => (id.startsWith("messages:") ? `\0${id}` : undefined),
    /**
     * @this {{ addWatchFile(file: string): void, emitFile(file: object): string, meta: { watchMode: boolean } }}
     * @param {string} id
     */
    load(id) {
      if (id === "\0messages:") return loaders() + manifests(this);
      const [, language, part] = /^\0messages:(\w+)\/(\w+)$/.exec(id) ?? [];
      if (!language || !part) return undefined;
      for (const file of [...filesOf(source), ...filesOf(language)]) this.addWatchFile(file);
      const messages = [...new Map([...readMessages(source), ...readMessages(language)])];
      return `export default ${JSON.stringify(Object.fromEntries(messages.filter(([id]) => division.partOf.get(keyOf(id)) === part)))}`;
    },
    /**
     * @param {string} code
     * @param {string} id
     */
    transform(code, id) {
      if (!/\/web\/src\/.*\.tsx?$/.test(id) || !code.match(dynamicImport)) return undefined;
      const waiting = code.replace(dynamicImport, (found, target) => {
        const needed = division.partsBehind(id, target);
        return needed.length > 0 ? `withMessages(${JSON.stringify(needed)}, ${found})` : found;
      });
      return waiting === code ? undefined : `import { withMessages } from "/src/i18n/start";\n${waiting}`;
    },
  };
}

function loaders() {
  const ofLanguage = (/** @type {string} */ language) =>
    parts.map((part) => `${part}: () => import("messages:${language}/${part}")`).join(", ");
  return `export default { ${languages.map((language) => `${language}: { ${ofLanguage(language)} }`).join(", ")} };`;
}

/**
 * The description of the application for systems that install it, in each language. The file in `public` is English.
 * @param {{ emitFile(file: object): string, meta: { watchMode: boolean } }} context
 */
function manifests({ emitFile, meta }) {
  const manifest = JSON.parse(readFileSync(fileURLToPath(new URL("public/manifest.webmanifest", import.meta.url)), "utf8"));
  const urlOf = (/** @type {string} */ language) => {
    if (meta.watchMode || language === source) return '"/manifest.webmanifest"';
    const description = readMessages(language).get("app-description") ?? manifest.description;
    const text = JSON.stringify({ ...manifest, lang: language, dir: language === "ar" ? "rtl" : "ltr", description });
    return `import.meta.ROLLUP_FILE_URL_${emitFile({ type: "asset", name: `manifest-${language}.webmanifest`, source: text })}`;
  };
  return `export const manifests = { ${languages.map((language) => `${language}: ${urlOf(language)}`).join(", ")} };`;
}

const command = process.argv[1] === fileURLToPath(import.meta.url) ? process.argv[2] : undefined;

if (command === "types") {
  const target = fileURLToPath(new URL("src/i18n/generated", import.meta.url));
  const keys = [...readMessages(source).keys()].map((id) => `  | ${JSON.stringify(keyOf(id))}`);
  const text = `/** The keys of all messages. */\nexport type MessageKey =\n${keys.join("\n")};\n`;
  const file = join(target, "messages.ts");
  mkdirSync(target, { recursive: true });
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
} else if (command === "missing") {
  for (const language of languages) {
    const known = readMessages(language);
    for (const file of filesOf(source)) {
      const ids = [...readFileSync(file, "utf8").matchAll(/^([a-z][\w-]+) =/gm)].map(([, id]) => String(id));
      const missing = ids.filter((id) => !known.has(id));
      if (missing.length > 0) console.log(`${file.replace(join(directory, source), join("locales", language))}: ${missing.join(" ")}`);
    }
  }
}
