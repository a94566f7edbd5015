// Loaded before the programs of a page: browsers and newer editions of Node have it.
import WebSocket from "ws";

globalThis.WebSocket ??= WebSocket;
