//! The content of a data file.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::address::{Address, AddressError};

/// An application or framework that signs users in with Doorward, or an API that accepts its
/// tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Name on the command line: the name of the data file.
    #[serde(skip)]
    pub id: &'static str,
    pub title: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub kind: Kind,
    /// Part of the application that the configuration concerns: one sentence.
    pub about: String,
    /// Version that was run or whose documentation was read.
    pub version: String,
    pub source: String,
    /// Sentence in Markdown about what to install; required unless the operator of the application has it.
    #[serde(default)]
    pub install: Option<String>,
    /// Sentence in Markdown about how to start it after the configuration; required for a library.
    #[serde(default)]
    pub start: Option<String>,
    /// Names in `cargo xtask interop`; empty if it does not run the application.
    #[serde(default)]
    pub runs: Vec<String>,
    /// Features of the application that the suite runs in addition to the sign-in, or the suite that
    /// runs it.
    #[serde(default)]
    pub ran: Option<String>,
    /// Claims beyond `sub`, `name` and `email` that the application reads.
    #[serde(default)]
    pub expects: Vec<String>,
    pub url: Option<UrlUse>,
    pub client: Registration,
    /// The resource that is registered with the client, if the application accepts access tokens.
    #[serde(default)]
    pub resource: Option<ResourceUse>,
    /// Configuration of the application, in the order of the steps.
    pub configuration: Vec<Part>,
    /// Facts to know, each one sentence or more in Markdown. They can contain placeholders.
    #[serde(default)]
    pub notes: Vec<String>,
    #[serde(default)]
    pub troubleshooting: Vec<String>,
    /// Additional sections of the guide in Markdown.
    #[serde(default)]
    pub more: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A program that its operator installs and configures.
    Application,
    Proxy,
    /// A framework or library; its configuration is code.
    Library,
    /// A program or API that accepts tokens of Doorward.
    #[serde(rename = "resource server")]
    ResourceServer,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Proxy => "proxy",
            Self::Library => "library",
            Self::ResourceServer => "resource server",
        }
    }
}

/// The resource of an application. Text can contain placeholders.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceUse {
    /// Identifier: the audience of the access tokens (RFC 8707).
    pub identifier: String,
    /// Scopes of the resource, all of which are registered.
    pub scopes: Vec<ResourceScope>,
    /// Claims about the user that the resource asks for.
    #[serde(default)]
    pub token_claims: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceScope {
    pub name: String,
    /// Sentence for the consent page.
    pub about: String,
}

/// The use of `--url`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UrlUse {
    pub example: String,
    /// Meaning of the URL, if it is not the address in the user's browser.
    #[serde(default)]
    pub about: Option<String>,
    /// Set for installed apps, which can have a private-use scheme (RFC 8252 §7.1).
    #[serde(default)]
    pub private_scheme: bool,
    /// The sources of the parts of the redirect URI that the application sends. Required if the redirect URIs
    /// contain the URL.
    #[serde(default)]
    pub decided_by: Option<DecidedBy>,
}

/// The sources of the parts of an application's address: for each the name of a setting in the configuration,
/// or one of the words below.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecidedBy {
    pub scheme: String,
    pub port: String,
    pub path: String,
}

impl DecidedBy {
    /// The request that reaches the application, so that a proxy must forward it.
    pub const REQUEST: &str = "request";
    /// The address of the page in the browser.
    pub const BROWSER: &str = "browser";
    /// The user copies it from the application.
    pub const GIVEN: &str = "given";
    /// For a path: the application is served at the root of its host only.
    pub const NONE: &str = "none";

    pub fn is_request(&self) -> bool {
        self.scheme == Self::REQUEST
    }
}

