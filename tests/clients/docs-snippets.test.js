// Runs every snippet of the documentation and compares the results with those that the pages show.
import { test } from "node:test";
import { allPages, isRun } from "./support/docs/markdown.js";
import { runPage } from "./support/docs/page.js";

const only = process.env.DOCS_PAGE;

for (const page of (await allPages()).filter(isRun)) {
  if (only && page.path !== only) continue;
  if (page.blocks.some(({ kind }) => ["snippet", "comment"].includes(kind))) test(page.path, (t) => runPage(t, page));
}
