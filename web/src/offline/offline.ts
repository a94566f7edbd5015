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

const texts = [...document.querySelectorAll("main")];
const wanted = [stored("language") ?? "", ...navigator.languages].map((range) => range.split("-")[0]);
const text = wanted.map((language) => texts.find(({ lang }) => lang === language)).find(Boolean) ?? texts[0];
for (const one of texts) one.hidden = one !== text;
document.documentElement.lang = text?.lang ?? "en";
document.documentElement.dir = text?.dir || "ltr";
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
