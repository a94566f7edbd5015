// Short texts that the browser stores for one user: drafts and dismissed hints. Logging out deletes them. Where
// the browser blocks storage, the page works without it.
import { useEffect, useState } from "react";
import { settingsStorage } from "./settingsStorage";

const prefix = "studyhall:";

const keyOf = (owner: string, name: string) => `${prefix}${owner}:${name}`;

export const storage = {
  get<Value>(owner: string, name: string): Value | undefined {
    try {
      return JSON.parse(settingsStorage.get(keyOf(owner, name)) ?? "") as Value;
    } catch {
      return undefined;
    }
  },

  /** Stores a value, or removes it when it is undefined or empty. */
  set: (owner: string, name: string, value: unknown) =>
    settingsStorage.set(keyOf(owner, name), value === undefined || value === "" ? undefined : JSON.stringify(value)),

  /** Whether a user is probably logged in: logging out deletes the data. */
  hasUserData: () => settingsStorage.keys().some((key) => key.startsWith(prefix)),

  clear: (owner: string) =>
    settingsStorage
      .keys()
      .filter((key) => key.startsWith(keyOf(owner, "")))
      .forEach((key) => settingsStorage.set(key, undefined)),
};

/** A text that survives a reload. Another tab with the same field shows its changes. */
export function useStoredText(owner: string, name: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => storage.get<string>(owner, name) ?? "");
  useEffect(() => {
    const read = ({ key }: StorageEvent) => {
      if (key === keyOf(owner, name)) setText(storage.get<string>(owner, name) ?? "");
    };
    window.addEventListener("storage", read);
    return () => window.removeEventListener("storage", read);
  }, [owner, name]);
  const change = (next: string) => {
    setText(next);
    storage.set(owner, name, next);
  };
  return [text, change];
}

/** A new idempotency key. The server creates an object only once for the same key. */
export function newClientKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
