// guide:begin
const { createRemoteJWKSet, jwtVerify } = require("jose");

const issuer = "https://id.example.com";
const keys = createRemoteJWKSet(new URL(`${issuer}/oauth2/jwks`));
const checks = { issuer, audience: "https://app.example.com", typ: "at+jwt" };

module.exports = {
  uiHost: "127.0.0.1",
  adminAuth: {
    tokenHeader: "remote-token",
    tokens: async (token) => {
      const verified = await jwtVerify(token, keys, checks).catch(() => null);
      return verified && { username: verified.payload.username, permissions: "*" };
    },
  },
};
// guide:end
