//! The type of third-party programs.

/// A third-party program, and the way to check it.
pub struct Program {
    /// Name on the command line and in the guides.
    pub name: &'static str,
    /// Name in the catalogue of applications (`doorward client create --app`); empty for an MCP client,
    /// which registers itself, for an application behind a proxy, which is no client, and for a SAML service
    /// provider that no catalogue knows.
    pub app: &'static str,
    /// Package whose version is shown, as named in its lock file.
    pub package: &'static str,
    /// Tool that installs and starts it.
    pub ecosystem: Ecosystem,
    /// Directory below `crates/tools/interop/programs`, with the lock file.
    pub directory: &'static str,
    /// Arguments of the command that starts it: usually a file of that directory. `{port}` is the port
    /// of the program, `{directory}` that of its printed files.
    pub start: &'static [&'static str],
    /// Path that responds once the program is up; any HTTP status counts.
    pub ready: &'static str,
    /// Authentication method of its client.
    pub authentication: Authentication,
    /// Additional options of `doorward client create --app`; empty for a program that is registered
    /// as the catalogue says. `{base}` is the URL of the program. Those of `doorward site create` behind a proxy,
    /// and of `doorward client create --saml` for a SAML service provider.
    pub options: &'static [&'static str],
    /// Check to perform.
    pub check: Check,
}

/// The tool that installs and starts a program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ecosystem {
    /// `pip` into one virtual environment for each directory.
    Python,
    /// `npm ci` into one `node_modules` for each directory.
    Node,
    /// A module of the Debian package named.
    Apache,
    /// A program for the Debian package named.
    Ruby,
    /// A script that starts the Debian package named.
    Script,
    /// `sign_in.sh` of the directory, which starts the Debian package named in a root of Debian.
    Root,
    /// `go build` with one Go module for each directory.
    Go,
    /// Maven with one module for each directory.
    Java,
}

/// The authentication of a client at the token endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Authentication {
    /// No authentication: a public client.
    None,
    /// Client secret; the client is created without an option for it.
    Secret,
    /// `private_key_jwt`: the program gets `PRIVATE_KEY_FILE` (PEM) and `JWKS_FILE`.
    PrivateKeyJwt,
    /// Signed requests of a SAML service provider, which gets `PRIVATE_KEY_FILE` and `CERTIFICATE_FILE` (PEM).
    Certificate,
}

pub enum Check {
    /// A user signs in, is shown by name and address, and signs out.
    SignIn(SignIn),
    /// A user signs in to an application whose pages are scripts, and signs out.
    Application(Application),
    /// An API accepts an access token and rejects an altered one.
    Api(Api),
    /// A user stays signed in while ID tokens expire.
    Refresh(Refresh),
    /// A user signs in to a SAML service provider, is shown by name and address, and signs out.
    Saml(SignIn),
    /// A user signs in to an application that is a SAML service provider, and signs out.
    SamlApplication(Application),
    /// An MCP client that knows only a URL becomes a client, a user signs in, and it uses the tools.
    Mcp(McpClient),
    /// An MCP server is the client, and a user signs in to it with an MCP client.
    McpServer(McpServer),
    /// An application gets users and groups from Doorward at its SCIM server.
    Scim,
    /// A program signs users in by LDAP, with app passwords, and knows the members of a group.
    Ldap(Ldap),
    /// An application behind a proxy shows the user who signed in at Doorward (forward authentication).
    Site(SiteApplication),
}

/// A program that reads lines with a user name and a password, and answers each: `member` of the group, another
/// `user`, or `no`.
pub struct Ldap {
    /// Answer for a user who is not in the group.
    pub other: &'static str,
}

/// An application behind a proxy. Its settings are the files below `site` in its directory.
pub struct SiteApplication {
    /// Page that signs the user in.
    pub home: &'static str,
    /// Method and path of the request whose response shows the user.
    pub user: (&'static str, &'static str),
    /// Part of that response, with `{user}` for the user name.
    pub text: &'static str,
    /// Header with the signed token, if the application reads only that.
    pub token: Option<&'static str>,
    /// Set if it gets an empty database of PostgreSQL in `DATABASE_URL`.
    pub has_database: bool,
}

