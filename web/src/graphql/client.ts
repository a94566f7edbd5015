// How the page talks to the server: queries and mutations by POST, everything live by one socket, one normalised cache.
import { Client, fetchExchange, subscriptionExchange } from "urql";
import { cache } from "./cache";
import { reach } from "./reach";
import { forwardTo, openSocket } from "./socket";

export interface Link {
  client: Client;
  close(): void;
}

/**
 * Makes a client for one session. Whoever logs in or out gets a new one, and with it an empty cache: nothing of one
 * person is left for the next. `onSessionOver` hears when the server no longer knows the session.
 */
export function openLink(onSessionOver: () => void): Link {
  const socket = openSocket(onSessionOver);
  const drop = () => socket.terminate();
  // Without a network a socket only looks open. Dropped at once, it is also the first thing to come back.
  window.addEventListener("offline", drop);

  const client = new Client({
    url: "/graphql",
    // The cookie belongs to this origin and travels by itself; the header is what uploads must have, so that no other
    // page can send one in somebody's name.
    fetchOptions: { credentials: "same-origin", headers: { "graphql-require-preflight": "1" } },
    preferGetMethod: false,
    fetch: async (input, init) => {
      try {
        const answer = await fetch(input, init);
        // A proxy speaks for a server that is away.
        if (answer.status === 502 || answer.status === 504) reach.lost();
        else reach.found();
        if (answer.status === 401) onSessionOver();
        return answer;
      } catch (cause) {
        if (!init?.signal?.aborted) reach.lost();
        throw cause;
      }
    },
    exchanges: [cache(), fetchExchange, subscriptionExchange({ forwardSubscription: forwardTo(socket) })],
  });

  const close = () => {
    window.removeEventListener("offline", drop);
    // A socket that is still opening then fails, and nobody is left to be told.
    Promise.resolve(socket.dispose()).catch(() => {});
  };
  return { client, close };
}
