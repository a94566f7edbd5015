import { Component, useEffect, useEffectEvent, type ReactNode } from "react";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { EmptyState } from "../components/feedback";
import { connectivity } from "../graphql/connectivity";
import { useTranslate } from "../i18n/i18n";
import { LoadTimeout } from "./deadline";
import { place } from "./places";

interface Props {
  children: ReactNode;
  /** Called before the children are rendered again. */
  onRetry?: () => void;
  /** The children are a dialog, and the error is shown in one as well. */
  onClose?: () => void;
}

/** Limits an error in one page, or code that failed to load, to that page. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  retry = () => {
    this.props.onRetry?.();
    this.setState({ error: undefined });
  };

  override render() {
    const { error } = this.state;
    const { children, onClose } = this.props;
    if (error === undefined) return children;
    const fallback = <ErrorFallback needsReload={(error as unknown) instanceof LoadTimeout} onRetry={this.retry} />;
    return onClose ? <ErrorDialog onClose={onClose}>{fallback}</ErrorDialog> : fallback;
  }
}

function ErrorDialog({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const t = useTranslate();
  return (
    <Dialog title={t("state.failed")} onClose={onClose}>
      {children}
    </Dialog>
  );
}

/** A server that sends no code would make the page reload without an end. */
function reloadOnce() {
  if (place.get<boolean>("reloaded")) return;
  place.set("reloaded", true);
  location.reload();
}

/** Tries again by itself when the server can be reached again. */
function ErrorFallback({ needsReload, onRetry }: { needsReload: boolean; onRetry: () => void }) {
  const t = useTranslate();
  const retry = useEffectEvent(onRetry);
  useEffect(() => {
    if (!needsReload) return connectivity.onReachable(() => retry());
    void connectivity.check().then((isAlive) => isAlive && reloadOnce());
    return connectivity.onReachable(reloadOnce);
  }, [needsReload]);
  return (
    <EmptyState icon="warning" title={t("state.broken")}>
      <p>{t("state.brokenHint")}</p>
      <div className="row">
        <Button kind="primary" onClick={onRetry}>
          {t("action.retry")}
        </Button>
        <Button onClick={() => location.reload()}>{t("action.reload")}</Button>
      </div>
    </EmptyState>
  );
}
