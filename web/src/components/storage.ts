// Data that the browser stores for one user: drafts, unsent messages and notices. Logging out deletes it.
const prefix = "studyhall:";

export const storage = {
  get<Value>(owner: string, name: string): Value | undefined {
    try {
      return JSON.parse(localStorage.getItem(`${prefix}${owner}:${name}`) ?? "") as Value;
    } catch {
      return undefined;
    }
  },

  /** Stores a value, or removes it when it is undefined or empty. */
  set(owner: string, name: string, value: unknown) {
    try {
      if (value === undefined || value === "") localStorage.removeItem(`${prefix}${owner}:${name}`);
      else localStorage.setItem(`${prefix}${owner}:${name}`, JSON.stringify(value));
    } catch {
      // The storage is full or blocked. The page still has the value in memory and loses it only on a reload.
    }
  },

  /** Whether a user is probably logged in: logging out deletes the data. */
  hasUserData: () => Object.keys(localStorage).some((key) => key.startsWith(prefix)),

  clear(owner: string) {
    Object.keys(localStorage)
      .filter((key) => key.startsWith(`${prefix}${owner}:`))
      .forEach((key) => localStorage.removeItem(key));
  },
};

/** A new idempotency key. The server creates an object only once for the same key. */
export function newClientKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
