import { useSession } from "../accounts/session";
import { Badge, Button } from "../components/buttons";
import { useToast } from "../components/feedback";
import { ErrorSummary } from "../components/forms";
import { PaginatedList } from "../components/pagination";
import { RelativeTime, DateTime } from "../components/people";
import { Name } from "../components/text";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { MySessionsDocument, RevokeOtherSessionsDocument, RevokeSessionDocument } from "./generated/settings";

export function SessionsSection() {
  const t = useTranslate();
  const toast = useToast();
  const { restart } = useSession();
  const one = useMutation(RevokeSessionDocument);
  const others = useMutation(RevokeOtherSessionsDocument);

  const end = async (sessionId: string, isCurrent: boolean) => {
    if (!(await one.run({ input: { sessionId } }))) return;
    if (isCurrent) restart();
    else toast(t("sessions.ended", { count: 1 }));
  };
  const endOthers = async () => {
    const payload = await others.run({});
    if (payload) toast(t("sessions.ended", { count: payload.revokedCount ?? 0 }));
  };
  return (
    <section className="stack">
      <div className="row apart">
        <p className="soft grow">{t("sessions.text")}</p>
        <Button kind="danger" isBusy={others.isBusy} onClick={() => void endOthers()}>
          {t("sessions.endOthers")}
        </Button>
      </div>
      <ErrorSummary problems={[...one.problems, ...others.problems]} />
      <PaginatedList query={MySessionsDocument} variables={{ first: 20 }} pick={(data) => data.viewer?.sessions}>
        {(sessions) => (
          <ul className="card flush rows">
            {sessions.map(({ id, deviceName, createdAt, lastUsedAt, isCurrent }) => (
              <li className="entry" key={id}>
                <div className="grow">
                  <div className="row">
                    <span className="strong">
                      <Name text={deviceName} />
                    </span>
                    {isCurrent && <Badge tone="good">{t("sessions.current")}</Badge>}
                  </div>
                  <div className="soft small">
                    {t("sessions.lastUsed")} <RelativeTime at={lastUsedAt} /> · {t("sessions.since")}{" "}
                    <DateTime at={createdAt} />
                  </div>
                </div>
                <Button
                  small
                  aria-label={t("sessions.endOne", { name: deviceName })}
                  onClick={() => void end(id, isCurrent)}
                >
                  {t("sessions.end")}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </PaginatedList>
    </section>
  );
}
