import { Fragment, useRef, useState } from "react";
import { Button } from "../components/buttons";
import { Callout, useToast } from "../components/feedback";
import { Form, numberValue, SegmentedControl, SelectField, TextField, textValue } from "../components/forms";
import { newClientKey } from "../components/storage";
import { useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { formatDuration } from "../i18n/time";
import { CreateInvitationDocument } from "./generated/invitations";

const days = ["1", "7", "30", "60"];

/** Creates an invitation: a link to pass on, or an email that the server sends. The link is secret and shown only now. */
export function NewInvitation() {
  const { t, language } = useI18n();
  const toast = useToast();
  const { run, isBusy, problems, reset } = useMutation(CreateInvitationDocument);
  const [way, setWay] = useState<"link" | "email">("link");
  const [url, setUrl] = useState<string>();
  // Clears the fields after a success.
  const [formKey, setFormKey] = useState(0);
  // The same content keeps its idempotency key, so that repeating a lost request does not invite twice.
  const key = useRef({ key: newClientKey(), content: "", expiresAt: "" });

  const create = async (values: FormData) => {
    const content = JSON.stringify([way, ...values.entries()]);
    if (key.current.content !== content) {
      const expiresAt = new Date(Date.now() + Number(values.get("days")) * 86_400_000).toISOString();
      key.current = { key: newClientKey(), content, expiresAt };
    }
    const email = textValue(values, "email") ?? "";
    const maxUses = numberValue(values, "maxUses") ?? 0;
    const payload = await run({
      input: {
        ...(way === "email" ? { email } : { maxUses }),
        note: textValue(values, "note"),
        expiresAt: key.current.expiresAt,
        clientKey: key.current.key,
      },
    });
    if (!payload) return;
    key.current = { key: newClientKey(), content: "", expiresAt: "" };
    setFormKey((before) => before + 1);
    setUrl(payload.url ?? undefined);
    if (way === "email") toast(t("invitation.sent", { email }));
  };
  const copy = async () => {
    await navigator.clipboard.writeText(url ?? "");
    toast(t("state.copied"));
  };
  return (
    <section className="card stack" aria-labelledby="new-invitation">
      <div>
        <h2 id="new-invitation">{t("invitation.new")}</h2>
        <p className="soft small">{t("invitation.text")}</p>
      </div>
      <div className="stack" aria-live="polite">
        {url && (
          <>
            <Callout icon="check" tone="good">
              {t("invitation.once")}
            </Callout>
            <p className="secret-address" dir="ltr">
              {url}
            </p>
            {/* The clipboard API requires a secure context. */}
            {isSecureContext && (
              <div>
                <Button kind="primary" icon="link" onClick={() => void copy()}>
                  {t("invitation.copy")}
                </Button>
              </div>
            )}
          </>
        )}
      </div>
      <SegmentedControl
        name="way"
        label={t("invitation.way")}
        value={way}
        options={[
          ["link", t("invitation.byLink")],
          ["email", t("invitation.byEmail")],
        ]}
        onChange={(next) => {
          setWay(next);
          reset();
        }}
      />
      <Form problems={problems} onSubmit={(values) => void create(values)}>
        <Fragment key={formKey}>
          <div className="pair">
            {way === "email" ? (
              <TextField name="email" label={t("account.email")} type="email" hint={t("invitation.emailHint")} autoComplete="off" />
            ) : (
              <TextField
                name="maxUses"
                label={t("invitation.maxUses")}
                hint={t("invitation.maxUsesHint")}
                type="number"
                inputMode="numeric"
                min={1}
                max={500}
                defaultValue="1"
              />
            )}
            <SelectField
              name="days"
              path="expiresAt"
              label={t("invitation.validFor")}
              defaultValue="7"
              options={days.map((count) => [count, formatDuration(Number(count) * 1440, language)] as const)}
            />
          </div>
          <TextField name="note" label={t("invitation.note")} hint={t("invitation.noteHint")} limit={200} isOptional />
        </Fragment>
        <div>
          <Button submit kind="primary" isBusy={isBusy}>
            {t(way === "email" ? "invitation.send" : "invitation.create")}
          </Button>
        </div>
      </Form>
    </section>
  );
}
