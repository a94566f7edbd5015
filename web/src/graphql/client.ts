// The urql client: queries and mutations by POST, subscriptions over one WebSocket, and a normalised cache.
import { Client, fetchExchange, subscriptionExchange } from "urql";
import { createCache } from "./cache";
import { connectivity } from "./connectivity";
import { createSocket, forwardSubscriptions } from "./socket";

export interface GraphQLConnection {
  client: Client;
  close(): void;
}

/**
 * Creates the client of one session. Logging in or out creates a new one with an empty cache, so no data of one user is
 * left for the next. `onSessionEnd` is called when the server no longer accepts the session.
 */
export function connect(onSessionEnd: () => void): GraphQLConnection {
  const socket = createSocket(onSessionEnd);
  const terminateSocket = () => socket.terminate();
  // Without a network, the socket would look open until the next ping. Closed now, it reconnects as soon as possible.
  window.addEventListener("offline", terminateSocket);

  const client = new Client({
    url: "/graphql",
    // The session is a cookie of this origin. The server requires the header for uploads: it forces a CORS preflight,
    // which keeps other sites from uploading in the viewer's name.
    fetchOptions: { credentials: "same-origin", headers: { "graphql-require-preflight": "1" } },
    preferGetMethod: false,
    fetch: async (input, init) => {
      try {
        const response = await fetch(input, init);
        // A reverse proxy answers for a server that is down.
        if (response.status === 502 || response.status === 504) connectivity.markUnreachable();
        else connectivity.markReachable();
        if (response.status === 401) onSessionEnd();
        return response;
      } catch (cause) {
        if (!init?.signal?.aborted) connectivity.markUnreachable();
        throw cause;
      }
    },
    exchanges: [
      createCache(),
      fetchExchange,
      subscriptionExchange({ forwardSubscription: forwardSubscriptions(socket) }),
    ],
  });

  const close = () => {
    window.removeEventListener("offline", terminateSocket);
    // A socket that is still connecting rejects, and no component is left to show it.
    Promise.resolve(socket.dispose()).catch(() => {});
  };
  return { client, close };
}
