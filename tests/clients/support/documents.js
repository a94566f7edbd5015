// Generates documents and variables for a schema: valid ones, and from them others with one or two faults.
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from "graphql";

/** Returns a generator of numbers in [0, 1) that always has the same sequence for a seed (mulberry32). */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What clients may write for each scalar, as literals. Each is valid. */
const SCALARS = {
  Int: ["0", "1", "7", "-1", "-0", "2147483647", "-2147483648"],
  String: ['"a"', '""', '"gr\\u00fcn \\uD83C\\uDF3F"', '"\\u{1F33F}"', '"""say \\""" aloud"""', '"\\t\\"\\\\\\/"'],
  Boolean: ["true", "false"],
  ID: ['"usr_0000000000001"', '"x"', "5", "-0", '""'],
  DateTime: ['"2026-11-21T09:30:00Z"', '"2026-11-21T09:30:00.123+05:45"'],
  Date: ['"2026-11-21"'],
  LocalTime: ['"09:30"', '"24:00"'],
  TimeZone: ['"Europe/Berlin"'],
  URL: ['"https://campus.example/"'],
};

/** The same in JSON. */
const JSON_SCALARS = {
  Int: [0, 1, 7, -1, "RAW:3.0", "RAW:3e0", "RAW:-0", 2147483647],
  String: ["a", "", "🌿 \\ \""],
  Boolean: [true, false],
  ID: ["x", 5, "RAW:5.0", ""],
  DateTime: ["2026-11-21T09:30:00Z"],
  Date: ["2026-11-21"],
  LocalTime: ["09:30"],
  TimeZone: ["Europe/Berlin"],
  URL: ["https://campus.example/"],
};

/** What is no value of any of these types, or only of some. */
const ODD_LITERALS = ['"x"', "1", "1.5", "3.0", "true", "null", "ENUM", "[]", "[1]", "{}", "{a: 1}", "2147483648", '"RED"'];
const ODD_JSON = ["x", 1, 1.5, "RAW:3.0", true, null, [], [null], {}, { a: 1 }, 2147483648, "RAW:1e20"];

/**
 * Returns a function that generates one request: `{ query, variables }`. `variables` is JSON text, because 3.0 is no
 * JavaScript number.
 */
