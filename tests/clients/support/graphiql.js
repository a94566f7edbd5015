// GraphiQL as a person works it: tabs, editors, the button that runs, and what is shown as the answer.

/** The ways of one page with GraphiQL in it. */
export function graphiqlIn(page) {
  /** An editor by the name of its region. Variables and Headers lie in one region, and only one of the two shows. */
  const editor = (name) => page.getByRole("region", { name, exact: true }).locator(".graphiql-editor:not(.hidden)");
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  return {
    editor,
    press,
    result: (text) => page.locator(".result-window .view-line", { hasText: text }).first().waitFor(),
    openTab: (name) => page.getByRole("tab", { name }).getByRole("button", { name, exact: true }).click(),
    execute: () => page.getByRole("button", { name: /^Execute query/ }).click(),
    stop: () => page.getByRole("button", { name: /^Stop query/ }).click(),

    /** Replaces what stands in an editor, key by key when `typed`: brackets then close themselves, as for a person. */
    async write(name, text, { typed = false } = {}) {
      await editor(name).locator(".view-lines").click();
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.press("Delete");
      await (typed ? page.keyboard.type(text) : page.keyboard.insertText(text));
    },

    /** Signs in by the box at the top right, once it is there. */
    async logIn({ username, password }) {
      await press("Log in");
      await page.getByLabel("Username or email").fill(username);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("dialog").getByRole("button", { name: "Log in" }).click();
      await page.getByText(username, { exact: true }).waitFor();
    },
  };
}
