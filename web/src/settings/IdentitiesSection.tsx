import { IdentityProviderButtons } from "../accounts/IdentityProviders";
import { useSignInOptions } from "../accounts/useSignInOptions";
import { MyIdentitiesDocument, UnlinkIdentityDocument, type MyIdentitiesQuery } from "../accounts/generated/identities";
import { Button } from "../components/buttons";
import { useToast } from "../components/feedback";
import { Form } from "../components/forms";
import { PasswordField } from "../components/passwords";
import { useMutation, useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";

/** Whether the viewer has a password. Until it is known, as most members have. */
export function useHasPassword() {
  const { data } = useQuery(MyIdentitiesDocument, {});
  return data?.viewer?.hasPassword ?? true;
}

/** The accounts at identity providers with which the viewer can sign in. Nothing on a server without providers. */
export function Identities() {
  const t = useTranslate();
  const { providers } = useSignInOptions();
  const { data, refetch } = useQuery(MyIdentitiesDocument, {});
  const identities = data?.viewer?.identities ?? [];
  if (providers.length === 0 && identities.length === 0) return null;
  return (
    <section className="card stack">
      <div>
        <h2>{t("identity.accounts")}</h2>
        <p className="soft small">{t("identity.accountsText")}</p>
      </div>
      <ul className="plain stack">
        {identities.map((identity) => (
          <li key={identity.id}>
            <Identity identity={identity} onUnlinked={refetch} />
          </li>
        ))}
      </ul>
      <IdentityProviderButtons purpose="link" next="/settings/account" label={(name) => t("identity.link", { name })} />
    </section>
  );
}

type Linked = NonNullable<MyIdentitiesQuery["viewer"]>["identities"][number];

function Identity({ identity, onUnlinked }: { identity: Linked; onUnlinked: () => void }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(UnlinkIdentityDocument);
  const needsPassword = problems.some(({ code }) => ["REAUTHENTICATION_REQUIRED", "CREDENTIALS_WRONG"].includes(code));
  const unlink = async (values: FormData) => {
    const input = { identityId: identity.id, password: values.get("password") as string | null };
    if (!(await run({ input }))) return;
    toast(t("identity.unlinked"));
    onUnlinked();
  };
  return (
    <Form problems={problems} onSubmit={unlink}>
      <p>
        <strong>{identity.provider.name}</strong> <span className="soft">{identity.label}</span>
      </p>
      {needsPassword && (
        <PasswordField />
      )}
      <div>
        <Button submit isBusy={isBusy} aria-label={t("identity.unlinkOne", { name: identity.label })}>
          {t("identity.unlink")}
        </Button>
      </div>
    </Form>
  );
}
