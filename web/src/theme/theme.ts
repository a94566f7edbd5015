// The theme follows the system unless the user has chosen one.
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export function storedTheme(): Theme {
  return themes.find((theme) => theme === localStorage.getItem("theme")) ?? "system";
}

export function applyTheme(theme = storedTheme()) {
  if (theme === "system") localStorage.removeItem("theme");
  else localStorage.setItem("theme", theme);
  document.documentElement.dataset.theme = theme;
}
