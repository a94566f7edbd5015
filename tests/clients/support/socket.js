// A bare socket for the cases that no well-behaved client ever gets into.
import { on, once } from "node:events";
import WebSocket from "ws";
import { within } from "./deadline.js";

export const protocol = "graphql-transport-ws";

/** Opens a socket and says nothing on it yet. */
export async function openSocket(server, { protocols = [protocol], origin } = {}) {
  const socket = new WebSocket(server.socketUrl, protocols, { origin });
  // Both are listened to from the start, so that nothing is missed that arrives before somebody asks for it.
  const messages = on(socket, "message", { close: ["close"] });
  const closed = new Promise((resolve) =>
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  await within(5, once(socket, "open"), "the handshake");

  return {
    protocol: socket.protocol,
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    /** The next message, the server's own pings left out. */
    async next() {
      for (;;) {
        const { value, done } = await within(10, messages.next(), "a message");
        if (done) throw new Error(`the socket closed instead: ${JSON.stringify(await closed)}`);
        const message = JSON.parse(value[0]);
        if (message.type !== "ping") return message;
      }
    },
    closed: (seconds = 5) => within(seconds, closed, "the end of the socket"),
    close: () => socket.close(1000),
  };
}

/** Opens a socket and greets the server, as `token` or as nobody. */
export async function greet(server, token) {
  const socket = await openSocket(server);
  socket.send({ type: "connection_init", payload: token ? { authorization: `Bearer ${token}` } : {} });
  const answer = await socket.next();
  if (answer.type !== "connection_ack") throw new Error(`no welcome: ${JSON.stringify(answer)}`);
  return socket;
}

/** Tries a handshake that is to be refused and gives back the status, or undefined when only the protocol failed. */
export async function refusedHandshake(server, { protocols = [protocol], origin } = {}) {
  const socket = new WebSocket(server.socketUrl, protocols, { origin });
  const outcome = new Promise((resolve, reject) => {
    socket.once("open", () => reject(new Error(`accepted, speaking ${socket.protocol || "no protocol"}`)));
    socket.once("unexpected-response", (_, answer) => resolve(answer.statusCode));
    socket.once("error", () => resolve(undefined));
  });
  return within(5, outcome, "the refusal").finally(() => socket.terminate());
}
