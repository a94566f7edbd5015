import { useViewer } from "../accounts/session";
import { ErrorSummary, Switch } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { UpdateSettingsDocument } from "../settings/generated/settings";

/** Shows the viewer's mentor page to everyone, or to members only. */
export function PublicPageSwitch() {
  const t = useTranslate();
  const { settings } = useViewer();
  const { run, isBusy, problems } = useMutation(UpdateSettingsDocument);
  return (
    <>
      <ErrorSummary problems={problems} />
      <Switch
        name="isMentorPagePublic"
        label={t("mentor.public")}
        hint={t("mentor.publicHint")}
        checked={settings.isMentorPagePublic}
        disabled={isBusy}
        onChange={({ target }) => void run({ input: { isMentorPagePublic: target.checked } })}
      />
    </>
  );
}
