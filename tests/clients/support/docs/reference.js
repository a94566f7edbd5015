// Generates docs/clients/reference.md from schema.graphql. `npm run reference` writes it; a test compares it.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from "graphql";
import { root } from "./markdown.js";

export const place = join(root, "docs/clients/reference.md");

const access = {
  ANYONE: "Anyone, signed in or not.",
  SIGNED_IN: "Any signed-in viewer, guests included.",
  MEMBER: "Members only.",
};

/** Generates the page. */
export async function reference() {
  const schema = buildSchema(await readFile(join(root, "schema.graphql"), "utf8"));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type) && !roots.includes(type))
    .sort((one, other) => (one.name < other.name ? -1 : 1));

  const mutations = Object.values(schema.getMutationType().getFields());
  // Inputs and payloads are part of their mutation, and connections are described once.
  const inputs = new Map(mutations.flatMap((field) => field.args.map(({ type }) => [getNamedType(type).name, field])));
  const payloads = new Map(mutations.map((field) => [getNamedType(field.type).name, field]));
  const isPart = ({ name }) => inputs.has(name) || payloads.has(name) || isPage(name);
  const rest = types.filter((type) => !isPart(type));
  const link = linkTo({ inputs, payloads });
  const page = new Page(link);

  page.add(
    "# Reference",
    "This page lists all operations and types; the [guides](../README.md) explain how to use them. It is generated from [schema.graphql](../../schema.graphql) by `npm run reference` in `tests/clients`. A type that ends with `!` is never null.",
    contents(rest),
    "## Queries",
  );
  for (const field of Object.values(schema.getQueryType().getFields())) page.operation("Query", field);
  page.add(
    "## Mutations",
    "Every payload also has `userErrors`, a list of [`UserError`](#usererror) that is empty on success.",
  );
  for (const field of mutations) page.mutation(field);
  page.add("## Subscriptions");
  for (const field of Object.values(schema.getSubscriptionType().getFields())) page.operation("Subscription", field);
  page.add("## Objects");
  rest.filter(isObjectType).forEach((type) => page.fields(type));
  page.add("## Connections", pagesOf(types, link));
  page.add("## Interfaces");
  rest.filter(isInterfaceType).forEach((type) => page.fields(type, schema.getPossibleTypes(type)));
  page.add("## Unions");
  rest.filter(isUnionType).forEach((type) => page.type(type, `One of ${type.getTypes().map(link).join(", ")}.`));
  page.add("## Inputs");
  rest
    .filter(isInputObjectType)
    .forEach((type) => page.type(type, page.members(Object.values(type.getFields()), "member")));
  page.add("## Enumerations");
  rest.filter(isEnumType).forEach((type) =>
    page.type(
      type,
      table(
        "value",
        type.getValues().map(({ name, description }) => [`\`${name}\``, description]),
      ),
    ),
  );
  page.add("## Scalars");
  const specified = ({ specifiedByURL }) => (specifiedByURL ? `Specified [here](${specifiedByURL}).` : undefined);
  rest.filter(isScalarType).forEach((type) => page.type(type, specified(type)));
  return `${page.parts.filter(Boolean).join("\n\n")}\n`;
}

class Page {
  parts = [];

  constructor(link) {
    this.link = link;
  }

  add(...parts) {
    this.parts.push(...parts);
  }

  operation(parent, field) {
    this.add(`### ${parent}.${field.name}`, oneLine(field.description), this.access(field));
    this.add(`Returns ${this.link(field.type)}.`, this.members(field.args, "argument"));
  }

  mutation(field) {
    this.add(`### Mutation.${field.name}`, oneLine(field.description), this.access(field));
    for (const { type } of field.args) this.add(this.members(Object.values(getNamedType(type).getFields()), "input"));
    const results = Object.values(getNamedType(field.type).getFields()).filter(({ name }) => name !== "userErrors");
    this.add(this.members(results, "result"));
  }

