// Every snippet of the documentation is run: what a page shows is what a reader gets.
import { test } from "node:test";
import { allPages, isRun } from "./support/docs/markdown.js";
import { runPage } from "./support/docs/page.js";

const only = process.env.DOCS_PAGE;

for (const page of (await allPages()).filter(isRun)) {
  if (only && page.path !== only) continue;
  if (page.blocks.some(({ kind }) => ["snippet", "comment"].includes(kind))) test(page.path, (t) => runPage(t, page));
}
