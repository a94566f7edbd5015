import { Component, useEffect, useEffectEvent, type ReactNode } from "react";
import { Button } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { connectivity } from "../graphql/connectivity";
import { useTranslate } from "../i18n/i18n";

interface Props {
  children: ReactNode;
  /** Called before the children are rendered again. */
  onRetry?: () => void;
}

/** Limits an error in one page, or code that failed to load, to that page. */
export class ErrorBoundary extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  retry = () => {
    this.props.onRetry?.();
    this.setState({ hasFailed: false });
  };

  override render() {
    return this.state.hasFailed ? <ErrorFallback onRetry={this.retry} /> : this.props.children;
  }
}

/** Tries again by itself when the server can be reached again. */
function ErrorFallback({ onRetry }: { onRetry: () => void }) {
  const t = useTranslate();
  const retry = useEffectEvent(onRetry);
  useEffect(() => connectivity.onReachable(() => retry()), []);
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
