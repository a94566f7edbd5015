/** The server's URLs use its configured origin. The page may be open under another one, so only the path is used. */
export function sameOriginPath(url: string) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}
