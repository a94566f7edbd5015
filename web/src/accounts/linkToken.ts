import { useEffect, useState } from "react";
import { refreshRoute } from "../app/router";

/**
 * Reads the token and removes it from the URL, so that no history entry or bookmark contains it. A second link opened in
 * the same tab changes only the fragment.
 */
export function useLinkToken() {
  const readToken = () => new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  const [token, setToken] = useState(readToken);
  useEffect(() => {
    const read = () => {
      if (!location.hash) return;
      setToken(readToken());
      history.replaceState(history.state, "", location.pathname);
      refreshRoute();
    };
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return token;
}
