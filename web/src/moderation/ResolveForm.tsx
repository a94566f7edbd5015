import { useId, useState } from "react";
import { useSession } from "../accounts/session";
import { Button } from "../components/buttons";
import { Callout, useToast } from "../components/feedback";
import { FieldErrors, Form, TextArea, textValue, useFieldProblems } from "../components/forms";
import type { ModerationAction } from "../graphql/generated/schema";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { ResolveReportDocument } from "./generated/moderation";
import { LockEndFields, readLockEnd } from "./lockEnd";
import type { Report } from "./ReportsPage";

/** The actions that are possible. The server refuses all if one is not: a moderator cannot warn another one. */
function possibleActions({ subject, user }: Report): ModerationAction[] {
  const isContent = subject && subject.__typename !== "User" && !(subject.__typename === "Message" && subject.deletedAt);
  const canAct = user?.moderation?.viewerCanLock;
  return [...(isContent ? (["REMOVE"] as const) : []), ...(canAct ? (["WARN", "LOCK"] as const) : [])];
}

export function ResolveForm({ report }: { report: Report }) {
  const t = useTranslate();
  const { zone } = useSession();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(ResolveReportDocument);
  const [actions, setActions] = useState<readonly ModerationAction[]>([]);
  const isLock = actions.includes("LOCK");
  const needsMessage = isLock || actions.includes("WARN");
  const resolve = async (values: FormData) => {
    const lockEndsAt = isLock ? readLockEnd(values, zone) : null;
    const input = {
      reportId: report.id,
      actions: [...actions],
      note: textValue(values, "note"),
      ...(needsMessage && { message: textValue(values, "message") ?? "" }),
      ...(lockEndsAt && { lockEndsAt }),
    };
    if (await run({ input })) toast(t("report.resolved"));
  };
  return (
    <section className="card stack" aria-labelledby="resolve">
      <h2 id="resolve">{t("report.decide")}</h2>
      <Form problems={problems} onSubmit={(values) => void resolve(values)}>
        <ActionFields possible={possibleActions(report)} selected={actions} onChange={setActions} />
        {needsMessage && (
          <TextArea name="message" label={t("report.message")} hint={t("report.messageHint")} />
        )}
        {isLock && <LockEndFields path="lockEndsAt" />}
        <TextArea name="note" label={t("report.note")} hint={t("report.noteHint")} isOptional rows={2} />
        {actions.length === 0 && <Callout icon="check">{t("report.dismissHint")}</Callout>}
        <div>
          <Button submit kind={actions.length > 0 ? "danger" : "primary"} isBusy={isBusy}>
            {t(actions.length > 0 ? "report.resolve" : "report.dismiss")}
          </Button>
        </div>
      </Form>
    </section>
  );
}

interface ActionFieldsProps {
  possible: readonly ModerationAction[];
  selected: readonly ModerationAction[];
  onChange: (actions: readonly ModerationAction[]) => void;
}

function ActionFields({ possible, selected, onChange }: ActionFieldsProps) {
  const t = useTranslate();
  const id = useId();
  const { problems, dismiss } = useFieldProblems("actions");
  const toggle = (action: ModerationAction, isOn: boolean) => {
    dismiss();
    onChange(isOn ? [...selected, action] : selected.filter((one) => one !== action));
  };
  if (possible.length === 0) return <p className="soft">{t("report.noActions")}</p>;
  return (
    <fieldset className="field" aria-describedby={`${id}-fault`}>
      <legend className="label">{t("report.actions")}</legend>
      {possible.map((action) => (
        <label className="choice" key={action}>
          <input
            type="checkbox"
            aria-invalid={problems.length > 0 || undefined}
            checked={selected.includes(action)}
            onChange={(event) => toggle(action, event.target.checked)}
          />
          <span>{t(`report.do.${action}`)}</span>
        </label>
      ))}
      <FieldErrors problems={problems} id={`${id}-fault`} />
    </fieldset>
  );
}
