// The editor validates and completes in web workers. Imported like this, each worker is a file of this origin, which
// `worker-src 'self'` allows. The editor's default, a blob URL, would need a weaker policy.
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import JsonWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import GraphqlWorker from "monaco-graphql/esm/graphql.worker.js?worker";
import type { Environment } from "monaco-editor";

const workers: Record<string, (new () => Worker) | undefined> = { graphql: GraphqlWorker, json: JsonWorker };

const environment: Environment = { getWorker: (_, label) => new (workers[label] ?? EditorWorker)() };
Object.assign(globalThis, { MonacoEnvironment: environment });
