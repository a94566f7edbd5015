import { Link, usePath } from "../app/router";
import type { Key } from "../i18n/catalogue";
import { useText } from "../i18n/language";

const tabs: [string, Key][] = [
  ["/mentoring", "mentoring.topics"],
  ["/mentoring/bookings", "mentoring.bookings"],
  ["/mentoring/teaching", "mentoring.teaching"],
];

/** The three parts of mentoring. */
export function MentoringTabs() {
  const t = useText();
  const path = usePath();
  return (
    <nav className="tabs" aria-label={t("nav.mentoring")}>
      {tabs.map(([to, name]) => (
        <Link key={to} to={to} aria-current={path === to ? "page" : undefined}>
          {t(name)}
        </Link>
      ))}
    </nav>
  );
}
