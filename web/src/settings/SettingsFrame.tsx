import { useEffect, useRef, type ReactNode } from "react";
import { useClient } from "urql";
import { LogOutDocument } from "../accounts/generated/accounts";
import { useViewer, useSession } from "../accounts/session";
import { useSignInOptions } from "../accounts/useSignInOptions";
import { Heading } from "../app/Heading";
import { Link, navigate } from "../app/router";
import { Button } from "../components/buttons";
import { useToast } from "../components/feedback";
import { storage } from "../components/storage";
import { mutate } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { clearDatabase } from "../outbox/database";
import "./settings.css";

const names = [
  "profile",
  "contact",
  "privacy",
  "notifications",
  "appearance",
  "account",
  "sessions",
  "blocked",
  "calendar",
  "data",
  "invitations",
] as const;

/** The heading and the tabs around a section. */
export function SettingsFrame({ section, children }: { section: string; children: ReactNode }) {
  const { t } = useI18n();
  const tabs = useRef<HTMLElement>(null);
  const { canInvite } = useSignInOptions();
  // The page of invitations also lists those of an earlier role.
  const shown = names.filter((name) => name !== "invitations" || canInvite || section === name);
  // On a phone, the tabs are wider than the screen, and the current one could be out of view.
  useEffect(() => {
    tabs.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [section]);
  return (
    <>
      <Heading title={t("nav.settings")}>
        <LogOut />
      </Heading>
      <nav ref={tabs} className="tabs" aria-label={t("nav.settings")}>
        {shown.map((name) => (
          <Link
            key={name}
            to={name === "profile" ? "/settings" : `/settings/${name}`}
            aria-current={name === section ? "page" : undefined}
          >
            {t(`settings.${name}`)}
          </Link>
        ))}
      </nav>
      {children}
    </>
  );
}

function LogOut() {
  const { t, explain } = useI18n();
  const client = useClient();
  const toast = useToast();
  const { restart } = useSession();
  const { user } = useViewer();
  const logOut = async () => {
    const { payload, problems } = await mutate(client, LogOutDocument, {});
    const [problem] = problems;
    if (problem) return toast(explain(problem));
    storage.clear(user.id);
    void clearDatabase(user.id);
    // The session at the identity provider ends too: the computer may be a shared one.
    if (payload?.endSessionUrl) return location.assign(payload.endSessionUrl);
    navigate("/");
    restart();
  };
  return (
    <Button icon="out" onClick={() => void logOut()}>
      {t("action.logOut")}
    </Button>
  );
}
