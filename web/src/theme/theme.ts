import { settingsStorage } from "../components/settingsStorage";

// The theme follows the system unless the user has chosen one.
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export function storedTheme(): Theme {
  return themes.find((theme) => theme === settingsStorage.get("theme")) ?? "system";
}

export function applyTheme(theme = storedTheme()) {
  settingsStorage.set("theme", theme === "system" ? undefined : theme);
  document.documentElement.dataset.theme = theme;
}
