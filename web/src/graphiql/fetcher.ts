// How GraphiQL reaches the server: one POST for a query or mutation, with a file where one is wanted, and a WebSocket
// for a subscription.
import { getOperationAST, type ExecutionResult } from "graphql";
import { createClient } from "graphql-ws";
import type { GraphiQL } from "graphiql";
import type { ComponentProps } from "react";

type Fetcher = ComponentProps<typeof GraphiQL>["fetcher"];
type Operation = Parameters<Fetcher>[0];
type Headers = Record<string, string>;

export const fetcher: Fetcher = (operation, options) => {
  const headers: Headers = options?.headers ?? {};
  operation = upToDate(operation);
  const chosen = options?.documentAST && getOperationAST(options.documentAST, operation.operationName);
  return chosen?.operation === "subscription" ? subscribe(operation, headers) : post(operation, headers);
};

/**
 * GraphiQL reads along a moment behind the editor: right after a change of tabs it still names the operation of the last
 * one. A name that the document does not have is left out.
 */
function upToDate(operation: Operation): Operation {
  const { operationName: name, query } = operation;
  return name && !new RegExp(`\\b${name}\\b`).test(query) ? { ...operation, operationName: null } : operation;
}

let file: File | undefined;

/** The file that goes along with the next operations that want one. */
export function choose(chosen: File | undefined) {
  file = chosen;
}

export async function post(operation: Operation, headers: Headers) {
  const response = await fetch("/graphql", { method: "POST", ...written(operation, headers) });
  // A refusal has a GraphQL body too, with its code; whatever else comes is not from our server.
  if (!/\bjson\b/.test(response.headers.get("content-type") ?? "")) {
    throw new Error(`The server answered ${response.status} without GraphQL.`);
  }
  return response.json();
}

/**
 * An operation with `input.file: null` takes the chosen file with it, by the multipart request specification. The extra
 * header is what the server wants of uploads: no other page can send it without being asked first.
 */
function written(operation: Operation, headers: Headers) {
  const accept = "application/graphql-response+json, application/json";
  const input = operation.variables?.input as { file?: unknown } | undefined;
  if (!file || input?.file !== null) {
    const body = JSON.stringify(operation);
    return { headers: { accept, "content-type": "application/json", ...headers }, body };
  }
  const body = new FormData();
  body.append("operations", JSON.stringify(operation));
  body.append("map", JSON.stringify({ 0: ["variables.input.file"] }));
  body.append("0", file);
  return { headers: { accept, "graphql-require-preflight": "1", ...headers }, body };
}

/** Follows a subscription on a socket of its own, opened now and closed with the subscription. */
function subscribe(operation: Operation, headers: Headers): AsyncIterable<ExecutionResult> {
  const client = createClient({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
    connectionParams: session(headers),
    // A token that was refused once is refused again; anything else may be a server that is just being restarted.
    shouldRetry: (reason) => !(reason instanceof CloseEvent && reason.code === 4403),
  });
  // GraphiQL's type asks for the errors of an executor; it only prints them, and these came over the wire.
  const results = client.iterate(operation) as AsyncIterableIterator<ExecutionResult>;
  // Not a generator: that could be stopped only after its next event, and an inbox may be quiet for days.
  const told: AsyncIterator<ExecutionResult> = {
    next: () => results.next().catch((reason) => Promise.reject(spoken(reason))),
    return: () => results.return!(),
  };
  return { [Symbol.asyncIterator]: () => told };
}

/** Takes the session out of the headers editor: a browser cannot send headers with a socket. */
function session(headers: Headers) {
  const bearer = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization");
  return bearer ? { authorization: bearer[1] } : {};
}

/** Puts the end of a socket into words; printed as it is, the browser's event says nothing. */
function spoken(reason: unknown) {
  return reason instanceof CloseEvent
    ? new Error(`The server closed the socket: ${reason.code} ${reason.reason}`.trimEnd())
    : reason;
}
