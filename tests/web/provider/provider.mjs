// A provider of OpenID Connect for tests: it takes any name for an account, and its tokens are those that the API checks.
// Arguments: port, redirect URI, secret of the tokens in base64, seconds that a token lasts.

import { createSecretKey } from "node:crypto";
import { Provider } from "oidc-provider";

const [port, redirect, secret, seconds] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "desk",
      client_secret: "a secret: with signs & blanks",
      redirect_uris: [redirect],
      grant_types: ["authorization_code", "refresh_token"],
    },
  ],
  pkce: { required: () => true },
  cookies: { keys: ["of the tests"] },
  issueRefreshToken: async () => true,
  findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  features: {
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => "urn:antiphon",
      useGrantedResource: async () => true,
      getResourceServerInfo: async () => ({
        scope: "",
        audience: "antiphon",
        accessTokenFormat: "jwt",
        accessTokenTTL: Number(seconds),
        jwt: { sign: { alg: "HS256", key: createSecretKey(Buffer.from(secret, "base64")) } },
      }),
    },
  },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
