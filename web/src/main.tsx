import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { NotLoaded } from "./app/NotLoaded";
import { startPlaces } from "./app/places";
import { navigate, sitePath } from "./app/router";
import { findRoute, welcomePage } from "./app/routes";
import { storage } from "./components/storage";
import { firstTranslation } from "./i18n/start";
import { applyTheme } from "./theme/theme";
import "./theme/base.css";

applyTheme();
startPlaces();
// Loads the page's code while the server is asked for the viewer. A browser without data of a user is that of a visitor.
const isWelcome = location.pathname === "/" && !storage.hasUserData();
(isWelcome ? welcomePage : findRoute(location.pathname).route.page).preload();
// A file that misses its target would open in place of the page.
for (const name of ["dragover", "drop"] as const) window.addEventListener(name, (event) => event.preventDefault());
// Without https, only the server's own device has service workers.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  window.addEventListener("load", () => void navigator.serviceWorker.register("/service-worker.js").catch(() => {}));
  // A notification was selected.
  navigator.serviceWorker.addEventListener("message", ({ data }) => navigate(sitePath(String(data?.path ?? ""))));
  navigator.serviceWorker.startMessages();
}
const root = createRoot(document.getElementById("page")!);
const translation = await firstTranslation.catch(() => undefined);
root.render(<StrictMode>{translation ? <App translation={translation} /> : <NotLoaded />}</StrictMode>);
