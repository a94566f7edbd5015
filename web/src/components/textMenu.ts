import type { useTranslate } from "../i18n/i18n";
import type { MenuItem } from "./buttons";

/** The dialogs that the menu of a post or comment opens. */
export type TextDialog = "edit" | "delete" | "report";

interface TextRights {
  viewerCanEdit: boolean;
  viewerCanDelete: boolean;
}

/** The menu of a post or comment. Authors cannot report their own texts. */
export function textMenuItems(
  t: ReturnType<typeof useTranslate>,
  { viewerCanEdit, viewerCanDelete }: TextRights,
  open: (dialog: TextDialog) => void,
): MenuItem[] {
  const items: MenuItem[] = [];
  if (viewerCanEdit) items.push({ label: t("action.edit"), icon: "edit", onSelect: () => open("edit") });
  if (viewerCanDelete) {
    items.push({ label: t("action.delete"), icon: "trash", isDestructive: true, onSelect: () => open("delete") });
  }
  if (!viewerCanEdit) items.push({ label: t("action.report"), icon: "warning", onSelect: () => open("report") });
  return items;
}
