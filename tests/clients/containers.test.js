// The image and the services of compose.yaml: their commands and settings, run outside of containers.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { parse } from "yaml";
import { within } from "./support/deadline.js";
import { freePort, startServer } from "./support/server.js";

const read = (path) => readFile(resolve(import.meta.dirname, "../..", path), "utf8");

/** A shutdown takes 15 seconds at most. */
const minimumGracePeriod = 16;

let directory;

before(async () => (directory = await mkdtemp(join(tmpdir(), "studyhall-containers-"))));
after(() => rm(directory, { recursive: true, force: true }));

/** Returns the instructions of a Dockerfile: their names and what follows them. */
function instructions(text) {
  const lines = text.replace(/\\\n/g, " ").split("\n").filter((line) => line.trim() && !line.startsWith("#"));
  return lines.map((line) => [line.split(" ", 1)[0], line.slice(line.indexOf(" ") + 1).trim()]);
}

const assignments = (text) => Object.fromEntries(text.split(/\s+/).map((pair) => pair.split(/=(.*)/s, 2)));
const succeeds = ([program, ...commands]) => promisify(execFile)(program, commands).then(() => true, () => false);

test("hadolint finds nothing in the Dockerfile", async () => {
  const [program, file] = ["target/hadolint/bin/hadolint", "Dockerfile"].map((path) => resolve(import.meta.dirname, "../..", path));
  const { stdout } = await promisify(execFile)(program, [file]);
  assert.equal(stdout, "");
});

test("the image has the program of a release, starts it without root, and notices when it has ended", async () => {
  const lines = instructions(await read("Dockerfile"));
  for (const [, image] of lines.filter(([name]) => name === "FROM")) assert.match(image, /^[\w./-]+:[\w.-]+( AS \w+)?$/, `${image} has no version`);
  const [, features] = /^features := (.+)$/m.exec(await read("Makefile"));
  assert.ok(lines.some(([name, rest]) => name === "RUN" && rest === `cargo build --release --locked ${features}`));

  const last = lines.slice(lines.findLastIndex(([name]) => name === "FROM"));
  const find = (name) => last.find(([other]) => other === name)?.[1];
  assert.match(find("USER"), /^[1-9]\d*$/, "a number, so that Kubernetes knows that it is not root");
  assert.deepEqual([...JSON.parse(find("ENTRYPOINT")), ...JSON.parse(find("CMD"))], ["studyhall", "serve"]);
  const { STUDYHALL_LISTEN, STUDYHALL_DATA_DIR, ...settings } = assignments(find("ENV"));
  assert.equal(STUDYHALL_DATA_DIR, find("VOLUME"));
  const port = STUDYHALL_LISTEN.split(":").at(-1);
  assert.equal(port, find("EXPOSE"));

  const server = await startServer({ settings });
  const check = find("HEALTHCHECK").split("CMD ")[1].replace(`127.0.0.1:${port}`, new URL(server.origin).host);
  assert.ok(await succeeds(JSON.parse(check)), check);
  await server.stop();
  assert.ok(!(await succeeds(JSON.parse(check))), check);
});

test("the services of compose.yaml work together: the server with its settings, behind the command of the proxy", async () => {
  const text = (await read("compose.yaml")).replace(/\$\{\w+:-([^}]*)\}/g, "$1");
  const { services, networks, secrets, volumes } = parse(text);
  const { studyhall, proxy, database } = services;
  for (const [name, service] of Object.entries(services)) {
    assert.ok(service.security_opt.includes("no-new-privileges:true"), name);
    for (const secret of service.secrets ?? []) assert.ok(secrets[secret], `${name} uses the secret ${secret}`);
    const [volume] = service.volumes[0].split(":");
    assert.ok(volume in volumes, `${name} uses the volume ${volume}`);
    for (const other of Object.keys(service.depends_on ?? {})) assert.ok(services[other].healthcheck ?? services[other].build, other);
  }
  assert.ok(parseInt(studyhall.stop_grace_period) >= minimumGracePeriod, "the server is killed while it shuts down");
  assert.equal(studyhall.ports ?? database.ports, undefined, "only the proxy can be reached");
  assert.equal(studyhall.environment.STUDYHALL_TRUSTED_PROXIES, networks.campus.ipam.config[0].subnet);

  const { STUDYHALL_DATABASE_URL_FILE, STUDYHALL_TRUSTED_PROXIES, ...settings } = studyhall.environment;
  assert.equal(STUDYHALL_DATABASE_URL_FILE, `/run/secrets/${studyhall.secrets[0]}`);
  const secret = join(directory, "database_url");
  await writeFile(secret, `sqlite://${join(directory, "studyhall.sqlite")}\n`);
  const server = await startServer({
    settings: {
      ...settings,
      STUDYHALL_DATABASE_URL: "",
      STUDYHALL_DATABASE_URL_FILE: secret,
      STUDYHALL_TRUSTED_PROXIES: `${STUDYHALL_TRUSTED_PROXIES},127.0.0.1`,
    },
  });
  const port = await freePort();
  // Without a name and TLS: Caddy would add its own authority to those that this machine trusts.
  const [program, ...rest] = proxy.command;
  const commands = rest.map((word) => word.replace("https://localhost", `:${port}`).replace("studyhall:8000", new URL(server.origin).host));
  const running = spawn(program, commands, { stdio: "ignore", env: { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory } });
  const ended = once(running, "close");
  const answer = async () => {
    for (;;) {
      const response = await fetch(`http://localhost:${port}/readyz`).catch(() => undefined);
      if (response?.ok) return response.text();
    }
  };
  try {
    assert.equal(await within(30, answer(), "the proxy"), "ready\n");
  } finally {
    running.kill();
    await ended;
    await server.stop();
  }
});
