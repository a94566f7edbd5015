// The texts of the web client's pages, and the language in which they are.

/** Every language of the client by its own name. */
export const languageNames = ["English", "Français", "Română", "ไทย", "العربية"];

/** Returns all texts of a page, including those for screen readers. */
export const visibleTexts = (page) =>
  page.evaluate(() => {
    const found = new Set([document.title]);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const parent = walk.currentNode.parentElement;
      // The browser translates the names of time zones.
      if (!parent.closest("script, style, noscript, select[name=timeZone]")) found.add(walk.currentNode.data);
    }
    for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
      for (const name of ["aria-label", "placeholder", "title", "alt"]) {
        if (element.hasAttribute(name)) found.add(element.getAttribute(name));
      }
    }
    return [...found].map((text) => text.trim()).filter((text) => /\p{L}{3}/u.test(text));
  });

/** Reloads the page in a language, as if its reader had chosen it: on this device, and for a member in the account. */
export async function setLanguage(page, language) {
  await page.evaluate(async (locale) => {
    localStorage.setItem("language", locale);
    const isMember = Object.keys(localStorage).some((key) => key.startsWith("studyhall:"));
    const query = "mutation ($locale: Locale) { updateSettings(input: { locale: $locale }) { userErrors { code } } }";
    const [method, headers] = ["POST", { "content-type": "application/json" }];
    if (isMember) await fetch("/graphql", { method, headers, body: JSON.stringify({ query, variables: { locale } }) });
  }, language);
  await page.reload();
  await waitForLanguage(page, language);
}

export async function waitForLanguage(page, language) {
  await page.locator(`html[lang=${language}]`).waitFor({ state: "attached" });
  await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
  await page.waitForLoadState("networkidle");
}
