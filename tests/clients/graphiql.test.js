// GraphiQL in a real browser, from the first look to the first event.
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

// One story: each step starts where the one before ended.
test("GraphiQL", async (t) => {
  await t.test("the page opens, knows the schema, and is strict about where things come from", async () => {
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

  await t.test("a query that is typed shows its answer", async () => {
    await write("Operation Editor", `query Typed { usernameAvailable(username: "${ada.username}") }`, { typed: true });
    // The page reads along a moment behind the keys; the tab's new name says that it has read the whole.
    await page.getByRole("tab", { name: "Typed" }).waitFor();
    await execute();
    await result('"usernameAvailable": true');
    await screenshot(page, "graphiql-query");
  });

  await t.test("the second tab makes an account", async () => {
    await openTab("Register");
    await openTool("Variables");
    await write("Variables", JSON.stringify({ input: ada }));
    const answered = page.waitForResponse((response) => response.url() === server.url);
    await execute();
    const { data } = await (await answered).json();
    assert.deepEqual(data.register.userErrors, []);
    ada.token = data.register.session.accessToken;
    await result(`"username": "${ada.username}"`);
    await screenshot(page, "graphiql-register");
  });

  await t.test("the third tab follows the inbox with the token from Headers", async () => {
    await openTab("Inbox");
    await openTool("Variables");
    await write("Variables", JSON.stringify({ after: await inboxCursor(server, ada) }));
    await openTool("Headers");
    await write("Headers", JSON.stringify({ Authorization: `Bearer ${ada.token}` }));
    await execute();
    await logIn(server, ada);
    await result('"kind": "LOGGED_IN"');
    await screenshot(page, "graphiql-subscription");
  });

  await t.test("stopping a subscription closes its socket", async () => {
    const closed = page.waitForEvent("websocket").then((socket) => socket.waitForEvent("close"));
    await stop();
    await execute();
    await stop();
    await closed;
  });

  await t.test("a refused token is said in words", async () => {
    await write("Headers", JSON.stringify({ authorization: "Bearer wrong" }));
    await execute();
    await result("4403");
  });

  await t.test("a reload keeps what was typed", async () => {
    // Kept a moment after the last key, editor and tab each by itself; the history, which is no help here, before both.
    const kept = ["graphiql:headers", "graphiql:tabState"];
    await page.waitForFunction(
      (keys) => keys.every((key) => sessionStorage.getItem(key)?.includes("Bearer wrong")),
      kept,
    );
    await page.reload();
    await editor("Headers").locator(".view-line", { hasText: "Bearer wrong" }).waitFor();
  });

  await t.test("nothing was asked of anybody else, and nothing was refused", () => {
    assert.deepEqual(foreignRequests, []);
    assert.deepEqual(pageErrors.filter((text) => !expected(text)), []);
  });
});

test("GraphiQL's login box", async (t) => {
  const { page, foreignRequests, pageErrors, close } = await openBrowser(server);
  t.after(close);
  const account = await register(server);
  const { execute, openTab, press, result } = graphiqlIn(page);
  const logIn = async (password) => {
    await page.getByLabel("Password").fill(password);
    await page.getByRole("dialog").getByRole("button", { name: "Log in" }).click();
  };

  await t.test("says what is wrong, and signs in", async () => {
    await page.goto(`${server.origin}/graphiql`);
    await press("Log in");
    await page.getByLabel("Username or email").fill(account.username);
    await logIn("not the password");
    await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
    await screenshot(page, "graphiql-login");
    await logIn(account.password);
    await page.getByText(account.username, { exact: true }).waitFor();
  });

  await t.test("a chosen file goes along with an upload, by the session of the box", async () => {
    await openTab("Upload");
    await page.locator(".graphiql-editor .view-line", { hasText: "uploadImage" }).first().waitFor();
    await page.getByLabel("File to upload").setInputFiles(imageFile());
    await execute();
    await result('"width": 64');
    await screenshot(page, "graphiql-upload");
  });

  await t.test("signs out", async () => {
    await press("Log out");
    await page.getByRole("button", { name: "Log in", exact: true }).waitFor();
    assert.deepEqual(foreignRequests, []);
    assert.deepEqual(pageErrors.filter((text) => !expected(text)), []);
  });
});

/** The wrong token of this story makes the server refuse, which a browser always writes to its console. */
function expected(message) {
  return message.includes(new URL(server.url).host) && /\b401\b|WebSocket/.test(message);
}
