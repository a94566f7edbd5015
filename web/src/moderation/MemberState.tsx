import { useSession } from "../accounts/session";
import { Badge } from "../components/buttons";
import { useI18n } from "../i18n/i18n";
import { formatDateTime } from "../i18n/time";
import type { ModeratedFragment } from "./generated/moderation";

/** The role of a member, unless it is the usual one, and the lock. */
export function MemberState({ member }: { member: ModeratedFragment }) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const { moderation } = member;
  if (!moderation) return member.isGuest ? <Badge>{t("role.GUEST")}</Badge> : null;
  const { role, isLocked, lockEndsAt } = moderation;
  return (
    <>
      {role !== "MEMBER" && <Badge tone="accent">{t(`role.${role}`)}</Badge>}
      {isLocked && (
        <Badge tone="bad">
          {lockEndsAt ? t("member.lockedUntil", { time: formatDateTime(lockEndsAt, language, zone) }) : t("member.locked")}
        </Badge>
      )}
    </>
  );
}
