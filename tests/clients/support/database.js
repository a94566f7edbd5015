// A database that nobody else uses: the server's own file, or a schema of its own where TEST_POSTGRES_URL names a server.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";

/** The tests run on PostgreSQL. */
export const isPostgres = Boolean(process.env.TEST_POSTGRES_URL);

/**
 * Gives back the `settings` that lead a server to its database, and `remove` for when it has ended. A `whole` database is
 * for what looks at all of it, as the tools for backups do.
 */
export async function freshDatabase({ whole = false } = {}) {
  const url = process.env.TEST_POSTGRES_URL;
  if (!url) return { settings: {}, remove: async () => {} };

  const schema = `clients_${randomBytes(8).toString("hex")}`;
  if (whole) {
    await command(url, `create database ${schema}`);
    const own = new URL(url);
    own.pathname = schema;
    return {
      settings: { STUDYHALL_DATABASE_URL: own.href },
      remove: () => command(url, `drop database ${schema} with (force)`),
    };
  }
  await command(url, `create schema ${schema}`);
  return {
    settings: { STUDYHALL_DATABASE_URL: `${url}?options=-c%20search_path%3D${schema}` },
    remove: () => command(url, `set client_min_messages to warning; drop schema ${schema} cascade`),
  };
}

/** PostgreSQL's own client comes with the server that the tests bring up, and no library needs to. */
function command(url, sql) {
  return promisify(execFile)("psql", [url, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", `--command=${sql}`], {
    timeout: 10_000,
  });
}
