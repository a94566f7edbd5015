// Controls GraphiQL through its interface: tabs, editors, buttons and the result.

/** Returns the actions of one page that shows GraphiQL. */
export function graphiqlIn(page) {
  /** Finds an editor by its region. Variables and Headers share a region that shows one of the two. */
  const editor = (name) => page.getByRole("region", { name, exact: true }).locator(".graphiql-editor:not(.hidden)");
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  return {
    editor,
    press,
    result: (text) => page.locator(".result-window .view-line", { hasText: text }).first().waitFor(),
    openTab: (name) => page.getByRole("tab", { name }).getByRole("button", { name, exact: true }).click(),
    execute: () => page.getByRole("button", { name: /^Execute query/ }).click(),
    stop: () => page.getByRole("button", { name: /^Stop query/ }).click(),

    /** Replaces the text of an editor. With `typed` it is entered key by key, and the editor closes brackets. */
    async write(name, text, { typed = false } = {}) {
      await editor(name).locator(".view-lines").click();
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.press("Delete");
      await (typed ? page.keyboard.type(text) : page.keyboard.insertText(text));
    },

    /** Signs in with the form at the top right. */
    async logIn({ username, password }) {
      await press("Log in");
      await page.getByLabel("Username or email").fill(username);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("dialog").getByRole("button", { name: "Log in" }).click();
      await page.getByText(username, { exact: true }).waitFor();
    },
  };
}
