// A raw WebSocket, for cases that client libraries do not produce.
import { on, once } from "node:events";
import WebSocket from "ws";
import { within } from "./deadline.js";

export const protocol = "graphql-transport-ws";

/** Opens a socket without sending `connection_init`. */
export async function openSocket(server, { protocols = [protocol], origin } = {}) {
  const socket = new WebSocket(server.socketUrl, protocols, { origin });
  // Listen from the start, so that early messages are not missed.
  const messages = on(socket, "message", { close: ["close"] });
  const closed = new Promise((resolve) =>
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  await within(5, once(socket, "open"), "the handshake");

  return {
    protocol: socket.protocol,
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    /** Returns the next message, without the server's pings. */
    async next() {
      for (;;) {
        const { value, done } = await within(10, messages.next(), "a message");
        if (done) throw new Error(`the socket closed: ${JSON.stringify(await closed)}`);
        const message = JSON.parse(value[0]);
        if (message.type !== "ping") return message;
      }
    },
    closed: (seconds = 5) => within(seconds, closed, "the close of the socket"),
    close: () => socket.close(1000),
  };
}

/** Opens a socket and initialises the connection, with `token` or anonymously. */
export async function connect(server, token) {
  const socket = await openSocket(server);
  socket.send({ type: "connection_init", payload: token ? { authorization: `Bearer ${token}` } : {} });
  const message = await socket.next();
  if (message.type !== "connection_ack") throw new Error(`no connection_ack: ${JSON.stringify(message)}`);
  return socket;
}

/** Attempts a handshake that must fail, and returns its status, or undefined if only the protocol was not accepted. */
export async function rejectedHandshake(server, { protocols = [protocol], origin } = {}) {
  const socket = new WebSocket(server.socketUrl, protocols, { origin });
  const outcome = new Promise((resolve, reject) => {
    socket.once("open", () => reject(new Error(`accepted with ${socket.protocol || "no protocol"}`)));
    socket.once("unexpected-response", (_, response) => resolve(response.statusCode));
    socket.once("error", () => resolve(undefined));
  });
  return within(5, outcome, "the rejection").finally(() => socket.terminate());
}
