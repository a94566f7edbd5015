// The connection to the server: whether it can be reached, and the one door for all requests. A connection can die without
// a word, and then neither `fetch` nor a socket reports it. So every request has a deadline, and one that takes long
// makes the page probe the server.
type Listener = () => void;

const probeDeadline = 3000;
/** A request without a response makes the page probe the server after this time. */
const suspicionDelay = 4000;
/** Above the time that the server allows for a query. An aborted mutation may have run: its key makes it repeatable. */
const requestDeadline = 9000;
const uploadDeadline = 180_000;

let isReachable = navigator.onLine;
let probeTimer: number | undefined;
let isProbing = false;
const listeners = new Set<Listener>();
/** The requests without a response. */
const openRequests = new Set<AbortController>();

export const connectivity = {
  isReachable: () => isReachable,

  subscribe(listener: Listener) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },

  /** Calls the listener when the server can be reached again. */
  onReachable: (listener: Listener) => connectivity.subscribe(() => isReachable && listener()),

  /** A request did not reach the server: probes it until it answers. */
  markUnreachable() {
    setReachable(false);
    scheduleProbe(500);
  },

  /** Something took too long, or the socket was closed. Probes first, so that no false alarm shows. */
  probe() {
    scheduleProbe(0);
  },

  /** Whether the server answers now. */
  async check() {
    const isAlive = await probe();
    if (isAlive) connectivity.markReachable();
    else connectivity.markUnreachable();
    return isAlive;
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
        stop();
        window.clearTimeout(timer);
        resolve();
      };
      const timer = window.setTimeout(done, milliseconds);
      const stop = connectivity.onReachable(done);
    });
  },
};

/** `fetch` with a deadline that includes the body. All requests of the page go through here. */
export async function request(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const controller = new AbortController();
  const isUpload = init.body instanceof FormData;
  const deadline = window.setTimeout(() => giveUp(controller), isUpload ? uploadDeadline : requestDeadline);
  const suspicion = window.setInterval(() => connectivity.probe(), suspicionDelay);
  openRequests.add(controller);
  try {
    const response = await fetchWhole(input, init, controller);
    // A reverse proxy answers for a server that is down.
    if (response.status === 502 || response.status === 504) connectivity.markUnreachable();
    else connectivity.markReachable();
    return response;
  } catch (cause) {
    if (controller.signal.aborted) connectivity.probe();
    else if (!init.signal?.aborted) connectivity.markUnreachable();
    throw cause;
  } finally {
    openRequests.delete(controller);
    window.clearTimeout(deadline);
    window.clearInterval(suspicion);
  }
}

/** The response with its body read, because a connection can also die between the two. */
async function fetchWhole(input: RequestInfo | URL, init: RequestInit, { signal }: AbortController) {
  const signals = init.signal ? AbortSignal.any([init.signal, signal]) : signal;
  const response = await fetch(input, { ...init, signal: signals });
  const body = await response.arrayBuffer();
  return new Response(body.byteLength > 0 ? body : null, response);
}

const giveUp = (controller: AbortController) =>
  controller.abort(new DOMException("no response in time", "TimeoutError"));

function setReachable(value: boolean) {
  // Their connections are dead as well. Aborted, they are repeated over a new one as soon as there is one.
  if (!value) openRequests.forEach(giveUp);
  if (value === isReachable) return;
  isReachable = value;
  [...listeners].forEach((listener) => listener());
}

/** Probes with a delay that doubles up to 8 seconds. */
function scheduleProbe(delay: number) {
  if (probeTimer !== undefined || isProbing) return;
  probeTimer = window.setTimeout(async () => {
    probeTimer = undefined;
    isProbing = true;
    const isAlive = await probe();
    isProbing = false;
    if (isAlive) return connectivity.markReachable();
    setReachable(false);
    scheduleProbe(Math.min(Math.max(delay * 2, 500), 8000));
  }, delay);
}

/**
 * Whether the server answers. Browsers keep up to six connections open, and all of them may be dead: when the first one
 * does not answer, the others are tried as well, which makes the browser discard the dead ones and open a new one.
 */
async function probe() {
  const controller = new AbortController();
  const deadline = window.setTimeout(() => giveUp(controller), probeDeadline);
  const ask = async (number: number) => {
    const response = await fetchWhole(`/healthz?probe=${number}`, { cache: "no-store" }, controller);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
  };
  const first = ask(0);
  let isAnswered = false;
  void first.then(
    () => (isAnswered = true),
    () => {},
  );
  const others = [1, 2, 3, 4, 5].map(async (number) => {
    await new Promise((resolve) => window.setTimeout(resolve, probeDeadline / 3));
    if (!isAnswered) await ask(number);
  });
  // The deadline still applies to those over dead connections.
  void Promise.allSettled([first, ...others]).then(() => window.clearTimeout(deadline));
  return Promise.any([first, ...others]).then(
    () => true,
    () => false,
  );
}

window.addEventListener("offline", () => setReachable(false));
function probeAgain() {
  window.clearTimeout(probeTimer);
  probeTimer = undefined;
  scheduleProbe(0);
}
window.addEventListener("online", probeAgain);
// A device that wakes up has often lost its connections, and its timers did not run.
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && probeAgain());
