import { useState } from "react";
import { useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { Button, IconButton, LinkButton } from "../components/buttons";
import { Confirm } from "../components/dialog";
import { Empty, Failure, Note, useToast, Waiting } from "../components/feedback";
import { Problems } from "../components/forms";
import { Name, type Person } from "../components/people";
import { Avatar } from "../components/pictures";
import { MessageComposer } from "../conversations/MessageComposer";
import { MessageList } from "../conversations/MessageList";
import { lobby as toLobby, useOutbox } from "../conversations/outbox";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { EnterLobbyDocument, LeaveLobbyDocument, RemoveGuestDocument } from "./generated/lobby";
import { GuestDoor } from "./GuestDoor";
import { useLobby, type LobbyState } from "./useLobby";
import "./lobby.css";

export function LobbyPage() {
  const t = useText();
  const { self } = useSession();
  const [isOpen, setOpen] = useState(true);
  if (self) return <Inside />;
  return (
    <div className="gate">
      <Heading title={t("lobby.title")} />
      <div className="card stack">
        <p className="soft">{t("welcome.lobbyText")}</p>
        <GuestDoor isOpen={isOpen} onOpen={() => setOpen(true)} />
      </div>
    </div>
  );
}

function Inside() {
  const t = useText();
  const lobby = useLobby();
  if (lobby.problem && !lobby.isRead) return <Failure problem={lobby.problem} again={lobby.again} />;
  if (!lobby.isRead) return <Waiting />;
  return lobby.isPresent ? (
    <Room lobby={lobby} />
  ) : (
    <>
      <Heading title={t("lobby.title")} />
      <Empty icon="lobby" title={t("lobby.outside")}>
        <p>{t("lobby.text")}</p>
        <Enter onEntered={lobby.again} count={lobby.count} />
      </Empty>
    </>
  );
}

function Enter({ onEntered, count }: { onEntered: () => void; count: number }) {
  const t = useText();
  const { run, isBusy, problems } = useWrite(EnterLobbyDocument);
  const enter = async () => {
    if (await run({ input: { transport: "COOKIE" } })) onEntered();
  };
  return (
    <>
      <p className="small">{t("lobby.count", { count })}</p>
      <Problems problems={problems} />
      <Button kind="primary" isBusy={isBusy} onClick={() => void enter()}>
        {t("lobby.enter")}
      </Button>
    </>
  );
}

function Room({ lobby }: { lobby: LobbyState }) {
  const t = useText();
  const toast = useToast();
  const { self, restart } = useSession();
  const { letters } = useOutbox();
  const { run, isBusy } = useWrite(LeaveLobbyDocument);
  const [leaving, setLeaving] = useState<Person>();
  const keepsOrder = self !== null && self !== undefined && self.role !== "MEMBER";
  const leave = async () => {
    if (!(await run({}))) return toast(t("state.failed"));
    // A guest's session ends with the visit.
    if (self?.isGuest) restart();
    else lobby.again();
  };
  return (
    <div className="lobby">
      <section className="thread">
        <header className="thread-head">
          <div className="grow">
            <Heading title={t("lobby.title")} isHidden />
            <p className="strong">{t("lobby.title")}</p>
            <p className="soft small">{t("lobby.text")}</p>
          </div>
          <Button icon="out" isBusy={isBusy} onClick={() => void leave()}>
            {t("lobby.leave")}
          </Button>
        </header>
        <MessageList
          timeline={lobby.timeline}
          pending={letters.filter(({ to }) => to === toLobby)}
          loadEarlier={lobby.loadEarlier}
          isGroup
          empty={t("lobby.empty")}
        />
        <MessageComposer to={toLobby} label={t("lobby.write")} />
      </section>
      <aside className="stack">
        {self?.isGuest && (
          <Note icon="person">
            <p>{t("lobby.join")}</p>
            <LinkButton to="/signup" small kind="primary">
              {t("action.signUp")}
            </LinkButton>
          </Note>
        )}
        <section className="card present" aria-labelledby="present">
          <h2 id="present">
            {t("lobby.here")} <span className="badge">{lobby.count}</span>
          </h2>
          <ul>
            {lobby.people.map((person) => (
              <li className="row" key={person.id}>
                <Avatar person={person} size={32} isOnline />
                <span className="grow line">
                  <Name person={person} />
                </span>
                {person.isGuest && <span className="soft small">{t("lobby.guest")}</span>}
                {person.isGuest && keepsOrder && (
                  <IconButton
                    small
                    icon="out"
                    label={t("lobby.sendAway", { name: person.displayName })}
                    onClick={() => setLeaving(person)}
                  />
                )}
              </li>
            ))}
          </ul>
        </section>
      </aside>
      {leaving && <SendAway guest={leaving} onClose={() => setLeaving(undefined)} />}
    </div>
  );
}

/** For those who keep order: a guest's visit ends, and with it the session. */
function SendAway({ guest, onClose }: { guest: Person; onClose: () => void }) {
  const t = useText();
  const toast = useToast();
  const { run, isBusy, problems } = useWrite(RemoveGuestDocument);
  const send = async () => {
    if (!(await run({ input: { userId: guest.id } }))) return;
    toast(t("lobby.sentAway", { name: guest.displayName }));
    onClose();
  };
  return (
    <Confirm
      title={t("lobby.sendAway", { name: guest.displayName })}
      action={t("lobby.sendAwayNow")}
      isBusy={isBusy}
      onConfirm={() => void send()}
      onClose={onClose}
    >
      <Problems problems={problems} />
      <p>{t("lobby.sendAwayText")}</p>
    </Confirm>
  );
}
