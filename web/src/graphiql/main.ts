// GraphiQL imports the editor, by far the largest chunk, only after its first render. Importing it here as well loads
// both at the same time.
import "./workers";

void import("monaco-graphql/esm/monaco-editor.js");
const { renderPage } = await import("./page");
await renderPage(document.getElementById("page")!);
