// Code and messages that do not arrive.

/** The browser neither gives up its request nor repeats it: only a reload helps. */
export class LoadTimeout extends Error {}

const loadDeadline = 9000;

export function withDeadline<Result>(loading: Promise<Result>, deadline = loadDeadline) {
  return new Promise<Result>((resolve, reject) => {
    const timer = window.setTimeout(() => reject(new LoadTimeout()), deadline);
    void loading.then(resolve, reject).finally(() => window.clearTimeout(timer));
  });
}
