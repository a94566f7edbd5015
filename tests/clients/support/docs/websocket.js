// Loaded before the programs of a page: Node.js has a WebSocket only from version 22 on.
import WebSocket from "ws";

globalThis.WebSocket ??= WebSocket;
