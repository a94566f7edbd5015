// Uploads of files, by the GraphQL multipart request specification. `fetch` does not say how much it has sent.
import { stringifyDocument } from "@urql/core";
import { CombinedError } from "urql";
import { connectivity } from "./connectivity";
import { UploadFileDocument, type FileFieldsFragment, type UploadFileMutation } from "./generated/shared";
import { toProblem, type Problem } from "./problems";

/** The server gives up after the same time. */
const deadline = 180_000;

export interface UploadOptions {
  /** Called with the part that is sent, from 0 to 1. */
  onProgress?: (part: number) => void;
  signal?: AbortSignal;
}

export interface Upload {
  file?: FileFieldsFragment;
  problem?: Problem;
}

/** The server's default for `fileBytes`. */
const defaultLimit = 25 * 1024 * 1024;

/** The problem of a file, by its name: the same codes have other messages for images. */
export function fileProblem({ code, ...problem }: Problem, name: string, limit?: number | null): Problem {
  if (code !== "TOO_LARGE" && code !== "UNSUPPORTED_MEDIA") return { code, ...problem };
  const megabytes = Math.round(((limit ?? defaultLimit) / 1024 / 1024) * 10) / 10;
  return { ...problem, code: `FILE_${code}`, values: { name, megabytes } };
}

const unreachable: Problem = { code: "UNREACHABLE", message: "" };

export function uploadFile({ name, file }: { name: string; file: Blob }, { onProgress, signal }: UploadOptions = {}) {
  const form = new FormData();
  const query = stringifyDocument(UploadFileDocument);
  form.set("operations", JSON.stringify({ query, variables: { input: { file: null } } }));
  form.set("map", JSON.stringify({ 0: ["variables.input.file"] }));
  form.set("0", file, name);
  return new Promise<Upload>((resolve) => {
    const request = new XMLHttpRequest();
    const fail = () => {
      if (!signal?.aborted) connectivity.probe();
      resolve({ problem: unreachable });
    };
    request.open("POST", "/graphql");
    request.setRequestHeader("accept", "application/graphql-response+json, application/json");
    request.setRequestHeader("accept-language", document.documentElement.lang);
    request.setRequestHeader("graphql-require-preflight", "1");
    request.timeout = deadline;
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 0);
    request.onerror = request.ontimeout = request.onabort = fail;
    request.onload = () => resolve(readResponse(request, name));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function readResponse({ status, responseText }: XMLHttpRequest, name: string): Upload {
  // The limit of the whole request, which has no room for details.
  if (status === 413) return { problem: fileProblem({ code: "TOO_LARGE", message: "" }, name, defaultLimit) };
  try {
    const { data, errors } = JSON.parse(responseText) as { data?: UploadFileMutation; errors?: object[] };
    if (errors) return { problem: toProblem(new CombinedError({ graphQLErrors: errors })) };
    const { file, userErrors = [] } = data?.uploadFile ?? {};
    const [problem] = userErrors;
    return file ? { file } : { problem: problem ? fileProblem({ ...problem, isTranslated: true }, name, problem.limit) : unreachable };
  } catch {
    // Not from this server: a proxy answers for it.
    connectivity.probe();
    return { problem: unreachable };
  }
}