  fields(type, possible) {
    const parents = type.getInterfaces().map(this.link);
    this.type(
      type,
      parents.length > 0 && `Implements ${parents.join(", ")}.`,
      possible && `Implemented by ${possible.map(this.link).join(", ")}.`,
      this.members(Object.values(type.getFields()), "field"),
    );
  }

  type(type, ...more) {
    this.add(`### ${type.name}`, oneLine(type.description), type.isOneOf && "Exactly one member must be set.", ...more);
  }

  access(field) {
    const [directive] = (field.astNode.directives ?? []).filter(({ name }) => name.value === "access");
    return directive && `Access: ${access[directive.arguments[0].value.value]}`;
  }

  /** Renders fields with their arguments, members of inputs, or arguments as a table. */
  members(members, kind) {
    const row = ({ name, type, args = [], description, defaultValue, astNode }) => {
      const shown = args.filter(
        ({ name }) => !["first", "last", "before", "after"].includes(name) || !isPage(getNamedType(type).name),
      );
      const argumentsText = shown
        .map((arg) => `<br>\`${arg.name}\` ${this.link(arg.type)}: ${oneLine(arg.description)}`)
        .join("");
      const defaultText = defaultValue === undefined ? "" : ` Default: \`${astNode.defaultValue.value}\`.`;
      const access = this.access({ astNode }) ?? "";
      return [`\`${name}\``, this.link(type), `${oneLine(description)}${access && ` ${access}`}${defaultText}${argumentsText}`];
    };
    return members.length > 0 ? table(kind, members.map(row), "type") : undefined;
  }
}

const isPage = (name) => /(Connection|Edge)$/.test(name);

/** Renders a type with a link to its description. */
const linkTo =
  ({ inputs, payloads }) =>
  (type) => {
    const named = getNamedType(type);
    if (isSpecifiedScalarType(named)) return `\`${type}\``;
    const mutation = inputs.get(named.name) ?? payloads.get(named.name);
    const anchor = isPage(named.name)
      ? "connections"
      : mutation
        ? `mutation${mutation.name.toLowerCase()}`
        : named.name.toLowerCase();
    return `[\`${type}\`](#${anchor})`;
  };

function pagesOf(types, link) {
  const connections = types.filter(({ name }) => name.endsWith("Connection"));
  const rows = connections.map((type) => {
    const edge = getNamedType(type.getFields().edges.type);
    return [`\`${type.name}\``, `\`${edge.name}\``, link(edge.getFields().node.type)];
  });
  return [
    "A page of a list ([pagination.md](pagination.md)): `edges`, `pageInfo` ([`PageInfo!`](#pageinfo)) and `totalCount` (`Int`). An edge has `cursor` (`String!`) and `node`. A field that returns a connection takes the arguments `first`, `last`, `before` and `after`.",
    ["| connection | edge | node |", "| --- | --- | --- |", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n"),
  ].join("\n\n");
}

function contents(rest) {
  const names = (is) =>
    rest
      .filter(is)
      .map(({ name }) => `[${name}](#${name.toLowerCase()})`)
      .join(", ");
  return [
    "[Queries](#queries), [mutations](#mutations), [subscriptions](#subscriptions).",
    `Objects: ${names(isObjectType)}; and [connections](#connections).`,
    `Interfaces: ${names(isInterfaceType)}. Unions: ${names(isUnionType)}.`,
    `Inputs that are used more than once: ${names(isInputObjectType)}.`,
    `Enumerations: ${names(isEnumType)}.`,
    `Scalars: ${names(isScalarType)}.`,
  ].join("\n\n");
}

function table(kind, rows, ...more) {
  const head = [kind, ...more, "description"];
  return [head, head.map(() => "---"), ...rows.map((row) => row.map(oneLine))]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

const oneLine = (text) => (text ?? "").replaceAll(/\s*\n\s*/g, " ").replaceAll("|", "\\|");

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await writeFile(place, await reference());
