// Errors in the one form that the page shows: user errors, top-level GraphQL errors and network errors.
import type { CombinedError } from "urql";

export interface Problem {
  code: string;
  message: string;
  /** The input field at fault, as in `["input", "email"]`. Null when the error concerns no single field. */
  path?: readonly string[] | null;
  /** Seconds to wait before the next attempt. */
  retryAfter?: number;
  /** The message is in the reader's language, like those of all user errors. Other messages of the server are English. */
  isTranslated?: boolean;
  /** Values for the catalogue's message, for problems that the page itself has found. */
  values?: Record<string, string | number>;
}

export function toProblem(error: CombinedError): Problem {
  const [first] = error.graphQLErrors;
  if (!first) return { code: "UNREACHABLE", message: error.message };
  const { code, retryAfterSeconds } = first.extensions as { code?: string; retryAfterSeconds?: number };
  return { code: code ?? "INTERNAL_SERVER_ERROR", message: first.message, retryAfter: retryAfterSeconds };
}

/** Whether the same request may succeed in a moment. */
export function isTransient(problem: Problem) {
  return ["UNREACHABLE", "UNAVAILABLE", "TIMEOUT", "TOO_MANY_OPERATIONS", "RATE_LIMITED"].includes(problem.code);
}
