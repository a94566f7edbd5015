import { useEffect, useRef, type ReactNode } from "react";
import { Link, takeArrival } from "./router";
import { Icon } from "../components/icons";
import { useText } from "../i18n/language";

interface HeadingProps {
  title: string;
  /** Where the way back leads, and what that place is called. */
  back?: { to: string; name: string };
  isHidden?: boolean;
  /** What stands at the far end of the line. */
  children?: ReactNode;
}

/** The one heading of a page, which also names the tab. */
export function Heading({ title, back, isHidden, children }: HeadingProps) {
  const t = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeArrival()) heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${title} · Studyhall`;
  }, [title]);
  return (
    <header className={isHidden ? "unseen" : "heading"}>
      {back && (
        <Link className="back" to={back.to}>
          <Icon name="back" size={18} />
          <span className="unseen">{t("action.backTo")} </span>
          {back.name}
        </Link>
      )}
      <div className="row apart">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children && <div className="row">{children}</div>}
      </div>
    </header>
  );
}
