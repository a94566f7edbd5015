// Where identity providers return to. The code is in the URL fragment, which browsers do not send.
import { useEffect, useRef, useState } from "react";
import { Heading } from "../app/Heading";
import { navigate } from "../app/router";
import { LinkButton } from "../components/buttons";
import { EmptyState, Loading, useToast } from "../components/feedback";
import { useMutation } from "../graphql/hooks";
import type { MessageKey } from "../i18n/generated/messages";
import { useI18n } from "../i18n/i18n";
import { deviceName } from "./device";
import { FinishIdentityLoginDocument, LinkIdentityDocument } from "./generated/identities";
import { takeIdentityLogin } from "./identityLogin";
import { useSession } from "./session";

export function SignedInPage() {
  const { t, explain } = useI18n();
  const toast = useToast();
  const { restart } = useSession();
  const finish = useMutation(FinishIdentityLoginDocument);
  const link = useMutation(LinkIdentityDocument);
  const [failure, setFailure] = useState<MessageKey>();
  const [next, setNext] = useState("/login");
  const hasStarted = useRef(false);

  const proceed = async () => {
    const answer = new URLSearchParams(location.hash.slice(1));
    history.replaceState(history.state, "", location.pathname);
    const login = takeIdentityLogin();
    const code = answer.get("code");
    if (login) setNext(login.purpose === "link" ? login.next : `/login?next=${encodeURIComponent(login.next)}`);
    if (answer.get("error") === "access_denied") return setFailure("identity.denied");
    if (answer.get("error") === "temporarily_unavailable") return setFailure("identity.unavailable");
    if (!code || !login) return setFailure("identity.failed");
    if (login.purpose === "link") {
      const payload = await link.run({ input: { code, codeVerifier: login.verifier } });
      if (!payload) return;
      toast(t("identity.linked"));
      return navigate(login.next, { replace: true });
    }
    const input = { code, codeVerifier: login.verifier, transport: "COOKIE" as const, deviceName: deviceName() };
    const payload = await finish.run({ input });
    if (!payload) return;
    navigate(payload.isNewMember ? "/settings" : login.next, { replace: true });
    restart();
  };
  useEffect(() => {
    if (hasStarted.current) return;
    hasStarted.current = true;
    void proceed();
    // Once: the code is valid once.
  }, []);

  const problem = [...finish.problems, ...link.problems][0];
  if (!failure && !problem) return <Loading />;
  return (
    <div className="auth-page">
      <Heading title={t("identity.title")} isHidden />
      <EmptyState icon="lock" title={t("identity.title")}>
        <p role="alert">{problem ? explain(problem) : failure && t(failure)}</p>
        <LinkButton to={next}>{t("identity.back")}</LinkButton>
      </EmptyState>
    </div>
  );
}
