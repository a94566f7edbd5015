import type { CodegenConfig } from "@graphql-codegen/cli";

/** Generates the types of all operations from the server's schema. An operation that does not match fails the build. */
const config: CodegenConfig = {
  schema: "../schema.graphql",
  documents: "src/**/*.graphql",
  generates: {
    "src/": {
      preset: "near-operation-file",
      presetConfig: { baseTypesPath: "graphql/generated/schema.ts", folder: "generated", extension: ".ts" },
      plugins: ["typescript-operations", "typed-document-node"],
    },
    "src/graphql/generated/schema.ts": { plugins: ["typescript"] },
  },
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    skipTypename: false,
    dedupeFragments: true,
    documentMode: "documentNodeImportFragments",
    strictScalars: true,
    scalars: {
      Date: "string",
      DateTime: "string",
      Locale: "string",
      LocalTime: "string",
      TimeZone: "string",
      URL: "string",
      // The schema has a type of the same name.
      Upload: "globalThis.File",
    },
  },
};

export default config;
