// The urql client: queries and mutations by POST, subscriptions over one WebSocket, and a normalised cache.
import { Client, fetchExchange, subscriptionExchange } from "urql";
import { createCache } from "./cache";
import { request } from "./connectivity";
import { createRefetching } from "./refetch";
import { createSocket, forwardSubscriptions } from "./socket";

export interface GraphQLConnection {
  client: Client;
  close(): void;
}

/**
 * Creates the client of one session. Logging in or out creates a new one with an empty cache, so no data of one user is
 * left for the next. `onSessionEnd` is called when the server no longer accepts the session. `onReconnect` is called when
 * events that are not repeated may have been missed.
 */
export function connect(onSessionEnd: () => void, onReconnect: (client: Client) => void): GraphQLConnection {
  const socket = createSocket(onSessionEnd, () => onReconnect(client));
  const terminateSocket = () => socket.terminate();
  // Without a network, the socket would look open until the next ping. Closed now, it reconnects as soon as possible.
  window.addEventListener("offline", terminateSocket);

  const refetching = createRefetching();
  const client = new Client({
    url: "/graphql",
    // The session is a cookie of this origin. The server requires the header for uploads: it forces a CORS preflight,
    // which keeps other sites from uploading in the viewer's name.
    // The language of the page may be another one than the browser's.
    fetchOptions: () => ({
      credentials: "same-origin",
      headers: { "accept-language": document.documentElement.lang, "graphql-require-preflight": "1" },
    }),
    preferGetMethod: false,
    fetch: async (input, init) => {
      const response = await request(input, init);
      if (response.status === 401) onSessionEnd();
      return response;
    },
    exchanges: [
      createCache(),
      refetching.exchange,
      fetchExchange,
      subscriptionExchange({ forwardSubscription: forwardSubscriptions(socket) }),
    ],
  });

  refetching.watch(client);

  const close = () => {
    window.removeEventListener("offline", terminateSocket);
    // A socket that is still connecting rejects, and no component is left to show it.
    Promise.resolve(socket.dispose()).catch(() => {});
  };
  return { client, close };
}
