// Compiles Relay programs and bundles their operations.
import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { root } from "./markdown.js";

const compiler = resolve(import.meta.dirname, "../../node_modules/.bin/relay-compiler");

/** Compiles the operations of a program and replaces them with imports, as Relay's bundler plugin does. */
export async function bundleRelay(directory, program) {
  await cp(join(root, "schema.graphql"), join(directory, "schema.graphql"));
  await promisify(execFile)(compiler, ["relay.config.json"], { cwd: directory }).catch(({ stdout, stderr }) => {
    throw new Error(`relay-compiler\n${stdout}${stderr}`);
  });
  let imports = "";
  const bundled = (await readFile(program, "utf8"))
    .replaceAll(/graphql`\s*\w+ (\w+)[^`]*`/g, (_, name) => {
      imports += `import ${name} from "./__generated__/${name}.graphql.js";\n`;
      return name;
    })
    // The package is CommonJS, and Node.js cannot import its names.
    .replaceAll(/import (\{[^}]*\}) from "relay-runtime";/g, 'import relay from "relay-runtime";\nconst $1 = relay;');
  await writeFile(program, imports + bundled);
}
