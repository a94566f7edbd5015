// The queue of reports, live: its events update the cache while a moderator is on any page.
import { useRef } from "react";
import { CountBadge } from "../app/Shell";
import { useQuery, useSubscription } from "../graphql/hooks";
import { ModerationChangedDocument, OpenReportsDocument } from "./generated/moderation";

/** Follows the queue from where it was first read. The socket resumes it after its last event. */
export function ModerationFeed() {
  const { data } = useQuery(OpenReportsDocument, {});
  const first = useRef<string>(undefined);
  first.current ??= data?.moderation?.eventsCursor;
  useSubscription(ModerationChangedDocument, first.current ? { after: first.current } : undefined, () => {});
  return null;
}

/** The number of reports that wait for a moderator. */
export function ReportCount() {
  const { data } = useQuery(OpenReportsDocument, {}, { requestPolicy: "cache-first" });
  return <CountBadge count={data?.moderation?.reports?.totalCount ?? 0} name="nav.openReports" />;
}
