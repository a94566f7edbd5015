// Whether the server can be reached, as far as anything that talks to it has noticed. One store, because the answer is
// the same for every part of the page.
type Listener = () => void;

let isReachable = navigator.onLine;
let search: number | undefined;
const listeners = new Set<Listener>();
const waiting = new Set<Listener>();

export const reach = {
  isReachable: () => isReachable,

  subscribe(listener: Listener) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },

  /** Something failed on its way: look for the server until it answers. */
  lost() {
    change(false);
    look(500);
  },

  /** Something broke off, which a server does too when it means it: it is asked before anybody is alarmed. */
  doubt() {
    look(0);
  },

  /** Something came through. */
  found() {
    window.clearTimeout(search);
    search = undefined;
    change(true);
  },

  /** Waits until the server is there again, but not longer than `milliseconds`. */
  until(milliseconds: number) {
    return new Promise<void>((resolve) => {
      const done = () => {
        waiting.delete(done);
        window.clearTimeout(timer);
        resolve();
      };
      const timer = window.setTimeout(done, milliseconds);
      waiting.add(done);
    });
  },
};

function change(now: boolean) {
  if (now === isReachable) return;
  isReachable = now;
  listeners.forEach((listener) => listener());
  if (now) [...waiting].forEach((done) => done());
}

/** Asks more and more seldom. A computer without a network is not asked: the browser says when it is back. */
function look(pause: number) {
  if (search !== undefined) return;
  search = window.setTimeout(async () => {
    search = undefined;
    const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => undefined);
    if (answer?.ok) return reach.found();
    change(false);
    look(Math.min(Math.max(pause * 2, 500), 8000));
  }, pause);
}

window.addEventListener("offline", () => change(false));
window.addEventListener("online", () => {
  window.clearTimeout(search);
  search = undefined;
  look(0);
});
