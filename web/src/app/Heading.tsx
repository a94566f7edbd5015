import { useEffect, useRef, type ReactNode } from "react";
import { Link, takeHeadingFocus } from "./router";
import { setTitle } from "./title";
import { Icon } from "../components/icons";
import { Title } from "../components/text";
import { useTranslate } from "../i18n/i18n";

interface HeadingProps {
  title: string;
  /** The target and the name of the link back. */
  back?: { to: string; name: string };
  isHidden?: boolean;
  /** Actions at the end of the line. */
  children?: ReactNode;
}

/** The h1 of a page, which also sets the document title. */
export function Heading({ title, back, isHidden, children }: HeadingProps) {
  const t = useTranslate();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeHeadingFocus()) heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    setTitle(title);
  }, [title]);
  return (
    <header className={isHidden ? "visually-hidden" : "heading"}>
      {back && (
        <Link className="back" to={back.to}>
          <Icon name="back" size={18} />
          <span className="visually-hidden">{t("action.backTo")} </span>
          <Title text={back.name} />
        </Link>
      )}
      <div className="row apart">
        <h1 ref={heading} tabIndex={-1}>
          <Title text={title} />
        </h1>
        {children && <div className="row">{children}</div>}
      </div>
    </header>
  );
}
