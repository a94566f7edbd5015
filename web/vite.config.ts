import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { print, stripIgnoredCharacters } from "graphql";
import { defineConfig, type Plugin } from "vite";
import { messagesPlugin } from "./messages.js";

const server = "http://127.0.0.1:8000";

/** Writes a `.br` and a `.gz` beside every script, style sheet and SVG, so that the server does not have to compress them. */
const precompress: Plugin = {
  name: "precompress",
  apply: "build",
  async writeBundle({ dir = "dist" }, bundle) {
    const names = Object.keys(bundle).filter((name) => /\.(js|css|svg)$/.test(name));
    await Promise.all(
      names.map(async (name) => {
        const file = join(dir, name);
        const text = await readFile(file);
        await Promise.all([writeFile(`${file}.br`, brotliCompressSync(text)), writeFile(`${file}.gz`, gzipSync(text, { level: 9 }))]);
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
      if (chunk.type === "chunk" && chunk.imports.length > 0) throw new Error(`the first module needs ${chunk.imports.join(", ")}`);
      return [{ tag: "script", attrs: { type: "module", async: true, crossorigin: true, src: `/${chunk.fileName}` } }];
    },
  },
};

const directory = /src\/(\w+)\//;

/** What every page needs. */
const common = new RegExp(
  [
    "node_modules/@fluent/",
    "src/(app|graphql|i18n|outbox|theme)/(?!WelcomePage|NotFoundPage|delivery|DeliveryState|upload|sizes)",
    "src/components/(?!attachments|composing|download|files|imageFiles|mentions|sharing|tags|textMenu)",
    "src/(accounts|notifications)/generated/(?!push|identities)",
    "src/accounts/(session|device)",
    "src/notifications/(inbox|deviceNotices)",
    "src/people/MissingPerson",
    "src/settings/settings.css",
    "src/icon",
  ].join("|"),
);

/**
 * Modules that are loaded together. By default, the bundler creates chunks for code that pages share, and a phone would
 * load about forty files. Each module is in the first chunk that names it; the others are in that of their directory.
 */
const chunks: [string, RegExp][] = [
  // This chunk loads first, and must not need another one.
  ["start", /src\/(i18n\/start|app\/deadline)|settingsStorage|vite\/preload-helper|rolldown\/runtime|messages:$/],
  ["react", /node_modules\/(react|react-dom|scheduler)\//],
  ["graphql", /node_modules\/(@0no-co|@urql|urql|wonka|graphql-ws)\//],
  ["common", common],
  // Writing and sending, with images and files.
  ["writing", /src\/(outbox\/delivery|graphql\/upload|(conversations|lobby|posts)\/generated\/|components\/(attachments|composing|imageFiles))/],
  // What surrounds the texts of people: posts, comments and messages.
  ["texts", /src\/(components\/(mentions|textMenu|files)|i18n\/sizes|reactions\/|people\/ReportDialog|outbox\/DeliveryState|posts\/(PostCard|hiddenPosts|posts\.css))/],
  ["welcome", /src\/(app\/(WelcomePage|welcome)|lobby\/GuestEntry)/],
  ["log-in", /src\/accounts\/(LogInPage|IdentityProviders|identityLogin|accounts\.css)/],
  // What several pages offer: to share them, to download, and what an account lacks.
  ["prompts", /src\/(accounts\/(ResendConfirmation|TimeZonePrompt|useSignInOptions|generated\/identities)|components\/(sharing|download)|settings\/generated\/settings)/],
  ["notifications", /src\/notifications\/(announce|describe|NotificationText)/],
  ["settings-frame", /src\/settings\/SettingsFrame/],
  // The settings and the pages of moderators have it.
  ["invitations", /src\/invitations\/(InvitationList|generated)/],
  ["post-page", /src\/(posts\/PostPage|comments\/)/],
  ["profile", /src\/people\/(ProfilePage|Contact|people\.css)/],
  // The lobby has messages as well, but no list of conversations and no groups.
  ["messages", /src\/conversations\/(MessagesPage|Conversation|ConversationList)\.tsx?$/],
  ["members", /src\/(conversations\/(members|mute|LeaveDialog)|people\/(generated|presence))/],
  ["group", /src\/(conversations\/(GroupPage|NewConversationDialog)|people\/PeoplePicker)/],
  ["mentoring", /src\/mentoring\/((MentoringTabs|useWaitlists|useRefetchAt|paths|openOffers|status|Requests)\.tsx?|generated\/|mentoring\.css)/],
  ["mentoring-lists", /src\/mentoring\/(TopicsPage|WaitlistsPage)/],
  ["bookings", /src\/mentoring\/BookingsPage/],
  ["slots", /src\/mentoring\/(SlotPicker|useSlots|MonthGrid|WeekList)|components\/keys/],
  ["booking", /src\/mentoring\/(BookingPage|PlaceDialog)/],
  ["booking-dialogs", /src\/mentoring\/(\w+Dialog|QuestionFields|AlternativeSlots)/],
  ["teaching", /src\/mentoring\/(TeachingPage|MentorSummary|TimeOffPage)/],
  ["offer-form", /src\/mentoring\/(EditOfferPage|OfferForm|HoursEditor|QuestionsEditor|availability)/],
  ["slot-pages", /src\/mentoring\/(MentorPage|OfferPage|AnyMentorPage)/],
  ["topic", /src\/mentoring\/TopicPage/],
  // Moderators have it on every page.
  ["report-count", /src\/moderation\/(ReportCount|generated\/moderation)/],
  ["report-page", /src\/moderation\/(ReportPage|ResolveForm)/],
];

const groups = [
  ...chunks.map(([name, test], index) => ({ name, test, priority: chunks.length - index })),
  { name: (id: string) => id.match(directory)?.[1] ?? null, test: /src\/(accounts|conversations|lobby|moderation|people|posts|settings)\// },
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
      output: {
        codeSplitting: { groups, includeDependenciesRecursively: false },
        // The messages of a language are recognised by their names.
        chunkFileNames: ({ name, moduleIds }) =>
          `assets/${moduleIds[0]?.startsWith("\0messages:") ? `messages-${moduleIds[0].slice(10).replace("/", "-")}` : name}-[hash].js`,
      },
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
