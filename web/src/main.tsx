import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { routeOf } from "./app/routes";
import { stored } from "./components/stored";
import { applyTheme } from "./theme/theme";
import "./theme/base.css";

applyTheme();
// The page's own part is on its way while the server is asked who is there. Visitors need none for the first page.
if (location.pathname !== "/" || stored.isAnybodyHere()) routeOf(location.pathname).route.page.fetch();
createRoot(document.getElementById("page")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
