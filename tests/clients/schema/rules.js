// Which rules of graphql-eslint the schema keeps, and the few places where it means to be different.
import { parser, default as plugin } from "@graphql-eslint/eslint-plugin";

// Parts of an object that is fetched again as a whole; an id of their own would name nothing.
const values = [
  "Complaint",
  "BookingAnswer",
  "BookingQuestion",
  "ContactDetails",
  "DateException",
  "DeletionReceipt",
  "DeletionReceiptItem",
  "Hours",
  "IdentityProvider",
  "NotificationPreference",
  "MentorSummary",
  "PageInfo",
  "Presence",
  "QuietHours",
  "PublicMentor",
  "PublicOffer",
  "PublicSlot",
  "ReactionGroup",
  "ReadMarker",
  "ReportCopy",
  "ReportResolution",
  "ServerLimits",
  "SessionTokens",
  "Slot",
  "SocialLinks",
  "UserError",
  "UserModeration",
  "UserPresence",
  "WeeklyHours",
  "Window",
];

const accepted = [
  // One word in every language of the people who use it, and not a "name" of the type User.
  /^@graphql-eslint\/no-typename-prefix: Field "username" starts with the name of the parent type "User"$/,
  // The framework shows these descriptions in introspection, and cannot print them into a file.
  /^@graphql-eslint\/require-description: Description is required for input value "\w+" in directive "\w+"$/,
];

export function rules(schema, file) {
  const event = schema.getType("Event");
  const events = event ? schema.getPossibleTypes(event).map(({ name }) => name) : [];
  const config = {
    files: ["**/*.graphql"],
    plugins: { "@graphql-eslint": plugin },
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema: file } } },
    rules: {
      ...plugin.configs["flat/schema-recommended"].rules,
      ...plugin.configs["flat/schema-relay"].rules,
      // Lists that are bounded by nature are plain lists; the rule knows only paged ones. Slots are values without an id.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
      "@graphql-eslint/require-description": [
        "error",
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          EnumValueDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
        },
      ],
      "@graphql-eslint/strict-id-in-types": [
        "error",
        { exceptions: { types: [...values, ...events], suffixes: ["Connection", "Edge", "Event", "Payload"] } },
      ],
      "@graphql-eslint/input-name": ["error", { checkInputType: true, caseSensitiveInputType: false }],
      "@graphql-eslint/no-scalar-result-type-on-mutation": "error",
      "@graphql-eslint/require-nullable-fields-with-oneof": "error",
      "@graphql-eslint/naming-convention": ["error", names],
    },
  };
  return { config, accepted };
}

const names = {
  types: { style: "PascalCase", forbiddenSuffixes: ["Model", "Row", "Entity", "Record", "Root", "Type", "Interface"] },
  FieldDefinition: "camelCase",
  InputValueDefinition: "camelCase",
  Argument: "camelCase",
  DirectiveDefinition: "camelCase",
  EnumValueDefinition: "UPPER_CASE",
  "FieldDefinition[parent.name.value=Query]": {
    style: "camelCase",
    forbiddenPrefixes: ["get", "list", "fetch", "query"],
    forbiddenSuffixes: ["Query"],
  },
  "FieldDefinition[parent.name.value=Mutation]": { style: "camelCase", forbiddenSuffixes: ["Mutation"] },
  "FieldDefinition[parent.name.value=Subscription]": {
    style: "camelCase",
    requiredSuffixes: ["Changed", "Published"],
  },
  "FieldDefinition[gqlType.gqlType.name.value=Boolean]": {
    style: "camelCase",
    // `totalCountIsCapped` is listed beside `totalCount`.
    requiredPrefixes: ["is", "has", "viewer", "shows", "sends", "totalCountIs"],
  },
  "FieldDefinition[gqlType.gqlType.name.value=DateTime]": { style: "camelCase", requiredSuffixes: ["At"] },
};
