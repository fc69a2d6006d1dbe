//! What a program is, and how it is visited.

/// One third-party program, and how it is visited.
pub struct Program {
    /// The name on the command line and in the guides.
    pub name: &'static str,
    /// The package whose version is shown, as its lock file names it.
    pub package: &'static str,
    /// What installs and starts it.
    pub ecosystem: Ecosystem,
    /// Its directory below `crates/interop/programs`, with the lock file.
    pub directory: &'static str,
    /// The arguments of the command that starts it: a file of that directory, mostly.
    pub start: &'static [&'static str],
    /// A path that answers once the program is up; any HTTP status counts.
    pub ready: &'static str,
    /// How its client authenticates.
    pub authentication: Authentication,
    /// More options of `doorward client create`; empty for a program as its quick start configures it.
    pub options: &'static [&'static str],
    /// What is checked.
    pub check: Check,
}

/// What installs and starts a program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ecosystem {
    /// `pip` into one virtual environment for each directory.
    Python,
    /// `npm ci` into one `node_modules` for each directory.
    Node,
    /// A module of the Debian package named.
    Apache,
    /// One Go module for each directory.
    Go,
    /// Maven with one module for each directory.
    Java,
}

/// How a client authenticates at the token endpoint.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Authentication {
    /// By its secret; the client is created without an option for it.
    Secret,
    /// By `private_key_jwt`: the program gets `PRIVATE_KEY_FILE` (PEM) and `JWKS_FILE`.
    PrivateKeyJwt,
}

/// What is checked of a program.
pub enum Check {
    /// A user signs in, is shown by name and address, and signs out.
    SignIn(SignIn),
    /// An API accepts an access token and rejects an altered one.
    Api(Api),
}

/// An API that accepts access tokens.
pub struct Api {
    /// A path that needs an access token.
    pub path: &'static str,
    /// The type of the access tokens that it accepts.
    pub token_type: TokenType,
}

/// The type that the header of an access token names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenType {
    /// `at+jwt` (RFC 9068), the default.
    AtJwt,
    /// `JWT`, as a setting of the resource.
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

/// The paths of a program that signs users in.
pub struct SignIn {
    /// The redirect URI.
    pub callback: &'static str,
    /// Begins the sign-in; a form that the page shows is sent.
    pub login: &'static str,
    /// Shows who is signed in.
    pub home: &'static str,
    /// Ends the session of the program; a form that the page shows is sent.
    pub logout: &'static str,
    /// The address after RP-initiated logout. `None` if the program signs out at itself alone.
    pub after_logout: Option<&'static str>,
    /// Whether the home page shows the groups of the user too.
    pub shows_groups: bool,
}