/// An MCP client at the sample of `doorward dev`.
pub struct McpClient {
    /// Requests of the client.
    pub defaults: Defaults,
    /// Text that it prints in the end, without white space; `{name}` is the name of the program.
    pub result: &'static str,
}

/// An MCP server that is a client of Doorward.
pub struct McpServer {
    /// File with the MCP client, beside the program.
    pub client: &'static str,
    /// Requests of the server.
    pub defaults: Defaults,
}

/// The authorization request of an AI tool with its default settings.
pub struct Defaults {
    /// Registration of the tool as a client.
    pub registration: Registration,
    /// Path of the MCP server's URL in the parameter `resource`; `None` if the tool sends none.
    pub resource: Option<&'static str>,
    /// Requested scopes, `HOST` for that of the MCP server; empty if the tool sends none.
    pub scopes: &'static [&'static str],
}

/// The way to become a client.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Registration {
    /// The tool registers itself (RFC 7591).
    Dynamic,
    /// A metadata document at the vendor of the tool, which a machine of the suite may not reach: only the
    /// request is compared.
    Document,
    /// `doorward client create --app` registers it.
    Catalogue,
}

impl Registration {
    /// Returns the words of the guide of MCP servers.
    #[cfg(test)]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Dynamic => "registers itself",
            Self::Document => "metadata document",
            Self::Catalogue => "`client create --app`",
        }
    }
}

/// An application with a separate check.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Application {
    /// `JupyterHub`.
    JupyterHub,
    /// `NetBox`.
    NetBox,
    /// The editor of Node-RED.
    NodeRed,
    /// pgAdmin in server mode.
    PgAdmin,
    /// The Matrix server Synapse.
    Synapse,
    /// Synapse with SAML, which it does not sign out by.
    SynapseSaml,
    /// The frontend of Zabbix.
    Zabbix,
}

/// An API that accepts access tokens.
pub struct Api {
    /// Path that requires an access token.
    pub path: &'static str,
    /// Type of the access tokens that it accepts.
    pub token_type: TokenType,
    /// Further calls with the token.
    pub calls: &'static [Call],
}

/// A call of an API with an access token of a client that acts for itself.
pub struct Call {
    /// Method of the request.
    pub method: &'static str,
    /// Path of the request.
    pub path: &'static str,
    /// Expected status.
    pub status: u16,
    /// Expected part of the challenge.
    pub challenge: &'static str,
}

/// The `typ` in the header of an access token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenType {
    /// `at+jwt` (RFC 9068), the default.
    AtJwt,
    /// `JWT`, set for the resource.
    Jwt,
}

impl TokenType {
    /// Returns the value of `typ`.
    pub const fn header(self) -> &'static str {
        match self {
            Self::AtJwt => "at+jwt",
            Self::Jwt => "JWT",
        }
    }

    /// Returns the value of `doorward resource update --token-type`.
    pub const fn option(self) -> &'static str {
        match self {
            Self::AtJwt => "at+jwt",
            Self::Jwt => "jwt",
        }
    }
}

/// A program that renews ID tokens.
pub struct Refresh {
    /// Path that starts the sign-in.
    pub login: &'static str,
    /// Path that succeeds while the user is signed in; the response has the ID token in the header
    /// `Authorization`.
    pub call: &'static str,
    /// Set if the catalogue needs the URL of the program.
    pub has_url: bool,
    /// Set for a program that accepts an issuer by HTTPS only, and terminates TLS itself.
    pub needs_https: bool,
}

impl Program {
    /// Returns true if the program needs an issuer by HTTPS.
    pub const fn needs_https(&self) -> bool {
        matches!(
            self.check,
            Check::Refresh(Refresh {
                needs_https: true,
                ..
            })
        )
    }
}

/// The paths of a program that signs users in.
pub struct SignIn {
    /// Path that starts the sign-in; a form on the page is submitted.
    pub login: &'static str,
    /// Page that shows the signed-in user.
    pub home: &'static str,
    /// Path that ends the session of the program; a form on the page is submitted.
    pub logout: &'static str,
    /// Redirect URI after RP-initiated logout; `None` if the program signs out only locally.
    pub after_logout: Option<&'static str>,
    /// Set if the home page also shows the user's groups.
    pub shows_groups: bool,
}
