// Pages and dialogs whose code loads when they are first opened, or before that while the browser is idle.
import { use, type ComponentType } from "react";
import { connectivity } from "../graphql/connectivity";
import { withDeadline } from "./deadline";

export type LazyPart<Props> = ComponentType<Props> & {
  /** Starts loading the code before the part is rendered, also after it has failed to load. */
  preload: () => void;
};

/** A component that loads. Unlike that of `lazy`, it can be loaded again after a failure. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPart<Props> {
  let loading: Promise<ComponentType<Props>> | undefined;
  let hasFailed = false;
  const start = () =>
    (loading ??= withDeadline(load()).catch((cause) => {
      hasFailed = true;
      connectivity.probe();
      throw cause;
    }));
  function Part(props: Props) {
    const Component = use(start());
    return <Component {...props} />;
  }
  const preload = () => {
    if (hasFailed) {
      loading = undefined;
      hasFailed = false;
      reloadStyles();
    }
    start().catch(() => {});
  };
  return Object.assign(Part, { preload });
}

/** Loads style sheets again that have failed: the bundler requests each of them only once. */
function reloadStyles() {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")) {
    if (!link.sheet) link.replaceWith(link.cloneNode());
  }
}
