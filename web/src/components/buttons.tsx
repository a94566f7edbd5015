import { useEffect, useId, useRef, useState, type ComponentProps, type KeyboardEvent, type ReactNode } from "react";
import { Link } from "../app/router";
import { Icon, type IconName } from "./icons";

type ButtonKind = "primary" | "plain" | "quiet" | "danger";

interface ButtonStyle {
  kind?: ButtonKind;
  small?: boolean;
  icon?: IconName;
}

const classes = ({ kind = "plain", small, isIcon }: ButtonStyle & { isIcon?: boolean }) =>
  ["button", kind, small && "small", isIcon && "icon"].filter(Boolean).join(" ");

interface ButtonProps extends ButtonStyle, Omit<ComponentProps<"button">, "type"> {
  submit?: boolean;
  /** Ignores clicks while an operation runs. Unlike a disabled button, it keeps the focus. */
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

/** A button that shows only an icon. `label` is its accessible name and its tooltip. */
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

export function LinkButton({ kind, small, icon, children, ...rest }: ButtonStyle & ComponentProps<typeof Link>) {
  return (
    <Link className={classes({ kind, small })} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

export interface MenuItem {
  label: string;
  icon: IconName;
  isDestructive?: boolean;
  onSelect: () => void;
}

/**
 * A menu of actions, with keyboard support: arrow keys, Home and End move, Escape closes. It is a popover, so that no
 * scrolling list cuts it off, and it stays inside the screen.
 */
export function Menu({ label, items, small }: { label: string; items: MenuItem[]; small?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();
  const itemElements = () => [...(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];

  useEffect(() => {
    const button = root.current?.querySelector("button");
    if (!isOpen || !menu.current || !button) return;
    menu.current.showPopover();
    placeBeside(menu.current, button);
    itemElements()[0]?.focus();
    const closeOutside = (event: Event) => !root.current?.contains(event.target as Node) && setOpen(false);
    const closeOnScroll = (event: Event) => (event.target as Node).contains(button) && setOpen(false);
    const closeOnResize = () => setOpen(false);
    document.addEventListener("pointerdown", closeOutside);
    document.addEventListener("focusin", closeOutside);
    window.addEventListener("resize", closeOnResize);
    document.addEventListener("scroll", closeOnScroll, { capture: true });
    return () => {
      window.removeEventListener("resize", closeOnResize);
      document.removeEventListener("scroll", closeOnScroll, { capture: true });
      document.removeEventListener("pointerdown", closeOutside);
      document.removeEventListener("focusin", closeOutside);
    };
  }, [isOpen]);

  const handleKeyDown = (event: KeyboardEvent) => {
    const elements = itemElements();
    const current = elements.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") close();
    if (next === undefined) return;
    event.preventDefault();
    elements.at(next % elements.length)?.focus();
  };
  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };

  if (items.length === 0) return null;
  return (
    <div className="menu" ref={root} onKeyDown={isOpen ? handleKeyDown : undefined}>
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
        <div ref={menu} popover="manual" role="menu" id={id} aria-label={label}>
          {items.map(({ label, icon, isDestructive, onSelect }) => (
            <button
              key={label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={isDestructive ? "destructive" : undefined}
              onClick={() => {
                close();
                onSelect();
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

/** Below the button, or above it where there is more space. */
export function placeBeside(menu: HTMLElement, button: HTMLElement) {
  const margin = 8;
  const { top, bottom, left, right } = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const isBelow = bottom + height + margin <= innerHeight || top < innerHeight - bottom;
  const [start, end] = document.dir === "rtl" ? [right - width, left] : [left, right - width];
  const x = end >= margin && end + width + margin <= innerWidth ? end : start;
  menu.style.left = `${Math.max(margin, Math.min(x, innerWidth - width - margin))}px`;
  menu.style.top = `${Math.max(margin, isBelow ? bottom + 4 : top - height - 4)}px`;
}

export function Badge({ tone = "plain", children }: { tone?: string; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}
