import { useState } from "react";
import { Button } from "../components/buttons";
import { ErrorSummary } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { StartIdentityLoginDocument } from "./generated/identities";
import { beginIdentityLogin, type IdentityLogin } from "./identityLogin";
import { useSignInOptions } from "./useSignInOptions";

interface Props extends Omit<IdentityLogin, "verifier"> {
  /** The text of a button, with the name of the provider. */
  label: (name: string) => string;
}

/** A button for each identity provider. It leaves the page. */
export function IdentityProviderButtons({ label, ...login }: Props) {
  const { providers } = useSignInOptions();
  const { run, problems } = useMutation(StartIdentityLoginDocument);
  const [leavingFor, setLeavingFor] = useState<string>();
  const start = async (slug: string) => {
    setLeavingFor(slug);
    const payload = await run({ input: await beginIdentityLogin(slug, login) });
    if (payload?.authorizationUrl) location.assign(payload.authorizationUrl);
    else setLeavingFor(undefined);
  };
  if (providers.length === 0) return null;
  return (
    <div className="stack">
      {providers.map(({ name, slug }) => (
        <Button key={slug} isBusy={leavingFor === slug} onClick={() => void start(slug)}>
          {label(name)}
        </Button>
      ))}
      <ErrorSummary problems={problems} />
    </div>
  );
}

/** Between the buttons and the form with a password. */
export function OrDivider() {
  const t = useTranslate();
  return <p className="or soft small">{t("identity.or")}</p>;
}
