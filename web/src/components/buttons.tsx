import { useEffect, useId, useRef, useState, type ComponentProps, type KeyboardEvent, type ReactNode } from "react";
import { Link } from "../app/router";
import { Icon, type IconName } from "./icons";

type Kind = "primary" | "plain" | "quiet" | "danger";

interface Look {
  kind?: Kind;
  small?: boolean;
  icon?: IconName;
}

const classes = ({ kind = "plain", small, isIcon }: Look & { isIcon?: boolean }) =>
  ["button", kind, small && "small", isIcon && "icon"].filter(Boolean).join(" ");

interface ButtonProps extends Look, Omit<ComponentProps<"button">, "type"> {
  submit?: boolean;
  /** Work is under way: the button says so and takes no second press, but keeps the focus. */
  isBusy?: boolean;
}

export function Button({ kind, small, icon, submit, isBusy, onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      type={submit ? "submit" : "button"}
      className={classes({ kind, small })}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that shows a sign and is called `label`. */
export function IconButton({
  label,
  icon,
  kind = "quiet",
  small,
  isBusy,
  onClick,
  submit,
  ...rest
}: ButtonProps & { label: string; icon: IconName }) {
  return (
    <button
      type={submit ? "submit" : "button"}
      className={classes({ kind, small, isIcon: true })}
      aria-label={label}
      title={label}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      <Icon name={icon} size={small ? 18 : 20} />
    </button>
  );
}

export function LinkButton({ kind, small, icon, children, ...rest }: Look & ComponentProps<typeof Link>) {
  return (
    <Link className={classes({ kind, small })} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

export interface Choice {
  label: string;
  icon: IconName;
  isGrave?: boolean;
  act: () => void;
}

/** A few seldom used actions behind one button. Arrow keys walk, Escape closes. */
export function Menu({ label, choices, small }: { label: string; choices: Choice[]; small?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const items = () => [...(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];

  useEffect(() => {
    if (!isOpen) return;
    items()[0]?.focus();
    const leave = (event: Event) => !root.current?.contains(event.target as Node) && setOpen(false);
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, [isOpen]);

  const walk = (event: KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") close();
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  };
  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };

  if (choices.length === 0) return null;
  return (
    <div className="menu" ref={root} onKeyDown={isOpen ? walk : undefined}>
      <IconButton
        label={label}
        icon="more"
        small={small}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      />
      {isOpen && (
        <div role="menu" id={id} aria-label={label}>
          {choices.map(({ label, icon, isGrave, act }) => (
            <button
              key={label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={isGrave ? "grave" : undefined}
              onClick={() => {
                close();
                act();
              }}
            >
              <Icon name={icon} size={18} />
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

export function Badge({ tone = "plain", children }: { tone?: string; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}
