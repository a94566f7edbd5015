// Light or dark: the system decides until somebody decides otherwise.
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export function chosenTheme(): Theme {
  return themes.find((theme) => theme === localStorage.getItem("theme")) ?? "system";
}

export function applyTheme(theme = chosenTheme()) {
  if (theme === "system") localStorage.removeItem("theme");
  else localStorage.setItem("theme", theme);
  document.documentElement.dataset.theme = theme;
}
