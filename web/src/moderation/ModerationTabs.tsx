import { Link, usePath } from "../app/router";
import type { MessageKey } from "../i18n/generated/messages";
import { useTranslate } from "../i18n/i18n";
import "../settings/settings.css";

const tabs: [string, MessageKey][] = [
  ["/moderation", "moderation.reports"],
  ["/moderation/log", "moderation.log"],
];

export function ModerationTabs() {
  const t = useTranslate();
  const path = usePath();
  return (
    <nav className="tabs" aria-label={t("nav.moderation")}>
      {tabs.map(([to, name]) => (
        <Link key={to} to={to} aria-current={path === to ? "page" : undefined}>
          {t(name)}
        </Link>
      ))}
    </nav>
  );
}
