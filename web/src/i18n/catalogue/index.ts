// All user-visible text: English first, then French. `one form|other form` depends on `count`, and `{name}` is replaced
// by a value.
import { accounts } from "./accounts";
import { common } from "./common";
import { mentoring } from "./mentoring";
import { messaging } from "./messaging";
import { people } from "./people";
import { problems } from "./problems";
import { requests } from "./requests";

export const catalogue = {
  ...common,
  ...accounts,
  ...people,
  ...messaging,
  ...mentoring,
  ...problems,
  ...requests,
} satisfies Record<string, readonly [en: string, fr: string]>;
export type MessageKey = keyof typeof catalogue;
