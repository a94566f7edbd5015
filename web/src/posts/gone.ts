// Posts that were deleted while their page stands on the screen. They are hidden where they are, so that what was read
// on does not move to other pages.
import { useSyncExternalStore } from "react";

let gone: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

export function hidePost(id: string) {
  gone = new Set([...gone, id]);
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const useIsGone = (id: string) => useSyncExternalStore(subscribe, () => gone.has(id));
