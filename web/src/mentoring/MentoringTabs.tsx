import { useEffect, useRef } from "react";
import { Link, usePath } from "../app/router";
import type { MessageKey } from "../i18n/generated/messages";
import { useTranslate } from "../i18n/i18n";

const tabs: [string, MessageKey][] = [
  ["/mentoring", "mentoring.topics"],
  ["/mentoring/bookings", "mentoring.bookings"],
  ["/mentoring/waitlists", "mentoring.waitlists"],
  ["/mentoring/teaching", "mentoring.teaching"],
  ["/mentoring/time-off", "mentoring.timeOff"],
];

export function MentoringTabs() {
  const t = useTranslate();
  const path = usePath();
  const nav = useRef<HTMLElement>(null);
  // On a phone, the tabs are wider than the screen, and the current one could be out of view.
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);
  return (
    <nav ref={nav} className="tabs" aria-label={t("nav.mentoring")}>
      {tabs.map(([to, name]) => (
        <Link key={to} to={to} aria-current={path === to ? "page" : undefined}>
          {t(name)}
        </Link>
      ))}
    </nav>
  );
}
