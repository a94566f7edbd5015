import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { findRoute } from "./app/routes";
import { storage } from "./components/storage";
import { applyTheme } from "./theme/theme";
import "./theme/base.css";

applyTheme();
// Loads the page's code while the server is asked for the viewer. The start page of visitors needs no further code.
if (location.pathname !== "/" || storage.hasUserData()) findRoute(location.pathname).route.page.preload();
createRoot(document.getElementById("page")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
