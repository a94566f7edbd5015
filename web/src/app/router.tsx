// As much of a router as this client needs: addresses, links, and the parts of an address that are names of things.
import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from "react";

const moved = new Set<() => void>();
const tell = () => moved.forEach((listener) => listener());
window.addEventListener("popstate", () => {
  isArriving = true;
  tell();
});

let isArriving = false;

/** The page that is shown next begins anew, also where the address stays. */
export function arrive() {
  isArriving = true;
}

/** True once after each change of pages: for the heading at which those who listen and those who use keys begin. */
export function takeArrival() {
  const now = isArriving;
  isArriving = false;
  return now;
}

function subscribe(listener: () => void) {
  moved.add(listener);
  return () => void moved.delete(listener);
}

/** Goes to an address of this client. */
export function navigate(to: string, { replace = false } = {}) {
  if (to === location.pathname + location.search) return;
  isArriving ||= new URL(to, location.href).pathname !== location.pathname;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  if (!replace) window.scrollTo(0, 0);
  tell();
}

export const usePath = () => useSyncExternalStore(subscribe, () => location.pathname);

/** One member of the address's query, and how to change it without a new entry in the history. */
export function useSearch(name: string): [string, (value: string) => void] {
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

export type Params = Record<string, string>;

/** Reads `/people/:name` out of `/people/ada`; undefined where the path has another form. */
export function match(pattern: string, path: string): Params | undefined {
  const names = pattern.split("/");
  const parts = path.replace(/(.)\/$/, "$1").split("/");
  if (names.length !== parts.length) return undefined;
  const params: Params = {};
  for (const [place, name] of names.entries()) {
    const part = parts[place] ?? "";
    if (name.startsWith(":") && part) params[name.slice(1)] = spelled(part);
    else if (name !== part) return undefined;
  }
  return params;
}

function spelled(part: string) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  to: string;
  /** Marks the link as the current page for this path and those below it. */
  marks?: boolean;
}

/** A link that stays inside the client, and is still a link: it can be opened in a new tab or copied. */
export function Link({ to, marks, onClick, ...rest }: LinkProps) {
  const path = usePath();
  const isHere = marks && (to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`));
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!isPlain || event.defaultPrevented) return;
    event.preventDefault();
    navigate(to);
  };
  return <a href={to} onClick={follow} aria-current={isHere ? "page" : undefined} {...rest} />;
}
