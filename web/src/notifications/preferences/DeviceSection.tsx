import { useState, type ReactNode } from "react";
import { useSession } from "../../accounts/session";
import { Badge, Button } from "../../components/buttons";
import { ConfirmDialog } from "../../components/dialog";
import { Callout, useToast } from "../../components/feedback";
import { RelativeTime } from "../../components/people";
import { Name } from "../../components/text";
import { useMutation, useQuery } from "../../graphql/hooks";
import { useTranslate } from "../../i18n/i18n";
import { RevokeSessionDocument } from "../../settings/generated/settings";
import { canNotify, isBlocked } from "../deviceNotices";
import { useDeviceNotices } from "../useDeviceNotices";
import { PushDevicesDocument, type PushDevicesQuery } from "./generated/preferences";

type Sessions = NonNullable<NonNullable<PushDevicesQuery["viewer"]>["sessions"]>;
type Device = Sessions["edges"][number]["node"];

/** Notifications on this device, and the list of the devices that receive pushes. */
export function DeviceSection() {
  const t = useTranslate();
  const { data } = useQuery(PushDevicesDocument, {});
  const devices = data?.viewer?.sessions?.edges.map(({ node }) => node) ?? [];
  const registered = devices.filter(({ hasPushSubscription }) => hasPushSubscription);
  return (
    <section className="card stack">
      <h2>{t("device.title")}</h2>
      <ThisDevice hasPush={registered.some(({ isCurrent }) => isCurrent)} />
      {registered.length > 0 && (
        <div>
          <h3>{t("device.list")}</h3>
          <ul className="rows devices">
            {registered.map((device) => (
              <DeviceRow key={device.id} device={device} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** The browser is asked for permission only when the button is pressed. */
function ThisDevice({ hasPush }: { hasPush: boolean }) {
  const t = useTranslate();
  const { isOn, isBusy, turn } = useDeviceNotices();
  if (!canNotify()) return <p className="soft">{t("device.unsupported")}</p>;
  if (isBlocked()) {
    return (
      <Callout icon="warning" tone="warn">
        {t("device.blocked")}
      </Callout>
    );
  }
  const status: ReactNode = !isOn ? t("device.off") : hasPush ? t("device.push") : t("device.pageOnly");
  return (
    <div className="stack tight">
      <p role="status" className="soft small">
        {status}
      </p>
      <div>
        <Button kind={isOn ? "plain" : "primary"} icon="bell" isBusy={isBusy} onClick={() => void turn(!isOn)}>
          {t(isOn ? "device.turnOff" : "device.turnOn")}
        </Button>
      </div>
    </div>
  );
}

function DeviceRow({ device: { id, deviceName, lastUsedAt, isCurrent } }: { device: Device }) {
  const t = useTranslate();
  const toast = useToast();
  const { restart } = useSession();
  const [isAsking, setAsking] = useState(false);
  const { run, isBusy, problems } = useMutation(RevokeSessionDocument);
  const end = async () => {
    if (!(await run({ input: { sessionId: id } }))) return;
    if (isCurrent) return restart();
    setAsking(false);
    toast(t("sessions.ended", { count: 1 }));
  };
  return (
    <li className="entry">
      <div className="grow">
        <div className="row">
          <span className="strong">
            <Name text={deviceName} />
          </span>
          {isCurrent && <Badge tone="good">{t("sessions.current")}</Badge>}
        </div>
        <div className="soft small">
          {t("sessions.lastUsed")} <RelativeTime at={lastUsedAt} />
        </div>
      </div>
      {!isCurrent && (
        <Button small aria-label={t("device.removeOne", { name: deviceName })} onClick={() => setAsking(true)}>
          {t("device.remove")}
        </Button>
      )}
      {isAsking && (
        <ConfirmDialog
          title={t("device.removeTitle", { name: deviceName })}
          action={t("sessions.end")}
          isBusy={isBusy}
          problems={problems}
          onConfirm={() => void end()}
          onClose={() => setAsking(false)}
        >
          <p>{t("device.removeText")}</p>
        </ConfirmDialog>
      )}
    </li>
  );
}
