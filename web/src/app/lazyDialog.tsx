import { Suspense, type ComponentType } from "react";
import { ErrorBoundary } from "./ErrorBoundary";
import { lazyPart, type LazyPart } from "./lazy";

/** A dialog whose code loads when it is first opened. One that cannot be loaded leaves the page as it is. */
export function lazyDialog<Props extends { onClose: () => void }, Name extends string>(
  load: () => Promise<Record<Name, ComponentType<Props>>>,
  name: Name,
): LazyPart<Props> {
  const Dialog = lazyPart(() => load().then((module): ComponentType<Props> => module[name]));
  const Shown = (props: Props) => (
    <ErrorBoundary onRetry={Dialog.preload} onClose={props.onClose}>
      <Suspense>
        <Dialog {...props} />
      </Suspense>
    </ErrorBoundary>
  );
  return Object.assign(Shown, { preload: Dialog.preload });
}
