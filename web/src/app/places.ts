// What each history entry remembers: how far the page was scrolled, how many pages of its lists were loaded. Going back
// and reloading restore it. The browser keeps it as long as the tab.
import { useEffect, useState, type RefObject } from "react";

const prefix = "studyhall:place:";
const maxPlaces = 50;

type Place = Record<string, unknown>;

interface EntryState {
  place?: string;
}

let lastPlace = 0;
/** The state of a new history entry. */
export const newEntryState = (): EntryState => ({ place: `${Date.now().toString(36)}-${++lastPlace}` });

const currentKey = () => prefix + ((history.state as EntryState | null)?.place ?? "");

function read(): Place {
  try {
    return JSON.parse(sessionStorage.getItem(currentKey()) ?? "{}") as Place;
  } catch {
    return {};
  }
}

export const place = {
  get: <Value>(name: string) => read()[name] as Value | undefined,

  set(name: string, value: unknown) {
    try {
      const key = currentKey();
      if (sessionStorage.getItem(key) === null) forgetOldest();
      sessionStorage.setItem(key, JSON.stringify({ ...read(), [name]: value }));
    } catch {
      // The storage is full or blocked: the place is lost on the way back.
    }
  },
};

function forgetOldest() {
  const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(prefix));
  // Keys begin with the time of their creation.
  keys.sort().slice(0, Math.max(0, keys.length - maxPlaces)).forEach((key) => sessionStorage.removeItem(key));
}

/** State that belongs to the history entry. */
export function usePlace<Value>(name: string, initial: Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState(() => place.get<Value>(name) ?? initial);
  const change = (next: Value) => {
    setValue(next);
    place.set(name, next);
  };
  return [value, change];
}

/** Keeps the scroll position of an element that scrolls by itself. */
export function useScrollPlace(element: RefObject<HTMLElement | null>, name: string) {
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    const stop = restoreScroll(current, place.get<number>(name) ?? 0);
    const save = () => place.set(name, current.scrollTop);
    current.addEventListener("scrollend", save);
    return () => {
      stop();
      current.removeEventListener("scrollend", save);
    };
  }, [element, name]);
}

let stopRestoring: (() => void) | undefined;

/** Scrolls the page to where it was. Its content is still loading, so this is repeated until it is high enough. */
export function restorePageScroll() {
  stopRestoring?.();
  stopRestoring = restoreScroll(document.documentElement, place.get<number>("scroll") ?? 0);
}

/** Returns a function that stops it, as the user does by scrolling. */
function restoreScroll(element: HTMLElement, target: number) {
  const deadline = performance.now() + 5000;
  let frame = 0;
  const inputs = ["wheel", "touchmove", "keydown", "pointerdown"];
  const stop = () => {
    cancelAnimationFrame(frame);
    inputs.forEach((name) => window.removeEventListener(name, stop));
    if (stopRestoring === stop) stopRestoring = undefined;
  };
  const attempt = () => {
    element.scrollTop = target;
    if (Math.abs(element.scrollTop - target) < 2 || performance.now() > deadline) stop();
    else frame = requestAnimationFrame(attempt);
  };
  inputs.forEach((name) => window.addEventListener(name, stop, { passive: true }));
  frame = requestAnimationFrame(attempt);
  return stop;
}

export function startPlaces() {
  history.scrollRestoration = "manual";
  if (!(history.state as EntryState | null)?.place) history.replaceState(newEntryState(), "");
  // A page that is still loading is shorter than it was, and scrolls up. That is no place to remember.
  const save = () => !stopRestoring && place.set("scroll", window.scrollY);
  let timer: number | undefined;
  window.addEventListener(
    "scroll",
    () => {
      window.clearTimeout(timer);
      const key = currentKey();
      timer = window.setTimeout(() => key === currentKey() && save(), 100);
    },
    { passive: true },
  );
  window.addEventListener("pagehide", save);
  window.addEventListener("popstate", restorePageScroll);
  restorePageScroll();
}
