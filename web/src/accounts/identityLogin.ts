// A sign-in at an identity provider, from the button until the browser returns. What connects the two visits of this page
// is a verifier, which stays in the tab: a code is worthless without it.
const key = "studyhall:identity-login";

export interface IdentityLogin {
  verifier: string;
  /** What the code is for. */
  purpose: "logIn" | "link";
  /** The page to show afterwards. */
  next: string;
}

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** Draws the verifier of a new sign-in, and returns the input that starts it. */
export async function beginIdentityLogin(provider: string, login: Omit<IdentityLogin, "verifier">) {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  sessionStorage.setItem(key, JSON.stringify({ ...login, verifier }));
  return { provider, codeChallenge: base64url(new Uint8Array(digest)), redirectUrl: `${location.origin}/signed-in` };
}

/** The sign-in that this tab has begun. It is read once, as its code is valid once. */
export function takeIdentityLogin(): IdentityLogin | undefined {
  const stored = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return stored ? (JSON.parse(stored) as IdentityLogin) : undefined;
}
