// What can go wrong, in the one form in which the page shows it.
import type { CombinedError } from "urql";

export interface Problem {
  code: string;
  message: string;
  /** From `input` on, as the schema names it. Null for what no field is to blame for. */
  path?: readonly string[] | null;
  /** Seconds after which it is worth trying again. */
  wait?: number;
}

/** Reads what the transport and the server's top-level errors say. */
export function problemOf(error: CombinedError): Problem {
  const [first] = error.graphQLErrors;
  if (!first) return { code: "UNREACHABLE", message: error.message };
  const { code, retryAfterSeconds } = first.extensions as { code?: string; retryAfterSeconds?: number };
  return { code: code ?? "INTERNAL_SERVER_ERROR", message: first.message, wait: retryAfterSeconds };
}

/** Nothing arrived, or the server could not answer now: the same request may work in a moment. */
export function isPassing(problem: Problem) {
  return ["UNREACHABLE", "UNAVAILABLE", "TIMEOUT", "TOO_MANY_OPERATIONS", "RATE_LIMITED"].includes(problem.code);
}
