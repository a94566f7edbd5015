import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { messagesPlugin } from "./messages.js";

const server = "http://127.0.0.1:8000";

/** Writes a `.gz` beside every script, style sheet and SVG, so that the server does not have to compress them. */
const precompress: Plugin = {
  name: "precompress",
  apply: "build",
  async writeBundle({ dir = "dist" }, bundle) {
    const names = Object.keys(bundle).filter((name) => /\.(js|css|svg)$/.test(name));
    await Promise.all(
      names.map(async (name) => {
        const file = join(dir, name);
        await writeFile(`${file}.gz`, gzipSync(await readFile(file), { level: 9 }));
      }),
    );
  },
};

/**
 * Starts the module that loads the messages beside the rest of the client. Without it, a page would learn the name of
 * its language's file only when everything else has arrived.
 */
const startEarly: Plugin = {
  name: "start-early",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler(_, { bundle, path }) {
      const chunk = Object.values(bundle ?? {}).find((file) => file.type === "chunk" && file.name === "start");
      if (!chunk || path !== "/index.html") return [];
      return [{ tag: "script", attrs: { type: "module", async: true, crossorigin: true, src: `/${chunk.fileName}` } }];
    },
  },
};

/** The features of the client. Each is one chunk, which loads when one of its pages is first opened. */
const features = /src\/(accounts|conversations|lobby|mentoring|people|posts|settings)\//;

/**
 * Three chunks with what every page needs, and one for each feature. By default, the bundler creates chunks for code that
 * pages share, and a phone would load about forty files.
 */
const groups = [
  // This chunk loads first, and must not need another one.
  { name: "start", test: /src\/i18n\/start|settingsStorage|vite\/preload-helper/, priority: 4 },
  { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
  { name: "graphql", test: /node_modules\/(@0no-co|@urql|urql|wonka|graphql-ws)\//, priority: 3 },
  { name: "common", test: /node_modules\/@fluent\//, priority: 2 },
  { name: "common", test: /src\/(app|components|graphql|i18n|outbox|theme)\/|src\/\w+\/generated\//, priority: 2 },
  {
    name: "common",
    test: /src\/(accounts\/(session|device|LogInPage)|lobby\/GuestEntry|notifications\/(inbox|describe|deviceNotices|NotificationText))/,
    priority: 2,
  },
  {
    name: (id: string) => id.match(features)?.[1] ?? null,
    test: features,
    priority: 1,
  },
];

export default defineConfig({
  plugins: [messagesPlugin, startEarly, precompress],
  build: {
    target: "es2024",
    // All supported browsers preload modules natively.
    modulePreload: { polyfill: false },
    // GraphiQL's editor is large, but it is loaded once and then cached.
    chunkSizeWarningLimit: 2000,
    // The bundles contain third-party packages, whose licences have to be passed on.
    license: { fileName: "licenses.md" },
    rolldownOptions: {
      input: ["index.html", "graphiql.html", "offline.html"],
      output: { codeSplitting: { groups } },
      // Many React packages have a "use client" directive for server rendering, and each would cause a warning.
      checks: { moduleLevelDirective: false },
    },
  },
  worker: { format: "es" },
  optimizeDeps: {
    // In development, workers are not bundled, and browsers cannot load these two packages as they are published.
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
        // The server accepts requests from its own origin only, and the development server uses another port.
        headers: { origin: server },
      },
      "/media": server,
      "/healthz": server,
      "/calendar": server,
    },
  },
});
