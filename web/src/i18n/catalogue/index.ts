// Everything the page says, in each language beside the other: English, then French. Where a form depends on a count,
// `one|other` stand side by side; `{name}` is filled in.
import { accounts } from "./accounts";
import { common } from "./common";
import { mentoring } from "./mentoring";
import { people } from "./people";
import { problems } from "./problems";
import { talk } from "./talk";

export const catalogue = { ...common, ...accounts, ...people, ...talk, ...mentoring, ...problems } satisfies Record<
  string,
  readonly [en: string, fr: string]
>;
export type Key = keyof typeof catalogue;
