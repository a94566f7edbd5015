// Tests GraphiQL in a real browser, from loading the page to receiving an event.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { inboxCursor, logIn, newAccount, register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { graphiqlIn } from "./support/graphiql.js";
import { startServer } from "./support/server.js";
import { imageFile } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const { page, foreignRequests, pageErrors, close } = await openBrowser(server);
after(close);

const { editor, execute, openTab, press: openTool, result, stop, write } = graphiqlIn(page);

const ada = newAccount();

// The steps depend on each other.
test("GraphiQL runs operations with tokens", async (t) => {
  await t.test("the page loads the schema and has a strict content security policy", async () => {
    const answer = await page.goto(`${server.origin}/graphiql`);
    const policy = answer.headers()["content-security-policy"];
    for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self';", "frame-ancestors 'none'"]) {
      assert.ok(policy?.includes(part), `${part} is missing in ${policy}`);
    }
    await editor("Operation Editor").locator(".view-line", { hasText: "query Welcome" }).waitFor();
    await openTool("Show Documentation Explorer");
    await page.locator(".graphiql-doc-explorer").getByText("Subscription", { exact: true }).first().waitFor();
    await screenshot(page, "graphiql-welcome");
    await openTool("Hide Documentation Explorer");
  });

  await t.test("a typed query shows its result", async () => {
    await write("Operation Editor", `query Typed { usernameAvailable(username: "${ada.username}") }`, { typed: true });
    // The editor processes keys with a delay; the tab's new name shows that it has processed all of them.
    await page.getByRole("tab", { name: "Typed" }).waitFor();
    await execute();
    await result('"usernameAvailable": true');
    await screenshot(page, "graphiql-query");
  });

  await t.test("the second tab creates an account", async () => {
    await openTab("Register");
    await openTool("Variables");
    await write("Variables", JSON.stringify({ input: ada }));
    const response = page.waitForResponse((response) => response.url() === server.url);
    await execute();
    const { data } = await (await response).json();
    assert.deepEqual(data.register.userErrors, []);
    ada.token = data.register.session.accessToken;
    await result(`"username": "${ada.username}"`);
    await screenshot(page, "graphiql-register");
  });

  await t.test("the third tab follows the inbox with the token from the Headers editor", async () => {
    await openTab("Inbox");
    await openTool("Variables");
    await write("Variables", JSON.stringify({ after: await inboxCursor(server, ada) }));
    await openTool("Headers");
    await write("Headers", JSON.stringify({ Authorization: `Bearer ${ada.token}` }));
    await execute();
    await logIn(server, ada);
    // The notice of the login, and then its notification, which the window shows.
    await result('"text": "A new device signed in to your account."');
    await screenshot(page, "graphiql-subscription");
  });

  await t.test("a stopped subscription closes its socket", async () => {
    const closed = page.waitForEvent("websocket").then((socket) => socket.waitForEvent("close"));
    await stop();
    await execute();
    await stop();
    await closed;
  });

  await t.test("a rejected token shows the close code", async () => {
    await write("Headers", JSON.stringify({ authorization: "Bearer wrong" }));
    await execute();
    await result("4403");
  });

  await t.test("a reload keeps the typed headers", async () => {
    // Editor and tab are stored separately, a moment after the last key.
    const storageKeys = ["graphiql:headers", "graphiql:tabState"];
    await page.waitForFunction(
      (keys) => keys.every((key) => sessionStorage.getItem(key)?.includes("Bearer wrong")),
      storageKeys,
    );
    await page.reload();
    await editor("Headers").locator(".view-line", { hasText: "Bearer wrong" }).waitFor();
  });

  await t.test("the page sends no foreign requests and reports no errors", () => {
    assert.deepEqual(foreignRequests, []);
    assert.deepEqual(pageErrors.filter((text) => !expected(text)), []);
  });
});

test("GraphiQL signs in with its login form", async (t) => {
  const { page, foreignRequests, pageErrors, close } = await openBrowser(server);
  t.after(close);
  const account = await register(server);
  const { execute, openTab, press, result } = graphiqlIn(page);
  const logIn = async (password) => {
    await page.getByLabel("Password").fill(password);
    await page.getByRole("dialog").getByRole("button", { name: "Log in" }).click();
  };

  await t.test("the form shows an error for a wrong password and signs in with the right one", async () => {
    await page.goto(`${server.origin}/graphiql`);
    await press("Log in");
    await page.getByLabel("Username or email").fill(account.username);
    await logIn("not the password");
    await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
    await screenshot(page, "graphiql-login");
    await logIn(account.password);
    await page.getByText(account.username, { exact: true }).waitFor();
  });

  await t.test("an upload sends the chosen file with the session of the form", async () => {
    await openTab("Upload");
    await page.locator(".graphiql-editor .view-line", { hasText: "uploadImage" }).first().waitFor();
    await page.getByLabel("File to upload").setInputFiles(imageFile());
    await execute();
    await result('"width": 64');
    await screenshot(page, "graphiql-upload");
  });

  await t.test("the form signs out", async () => {
    await press("Log out");
    await page.getByRole("button", { name: "Log in", exact: true }).waitFor();
    assert.deepEqual(foreignRequests, []);
    assert.deepEqual(pageErrors.filter((text) => !expected(text)), []);
  });
});

/** Browsers always log the responses to wrong tokens and passwords. */
function expected(message) {
  return message.includes(new URL(server.url).host) && /\b401\b|WebSocket/.test(message);
}
