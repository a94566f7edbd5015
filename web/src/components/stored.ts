// What this browser keeps for one person: drafts, messages on their way, notices. Gone when they log out.
const prefix = "studyhall:";

export const stored = {
  read<Value>(owner: string, name: string): Value | undefined {
    try {
      return JSON.parse(localStorage.getItem(`${prefix}${owner}:${name}`) ?? "") as Value;
    } catch {
      return undefined;
    }
  },

  /** Keeps a value, or forgets it when there is none. A full or forbidden store only means that a reload forgets. */
  write(owner: string, name: string, value: unknown) {
    try {
      if (value === undefined || value === "") localStorage.removeItem(`${prefix}${owner}:${name}`);
      else localStorage.setItem(`${prefix}${owner}:${name}`, JSON.stringify(value));
    } catch {
      // Nothing to do about it, and nothing lost that the page does not hold as well.
    }
  },

  /** Whether somebody seems to be signed in: what is kept is gone when they log out. */
  isAnybodyHere: () => Object.keys(localStorage).some((key) => key.startsWith(prefix)),

  forget(owner: string) {
    Object.keys(localStorage)
      .filter((key) => key.startsWith(`${prefix}${owner}:`))
      .forEach((key) => localStorage.removeItem(key));
  },
};

/** The client's own name for what it creates: sent again under the same name, it is not created again. */
export function newClientKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
