import type { CodegenConfig } from "@graphql-codegen/cli";

/** Types every operation by the schema that the server prints. An operation that no longer fits it fails the build. */
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
    strictScalars: true,
    scalars: {
      Date: "string",
      DateTime: "string",
      LocalTime: "string",
      TimeZone: "string",
      URL: "string",
      Upload: "File",
    },
  },
};

export default config;
