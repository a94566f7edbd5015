// The schema of the last release, of whose descriptions only the codes of the mutations are kept, and what the current one
// breaks of it.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema, findBreakingChanges, parse, print, visit } from "graphql";
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";

const current = resolve(import.meta.dirname, "../../../schema.graphql");
const released = resolve(import.meta.dirname, "released.graphql");

/** The end of a mutation's description, which names the codes of its user errors. */
const codes = /Codes:\s+[^.]+\.$/;

const removal = /Removal on (\d{4}-\d{2}-\d{2})\.$/;

const read = async (file) => buildSchema(await readFile(file, "utf8"));

/** Returns every deprecated element of a schema: how graphql-js describes its removal, and the reason. */
function deprecations(schema) {
  const found = [];
  const add = (description, { deprecationReason: reason }) => {
    if (reason != null) found.push({ description, reason });
  };
  for (const type of Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"))) {
    if (isEnumType(type))
      for (const value of type.getValues()) add(`${value.name} was removed from enum type ${type.name}.`, value);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      add(`${type.name}.${field.name} was removed.`, field);
      for (const argument of field.args ?? []) add(`${type.name}.${field.name} arg ${argument.name} was removed.`, argument);
    }
  }
  return found;
}

/** Returns the deprecations that do not end in the day of their removal. */
export const undatedDeprecations = (schema) => deprecations(schema).filter(({ reason }) => !removal.test(reason));

/** Returns the last released schema and the current one. */
export const schemas = () => Promise.all([read(released), read(current)]);

/** Returns what breaks clients of the schema before, but the removal of what it announced for a day that has come. */
export function breakingChanges([before, after], today) {
  const due = deprecations(before).filter(({ reason }) => (removal.exec(reason)?.[1] ?? "9999") <= today);
  const announced = new Set(due.map(({ description }) => description));
  const changes = [...findBreakingChanges(before, after), ...droppedCodes(before, after)];
  return changes.filter(({ description }) => !announced.has(description));
}

/** Returns the codes by which a mutation was rejected and, by its description, no longer is. */
function droppedCodes(before, after) {
  const fields = after.getMutationType()?.getFields() ?? {};
  const named = (field) => codes.exec(field?.description ?? "")?.[0].match(/`\w+`/g) ?? [];
  return Object.values(before.getMutationType()?.getFields() ?? {}).flatMap((field) => {
    const kept = named(fields[field.name]);
    return named(field)
      .filter((code) => !kept.includes(code))
      .map((code) => ({ description: `Mutation.${field.name} has no code ${code} any more.` }));
  });
}

// As a command: the current schema is released.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const onlyCodes = ({ description }) => {
    const kept = codes.exec(description.value.replace(/\s+/g, " "))?.[0];
    return kept && { ...description, value: kept, block: false };
  };
  const kept = visit(parse(await readFile(current, "utf8")), {
    enter: (node) => (node.description ? { ...node, description: onlyCodes(node) } : undefined),
  });
  await writeFile(released, `${print(kept)}\n`);
}
