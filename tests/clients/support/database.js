// A database for one server: its own file or, if TEST_POSTGRES_URL is set, its own schema in PostgreSQL.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";

/** Whether the tests run on PostgreSQL. */
export const isPostgres = Boolean(process.env.TEST_POSTGRES_URL);

/**
 * Creates a database. Returns the `settings` for its server, and `remove`, to call after the server has exited.
 * `ownDatabase` creates a PostgreSQL database instead of a schema, for tools that read all of it, such as pg_dump.
 */
export async function createDatabase({ ownDatabase = false } = {}) {
  const url = process.env.TEST_POSTGRES_URL;
  if (!url) return { settings: {}, remove: async () => {} };

  const schema = `clients_${randomBytes(8).toString("hex")}`;
  if (ownDatabase) {
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

/** Runs psql, which is installed with PostgreSQL, so that the tests need no library. */
function command(url, sql) {
  return promisify(execFile)("psql", [url, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", `--command=${sql}`], {
    timeout: 10_000,
  });
}
