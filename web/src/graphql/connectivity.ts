// Whether the server can be reached. HTTP requests and the socket report here, and the whole page shares the result.
type Listener = () => void;

let isReachable = navigator.onLine;
let probeTimer: number | undefined;
const listeners = new Set<Listener>();
const waiters = new Set<Listener>();

export const connectivity = {
  isReachable: () => isReachable,

  subscribe(listener: Listener) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },

  /** A request did not reach the server: probes it until it answers. */
  markUnreachable() {
    setReachable(false);
    scheduleProbe(500);
  },

  /** The socket was closed, which the server may have done on purpose. Probes first, so that no false alarm shows. */
  probe() {
    scheduleProbe(0);
  },

  markReachable() {
    window.clearTimeout(probeTimer);
    probeTimer = undefined;
    setReachable(true);
  },

  /** Waits until the server is reachable again, for `milliseconds` at most. */
  waitUntilReachable(milliseconds: number) {
    return new Promise<void>((resolve) => {
      const done = () => {
        waiters.delete(done);
        window.clearTimeout(timer);
        resolve();
      };
      const timer = window.setTimeout(done, milliseconds);
      waiters.add(done);
    });
  },
};

function setReachable(value: boolean) {
  if (value === isReachable) return;
  isReachable = value;
  listeners.forEach((listener) => listener());
  if (value) [...waiters].forEach((done) => done());
}

/** Probes with a delay that doubles up to 8 seconds. */
function scheduleProbe(delay: number) {
  if (probeTimer !== undefined) return;
  probeTimer = window.setTimeout(async () => {
    probeTimer = undefined;
    const response = await fetch("/healthz", { cache: "no-store" }).catch(() => undefined);
    if (response?.ok) return connectivity.markReachable();
    setReachable(false);
    scheduleProbe(Math.min(Math.max(delay * 2, 500), 8000));
  }, delay);
}

window.addEventListener("offline", () => setReachable(false));
window.addEventListener("online", () => {
  window.clearTimeout(probeTimer);
  probeTimer = undefined;
  scheduleProbe(0);
});
