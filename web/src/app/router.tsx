// A minimal router: the current path, search parameters, links and path parameters.
import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from "react";
import { newEntryState, place } from "./places";

const listeners = new Set<() => void>();
const notifyListeners = () => listeners.forEach((listener) => listener());
window.addEventListener("popstate", () => {
  isHeadingFocusPending = true;
  notifyListeners();
});

let isHeadingFocusPending = false;

/** Moves the focus to the next page's heading, even when the path stays the same. */
export function requestHeadingFocus() {
  isHeadingFocusPending = true;
}

/** Returns true once after each page change. The heading then takes the focus, for screen readers and keyboards. */
export function takeHeadingFocus() {
  const isPending = isHeadingFocusPending;
  isHeadingFocusPending = false;
  return isPending;
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function navigate(to: string, { replace = false } = {}) {
  if (to === location.pathname + location.search) return;
  isHeadingFocusPending ||= new URL(to, location.href).pathname !== location.pathname;
  if (replace) history.replaceState(history.state, "", to);
  else {
    place.set("scroll", window.scrollY);
    history.pushState(newEntryState(), "", to);
    window.scrollTo(0, 0);
  }
  notifyListeners();
}

/** For a URL that was changed without `navigate`. */
export const refreshRoute = notifyListeners;

export const usePath = () => useSyncExternalStore(subscribe, () => location.pathname);

/** A search parameter and its setter, which replaces the current history entry. */
export function useSearchParam(name: string): [string, (value: string) => void] {
  const value = useSyncExternalStore(subscribe, () => new URLSearchParams(location.search).get(name) ?? "");
  const change = (to: string) => {
    const search = new URLSearchParams(location.search);
    if (to) search.set(name, to);
    else search.delete(name);
    const text = search.toString();
    navigate(location.pathname + (text && `?${text}`), { replace: true });
  };
  return [value, change];
}

/** The path if it is one of this site, else that of the first page. A link to the login page can contain any text. */
export function sitePath(path: string) {
  return path && new URL(path, location.origin).origin === location.origin ? path : "/";
}

export type Params = Record<string, string>;

/** Matches `/people/ada` against `/people/:name`. Returns undefined when the path does not match. */
export function matchPath(pattern: string, path: string): Params | undefined {
  const patternSegments = pattern.split("/");
  const segments = path.replace(/(.)\/$/, "$1").split("/");
  if (patternSegments.length !== segments.length) return undefined;
  const params: Params = {};
  for (const [index, name] of patternSegments.entries()) {
    const segment = segments[index] ?? "";
    if (name.startsWith(":") && segment) params[name.slice(1)] = decodeSegment(segment);
    else if (name !== segment) return undefined;
  }
  return params;
}

function decodeSegment(segment: string) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  to: string;
  /** Sets `aria-current` while this path or one below it is open. */
  showsCurrent?: boolean;
}

/** A link that navigates without a page load. It can still be copied or opened in a new tab. */
export function Link({ to, showsCurrent, onClick, ...rest }: LinkProps) {
  const path = usePath();
  const isCurrent = showsCurrent && (to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`));
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!isPlain || event.defaultPrevented) return;
    event.preventDefault();
    navigate(to);
  };
  return <a href={to} onClick={follow} aria-current={isCurrent ? "page" : undefined} {...rest} />;
}
