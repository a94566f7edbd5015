import { Link, usePath } from "../app/router";
import type { MessageKey } from "../i18n/generated/messages";
import { useTranslate } from "../i18n/i18n";

const tabs: [string, MessageKey][] = [
  ["/mentoring", "mentoring.topics"],
  ["/mentoring/bookings", "mentoring.bookings"],
  ["/mentoring/teaching", "mentoring.teaching"],
];

export function MentoringTabs() {
  const t = useTranslate();
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
