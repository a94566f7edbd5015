import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { print, stripIgnoredCharacters } from "graphql";
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
 * The generated documents are syntax trees. As texts, which urql parses when they are first used, they are a tenth as
 * large. For urql the two are the same; `createRequest` returns the tree of both.
 */
const documentsAsTexts: Plugin = {
  name: "documents-as-texts",
  // Before the types are removed.
  enforce: "pre",
  transform(code, id) {
    if (!/src\/\w+\/generated\/.*\.ts$/.test(id)) return undefined;
    return code.replace(/ = (\{"kind":"Document",.*\}) as unknown as /g, (_, tree: string) => {
      const text = stripIgnoredCharacters(print(JSON.parse(tree)));
      return ` = ${JSON.stringify(text)} as unknown as `;
    });
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
const features = /src\/(accounts|conversations|lobby|mentoring|moderation|people|posts|settings)\//;

/** The lobby has messages as well, but no list of conversations and no groups. */
const members = /src\/(conversations\/(MessagesPage|Conversation|ConversationList|GroupPage|LeaveDialog|NewConversationDialog|members|mute)|people\/PeoplePicker)\.tsx?$/;

/** The lists of mentoring. They load without the pages that choose a slot, and without those for mentors. */
const lists = /src\/mentoring\/((TopicsPage|BookingsPage|WaitlistsPage)\.tsx|generated\/)/;
const teaching = /src\/mentoring\/(EditOfferPage|TeachingPage|TimeOffPage)\.tsx/;

/** What every page needs, and what several features share. */
const common = new RegExp(
  [
    "node_modules/@fluent/",
    "src/(app|components|graphql|i18n|outbox|reactions|theme)/",
    "src/(?!invitations|moderation|settings|mentoring)\\w+/generated/",
    "src/accounts/(session|device|LogInPage|IdentityProviders)",
    "src/lobby/GuestEntry",
    "src/notifications/(inbox|describe|deviceNotices|NotificationText)",
    "src/people/(MissingPerson|ReportDialog|presence)",
  ].join("|"),
);

/**
 * Chunks with what every page needs or several features share, and one for each feature. By default, the bundler creates
 * chunks for code that pages share, and a phone would load about forty files.
 */
const groups = [
  // This chunk loads first, and must not need another one.
  { name: "start", test: /src\/i18n\/start|settingsStorage|vite\/preload-helper/, priority: 6 },
  { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 5 },
  { name: "graphql", test: /node_modules\/(@0no-co|@urql|urql|wonka|graphql-ws)\//, priority: 5 },
  { name: "common", test: common, priority: 4 },
  // The home page, the settings and mentoring ask for what an account lacks.
  { name: "prompts", test: /src\/accounts\/(ResendConfirmation|TimeZonePrompt)/, priority: 4 },
  // The settings and the pages of moderators have it.
  { name: "invitations", test: /src\/invitations\/(InvitationList|generated)/, priority: 4 },
  // A group takes along what its modules import, so these come before the feature that they are part of.
  { name: "mentoring-lists", test: lists, priority: 3 },
  { name: "teaching", test: teaching, priority: 2 },
  {
    name: (id: string) => (members.test(id) ? "messages" : (id.match(features)?.[1] ?? null)),
    test: features,
    priority: 1,
  },
];

export default defineConfig({
  plugins: [messagesPlugin(), documentsAsTexts, startEarly, precompress],
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
