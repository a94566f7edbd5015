// The one WebSocket of the page, shared by all subscriptions.
import { createClient, type Client as Socket } from "graphql-ws";
import type { SubscriptionForwarder } from "urql";
import { connectivity } from "./connectivity";

/** The heartbeat: a ping after this silence, and the time for its pong. With the probe, they are below 10 seconds. */
const pingDelay = 3000;
const pongDeadline = 3000;
const connectDeadline = 8000;

const backoff = (attempt: number) => Math.min(500 * 2 ** attempt, 8000) * (0.75 + Math.random() / 2);

/**
 * Opens with the first subscription and closes after the last. A session that has ended calls `onSessionEnd`, and a socket
 * that is back after it was lost calls `onReconnect`.
 */
export function createSocket(onSessionEnd: () => void, onReconnect: () => void): Socket {
  // A lost network does not close a socket. One that is late is closed here, and opens again.
  let deadline: number | undefined;
  const expectWithin = (milliseconds: number) => {
    window.clearTimeout(deadline);
    deadline = window.setTimeout(() => {
      connectivity.probe();
      socket.terminate();
    }, milliseconds);
  };
  const socket = createClient({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
    keepAlive: pingDelay,
    connectionAckWaitTimeout: 0,
    retryAttempts: Infinity,
    retryWait: (attempt) => connectivity.waitUntilReachable(backoff(attempt)),
    shouldRetry: (cause) => !(cause instanceof CloseEvent && [4400, 4403, 4406].includes(cause.code)),
    on: {
      connecting: () => expectWithin(connectDeadline),
      ping: (received) => !received && expectWithin(pongDeadline),
      pong: (received) => received && window.clearTimeout(deadline),
      connected: (_socket, _payload, wasRetry) => {
        window.clearTimeout(deadline);
        connectivity.markReachable();
        if (wasRetry) onReconnect();
      },
      closed: (event) => {
        window.clearTimeout(deadline);
        const { code, wasClean } = event as CloseEvent;
        if (code === 4403) onSessionEnd();
        // 1000 is our own close after the last subscription.
        else if (code !== 1000 || !wasClean) connectivity.probe();
      },
    },
  });
  return socket;
}

/**
 * Forwards urql's subscriptions to the socket. A subscription with an `after` cursor resumes after its last event:
 * graphql-ws serialises the variables again for each connection, and the getter then returns the newest cursor.
 */
export function forwardSubscriptions(socket: Socket): SubscriptionForwarder {
  return (request) => ({
    subscribe: (sink) => {
      let lastCursor: unknown;
      const variables = { ...request.variables };
      if (/\bafter: \$after\b/.test(request.query ?? "")) {
        lastCursor = variables.after;
        Object.defineProperty(variables, "after", { enumerable: true, get: () => lastCursor });
      }
      const unsubscribe = socket.subscribe(
        { query: request.query ?? "", variables },
        {
          next: (result) => {
            const [event] = Object.values(result.data ?? {}) as ({ cursor?: string } | null)[];
            lastCursor = event?.cursor ?? lastCursor;
            sink.next(result as Parameters<typeof sink.next>[0]);
          },
          error: (cause) => sink.error(Array.isArray(cause) ? { errors: cause } : cause),
          complete: () => sink.complete(),
        },
      );
      return { unsubscribe };
    },
  });
}
