import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { usePath } from "../app/router";
import type { Reading } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useSpeech } from "../i18n/language";
import { Button, IconButton } from "./buttons";
import { Icon, type IconName } from "./icons";
import "./surfaces.css";

export function Waiting() {
  const { t } = useSpeech();
  return (
    <div className="waiting" role="status" aria-label={t("state.loading")}>
      <span />
      <span />
      <span />
    </div>
  );
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <span className="sign">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Note({ tone = "", icon, children }: { tone?: string; icon?: IconName; children: ReactNode }) {
  return (
    <div className={`note ${tone}`}>
      {icon && <Icon name={icon} />}
      <div className="grow">{children}</div>
    </div>
  );
}

export function Failure({ problem, again }: { problem: Problem; again?: () => void }) {
  const { t, explain } = useSpeech();
  return (
    <div className="empty" role="alert">
      <span className="sign">
        <Icon name={problem.code === "UNREACHABLE" ? "offline" : "warning"} size={26} />
      </span>
      <p>{explain(problem)}</p>
      {again && <Button onClick={again}>{t("action.retry")}</Button>}
    </div>
  );
}

/** Shows what was read, or how the reading stands. What is already here stays on the screen while it is read again. */
export function Loaded<Data, Part>({
  reading,
  pick,
  missing,
  children,
}: {
  reading: Reading<Data>;
  pick: (data: Data) => Part | null | undefined;
  /** What to say when it is not there, or not for this viewer. */
  missing?: ReactNode;
  children: (part: Part) => ReactNode;
}) {
  const { t } = useSpeech();
  const part = reading.data && pick(reading.data);
  if (part != null) return children(part);
  if (reading.problem) return <Failure problem={reading.problem} again={reading.again} />;
  if (!reading.data) return <Waiting />;
  return missing ?? <Empty icon="search" title={t("state.missing")} />;
}

interface Toast {
  id: number;
  text: ReactNode;
  /** The page that says the same: opened, it makes this superfluous. */
  place?: string;
}

const Toasts = createContext<(text: ReactNode, place?: string) => void>(() => {});
export const useToast = () => useContext(Toasts);
let count = 0;

/** Short news above the page, read aloud when it comes. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const { t } = useSpeech();
  const path = usePath();
  useEffect(() => setToasts((all) => all.filter(({ place }) => place !== path)), [path]);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useMemo(
    () => (text: ReactNode, place?: string) => {
      const id = ++count;
      setToasts((all) => [...all.slice(-2), { id, text, place }]);
      window.setTimeout(() => drop(id), 7000);
    },
    [drop],
  );
  return (
    <Toasts value={show}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text }) => (
          <div className="toast" key={id}>
            <span className="grow">{text}</span>
            <IconButton label={t("action.close")} icon="close" small onClick={() => drop(id)} />
          </div>
        ))}
      </div>
    </Toasts>
  );
}
