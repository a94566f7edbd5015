// Divides the messages into parts, so that a page loads only those that it can show: `core` has what every page can, the
// other parts belong to the features. A message is used where its key stands in the sources, whole or as a prefix.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL("src", import.meta.url));

/** Modules that pages of several features have. Their messages are in the core. */
const shared = [
  "accounts/ResendConfirmation.tsx",
  "accounts/TimeZonePrompt.tsx",
  "components/passwords.tsx",
  "moderation/ReportCount.tsx",
  "people/MissingPerson.tsx",
];

/** Features whose messages are a part, by the beginnings of their paths. Small features share one. */
const features = /** @type {const} */ ([
  ["accounts/", "accounts"],
  ["invitations/", "settings"],
  ["mentoring/", "mentoring"],
  ["moderation/", "moderation"],
  ["notifications/preferences/", "settings"],
  ["notifications/", "notifications"],
  ["settings/", "settings"],
]);
const otherFeatures = "talk";

const ownerOf = (/** @type {string} */ path) => features.find(([prefix]) => path.startsWith(prefix))?.[1] ?? otherFeatures;

export const parts = [...new Set(["core", ...features.map(([, part]) => part), otherFeatures])].sort();

/** An import whose module is loaded when it is needed, and with it, what this module imports. */
export const dynamicImport = /\bimport\("(\.[^"]+)"\)/g;
const staticImport = /^(?:import|export)\b(?! type)(?:[^"';]*? from)? "(\.[^"]+)"/gm;

/**
 * @param {readonly string[]} keys of all messages
 */
export function divideMessages(keys) {
  const modules = readModules(keys);
  /** @param {string} entry */
  const closureOf = (entry) => {
    const found = new Set([entry]);
    for (const name of found) for (const next of modules.get(name)?.imports ?? []) found.add(next);
    return found;
  };
  const core = new Set([...closureOf("main.tsx"), ...shared]);
  const users = new Map(keys.map((key) => [key, /** @type {string[]} */ ([])]));
  for (const [name, { used }] of modules) for (const key of used) users.get(key)?.push(name);
  const partOf = new Map(
    [...users].map(([key, names]) => {
      const owners = new Set(names.map(ownerOf));
      return [key, owners.size === 1 && !names.some((name) => core.has(name)) ? [...owners].join() : "core"];
    }),
  );
  return {
    /** The part of each key. */
    partOf,
    /**
     * The parts that the modules behind a dynamic import need in addition to `core`.
     * @param {string} importer
     * @param {string} target
     */
    partsBehind(importer, target) {
      const entry = resolve(importer.slice(sources.length + 1), target, modules);
      const needed = new Set();
      for (const name of entry ? closureOf(entry) : []) {
        for (const key of modules.get(name)?.used ?? []) needed.add(partOf.get(key));
      }
      needed.delete("core");
      return [...needed].sort();
    },
  };
}

/**
 * @param {readonly string[]} keys
 */
function readModules(keys) {
  const names = readdirSync(sources, { recursive: true })
    .map((name) => String(name))
    .filter((name) => /\.tsx?$/.test(name) && name !== join("i18n", "generated", "messages.ts"));
  const modules = new Map(names.map((name) => [name, { imports: /** @type {string[]} */ ([]), used: /** @type {string[]} */ ([]) }]));
  for (const [name, module] of modules) {
    const text = readFileSync(join(sources, name), "utf8");
    module.imports = [...text.matchAll(staticImport)].flatMap(([, target]) => resolve(name, String(target), modules) ?? []);
    const words = new Set([...text.matchAll(/["'`]([\w.]+)["'`]/g)].map(([, word]) => String(word)));
    const prefixes = [...text.matchAll(/`([a-z]\w*\.[\w.]*)\$\{/g)].map(([, prefix]) => String(prefix));
    // Keys like `${area}.${name}`.
    const hasAreas = /`\$\{\w+\}\.\$\{/.test(text);
    module.used = keys.filter(
      (key) =>
        words.has(key) ||
        prefixes.some((prefix) => key.startsWith(prefix)) ||
        (hasAreas && words.has(key.split(".")[0] ?? "")),
    );
  }
  return modules;
}

/**
 * @param {string} importer
 * @param {string} target
 * @param {ReadonlyMap<string, unknown>} modules
 */
function resolve(importer, target, modules) {
  const path = normalize(join(dirname(importer), target));
  return [path, `${path}.ts`, `${path}.tsx`].find((name) => modules.has(name));
}
