import { useState } from "react";
import { Link } from "../../app/router";
import { Button } from "../../components/buttons";
import { Callout, QueryView, useToast } from "../../components/feedback";
import { Form, SelectField, Switch, TextField } from "../../components/forms";
import type { DigestFrequency, NotificationChannel, NotificationKind } from "../../graphql/generated/schema";
import { useMutation, useQuery } from "../../graphql/hooks";
import { useTranslate } from "../../i18n/i18n";
import { zoneLabel } from "../../i18n/time";
import { SettingsFrame } from "../../settings/SettingsFrame";
import { ChannelTable } from "./ChannelTable";
import { DeviceSection } from "./DeviceSection";
import {
  NotificationSettingsDocument,
  UpdateNotificationSettingsDocument,
  type NotificationSettingsFragment,
} from "./generated/preferences";
import { MutedConversations } from "./MutedConversations";
import "./preferences.css";

/** How the member is notified, besides the list of notifications, which has everything. */
export function NotificationSettingsPage() {
  const query = useQuery(NotificationSettingsDocument, {});
  return (
    <SettingsFrame section="notifications">
      <QueryView query={query} pick={(data) => data.viewer && data.server && { ...data.viewer, ...data.server }}>
        {({ settings, isEmailConfirmed, pushPublicKey }) => (
          <div className="stack wide">
            {!isEmailConfirmed && <UnconfirmedNote />}
            {/* New settings, such as the defaults, replace what the fields contain. */}
            <PreferencesForm key={JSON.stringify(settings)} settings={settings} hasPush={pushPublicKey !== null} />
            <DeviceSection />
            <MutedConversations />
          </div>
        )}
      </QueryView>
    </SettingsFrame>
  );
}

function UnconfirmedNote() {
  const t = useTranslate();
  return (
    <Callout icon="warning" tone="warn">
      {t("delivery.unconfirmed")} <Link to="/settings/account">{t("settings.account")}</Link>
    </Callout>
  );
}

const frequencies: DigestFrequency[] = ["HOURLY", "DAILY", "WEEKLY"];
/** What the fields suggest when the hours are turned on. */
const usualNight = { from: "22:00", to: "07:00" };

interface PreferencesFormProps {
  settings: NotificationSettingsFragment;
  hasPush: boolean;
}

function PreferencesForm({ settings, hasPush }: PreferencesFormProps) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(UpdateNotificationSettingsDocument);
  const [isQuiet, setQuiet] = useState(settings.quietHours !== null);
  const { from, to } = settings.quietHours ?? usualNight;

  const save = async (values: FormData) => {
    const isOn = (kind: NotificationKind, channel: NotificationChannel) => values.has(`${kind}:${channel}`);
    const notificationPreferences = settings.notificationPreferences.map(({ kind, channels }) => ({
      kind,
      channels: (["MAIL", "PUSH"] as const).filter((channel) =>
        isFixed(kind, channel) || (channel === "PUSH" && !hasPush) ? channels.includes(channel) : isOn(kind, channel),
      ),
    }));
    const input = {
      notificationPreferences,
      digestFrequency: values.get("digestFrequency") as DigestFrequency,
      quietHours: isQuiet ? { from: String(values.get("from")), to: String(values.get("to")) } : null,
    };
    if (await run({ input })) toast(t("state.saved"));
  };
  const restoreDefaults = async () => {
    const input = { notificationPreferences: null, digestFrequency: null, quietHours: null };
    if (await run({ input })) toast(t("state.saved"));
  };
  return (
    <Form problems={problems} onSubmit={save} className="stack wide">
      <section className="card stack">
        <div>
          <h2>{t("delivery.channels")}</h2>
          <p className="soft small">{t("delivery.channelsText")}</p>
        </div>
        <ChannelTable preferences={settings.notificationPreferences} hasPush={hasPush} isFixed={isFixed} />
        {!hasPush && <p className="soft small">{t("delivery.noPush")}</p>}
      </section>
      <section className="card stack">
        <div>
          <h2>{t("delivery.digest")}</h2>
          <p className="soft small">{t("delivery.digestText")}</p>
        </div>
        <SelectField
          name="digestFrequency"
          label={t("delivery.frequency")}
          defaultValue={settings.digestFrequency}
          options={frequencies.map((frequency) => [frequency, t(`delivery.${frequency}`)] as const)}
        />
      </section>
      <section className="card stack">
        <h2>{t("delivery.quiet")}</h2>
        <Switch
          name="isQuiet"
          label={t("delivery.quietOn")}
          hint={t("delivery.quietText")}
          checked={isQuiet}
          onChange={(event) => setQuiet(event.target.checked)}
        />
        {isQuiet && (
          <>
            <div className="pair">
              <TextField name="from" path="quietHours.from" label={t("delivery.from")} type="time" defaultValue={from} />
              {/* A time field cannot show 24:00. */}
              <TextField
                name="to"
                path="quietHours.to"
                label={t("delivery.to")}
                type="time"
                defaultValue={to === "24:00" ? "00:00" : to}
              />
            </div>
            <p className="soft small">
              {t("delivery.zone", { zone: zoneLabel(settings.timeZone) })}{" "}
              <Link to="/settings/privacy">{t("delivery.changeZone")}</Link>
            </p>
          </>
        )}
      </section>
      <div className="row">
        <Button submit kind="primary" isBusy={isBusy}>
          {t("action.save")}
        </Button>
        <Button kind="quiet" isBusy={isBusy} onClick={() => void restoreDefaults()}>
          {t("delivery.defaults")}
        </Button>
      </div>
    </Form>
  );
}

/** The server refuses to turn it off: a member must learn that others use the account. */
const isFixed = (kind: NotificationKind, channel: NotificationChannel) => kind === "ACCOUNT" && channel === "MAIL";
