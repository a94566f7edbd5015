// Starts the page. The editor is by far the largest piece, and GraphiQL asks for it only once it has drawn itself:
// asking for it here as well lets both travel at the same time.
import "./workers";

void import("monaco-graphql/esm/monaco-editor.js");
const { showPage } = await import("./page");
showPage(document.getElementById("page")!);