export function requests(schema, random) {
  const upTo = (n) => Math.floor(random() * n);
  const chance = (p) => random() < p;
  const pick = (items) => items[upTo(items.length)];

  let variables; // name -> { type, default?, value? }
  let fragments; // name -> text
  let faults;

  /** Takes one of the faults that this request gets, if any is left and `p` hits. */
  const fault = (p) => faults > 0 && chance(p) && faults-- > 0;

  function literal(type, depth = 0) {
    if (fault(0.08)) return pick(ODD_LITERALS);
    if (isNonNullType(type)) return literal(type.ofType, depth);
    if (chance(0.05)) return "null";
    if (isListType(type)) {
      if (chance(0.15)) return literal(type.ofType, depth);
      return `[${Array.from({ length: upTo(3) }, () => inner(type.ofType, depth)).join(" ")}]`;
    }
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const all = Object.values(type.getFields());
      const fields = type.isOneOf ? [pick(all)] : all.filter((field) => isRequiredInputField(field) || (depth < 2 && chance(0.3)));
      if (fault(0.08)) fields.push(pick(all));
      const members = fields.map((field) => {
        const place = type.isOneOf ? getNullableType(field.type) : field.type;
        return `${field.name}: ${inner(place, depth + 1, field.defaultValue !== undefined, type.isOneOf)}`;
      });
      if (fault(0.05)) members.push("unknown: 1");
      return `{${members.join(", ")}}`;
    }
    return pick(SCALARS[type.name] ?? ['"x"']);
  }

  /** A value that may be or contain a variable. */
  function inner(type, depth = 0, hasDefault = false, isOneOf = false) {
    if (chance(0.25)) return variable(type, hasDefault, isOneOf);
    if (isOneOf) {
      const text = literal(type, depth);
      return text === "null" ? '"x"' : text;
    }
    return literal(type, depth);
  }

  function variable(type, hasDefault, isOneOf) {
    const name = `v${variables.size}`;
    let declared = isOneOf ? `${getNullableType(type)}!` : String(type);
    const declaration = {};
    if (!isNonNullType(type) && !isOneOf && chance(0.2)) declared += "!";
    else if (isNonNullType(type) && chance(0.3)) {
      // Nullable, which needs a default of the variable or of the place.
      declared = String(type.ofType);
      if (!hasDefault || chance(0.3)) declaration.default = constant(type.ofType, false);
    } else if (!isOneOf && chance(0.15)) declaration.default = constant(type, !isNonNullType(type));
    if (fault(0.15)) declared = pick(["String", "Int!", "[ID!]!", "Boolean", "Nothing", "Node", declared.replace("!", ""), `[${declared}]`]);
    declaration.type = declared;
    const isRequired = declared.endsWith("!") && declaration.default === undefined;
    if (fault(0.15)) declaration.value = pick(ODD_JSON);
    else if (isRequired ? !fault(0.05) : chance(0.5)) declaration.value = json(getNullableType(type));
    variables.set(name, declaration);
    if (fault(0.05)) variables.delete(name);
    return `$${name}`;
  }

  /** A literal without variables. */
  function constant(type, mayBeNull) {
    const saved = variables;
    let text;
    do {
      variables = new Map();
      text = literal(type);
    } while (variables.size > 0 || (text === "null" && !mayBeNull));
    variables = saved;
    return text;
  }

  function json(type) {
    if (isNonNullType(type)) return json(type.ofType);
    if (isListType(type)) return chance(0.1) ? json(type.ofType) : Array.from({ length: upTo(3) }, () => json(type.ofType));
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const all = Object.values(type.getFields());
      const fields = type.isOneOf ? [pick(all)] : all.filter((field) => isRequiredInputField(field) || chance(0.3));
      const members = fields.map((field) => [field.name, fault(0.1) ? pick(ODD_JSON) : json(field.type)]);
      if (fault(0.05)) members.push(["unknown", 1]);
      return Object.fromEntries(members);
    }
    return pick(JSON_SCALARS[type.name] ?? ["x"]);
  }

  function directives() {
    if (!chance(0.12)) return "";
    const condition = () => (chance(0.5) ? pick(["true", "false"]) : inner(schema.getDirective("skip").args[0].type));
    if (fault(0.3)) return pick([" @nothing", " @skip", " @skip(if: 1)", " @skip(if: true) @skip(if: true)", " @deprecated", " @include(if: true, a: 1)", " @skip()"]);
    return pick([() => ` @skip(if: ${condition()})`, () => ` @include(if: ${condition()})`])();
  }

  function args(field) {
    const given = field.args.filter((argument) => (isRequiredArgument(argument) ? !fault(0.1) : chance(0.35)));
    const texts = given.map((argument) => `${argument.name}: ${inner(argument.type, 0, argument.defaultValue !== undefined)}`);
    if (fault(0.03)) texts.push("unknown: 1");
    if (texts.length > 0 && fault(0.03)) texts.push(texts[0]);
    return texts.length > 0 ? `(${texts.join(pick([", ", " ", ",\n"]))})` : fault(0.01) ? "()" : "";
  }

  function selections(type, depth) {
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const usable = fields.filter((field) => depth > 0 || isLeafType(getNamedType(field.type)));
    const items = [];
    const aliases = ["a", "b", "id"];
    for (let count = 1 + upTo(3); count > 0; count--) {
      const kind = random();
      if (kind < 0.1 || (usable.length === 0 && kind < 0.4)) items.push(`${chance(0.2) ? `${pick(aliases)}: ` : ""}__typename${directives()}`);
      else if (kind < 0.3 && depth > 0) items.push(fragment(type, depth));
      else if (usable.length > 0) items.push(fieldText(pick(usable), depth, aliases));
      else items.push(depth > 0 ? fragment(type, depth) : "__typename");
    }
    if (type === schema.getQueryType() && chance(0.15)) items.push(introspection());
    if (items.length > 0 && chance(0.1)) items.push(pick(items));
    if (fault(0.03)) items.push(pick(["unknown", "__schema { queryType { name } }", "...Unknown", "... on Nothing { a }", "... on Role { a }", "... on User { id }"]));
    if (fault(0.01)) items.length = 0;
    return `{ ${items.join(pick([" ", ", ", "\n  ", "\r\n# a comment }\r\n"]))} }`;
  }

  /** What a type of the schema is, without descriptions: those of the built-in types differ. */
  function introspection() {
    const names = Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith("__"));
    const alias = chance(0.3) ? "t: " : "";
    return `${alias}__type(name: "${pick([...names, "Nothing"])}")${directives()} ${typeSelection(3)}`;
  }

  function typeSelection(depth) {
    const deprecated = () => (chance(0.3) ? `(includeDeprecated: ${inner(schema.getDirective("skip").args[0].type, 0, true)})` : "");
    const value = () => `{ name ${chance(0.3) ? "defaultValue isDeprecated" : ""} ${depth > 0 ? `type ${typeSelection(depth - 1)}` : "__typename"} }`;
    const parts = [
      () => "kind",
      () => `name${directives()}`,
      () => "specifiedByURL isOneOf",
      () => `ofType ${depth > 0 ? typeSelection(depth - 1) : "{ name }"}`,
      () => `fields${deprecated()} { name isDeprecated deprecationReason args${deprecated()} ${value()} }`,
      () => `inputFields${deprecated()} ${value()}`,
      () => `enumValues${deprecated()} { name isDeprecated }`,
      () => "possibleTypes { name }",
      () => "interfaces { ...on __Type { kind name } }",
    ];
    return `{ ${[pick(parts)(), pick(parts)()].join(" ")} }`;
  }

  function fieldText(field, depth, aliases) {
    const isLeaf = isLeafType(getNamedType(field.type));
    const alias = chance(0.15) ? `${pick(aliases)}: ` : "";
    const below = isLeaf !== fault(0.02) ? "" : ` ${isLeaf ? "{ id }" : selections(getNamedType(field.type), depth - 1)}`;
    return `${alias}${field.name}${args(field)}${directives()}${below}`;
  }

  function fragment(type, depth) {
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    let on = pick([...possible, type, ...(isAbstractType(type) ? [] : type.getInterfaces())]);
    if (fault(0.05)) on = schema.getType(pick(["Lobby", "User", "Query", "Event"]));
    if (chance(0.5)) {
      const condition = chance(0.2) ? "" : ` on ${on.name}`;
      return `...${condition}${directives()} ${selections(condition ? on : type, depth - 1)}`;
    }
    const name = `F${fragments.size}`;
    fragments.set(name, undefined);
    const text = `fragment ${name} on ${on.name} ${selections(on, depth - 1)}`;
    fragments.set(name, text);
    return `...${name}${directives()}`;
  }

  function operation(kind, root, name) {
    variables = new Map();
    let body;
    if (kind === "subscription") {
      const field = pick(Object.values(root.getFields()));
      body = `{ ${fieldText(field, 3, ["a"]).replace(/ @(skip|include)\(if: [^)]*\)/, "")}${fault(0.1) ? " lobbyChanged { __typename }" : ""} }`;
    } else body = selections(root, 3);
    const declarations = [...variables].map(([name, { type, default: value }]) => `${chance(0.1) ? '"a variable" ' : ""}$${name}: ${type}${value === undefined ? "" : ` = ${value}`}`);
    if (fault(0.03)) declarations.push("$unused: Int");
    if (declarations.length > 0 && fault(0.02)) declarations.push(declarations[0]);
    const list = declarations.length > 0 ? `(${declarations.join(pick([", ", " "]))})` : "";
    return { text: `${kind}${name ? ` ${name}` : ""}${list} ${body}`, variables };
  }

  return function request() {
    faults = chance(0.5) ? 0 : 1 + upTo(2);
    fragments = new Map();
    const kinds = [
      ["query", schema.getQueryType()],
      ["query", schema.getQueryType()],
      ["query", schema.getQueryType()],
      ["mutation", schema.getMutationType()],
      ["subscription", schema.getSubscriptionType()],
    ];
    const [kind, root] = pick(kinds);
    const main = operation(kind, root, chance(0.5) ? "Q" : "");
    let text = main.text;
    if (kind === "query" && main.variables.size === 0 && text.startsWith("query {") && chance(0.5)) text = text.slice(6);
    else if (chance(0.1)) text = `${pick(['"what it does"', '"""\n  what it does\n"""'])} ${text}`;
    const definitions = [text, ...fragments.values()];
    if (fault(0.03)) definitions.push("fragment Unused on Lobby { onlineCount }");
    if (fault(0.03)) definitions.push("query Q { lobby { onlineCount } }");
    let query = definitions.join("\n");
    if (fault(0.3)) query = mutated(query);
    const values = [...main.variables].filter(([, { value }]) => value !== undefined).map(([name, { value }]) => [name, value]);
    if (values.length > 0 && chance(0.15)) pick(values)[1] = pick(ODD_JSON);
    return { kind, query, variables: JSON.stringify(Object.fromEntries(values)).replace(/"RAW:([^"]*)"/g, "$1") };
  };

  /** Deletes, doubles or replaces one token. */
  function mutated(text) {
    const tokens = text.match(/"""[^]*?"""|"(?:\\.|[^"\\])*"|#.*|\.\.\.|-?[\w.]+|[^\w\s]|\s+/g);
    const at = upTo(tokens.length);
    const replacement = pick(["", tokens[at] + tokens[at], pick(tokens), pick(["{", "}", "(", ")", "\u{feff}", "01", "1.", '"\\uD83C"', '"\\x"', "&", "|", "-", "..", "é", "\0"])]);
    return [...tokens.slice(0, at), replacement, ...tokens.slice(at + 1)].join("");
  }
}
