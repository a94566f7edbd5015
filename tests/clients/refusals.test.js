// Tests that rejected bodies are answered so that ordinary clients receive the answer.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { register } from "./support/accounts.js";
import { openBrowser } from "./support/browser.js";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

const ATTEMPTS = 200;
const MiB = 1024 * 1024;
const query = "mutation($f: Upload!) { uploadImage(input: { file: $f }) { userErrors { code } } }";

function form({ map = { 0: ["variables.f"] }, size = 3 * MiB } = {}) {
  const form = new FormData();
  form.set("operations", JSON.stringify({ query, variables: { f: null } }));
  form.set("map", typeof map === "string" ? map : JSON.stringify(map));
  form.set("0", new Blob([new Uint8Array(size)]), "picture.png");
  return form;
}

const preflight = { "graphql-require-preflight": "1" };
const post = (headers, body) => fetch(server.url, { method: "POST", headers, body });

/** Runs the attempts, a few at a time, and returns how often each outcome occurred. */
async function count(attempt) {
  const outcomes = {};
  let left = ATTEMPTS;
  const worker = async () => {
    while (left-- > 0) {
      const outcome = await attempt().catch((cause) => cause.cause?.code ?? cause.message);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all([worker(), worker()]);
  return outcomes;
}

async function code(response) {
  const { errors } = await response.json();
  return `${response.status} ${errors[0].extensions.code}`;
}

test("fetch receives the rejection of a map that is too large", async () => {
  const { token } = await register(server);
  const headers = { ...preflight, authorization: `Bearer ${token}` };
  const outcomes = await count(async () => code(await post(headers, form({ map: "x".repeat(70 * 1024) }))));
  assert.deepEqual(outcomes, { "413 BAD_REQUEST": ATTEMPTS });
});

test("fetch receives the rejection of a file that is too large", async () => {
  const { token } = await register(server);
  const headers = { ...preflight, authorization: `Bearer ${token}` };
  const outcomes = await count(async () => {
    const { data } = await (await post(headers, form({ size: 17 * MiB }))).json();
    return data.uploadImage.userErrors[0].code;
  });
  assert.deepEqual(outcomes, { TOO_LARGE: ATTEMPTS });
});

test("fetch receives the rejection of an upload without a session", async () => {
  const outcomes = await count(async () => code(await post(preflight, form())));
  assert.deepEqual(outcomes, { "401 UNAUTHENTICATED": ATTEMPTS });
});

test("fetch receives the rejection of a JSON body that is too large", async () => {
  const body = JSON.stringify({ query: "#".repeat(2 * MiB) });
  const outcomes = await count(async () => code(await post({ "content-type": "application/json" }, body)));
  assert.deepEqual(outcomes, { "413 BAD_REQUEST": ATTEMPTS });
});

test("a client on node:http, such as axios, receives a rejection", async () => {
  const body = Buffer.alloc(3 * MiB);
  const attempt = () =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "text/plain", "content-length": body.length };
      const sent = request(server.url, { method: "POST", headers }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode));
      });
      sent.on("error", reject).end(body);
    });
  assert.deepEqual(await count(attempt), { 415: ATTEMPTS });
});

test("a page in a browser receives rejections", async () => {
  const { token } = await register(server);
  const browser = await openBrowser(server);
  try {
    await browser.page.goto(server.origin);
    // Intercepted bodies would pass through the test, megabyte by megabyte.
    await browser.context.unrouteAll();
    const outcomes = await browser.page.evaluate(
      async ({ attempts, query, token, url }) => {
        const upload = (map, size) => {
          const form = new FormData();
          form.set("operations", JSON.stringify({ query, variables: { f: null } }));
          form.set("map", map);
          form.set("0", new Blob([new Uint8Array(size)]), "picture.png");
          return form;
        };
        const preflight = { "graphql-require-preflight": "1" };
        const authorization = { authorization: `Bearer ${token}` };
        const map = JSON.stringify({ 0: ["variables.f"] });
        const megabyte = 1024 * 1024;
        const requests = {
          map: [{ ...preflight, ...authorization }, upload("x".repeat(70 * 1024), megabyte)],
          anonymous: [preflight, upload(map, megabyte)],
          json: [{ "content-type": "application/json" }, JSON.stringify({ query: "#".repeat(2 * megabyte) })],
        };
        const outcomes = {};
        for (const [name, [headers, body]] of Object.entries(requests)) {
          outcomes[name] = {};
          for (let attempt = 0; attempt < attempts; attempt++) {
            const answer = fetch(url, { method: "POST", headers, body, credentials: "omit" });
            const outcome = await answer.then(
              async (response) => `${response.status} ${(await response.json()).errors[0].extensions.code}`,
              String,
            );
            outcomes[name][outcome] = (outcomes[name][outcome] ?? 0) + 1;
          }
        }
        return outcomes;
      },
      { attempts: ATTEMPTS, query, token, url: server.url },
    );
    assert.deepEqual(outcomes, {
      map: { "413 BAD_REQUEST": ATTEMPTS },
      anonymous: { "401 UNAUTHENTICATED": ATTEMPTS },
      json: { "413 BAD_REQUEST": ATTEMPTS },
    });
  } finally {
    await browser.close();
  }
});

/** Sends a body by Python's standard library, and returns how often each outcome occurred. */
async function byPython(response, token) {
  const script = fileURLToPath(new URL("support/rejected.py", import.meta.url));
  const type = response.headers.get("content-type");
  const python = spawn("python3", [script, server.url, String(ATTEMPTS), type, ...(token ? [token] : [])]);
  python.stdin.end(Buffer.from(await response.arrayBuffer()));
  const [output, errors] = await Promise.all([text(python.stdout), text(python.stderr)]);
  assert.equal(errors, "");
  return JSON.parse(output);
}

test("Python receives rejections", async () => {
  const { token } = await register(server);
  const tooLarge = new Response(form({ map: "x".repeat(70 * 1024) }));
  assert.deepEqual(await byPython(tooLarge, token), { "413 BAD_REQUEST": ATTEMPTS });
  assert.deepEqual(await byPython(new Response(form())), { "401 UNAUTHENTICATED": ATTEMPTS });
  const json = { headers: { "content-type": "application/json" } };
  const body = JSON.stringify({ query: "#".repeat(2 * MiB) });
  assert.deepEqual(await byPython(new Response(body, json)), { "413 BAD_REQUEST": ATTEMPTS });
});
