// A TCP proxy in front of a server, whose connections can die as those of a lost network do: silently.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * Opens a tunnel on `port` to `target`, a port of this machine. `swallowOpen` drops all bytes of the connections that are
 * open, without closing them; `swallowAll` those of later ones as well, until `restore`, after which new connections work.
 */
export async function openTunnel(port, target) {
  const open = new Set();
  let swallowsAll = false;
  const server = createServer((client) => {
    const connection = { client, upstream: connect(target, "127.0.0.1"), isDead: swallowsAll };
    open.add(connection);
    const { upstream } = connection;
    const forward = (from, to) => {
      from.on("data", (bytes) => connection.isDead || to.write(bytes));
      from.on("end", () => connection.isDead || to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => open.delete(connection));
    };
    forward(client, upstream);
    forward(upstream, client);
  }).listen(port, "127.0.0.1");
  await once(server, "listening");

  const swallowOpen = () => open.forEach((connection) => (connection.isDead = true));
  return {
    origin: `http://127.0.0.1:${port}`,
    swallowOpen,
    swallowAll() {
      swallowsAll = true;
      swallowOpen();
    },
    restore: () => (swallowsAll = false),
    close() {
      server.close();
      open.forEach(({ client, upstream }) => [client, upstream].forEach((socket) => socket.destroy()));
    },
  };
}
