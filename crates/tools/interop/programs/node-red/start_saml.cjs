// Starts Node-RED with passport-saml instead of OpenID Connect.
const fs = require("node:fs");
const path = require("node:path");

const { BASE_URL, ISSUER, WORK_DIRECTORY } = process.env;
const metadata = fs.readFileSync(path.join(WORK_DIRECTORY, "idp.xml"), "utf8");
const certificates = [...metadata.matchAll(/X509Certificate>([^<]+)</g)].map((found) => found[1]);
const options = {
  entryPoint: `${ISSUER}/saml/sso`,
  issuer: `${BASE_URL}/saml/metadata`,
  callbackUrl: `${BASE_URL}/auth/strategy/callback`,
  callbackMethod: "POST",
  idpCert: certificates,
  wantAssertionsSigned: true,
  wantAuthnResponseSigned: false,
};
const settings = `
const { Strategy } = require("@node-saml/passport-saml");

module.exports = {
  uiHost: "127.0.0.1",
  adminAuth: {
    type: "strategy",
    strategy: {
      name: "saml",
      label: "Sign in with Doorward",
      icon: "fa-lock",
      strategy: class extends Strategy {
        constructor(options, verify) {
          super(options, verify, verify);
        }
      },
      options: {
        ...${JSON.stringify(options)},
        verify: (profile, done) =>
          done(null, { ...profile, username: profile["urn:oid:0.9.2342.19200300.100.1.3"] }),
      },
    },
    users: async (username) => ({ username, permissions: "*" }),
  },
};
`;
fs.writeFileSync(path.join(WORK_DIRECTORY, "settings.js"), settings);
process.env.NODE_PATH = path.join(__dirname, "node_modules");
require("node:module").Module._initPaths();
process.argv.push("--port", process.env.PORT, "--userDir", WORK_DIRECTORY);
process.argv.push("--settings", path.join(WORK_DIRECTORY, "settings.js"));
require("node-red/red.js");
