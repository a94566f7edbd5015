// The queue of reports, live: its events update the cache while a moderator is on any page.
import { useRef } from "react";
import { CountBadge } from "../app/Shell";
import { useQuery, useSubscription } from "../graphql/hooks";
import { ModerationChangedDocument, OpenReportsDocument } from "./generated/moderation";

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
  const { data } = useQuery(OpenReportsDocument, {});
  useModerationFeed(data?.moderation?.eventsCursor);
  return null;
}

/** The number of reports that wait for a moderator. */
export function ReportCount() {
  const { data } = useQuery(OpenReportsDocument, {}, { requestPolicy: "cache-first" });
  return <CountBadge count={data?.moderation?.reports?.totalCount ?? 0} name="nav.openReports" />;
}
