import { Component, type ReactNode } from "react";
import { Button } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { useTranslate } from "../i18n/i18n";

/** Limits an error in one page, or code that failed to load, to that page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? <ErrorFallback /> : this.props.children;
  }
}

function ErrorFallback() {
  const t = useTranslate();
  return (
    <EmptyState icon="warning" title={t("state.broken")}>
      <p>{t("state.brokenHint")}</p>
      <Button onClick={() => location.reload()}>{t("action.reload")}</Button>
    </EmptyState>
  );
}
