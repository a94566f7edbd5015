import { Component, type ReactNode } from "react";
import { Button } from "../components/buttons";
import { Empty } from "../components/feedback";
import { useText } from "../i18n/language";

/** A fault in one page, or a piece of it that did not arrive, leaves the rest standing. */
export class Boundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const t = useText();
  return (
    <Empty icon="warning" title={t("state.broken")}>
      <p>{t("state.brokenHint")}</p>
      <Button onClick={() => location.reload()}>{t("action.reload")}</Button>
    </Empty>
  );
}
