import { Button } from "../components/buttons";
import { QueryView, useToast } from "../components/feedback";
import { Form, SelectField, Switch } from "../components/forms";
import type { MessagePolicy, Visibility } from "../graphql/generated/schema";
import { useQuery, useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { zoneLabel, timeZones } from "../i18n/time";
import { MySettingsDocument, UpdateSettingsDocument, type SettingsFieldsFragment } from "./generated/settings";

export function PrivacySection() {
  const query = useQuery(MySettingsDocument, {});
  return (
    <QueryView query={query} pick={(data) => data.viewer}>
      {({ settings }) => <PrivacyForm settings={settings} />}
    </QueryView>
  );
}

const policies: MessagePolicy[] = ["EVERYONE", "BOOKING_PARTNERS", "NOBODY"];
const visibilities: Visibility[] = ["ONLY_ME", "BOOKING_PARTNERS", "MEMBERS"];
const visibilitySettings = ["emailVisibility", "addressVisibility", "studentNumberVisibility"] as const;

function PrivacyForm({ settings }: { settings: SettingsFieldsFragment }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(UpdateSettingsDocument);
  const save = async (values: FormData) => {
    const visibility = (name: string) => values.get(name) as Visibility;
    const input = {
      messagePolicy: values.get("messagePolicy") as MessagePolicy,
      emailVisibility: visibility("emailVisibility"),
      addressVisibility: visibility("addressVisibility"),
      studentNumberVisibility: visibility("studentNumberVisibility"),
      showsPresence: values.has("showsPresence"),
      sendsReadReceipts: values.has("sendsReadReceipts"),
      isMentorPagePublic: values.has("isMentorPagePublic"),
      timeZone: String(values.get("timeZone")),
    };
    if (await run({ input })) toast(t("state.saved"));
  };
  const known = timeZones();
  const options = known.includes(settings.timeZone) ? known : [settings.timeZone, ...known];
  return (
    <Form problems={problems} onSubmit={save} className="stack wide">
      <section className="card stack">
        <h2>{t("privacy.messaging")}</h2>
        <SelectField
          name="messagePolicy"
          label={t("privacy.messagePolicy")}
          defaultValue={settings.messagePolicy}
          options={policies.map((policy) => [policy, t(`policy.${policy}`)] as const)}
        />
        <Switch
          name="showsPresence"
          label={t("privacy.showsPresence")}
          hint={t("privacy.showsPresenceHint")}
          defaultChecked={settings.showsPresence}
        />
        <Switch
          name="sendsReadReceipts"
          label={t("privacy.sendsReadReceipts")}
          hint={t("privacy.sendsReadReceiptsHint")}
          defaultChecked={settings.sendsReadReceipts}
        />
      </section>
      <section className="card stack">
        <h2>{t("privacy.details")}</h2>
        <Switch
          name="isMentorPagePublic"
          label={t("mentor.public")}
          hint={t("mentor.publicHint")}
          defaultChecked={settings.isMentorPagePublic}
        />
        <div className="pair">
          {visibilitySettings.map((name) => (
            <SelectField
              key={name}
              name={name}
              label={t(`privacy.${name}`)}
              defaultValue={settings[name]}
              options={visibilities.map((choice) => [choice, t(`visibility.${choice}`)] as const)}
            />
          ))}
        </div>
      </section>
      <section className="card stack">
        <h2>{t("privacy.time")}</h2>
        <SelectField
          name="timeZone"
          label={t("privacy.timeZone")}
          hint={t("privacy.timeZoneHint")}
          defaultValue={settings.timeZone}
          options={options.map((zone) => [zone, zone === "UTC" ? zone : `${zoneLabel(zone)} (${zone})`] as const)}
        />
      </section>
      <div>
        <Button submit kind="primary" isBusy={isBusy}>
          {t("action.save")}
        </Button>
      </div>
    </Form>
  );
}
