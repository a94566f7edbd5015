import { Icon } from "../../components/icons";
import type { NotificationChannel, NotificationKind } from "../../graphql/generated/schema";
import { useTranslate } from "../../i18n/i18n";
import type { NotificationSettingsFragment } from "./generated/preferences";

/** In the order of the table. Kinds that are added later keep their channels. */
const kinds: NotificationKind[] = [
  "MESSAGE",
  "MENTION",
  "REPLY",
  "COMMENT",
  "REACTION",
  "GROUP",
  "BOOKING",
  "REMINDER",
  "MODERATION",
  "ACCOUNT",
];

interface ChannelTableProps {
  preferences: NotificationSettingsFragment["notificationPreferences"];
  hasPush: boolean;
  isFixed: (kind: NotificationKind, channel: NotificationChannel) => boolean;
}

/** A checkbox for each kind and channel, named `KIND:CHANNEL`. The application itself shows every kind. */
export function ChannelTable({ preferences, hasPush, isFixed }: ChannelTableProps) {
  const t = useTranslate();
  const channels: NotificationChannel[] = hasPush ? ["MAIL", "PUSH"] : ["MAIL"];
  return (
    <table className="channels">
      <thead>
        <tr>
          <th scope="col">{t("delivery.kind")}</th>
          <th scope="col">{t("delivery.app")}</th>
          {channels.map((channel) => (
            <th scope="col" key={channel}>
              {t(`delivery.${channel}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {kinds.map((kind) => {
          const label = t(`delivery.kind.${kind}`);
          const preference = preferences.find((one) => one.kind === kind);
          return (
            preference && (
              <tr key={kind}>
                <th scope="row">{label}</th>
                <td>
                  <Icon name="check" />
                  <span className="visually-hidden">{t("delivery.always")}</span>
                </td>
                {channels.map((channel) => (
                  <td key={channel}>
                    <input
                      type="checkbox"
                      name={`${kind}:${channel}`}
                      aria-label={t("delivery.choice", { kind: label, channel: t(`delivery.${channel}`) })}
                      defaultChecked={preference.channels.includes(channel)}
                      disabled={isFixed(kind, channel)}
                      title={isFixed(kind, channel) ? t("delivery.always") : undefined}
                    />
                  </td>
                ))}
              </tr>
            )
          );
        })}
      </tbody>
    </table>
  );
}
