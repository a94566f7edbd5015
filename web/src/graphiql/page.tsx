import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import { I18nProvider } from "../i18n/i18n";
import { firstTranslation } from "../i18n/start";
import { fetcher } from "./fetcher";
import { SessionToolbar } from "./SessionToolbar";
import { defaultTabs } from "./defaultTabs";
// Imported one by one, because GraphiQL's combined style sheet contains 350 kB of fonts. The page uses system fonts.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./page.css";

export async function renderPage(container: HTMLElement) {
  const translation = await firstTranslation;
  // GraphiQL is in English, from left to right. The toolbar has the language of the web client.
  document.documentElement.lang = "en";
  document.documentElement.dir = "ltr";
  createRoot(container).render(
    // Passwords and tokens are typed here. `sessionStorage` keeps them over a reload, but not after the tab is closed.
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={defaultTabs}
      defaultEditorToolsVisibility="headers"
      storage={sessionStorage}
      shouldPersistHeaders
      showPersistHeadersSettings={false}
      inputValueDeprecation
    >
      <GraphiQL.Logo>
        <I18nProvider first={translation}>
          <SessionToolbar />
        </I18nProvider>
      </GraphiQL.Logo>
    </GraphiQL>,
  );
}
