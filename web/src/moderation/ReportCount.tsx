// The queues of reports and registrations, live: their events update the cache while a moderator is on any page.
import { useRef } from "react";
import { CountBadge } from "../app/Shell";
import { useQuery, useSubscription } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { ModerationChangedDocument, OpenQueuesDocument } from "./generated/moderation";

/**
 * Follows the queue from where a query has read it, so that nothing between the two is lost. The socket resumes it after
 * its last event.
 */
export function useModerationFeed(eventsCursor: string | undefined) {
  const first = useRef<string>(undefined);
  first.current ??= eventsCursor;
  useSubscription(ModerationChangedDocument, first.current ? { after: first.current } : undefined, () => {});
}

export function ModerationFeed() {
  const { data } = useQuery(OpenQueuesDocument, {});
  useModerationFeed(data?.moderation?.eventsCursor);
  return null;
}

/** The numbers of reports and of registrations that wait for a moderator. */
export function useOpenCounts() {
  const { data } = useQuery(OpenQueuesDocument, {}, { requestPolicy: "cache-first" });
  return {
    reports: data?.moderation?.reports?.totalCount ?? 0,
    registrations: data?.moderation?.registrationRequests?.totalCount ?? 0,
  };
}

/** All that waits for a moderator, as one number. */
export function ReportCount() {
  const t = useTranslate();
  const { reports, registrations } = useOpenCounts();
  const texts = [
    reports > 0 && t("nav.openReports", { count: reports }),
    registrations > 0 && t("nav.openRegistrations", { count: registrations }),
  ];
  return <CountBadge count={reports + registrations} text={texts.filter(Boolean).join(" · ")} />;
}
