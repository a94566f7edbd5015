// The page that the service worker shows in place of a page that could not be loaded. It works alone: the rest of the
// client is not loaded.

const retryDelay = 3000;

function stored(name: string) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

const language = stored("language") ?? navigator.languages.find((name) => /^(en|fr)\b/.test(name))?.slice(0, 2) ?? "en";
document.documentElement.lang = language;
for (const text of document.querySelectorAll("main")) text.hidden = text.lang !== language;
const theme = stored("theme");
if (theme) document.documentElement.dataset.theme = theme;

/** Any response comes from the server, also one that says that it is starting. */
async function retry() {
  try {
    const { ok } = await fetch("/healthz", { cache: "no-store" });
    if (ok) return location.reload();
  } catch {
    // It cannot be reached yet.
  }
  window.setTimeout(retry, retryDelay);
}
window.addEventListener("online", () => location.reload());
window.setTimeout(retry, retryDelay);
