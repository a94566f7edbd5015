import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import { fetcher } from "./fetcher";
import { SessionBox } from "./session";
import { starters } from "./starters";
// Piece by piece, because GraphiQL's one style sheet brings 350 kB of fonts; the system has fonts.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./page.css";

/** Fills `place` with GraphiQL. */
export function showPage(place: HTMLElement) {
  createRoot(place).render(
    // Passwords and tokens are typed here. They survive a reload, and are gone with the browser's tab.
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={starters}
      defaultEditorToolsVisibility="headers"
      storage={sessionStorage}
      shouldPersistHeaders
      showPersistHeadersSettings={false}
      inputValueDeprecation
    >
      <GraphiQL.Logo>
        <SessionBox />
      </GraphiQL.Logo>
    </GraphiQL>,
  );
}
