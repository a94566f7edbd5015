// The editor checks and completes in background workers. Imported like this, each becomes a file beside the page, which
// `worker-src 'self'` allows; the editor's own way, a script made up in memory, would need a weaker policy.
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import JsonWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import GraphqlWorker from "monaco-graphql/esm/graphql.worker.js?worker";
import type { Environment } from "monaco-editor";

const workers: Record<string, (new () => Worker) | undefined> = { graphql: GraphqlWorker, json: JsonWorker };

const environment: Environment = { getWorker: (_, label) => new (workers[label] ?? EditorWorker)() };
Object.assign(globalThis, { MonacoEnvironment: environment });
