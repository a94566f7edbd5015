// The Debian package: what it installs, who may read it, and how far its unit is confined.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { binary, startServer } from "./support/server.js";

/** Ten times the exposure, from 0 to 10, that the unit may have in the judgement of systemd-analyze. */
const maximumExposure = 20;

const run = async (program, ...commands) => (await promisify(execFile)(program, commands)).stdout;

let directory, root;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "studyhall-package-"));
  root = join(directory, "root");
  const script = resolve(import.meta.dirname, "../../packaging/deb.sh");
  const { stdout } = await promisify(execFile)(script, [binary, directory], {
    env: { ...process.env, COMPRESSION: "none" },
  });
  await run("dpkg-deb", "--raw-extract", stdout.trim(), root);
});

after(() => rm(directory, { recursive: true, force: true }));

test("the package installs the program, its unit and settings that only root can read", async () => {
  const mode = async (path) => ((await stat(join(root, path))).mode & 0o777).toString(8);
  assert.equal(await mode("usr/bin/studyhall"), "755");
  assert.equal(await mode("etc/studyhall/studyhall.env"), "600");
  assert.equal(await readFile(join(root, "DEBIAN/conffiles"), "utf8"), "/etc/studyhall/studyhall.env\n");
  const control = await readFile(join(root, "DEBIAN/control"), "utf8");
  const version = (await run(binary, "--version")).trim().split(" ").at(-1);
  assert.ok(control.includes(`Version: ${version}\n`), control);
  assert.match(control, /^Depends: .*libc6 \(>= 2\.\d+\)/m);
  for (const script of ["postinst", "prerm", "postrm"]) {
    assert.equal(await mode(`DEBIAN/${script}`), "755");
    await run("sh", "-n", join(root, "DEBIAN", script));
  }
});

test("the unit is valid and confined, and its user can be created", async () => {
  const unit = await readFile(join(root, "usr/lib/systemd/system/studyhall.service"), "utf8");
  const file = join(directory, "studyhall.service");
  await writeFile(file, unit.replace("/usr/bin/studyhall", binary));
  await run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", file);
  await run("systemd-analyze", "security", "--offline=true", `--threshold=${maximumExposure}`, file);
  await run("systemd-sysusers", `--root=${root}`, "studyhall.conf");
  assert.match(await readFile(join(root, "etc/passwd"), "utf8"), /^studyhall:/m);
});

test("a server starts with the settings of the package, and with those that it suggests", async () => {
  const text = await readFile(join(root, "etc/studyhall/studyhall.env"), "utf8");
  // The database stays the test's own.
  const suggested = text.replace(/^#(?=STUDYHALL_(?!DATABASE))/gm, "");
  for (const lines of [text, suggested]) {
    const entries = lines.split("\n").filter((line) => /^STUDYHALL/.test(line)).map((line) => line.split(/=(.*)/s, 2));
    const { STUDYHALL_DATA_DIR, STUDYHALL_LISTEN, ...settings } = Object.fromEntries(entries);
    assert.deepEqual([STUDYHALL_DATA_DIR, STUDYHALL_LISTEN], ["/var/lib/studyhall", "127.0.0.1:8000"]);
    const server = await startServer({ settings });
    await server.stop();
  }
});
