import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const server = "http://127.0.0.1:8000";

/** Lays a `.gz` beside every script and style sheet: a quarter of the bytes, for a server that only has to pick the file. */
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  async writeBundle({ dir = "dist" }, bundle) {
    const texts = Object.keys(bundle).filter((name) => /\.(js|css|svg)$/.test(name));
    await Promise.all(
      texts.map(async (name) => {
        const file = join(dir, name);
        await writeFile(`${file}.gz`, gzipSync(await readFile(file), { level: 9 }));
      }),
    );
  },
};

/** The parts of the client, each of which arrives when one of its pages is first opened. */
const parts = /src\/(accounts|conversations|lobby|mentoring|people|posts|settings)\//;

/**
 * What every page needs comes in three files, and each part of the client in one more. Left alone, the bundler makes a
 * file of whatever two pages share, and a phone waits for forty of them.
 */
const groups = [
  { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
  { name: "graphql", test: /node_modules\/(@0no-co|@urql|urql|wonka|graphql-ws)\//, priority: 3 },
  { name: "common", test: /src\/(app|components|graphql|i18n|theme)\/|src\/\w+\/generated\//, priority: 2 },
  {
    name: "common",
    test: /src\/(accounts\/(session|device|LogInPage)|conversations\/outbox|lobby\/GuestDoor|notifications\/(inbox|notic|Notice))/,
    priority: 2,
  },
  {
    name: (id: string) => id.match(parts)?.[1] ?? null,
    test: parts,
    priority: 1,
  },
];

export default defineConfig({
  plugins: [compressed],
  build: {
    target: "es2024",
    // Everything we support preloads modules by itself.
    modulePreload: { polyfill: false },
    // GraphiQL's editor is large, is fetched once, and is then cached for good.
    chunkSizeWarningLimit: 2000,
    // The bundles carry other people's work; their notices travel along.
    license: { fileName: "licenses.md" },
    rolldownOptions: {
      input: ["index.html", "graphiql.html"],
      output: { codeSplitting: { groups } },
      // Many React packages say "use client" to servers that render; nothing here does, and each would be a warning.
      checks: { moduleLevelDirective: false },
    },
  },
  worker: { format: "es" },
  optimizeDeps: {
    // While developing, workers are served as they lie in their packages, which a browser can read but for these.
    include: [
      "monaco-graphql > picomatch-browser",
      "monaco-graphql > graphql-language-service",
    ],
  },
  server: {
    proxy: {
      "/graphql": {
        target: server,
        ws: true,
        // The server answers its own origin only, and this page is served from another port.
        headers: { origin: server },
      },
      "/media": server,
      "/healthz": server,
      "/calendar": server,
    },
  },
});
