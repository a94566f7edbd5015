import { useEffect, useState } from "react";
import { Heading } from "../app/Heading";
import { EmptyState } from "../components/feedback";
import { Switch } from "../components/forms";
import { Icon } from "../components/icons";
import { RelativeTime } from "../components/people";
import { useTranslate } from "../i18n/i18n";
import { canNotify, isNotifying, setNotifying } from "./deviceNotices";
import { useInbox } from "./inbox";
import { NoticeText } from "./NoticeText";
import "./notifications.css";

const icons = { security: "lock", booking: "calendar", reminder: "clock" } as const;

/** Turns the notifications of the browser on and off. */
function DeviceNotices() {
  const t = useTranslate();
  const [isOn, setOn] = useState(isNotifying);
  if (!canNotify()) return null;
  return (
    <div className="card stack device-notices">
      <Switch
        name="device-notices"
        label={t("notice.device")}
        hint={t("notice.deviceHint")}
        checked={isOn}
        onChange={async (event) => setOn(await setNotifying(event.target.checked))}
      />
    </div>
  );
}

export function NotificationsPage() {
  const t = useTranslate();
  const { notices, markSeen } = useInbox();
  // Notices that are unseen when the page opens stay marked as new while it is open.
  const [unseen] = useState(() => new Set(notices.filter(({ isSeen }) => !isSeen).map(({ cursor }) => cursor)));
  useEffect(markSeen, [markSeen, notices]);
  return (
    <>
      <Heading title={t("nav.notifications")} />
      <DeviceNotices />
      {notices.length === 0 ? (
        <EmptyState icon="bell" title={t("notice.none")}>
          <p>{t("notice.noneText")}</p>
        </EmptyState>
      ) : (
        <ul className="card flush rows notices">
          {notices.map((notice) => (
            <li key={notice.cursor} className={unseen.has(notice.cursor) ? "entry new" : "entry"}>
              <span className={`icon-badge ${notice.about.kind}`}>
                <Icon name={icons[notice.about.kind]} />
              </span>
              <div className="grow">
                <NoticeText notice={notice} />
                <div className="soft small">
                  <RelativeTime at={notice.happenedAt} />
                  {unseen.has(notice.cursor) && <span className="visually-hidden"> {t("notice.new")}</span>}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
