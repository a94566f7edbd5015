import { useSession } from "../accounts/session";
import { Badge, Button } from "../components/buttons";
import { useToast } from "../components/feedback";
import { Problems } from "../components/forms";
import { Pages } from "../components/pages";
import { Ago, Moment } from "../components/people";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { MySessionsDocument, RevokeOtherSessionsDocument, RevokeSessionDocument } from "./generated/settings";

export function SessionsSection() {
  const t = useText();
  const toast = useToast();
  const { restart } = useSession();
  const one = useWrite(RevokeSessionDocument);
  const others = useWrite(RevokeOtherSessionsDocument);

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
      <Problems problems={[...one.problems, ...others.problems]} />
      <Pages query={MySessionsDocument} variables={{ first: 20 }} pick={(data) => data.viewer?.sessions}>
        {(sessions) => (
          <ul className="card flush rows">
            {sessions.map(({ id, deviceName, createdAt, lastUsedAt, isCurrent }) => (
              <li className="entry" key={id}>
                <div className="grow">
                  <div className="row">
                    <span className="strong">{deviceName}</span>
                    {isCurrent && <Badge tone="good">{t("sessions.current")}</Badge>}
                  </div>
                  <div className="soft small">
                    {t("sessions.used")} <Ago at={lastUsedAt} /> · {t("sessions.since")} <Moment at={createdAt} />
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
      </Pages>
    </section>
  );
}
