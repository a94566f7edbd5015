// All user-visible text: English first, then French. `one form|other form` depends on `count`, and `{name}` is replaced
// by a value.
import { accounts } from "./accounts";
import { common } from "./common";
import { delivery } from "./delivery";
import { mentoring } from "./mentoring";
import { messaging } from "./messaging";
import { people } from "./people";
import { problems } from "./problems";

export const catalogue = {
  ...common,
  ...accounts,
  ...people,
  ...messaging,
  ...delivery,
  ...mentoring,
  ...problems,
} satisfies Record<string, readonly [en: string, fr: string]>;
export type MessageKey = keyof typeof catalogue;
