/** The browser's storage. Reading it throws where the browser blocks it. */
export const settingsStorage = {
  get(key: string) {
    try {
      return localStorage.getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  },

  /** Stores a value, or removes it when it is undefined. */
  set(key: string, value: string | undefined) {
    try {
      if (value === undefined) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // The storage is full or blocked. The page still has the value in memory and loses it only on a reload.
    }
  },

  keys() {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  },
};
