// The page to which signing up leads, kept until the address is confirmed: the mailed link opens another tab.
import { sitePath } from "../app/router";
import { settingsStorage } from "../components/settingsStorage";

const key = "next-page";

export const nextPage = {
  get() {
    const path = settingsStorage.get(key);
    return path === undefined ? undefined : sitePath(path);
  },

  /** An empty path removes it. */
  set: (path: string) => settingsStorage.set(key, path || undefined),
};
