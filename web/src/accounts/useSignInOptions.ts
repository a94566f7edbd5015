import { useQuery } from "../graphql/hooks";
import { SignInOptionsDocument } from "./generated/identities";

/** How people sign up and sign in on this server. Until it is known, with a password, as on most servers. */
export function useSignInOptions() {
  const { data, isLoading } = useQuery(SignInOptionsDocument, {});
  return {
    isLoading,
    providers: data?.server?.identityProviders ?? [],
    hasPasswords: data?.server?.isPasswordLoginEnabled ?? true,
    mode: data?.server?.registrationMode ?? "OPEN",
    needsInvitation: data?.server?.isInvitationRequired ?? false,
    canInvite: data?.server?.viewerCanInvite ?? false,
  };
}
