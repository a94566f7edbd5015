import { useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { useSearchParam } from "../app/router";
import { Button, IconButton, LinkButton } from "../components/buttons";
import { EmptyState, useToast } from "../components/feedback";
import { SegmentedControl } from "../components/forms";
import { Icon } from "../components/icons";
import { PaginatedList } from "../components/pagination";
import { RelativeTime } from "../components/people";
import { useMutation, useQuery } from "../graphql/hooks";
import { useI18n, useTranslate } from "../i18n/i18n";
import { describe, type Notification } from "./describe";
import { MarkNotificationsReadDocument, NotificationsDocument } from "./generated/notifications";
import { useInbox } from "./inbox";
import { NotificationText } from "./NotificationText";
import "./notifications.css";

const pageSize = 20;

/** All notifications or the unread ones, newest first. Every device of the viewer shows the same. */
export function NotificationsPage() {
  const t = useTranslate();
  const [show, setShow] = useSearchParam("show");
  const isUnreadOnly = show === "unread";
  return (
    <>
      <Heading title={t("nav.notifications")}>
        <LinkButton to="/settings/notifications" icon="settings">
          {t("notice.settings")}
        </LinkButton>
      </Heading>
      <div className="row apart notification-filter">
        <SegmentedControl
          name="show"
          label={t("notice.filter")}
          value={isUnreadOnly ? "unread" : ""}
          options={[
            ["", t("notice.all")],
            ["unread", t("notice.unread")],
          ]}
          onChange={setShow}
        />
        <MarkAllRead />
      </div>
      <PaginatedList
        query={NotificationsDocument}
        variables={{ filter: isUnreadOnly ? { isUnread: true } : null, first: pageSize }}
        pick={(data) => data.viewer?.notifications}
        empty={
          <EmptyState icon="bell" title={t(isUnreadOnly ? "notice.noneUnread" : "notice.none")}>
            <p>{t("notice.noneText")}</p>
          </EmptyState>
        }
      >
        {(notifications, index) => (
          <ul className={index === 0 ? "card flush rows notices" : "card flush rows notices next-page"}>
            {notifications.map((notification) => (
              <NotificationRow key={notification.id} notification={notification} />
            ))}
          </ul>
        )}
      </PaginatedList>
    </>
  );
}

function NotificationRow({ notification }: { notification: Notification }) {
  const i18n = useI18n();
  const { t } = i18n;
  const toast = useToast();
  const { viewer, zone } = useSession();
  const { run, isBusy } = useMutation(MarkNotificationsReadDocument);
  const { id, happenedAt, readAt } = notification;
  const { icon, text } = describe(notification, viewer?.user.id ?? "", i18n, zone);
  const markRead = async () => {
    if (!(await run({ input: { notificationIds: [id] } }))) toast(t("state.failed"));
  };
  return (
    <li className={readAt ? "entry" : "entry new"}>
      <span className={icon === "lock" ? "icon-badge security" : "icon-badge"}>
        <Icon name={icon} />
      </span>
      <div className="grow">
        <NotificationText notification={notification} />
        <div className="soft small">
          <RelativeTime at={happenedAt} />
          {!readAt && <span className="visually-hidden"> {t("notice.new")}</span>}
        </div>
      </div>
      {!readAt && (
        <IconButton
          small
          icon="check"
          label={t("notice.markRead", { text })}
          isBusy={isBusy}
          onClick={() => void markRead()}
        />
      )}
    </li>
  );
}

/** Marks what the list shows, and everything older. A notification that arrives at the same time stays unread. */
function MarkAllRead() {
  const t = useTranslate();
  const toast = useToast();
  const { unseenCount } = useInbox();
  const { run, isBusy } = useMutation(MarkNotificationsReadDocument);
  const { data } = useQuery(NotificationsDocument, { filter: null, first: pageSize, after: null });
  const newestId = data?.viewer?.notifications?.edges[0]?.node.id;
  if (unseenCount === 0 || !newestId) return null;
  const markRead = async () => {
    if (!(await run({ input: { upToNotificationId: newestId } }))) toast(t("state.failed"));
  };
  return (
    <Button kind="quiet" icon="checks" isBusy={isBusy} onClick={() => void markRead()}>
      {t("notice.markAllRead")}
    </Button>
  );
}
