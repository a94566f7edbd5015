// A real OpenID Connect provider with its own login page, on a port of its own.
import { createServer } from "node:http";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Provider from "oidc-provider";

/** A client of the provider. The server's origin is known only after the settings that name the provider. */
const clientOf = (origin) => ({
  client_id: "studyhall",
  client_secret: "a secret of the tests: + and %",
  redirect_uris: [`${origin}/oidc/uni/callback`],
  post_logout_redirect_uris: [`${origin}/`],
  backchannel_logout_uri: `${origin}/oidc/uni/backchannel-logout`,
  backchannel_logout_session_required: true,
});

/**
 * Starts a provider at which everyone signs in with a name and any password. `settings` are those of the server; `admit`
 * registers the server at the provider.
 */
export async function startIdentityProvider() {
  const listener = createServer((request, response) => handle(request, response));
  let handle = (_, response) => response.writeHead(503).end();
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const issuer = `http://127.0.0.1:${listener.address().port}`;
  const directory = await mkdtemp(join(tmpdir(), "studyhall-oidc-"));
  const file = join(directory, "providers.json");
  const { client_id: clientId, client_secret: clientSecret } = clientOf("");
  const provider = { slug: "uni", name: "University account", issuer, clientId, clientSecret };
  await writeFile(file, JSON.stringify({ providers: [provider] }));
  await chmod(file, 0o600);
  return {
    issuer,
    settings: { STUDYHALL_OIDC_FILE: file },
    admit(origin) {
      const oidc = new Provider(issuer, {
        clients: [clientOf(origin)],
        claims: {
          openid: ["sub"],
          email: ["email", "email_verified"],
          profile: ["preferred_username", "given_name", "family_name"],
        },
        conformIdTokenClaims: false,
        cookies: { keys: ["a key of the tests"] },
        features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
        findAccount: (_, id) => ({
          accountId: id,
          claims: () => ({
            sub: id,
            email: `${id}@uni.example`,
            email_verified: true,
            preferred_username: id,
            given_name: "Grace",
            family_name: "Hopper",
          }),
        }),
      });
      handle = oidc.callback();
    },
    async stop() {
      listener.closeAllConnections();
      listener.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
