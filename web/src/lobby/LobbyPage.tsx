import { useState } from "react";
import { useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { Button, IconButton, LinkButton } from "../components/buttons";
import { ConfirmDialog } from "../components/dialog";
import { EmptyState, ErrorState, Callout, useToast, Loading } from "../components/feedback";
import { ErrorSummary } from "../components/forms";
import { PersonName, type Person } from "../components/people";
import { Avatar } from "../components/images";
import { MessageComposer } from "../conversations/MessageComposer";
import { MessageList } from "../conversations/MessageList";
import type { Message } from "../conversations/timeline";
import { useMutation } from "../graphql/hooks";
import { useI18n, useTranslate } from "../i18n/i18n";
import { lobbyRecipient } from "../outbox/delivery";
import { useOutbox } from "../outbox/outbox";
import { EnterLobbyDocument, LeaveLobbyDocument, RemoveGuestDocument } from "./generated/lobby";
import { GuestEntry } from "./GuestEntry";
import { useLobby, type LobbyState } from "./useLobby";
import "./lobby.css";

export function LobbyPage() {
  const t = useTranslate();
  const { viewer } = useSession();
  const [isOpen, setOpen] = useState(true);
  if (viewer) return <LobbyContent />;
  return (
    <div className="auth-page">
      <Heading title={t("lobby.title")} />
      <div className="card stack">
        <p className="soft">{t("welcome.lobbyText")}</p>
        <GuestEntry isOpen={isOpen} onOpen={() => setOpen(true)} />
      </div>
    </div>
  );
}

function LobbyContent() {
  const t = useTranslate();
  const lobby = useLobby();
  if (lobby.problem && !lobby.isLoaded) return <ErrorState problem={lobby.problem} onRetry={lobby.refetch} />;
  if (!lobby.isLoaded) return <Loading />;
  return lobby.isPresent ? (
    <LobbyRoom lobby={lobby} />
  ) : (
    <>
      <Heading title={t("lobby.title")} />
      <EmptyState icon="lobby" title={t("lobby.outside")}>
        <p>{t("lobby.text")}</p>
        <EnterLobby onEntered={lobby.refetch} count={lobby.count} />
      </EmptyState>
    </>
  );
}

function EnterLobby({ onEntered, count }: { onEntered: () => void; count: number }) {
  const t = useTranslate();
  const { run, isBusy, problems } = useMutation(EnterLobbyDocument);
  const enter = async () => {
    if (await run({ input: { transport: "COOKIE" } })) onEntered();
  };
  return (
    <>
      <p className="small">{t("lobby.count", { count })}</p>
      <ErrorSummary problems={problems} />
      <Button kind="primary" isBusy={isBusy} onClick={() => void enter()}>
        {t("lobby.enter")}
      </Button>
    </>
  );
}

function LobbyRoom({ lobby }: { lobby: LobbyState }) {
  const { t, formatNumber } = useI18n();
  const toast = useToast();
  const { viewer, restart } = useSession();
  const { pendingEntries } = useOutbox();
  const { run, isBusy } = useMutation(LeaveLobbyDocument);
  const [replyTo, setReplyTo] = useState<Message>();
  const [guestToRemove, setGuestToRemove] = useState<Person>();
  const isModerator = viewer?.role === "MODERATOR" || viewer?.role === "ADMIN";
  const leave = async () => {
    if (!(await run({}))) return toast(t("state.failed"));
    // A guest's session ends on leaving.
    if (viewer?.isGuest) restart();
    else lobby.refetch();
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
          pending={pendingEntries.filter(({ to }) => to === lobbyRecipient)}
          pages={lobby.pages}
          firstUnreadId={null}
          isGroup
          empty={t("lobby.empty")}
          people={lobby.people}
          onReply={setReplyTo}
        />
        <MessageComposer
          to={lobbyRecipient}
          label={t("lobby.write")}
          people={lobby.people}
          replyTo={replyTo}
          onReplyEnd={() => setReplyTo(undefined)}
        />
      </section>
      <aside className="stack">
        {viewer?.isGuest && (
          <Callout icon="person">
            <p>{t("lobby.join")}</p>
            <LinkButton to="/signup" small kind="primary">
              {t("action.signUp")}
            </LinkButton>
          </Callout>
        )}
        <section className="card present" aria-labelledby="present">
          <h2 id="present">
            {t("lobby.here")} <span className="badge">{formatNumber(lobby.count)}</span>
          </h2>
          <ul>
            {lobby.people.map((person) => (
              <li className="row" key={person.id}>
                <Avatar person={person} size={32} isOnline />
                <span className="grow line">
                  <PersonName person={person} />
                </span>
                {person.isGuest && <span className="soft small">{t("lobby.guest")}</span>}
                {person.isGuest && isModerator && (
                  <IconButton
                    small
                    icon="out"
                    label={t("lobby.removeGuest", { name: person.displayName })}
                    onClick={() => setGuestToRemove(person)}
                  />
                )}
              </li>
            ))}
          </ul>
        </section>
      </aside>
      {guestToRemove && <RemoveGuestDialog guest={guestToRemove} onClose={() => setGuestToRemove(undefined)} />}
    </div>
  );
}

/** For moderators: ends a guest's visit and session. */
function RemoveGuestDialog({ guest, onClose }: { guest: Person; onClose: () => void }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(RemoveGuestDocument);
  const removeGuest = async () => {
    if (!(await run({ input: { userId: guest.id } }))) return;
    toast(t("lobby.guestRemoved", { name: guest.displayName }));
    onClose();
  };
  return (
    <ConfirmDialog
      title={t("lobby.removeGuest", { name: guest.displayName })}
      action={t("lobby.removeGuestAction")}
      isBusy={isBusy}
      problems={problems}
      onConfirm={() => void removeGuest()}
      onClose={onClose}
    >
      <p>{t("lobby.removeGuestText")}</p>
    </ConfirmDialog>
  );
}
