import { Link, usePath } from "../app/router";
import { useSignInOptions } from "../accounts/useSignInOptions";
import type { MessageKey } from "../i18n/generated/messages";
import { useTranslate } from "../i18n/i18n";
import { useOpenCounts } from "./ReportCount";
import "../settings/settings.css";

const tabs: [string, MessageKey][] = [
  ["/moderation", "moderation.reports"],
  ["/moderation/registrations", "moderation.registrations"],
  ["/moderation/invitations", "moderation.invitations"],
  ["/moderation/log", "moderation.log"],
];

export function ModerationTabs() {
  const t = useTranslate();
  const path = usePath();
  const { mode } = useSignInOptions();
  const { registrations } = useOpenCounts();
  // Some may have been waiting before the operator changed the mode.
  const hasRegistrations = mode === "APPROVAL" || registrations > 0;
  const shown = tabs.filter(([to]) => to !== "/moderation/registrations" || hasRegistrations || path === to);
  return (
    <nav className="tabs" aria-label={t("nav.moderation")}>
      {shown.map(([to, name]) => (
        <Link key={to} to={to} aria-current={path === to ? "page" : undefined}>
          {t(name)}
        </Link>
      ))}
    </nav>
  );
}
