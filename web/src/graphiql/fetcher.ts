// GraphiQL's fetcher: a POST for queries and mutations, with a file for uploads, and a WebSocket for subscriptions.
import { getOperationAST, type ExecutionResult } from "graphql";
import { createClient } from "graphql-ws";
import type { GraphiQL } from "graphiql";
import type { ComponentProps } from "react";

type Fetcher = ComponentProps<typeof GraphiQL>["fetcher"];
type Operation = Parameters<Fetcher>[0];
type Headers = Record<string, string>;

export const fetcher: Fetcher = (operation, options) => {
  const headers: Headers = options?.headers ?? {};
  operation = withValidOperationName(operation);
  const definition = options?.documentAST && getOperationAST(options.documentAST, operation.operationName);
  return definition?.operation === "subscription" ? subscribe(operation, headers) : sendRequest(operation, headers);
};

/**
 * Removes an operation name that the document does not contain. GraphiQL parses the editor with a delay, so right after
 * a tab change it still sends the operation name of the previous tab.
 */
function withValidOperationName(operation: Operation): Operation {
  const { operationName: name, query } = operation;
  return name && !new RegExp(`\\b${name}\\b`).test(query) ? { ...operation, operationName: null } : operation;
}

let uploadFile: File | undefined;

/** Sets the file for operations with `input.file: null`. */
export function setUploadFile(file: File | undefined) {
  uploadFile = file;
}

export async function sendRequest(operation: Operation, headers: Headers) {
  const response = await fetch("/graphql", { method: "POST", ...encodeRequest(operation, headers) });
  // The server's errors have a GraphQL body as well. Any other response is not from the server, but from a proxy.
  if (!/\bjson\b/.test(response.headers.get("content-type") ?? "")) {
    throw new Error(`The server answered ${response.status} without a GraphQL response.`);
  }
  return response.json();
}

/**
 * Sends an operation with `input.file: null` and the selected file by the GraphQL multipart request specification. The
 * server requires the extra header for uploads: it forces a CORS preflight for requests from other sites.
 */
function encodeRequest(operation: Operation, headers: Headers) {
  const accept = "application/graphql-response+json, application/json";
  const input = operation.variables?.input as { file?: unknown } | undefined;
  if (!uploadFile || input?.file !== null) {
    const body = JSON.stringify(operation);
    return { headers: { accept, "content-type": "application/json", ...headers }, body };
  }
  const body = new FormData();
  body.append("operations", JSON.stringify(operation));
  body.append("map", JSON.stringify({ 0: ["variables.input.file"] }));
  body.append("0", uploadFile);
  return { headers: { accept, "graphql-require-preflight": "1", ...headers }, body };
}

/** Subscribes over a separate socket, which is closed with the subscription. */
function subscribe(operation: Operation, headers: Headers): AsyncIterable<ExecutionResult> {
  const client = createClient({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
    connectionParams: connectionParams(headers),
    // A rejected token stays rejected. Anything else may be a restarting server.
    shouldRetry: (reason) => !(reason instanceof CloseEvent && reason.code === 4403),
  });
  // GraphiQL's type expects `GraphQLError` instances. It only prints them, so the plain objects of the socket suffice.
  const results = client.iterate(operation) as AsyncIterableIterator<ExecutionResult>;
  // Not an async generator: it could only be stopped after its next event, and an inbox may be quiet for days.
  const iterator: AsyncIterator<ExecutionResult> = {
    next: () => results.next().catch((reason) => Promise.reject(toReadableError(reason))),
    return: () => results.return!(),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** The access token from the Headers editor. Browsers cannot send headers with a WebSocket. */
function connectionParams(headers: Headers) {
  const bearer = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization");
  return bearer ? { authorization: bearer[1] } : {};
}

/** Converts a `CloseEvent`, which GraphiQL would print without its code and reason, to an error. */
function toReadableError(reason: unknown) {
  return reason instanceof CloseEvent
    ? new Error(`The server closed the socket: ${reason.code} ${reason.reason}`.trimEnd())
    : reason;
}
