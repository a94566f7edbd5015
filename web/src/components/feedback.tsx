import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { Heading } from "../app/Heading";
import { usePath } from "../app/router";
import type { QueryState } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useI18n } from "../i18n/i18n";
import { Button, IconButton } from "./buttons";
import { Icon, type IconName } from "./icons";
import "./surfaces.css";

export function Loading() {
  const { t } = useI18n();
  return (
    <div className="loading" role="status" aria-label={t("state.loading")}>
      <span />
      <span />
      <span />
    </div>
  );
}

export function EmptyState({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <span className="icon-badge">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Callout({ tone = "", icon, children }: { tone?: string; icon?: IconName; children: ReactNode }) {
  return (
    <div className={`note ${tone}`}>
      {icon && <Icon name={icon} />}
      <div className="grow">{children}</div>
    </div>
  );
}

export function ErrorState({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const { t, explain } = useI18n();
  return (
    <div className="empty" role="alert">
      <span className="icon-badge">
        <Icon name={problem.code === "UNREACHABLE" ? "offline" : "warning"} size={26} />
      </span>
      <p>{explain(problem)}</p>
      {onRetry && <Button onClick={onRetry}>{t("action.retry")}</Button>}
    </div>
  );
}

/** Shown above data that could not be updated: it was read earlier. */
export function StaleNote({ query: { problem, refetch } }: { query: Pick<QueryState<unknown>, "problem" | "refetch"> }) {
  const { t } = useI18n();
  if (!problem) return null;
  return (
    <div className="stale soft small" role="status">
      {t("state.stale")}{" "}
      <Button small kind="quiet" onClick={refetch}>
        {t("action.retry")}
      </Button>
    </div>
  );
}

/** Renders a query's data, its error or a loading state. Data stays on the screen while the query runs again. */
export function QueryView<Data, Part>({
  query,
  pick,
  missing,
  children,
}: {
  query: QueryState<Data>;
  pick: (data: Data) => Part | null | undefined;
  /** Shown when the data is null: it does not exist, or the viewer has no access. */
  missing?: ReactNode;
  children: (part: Part) => ReactNode;
}) {
  const part = query.data && pick(query.data);
  if (part != null) {
    return (
      <>
        <StaleNote query={query} />
        {children(part)}
      </>
    );
  }
  if (query.problem) return <ErrorState problem={query.problem} onRetry={query.refetch} />;
  if (!query.data) return <Loading />;
  return missing ?? <MissingState />;
}

/** What does not exist, or is not for the viewer. It is also the title of the page. */
export function MissingState() {
  const { t } = useI18n();
  return (
    <div>
      <Heading title={t("state.missing")} isHidden />
      <EmptyState icon="search" title={t("state.missing")} />
    </div>
  );
}

interface Toast {
  id: number;
  text: ReactNode;
  /** The page with the same content. Opening it removes the toast. */
  path?: string;
}

const ToastContext = createContext<(text: ReactNode, path?: string) => void>(() => {});
export const useToast = () => useContext(ToastContext);
let lastId = 0;

/** Short messages above the page, announced to screen readers. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const { t } = useI18n();
  const currentPath = usePath();
  useEffect(() => setToasts((all) => all.filter(({ path }) => path !== currentPath)), [currentPath]);
  const dismiss = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useMemo(
    () => (text: ReactNode, path?: string) => {
      const id = ++lastId;
      setToasts((all) => [...all.slice(-2), { id, text, path }]);
      window.setTimeout(() => dismiss(id), 7000);
    },
    [dismiss],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text }) => (
          <div className="toast" key={id}>
            <span className="grow">{text}</span>
            <IconButton label={t("action.close")} icon="close" small onClick={() => dismiss(id)} />
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
