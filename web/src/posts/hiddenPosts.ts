// Posts that were deleted while they are on the screen. They are hidden in place, because a refetch would shift the
// following posts to other pages.
import { useSyncExternalStore } from "react";

let hiddenIds: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

export function hidePost(id: string) {
  hiddenIds = new Set([...hiddenIds, id]);
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const useIsHidden = (id: string) => useSyncExternalStore(subscribe, () => hiddenIds.has(id));
