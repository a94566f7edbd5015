import { useEffect, useState } from "react";
import { Heading } from "../app/Heading";
import { Empty } from "../components/feedback";
import { Icon } from "../components/icons";
import { Ago } from "../components/people";
import { useText } from "../i18n/language";
import { useInbox } from "./inbox";
import { NoticeText } from "./NoticeText";
import "./notifications.css";

const icons = { security: "lock", booking: "calendar", reminder: "clock" } as const;

export function NotificationsPage() {
  const t = useText();
  const { notices, markSeen } = useInbox();
  // What was new when the page was opened looks new while it is open.
  const [unseen] = useState(() => new Set(notices.filter(({ isSeen }) => !isSeen).map(({ cursor }) => cursor)));
  useEffect(markSeen, [markSeen, notices]);
  return (
    <>
      <Heading title={t("nav.notifications")} />
      {notices.length === 0 ? (
        <Empty icon="bell" title={t("notice.none")}>
          <p>{t("notice.noneText")}</p>
        </Empty>
      ) : (
        <ul className="card flush rows notices">
          {notices.map((notice) => (
            <li key={notice.cursor} className={unseen.has(notice.cursor) ? "entry new" : "entry"}>
              <span className={`sign ${notice.about.kind}`}>
                <Icon name={icons[notice.about.kind]} />
              </span>
              <div className="grow">
                <NoticeText notice={notice} />
                <div className="soft small">
                  <Ago at={notice.happenedAt} />
                  {unseen.has(notice.cursor) && <span className="unseen"> {t("notice.new")}</span>}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
