import { useEffect, useState } from "react";
import { useClient } from "urql";
import { useSession } from "../accounts/session";
import { Link } from "../app/router";
import { Button } from "../components/buttons";
import { Callout, QueryView, useToast } from "../components/feedback";
import { download } from "../components/download";
import { Form } from "../components/forms";
import { PasswordField } from "../components/passwords";
import { useMutation, useQuery } from "../graphql/hooks";
import { sameOriginPath } from "../graphql/urls";
import { useI18n, useTranslate } from "../i18n/i18n";
import { formatDateTime } from "../i18n/time";
import { MyDataExportDocument, RequestDataExportDocument, type DataExportFieldsFragment } from "./generated/data";

/** A failed export has no event of its own, so a pending one is asked for again. */
const pollInterval = 5000;

/** A copy of all data of the viewer: requested here, prepared by the server, and downloaded. */
export function DataSection() {
  const t = useTranslate();
  const query = useQuery(MyDataExportDocument, {});
  const { refetch } = query;
  const isPending = query.data?.viewer?.dataExport?.status === "PENDING";
  useEffect(() => {
    if (!isPending) return;
    const timer = window.setInterval(refetch, pollInterval);
    return () => window.clearInterval(timer);
  }, [isPending, refetch]);
  return (
    <QueryView query={query} pick={(data) => data.viewer}>
      {({ dataExport }) => (
        <section className="card stack" aria-labelledby="export">
          <div>
            <h2 id="export">{t("export.title")}</h2>
            <p className="soft small">{t("export.text")}</p>
          </div>
          <div className="stack" aria-live="polite">
            {dataExport?.status === "PENDING" && <Progress />}
            {dataExport?.status === "READY" && <Download dataExport={dataExport} />}
            {dataExport?.status === "FAILED" && (
              <Callout icon="warning" tone="bad">
                {t("export.failed")}
              </Callout>
            )}
          </div>
          {dataExport?.status !== "PENDING" && <Request isAgain={dataExport?.status === "READY"} />}
          <p className="small">
            <Link to="/settings/account">{t("export.delete")}</Link>
          </p>
        </section>
      )}
    </QueryView>
  );
}

function Progress() {
  const t = useTranslate();
  return (
    <div className="stack tight">
      <p id="export-progress">{t("export.pending")}</p>
      <progress className="progress" aria-labelledby="export-progress" />
      <p className="soft small">{t("export.pendingHint")}</p>
    </div>
  );
}

function formatSize(bytes: number, language: string) {
  const [unit, size] = bytes >= 1_000_000 ? (["megabyte", 1_000_000] as const) : (["kilobyte", 1000] as const);
  const style = { style: "unit", unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, style).format(Math.max(bytes / size, 0.1));
}

function Download({ dataExport }: { dataExport: DataExportFieldsFragment }) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const client = useClient();
  const toast = useToast();
  // An address is valid for 10 minutes, and the page may be open for longer.
  const save = async () => {
    const { data } = await client.query(MyDataExportDocument, {}, { requestPolicy: "network-only" }).toPromise();
    const url = data?.viewer?.dataExport?.url;
    if (url) download({ url: sameOriginPath(url) });
    else toast(t("state.failed"));
  };
  return (
    <Callout icon="check" tone="good">
      <p>{t("export.ready", { size: formatSize(dataExport.byteSize ?? 0, language) })}</p>
      {dataExport.expiresAt && (
        <p className="small">{t("export.expires", { time: formatDateTime(dataExport.expiresAt, language, zone) })}</p>
      )}
      <div className="row">
        <Button kind="primary" icon="download" onClick={() => void save()}>
          {t("export.download")}
        </Button>
      </div>
    </Callout>
  );
}

/** The password is needed if the login is older than 10 minutes. The field appears after that error. */
function Request({ isAgain }: { isAgain: boolean }) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const { run, isBusy, problems, rejected } = useMutation(RequestDataExportDocument);
  const [needsPassword, setNeedsPassword] = useState(false);
  useEffect(() => {
    if (problems.some(({ code }) => code === "REAUTHENTICATION_REQUIRED")) setNeedsPassword(true);
  }, [problems]);
  const retryAt = rejected?.userErrors.find(({ code }) => code === "QUOTA_EXCEEDED")?.retryAt;
  return (
    <Form
      problems={problems}
      onSubmit={(values) => void run({ input: { password: values.get("password") as string | null } })}
    >
      {retryAt && <p>{t("export.retryAt", { time: formatDateTime(retryAt, language, zone) })}</p>}
      {needsPassword && (
        <PasswordField />
      )}
      {isAgain && <p className="soft small">{t("export.againHint")}</p>}
      <div>
        <Button submit kind={isAgain ? "plain" : "primary"} isBusy={isBusy}>
          {t(isAgain ? "export.again" : "export.request")}
        </Button>
      </div>
    </Form>
  );
}
