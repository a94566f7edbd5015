import { useEffect } from "react";

/** Refetches at instants at which the data changes without an event, such as the start of a booking. */
export function useRefetchAt(instants: readonly (string | null | undefined)[], refetch: () => void) {
  const key = instants.filter(Boolean).join();
  useEffect(() => {
    const timers = key.split(",").flatMap((at) => {
      const wait = Date.parse(at) - Date.now();
      // Browsers limit timers to 2^31 ms, about 24 days.
      return wait > 0 && wait < 2 ** 31 ? [window.setTimeout(refetch, wait + 200)] : [];
    });
    return () => timers.forEach((timer) => window.clearTimeout(timer));
  }, [key, refetch]);
}