/// The settings of the client. Text can contain placeholders.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Set for a client that cannot keep a secret.
    #[serde(default)]
    pub public: bool,
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// URL of logout tokens (OIDC Back-Channel Logout).
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// Authentication method; by default HTTP Basic and the request body for a confidential client.
    #[serde(default)]
    pub auth_method: Option<String>,
    pub pkce: Option<String>,
    /// Grant types; by default those of a new client.
    #[serde(default)]
    pub grants: Vec<String>,
    pub scopes: Vec<String>,
    /// Set to false for claims in userinfo only.
    #[serde(default)]
    pub claims_in_id_token: Option<bool>,
    /// Resources whose tokens the client can introspect.
    #[serde(default)]
    pub serves: Vec<String>,
    #[serde(default)]
    pub claims: Vec<Claim>,
}

/// A custom claim, in the shape that the application expects.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    pub claim: String,
    /// Names of the members below the claim that lead to the value.
    #[serde(default)]
    pub path: Vec<String>,
    /// Source of the value, as in the admin API: `kind` and its members.
    pub source: toml::Table,
    pub outputs: Vec<String>,
    pub about: String,
}

impl Claim {
    /// Returns the name of the claim, and those of the members below it.
    pub fn full_path(&self) -> impl Iterator<Item = &str> {
        let path = self.path.iter().map(String::as_str);
        std::iter::once(self.claim.as_str()).chain(path)
    }

    pub fn read_source<T: DeserializeOwned>(&self) -> Result<T, toml::de::Error> {
        toml::Value::Table(self.source.clone()).try_into()
    }
}

/// A part of an application's configuration. Place and text can contain placeholders.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub form: Form,
    /// Name of the file or place, such as `grafana.ini`.
    pub place: String,
    /// Language of the text in Markdown; not used for steps.
    #[serde(default)]
    pub language: String,
    pub text: String,
    /// Explanation before the text in the guide.
    #[serde(default)]
    pub about: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Environment variables, one `NAME=value` on each line.
    Environment,
    File,
    Command,
    /// Source code of the user's program, without values of the client.
    Code,
    /// Steps in the application's own pages, one on each line.
    Steps,
}

impl Form {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::File => "file",
            Self::Command => "command",
            Self::Code => "code",
            Self::Steps => "steps",
        }
    }
}

impl Application {
    /// Returns every name on the command line, the ID first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id).chain(self.aliases.iter().map(String::as_str))
    }

    pub const fn is_run(&self) -> bool {
        !self.runs.is_empty() || self.ran.is_some()
    }

    /// Reads the URL that was given for the application, if any.
    pub fn address(&self, given: Option<&str>) -> Result<Option<Address>, UrlError> {
        match (&self.url, given) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(UrlError::Superfluous(self.title.clone())),
            (Some(usage), None) => Err(UrlError::Missing {
                title: self.title.clone(),
                about: usage.about().to_owned(),
                example: usage.example.clone(),
            }),
            (Some(usage), Some(text)) => usage.read(text).map(Some).map_err(|problem| {
                let text = text.to_owned();
                UrlError::Invalid { text, problem }
            }),
        }
    }

    /// Returns the example URL of the guide.
    pub fn example(&self) -> Option<Address> {
        let usage = self.url.as_ref()?;
        usage.read(&usage.example).ok()
    }
}

impl UrlUse {
    pub fn about(&self) -> &str {
        let about = self.about.as_deref();
        about.unwrap_or("the address at which users open the application")
    }

    fn read(&self, text: &str) -> Result<Address, AddressError> {
        if self.private_scheme {
            return Address::parse_private(text);
        }
        let address = Address::parse(text)?;
        let decided_by = self.decided_by.as_ref();
        let has_no_path = decided_by.is_some_and(|by| by.path == DecidedBy::NONE);
        if has_no_path && !address.path().is_empty() {
            return Err(AddressError::Path);
        }
        Ok(address)
    }
}

/// The reason for which a URL does not fit an application.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("{title} needs a URL: {about}, for example {example}")]
    Missing {
        title: String,
        about: String,
        example: String,
    },
    #[error("{0} has no address of its own; leave out the URL")]
    Superfluous(String),
    #[error("{text}: {problem}")]
    Invalid { text: String, problem: AddressError },
}
