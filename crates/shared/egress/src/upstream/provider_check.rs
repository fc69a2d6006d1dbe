//! Checks of a provider's configuration: whether the provider's responses fit it.

use std::fmt;

use doorward_domain::boxed;
use doorward_domain::model::{OauthEndpoints, Provider, ProviderClientAuth, ProviderSettings};
use doorward_rules::url_source::{SourcedUrl, UrlSource};
use openidconnect::HttpResponse;
use openidconnect::http::Request;
use openidconnect::http::header::ACCEPT;

use super::discovery::{Discovered, discovery_url};
use super::metadata_cache::discover;
use super::transport::MAX_BYTES;
use crate::outgoing::{EgressClient, EgressError, check_address};

/// Maximum length of a text of the provider in a finding, in characters.
const MAX_TEXT: usize = 200;

/// A property that a sign-in with a provider requires.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckedProperty {
    /// A response of the provider; with OpenID Connect, the discovery document.
    Answer,
    /// The configured issuer in the discovery document, byte by byte.
    Issuer,
    Endpoints,
    /// Support of the response type `code`.
    ResponseType,
    /// Support of PKCE with `S256`.
    Pkce,
    /// Support of the settings `client_auth`, `pushed_requests` and `dpop`, if they are used.
    ClientAuth,
    PushedRequests,
    Dpop,
    Keys,
}

impl CheckedProperty {
    /// Returns the word for the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Issuer => "issuer",
            Self::Endpoints => "endpoints",
            Self::ResponseType => "response_type",
            Self::Pkce => "pkce",
            Self::ClientAuth => "client_auth",
            Self::PushedRequests => "pushed_requests",
            Self::Dpop => "dpop",
            Self::Keys => "keys",
        }
    }

    const fn with(self, finding: Finding) -> ProviderCheck {
        ProviderCheck {
            property: self,
            finding,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    Passed,
    /// Not announced by the provider, which may support it nevertheless.
    NotAnnounced,
    /// An address that this server may not request.
    NotAllowed,
    Unreachable,
    Status(u16),
    Unreadable,
    /// Another value than required.
    Differs(String),
    /// A missing or unusable value of this member.
    Invalid(&'static str),
}

impl Finding {
    /// Returns the state for the API: `passed`, `unknown` or `failed`.
    pub const fn state(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotAnnounced => "unknown",
            _ => "failed",
        }
    }

    fn differs(received: &str) -> Self {
        Self::Differs(received.chars().take(MAX_TEXT).collect())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("as required"),
            Self::NotAnnounced => f.write_str("the provider does not announce it"),
            Self::NotAllowed => f.write_str("this server may not request the address"),
            Self::Unreachable => f.write_str("the provider does not respond"),
            Self::Status(status) => write!(f, "the provider responds with status {status}"),
            Self::Unreadable => f.write_str("the response cannot be read"),
            Self::Differs(received) => write!(f, "the provider has {received}"),
            Self::Invalid(name) => write!(f, "{name} is missing or not an https URL"),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderCheck {
    pub property: CheckedProperty,
    pub finding: Finding,
}

impl ProviderCheck {
    /// Returns true if a sign-in with the provider cannot work.
    pub fn is_failed(&self) -> bool {
        !matches!(self.finding, Finding::Passed | Finding::NotAnnounced)
    }
}

/// Checks a provider with new requests, without the cache. Sends no secret.
#[boxed]
pub async fn check_provider(http: &EgressClient, provider: &Provider) -> Vec<ProviderCheck> {
    if let Some(endpoints) = &provider.settings.endpoints {
        let finding = request_endpoints(http, provider, endpoints).await;
        return vec![CheckedProperty::Answer.with(finding)];
    }
    let source = SourcedUrl::of_provider(provider, &provider.issuer).source();
    let mut checks = match fetch(http, &provider.issuer, source).await {
        Ok(document) => {
            let mut checks = examine(&document, &provider.issuer);
            checks.extend(examine_settings(&document, &provider.settings));
            checks
        }
        Err(finding) => vec![CheckedProperty::Answer.with(finding)],
    };
    // A sign-in reads no keys of a provider whose document it rejects.
    if !checks.iter().any(ProviderCheck::is_failed) {
        checks.push(CheckedProperty::Keys.with(read_keys(http, provider).await));
    }
    checks
}

/// Fetches the discovery document of the configured issuer with a new request, and checks it.
#[boxed]
pub async fn check_issuer(http: &EgressClient, issuer: &str) -> Vec<ProviderCheck> {
    match fetch(http, issuer, UrlSource::Operator).await {
        Ok(document) => examine(&document, issuer),
        Err(finding) => vec![CheckedProperty::Answer.with(finding)],
    }
}

/// Requests the endpoints of a provider without OpenID Connect. Their status is of no concern:
/// without parameters, they reject the request.
async fn request_endpoints(
    http: &EgressClient,
    provider: &Provider,
    endpoints: &OauthEndpoints,
) -> Finding {
    let addresses = [
        &endpoints.authorization,
        &endpoints.token,
        &endpoints.userinfo,
    ];
    for address in addresses.into_iter().chain(&endpoints.emails) {
        let source = SourcedUrl::of_provider(provider, address).source();
        match get(http, address, source).await {
            Ok(response) if response.status().is_server_error() => {
                return Finding::Status(response.status().as_u16());
            }
            Ok(_) | Err(Finding::Unreadable) => {}
            Err(finding) => return finding,
        }
    }
    Finding::Passed
}

async fn fetch(
    http: &EgressClient,
    issuer: &str,
    source: UrlSource,
) -> Result<Discovered, Finding> {
    let url = discovery_url(issuer).ok_or(Finding::NotAllowed)?;
    let response = get(http, url.as_str(), source).await?;
    if response.status().as_u16() != 200 {
        return Err(Finding::Status(response.status().as_u16()));
    }
    Discovered::read(response.body()).ok_or(Finding::Unreadable)
}

async fn get(http: &EgressClient, url: &str, source: UrlSource) -> Result<HttpResponse, Finding> {
    let request = Request::get(url).header(ACCEPT, "application/json");
    let request = request.body(Vec::new()).map_err(|_| Finding::NotAllowed)?;
    let response = http.exchange(request, source, MAX_BYTES);
    response.await.map_err(|error| {
        tracing::warn!(%error, "testing an issuer failed");
        match error {
            EgressError::Address(_) => Finding::NotAllowed,
            EgressError::Unreachable(_) => Finding::Unreachable,
            EgressError::Status(status) => Finding::Status(status),
            EgressError::TooLarge | EgressError::MediaType => Finding::Unreadable,
        }
    })
}

fn contains(values: Option<&Vec<String>>, wanted: &str, absent: Finding) -> Finding {
    match values {
        Some(values) if values.iter().any(|value| value == wanted) => Finding::Passed,
        Some(values) => Finding::differs(&values.join(", ")),
        None => absent,
    }
}

/// Checks that the provider supports the settings that not every provider supports.
fn examine_settings(document: &Discovered, settings: &ProviderSettings) -> Vec<ProviderCheck> {
    let mut checks = Vec::new();
    if settings.client_auth == ProviderClientAuth::PrivateKeyJwt {
        // OIDC Discovery §3: client_secret_basic is the default.
        let methods = document.token_endpoint_auth_methods_supported.as_ref();
        let absent = Finding::differs("client_secret_basic");
        let finding = contains(methods, settings.client_auth.as_str(), absent);
        checks.push(CheckedProperty::ClientAuth.with(finding));
    }
    if settings.pushed_requests || document.require_pushed_authorization_requests {
        let address = document.pushed_authorization_request_endpoint.as_ref();
        let finding = match address {
            Some(address) if check_address(address).is_ok() => Finding::Passed,
            _ => Finding::Invalid("pushed_authorization_request_endpoint"),
        };
        checks.push(CheckedProperty::PushedRequests.with(finding));
    }
    if settings.dpop {
        let algorithms = document.dpop_signing_alg_values_supported.as_ref();
        let finding = contains(algorithms, "ES256", Finding::NotAnnounced);
        checks.push(CheckedProperty::Dpop.with(finding));
    }
    checks
}

/// Compares a discovery document with the issuer and with what this server sends.
fn examine(document: &Discovered, issuer: &str) -> Vec<ProviderCheck> {
    let issuer = match document.issuer.as_deref() {
        Some(found) if found == issuer => Finding::Passed,
        Some(found) => Finding::differs(found),
        None => Finding::Invalid("issuer"),
    };
    let response_type = contains(
        document.response_types_supported.as_ref(),
        "code",
        Finding::Invalid("response_types_supported"),
    );
    let pkce = contains(
        document.code_challenge_methods_supported.as_ref(),
        "S256",
        Finding::NotAnnounced,
    );
    vec![
        CheckedProperty::Answer.with(Finding::Passed),
        CheckedProperty::Issuer.with(issuer),
        CheckedProperty::Endpoints.with(examine_endpoints(document)),
        CheckedProperty::ResponseType.with(response_type),
        CheckedProperty::Pkce.with(pkce),
    ]
}

fn examine_endpoints(document: &Discovered) -> Finding {
    let is_usable = |address: &String| check_address(address).is_ok();
    for (name, address) in [
        ("authorization_endpoint", &document.authorization_endpoint),
        ("token_endpoint", &document.token_endpoint),
        ("jwks_uri", &document.jwks_uri),
    ] {
        if !address.as_ref().is_some_and(is_usable) {
            return Finding::Invalid(name);
        }
    }
    match &document.userinfo_endpoint {
        Some(address) if !is_usable(address) => Finding::Invalid("userinfo_endpoint"),
        _ => Finding::Passed,
    }
}

/// Reads document and keys as a sign-in does.
async fn read_keys(http: &EgressClient, provider: &Provider) -> Finding {
    match discover(http, provider).await {
        Ok(endpoints) if !endpoints.keys.is_empty() => Finding::Passed,
        Ok(_) => Finding::Unreadable,
        Err(error) => {
            tracing::warn!(provider = %provider.id, %error, "testing an identity provider failed");
            Finding::Unreadable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://login.acme.example";

    fn document() -> Discovered {
        let at = |path: &str| Some(format!("{ISSUER}{path}"));
        Discovered {
            issuer: at(""),
            authorization_endpoint: at("/authorize"),
            token_endpoint: at("/token"),
            jwks_uri: at("/jwks"),
            userinfo_endpoint: None,
            response_types_supported: Some(vec!["code".to_owned(), "id_token".to_owned()]),
            code_challenge_methods_supported: Some(vec!["S256".to_owned()]),
            ..Discovered::default()
        }
    }

    /// Returns the findings other than [`Finding::Passed`] after a change of the document.
    fn found(change: fn(&mut Discovered)) -> Vec<(CheckedProperty, Finding)> {
        let mut document = document();
        change(&mut document);
        let checks = examine(&document, ISSUER).into_iter();
        let checks = checks.filter(|check| check.finding != Finding::Passed);
        checks
            .map(|check| (check.property, check.finding))
            .collect()
    }

    #[test]
    fn document_is_compared_with_configuration() {
        use CheckedProperty::{Endpoints, Issuer, Pkce, ResponseType};
        assert!(found(|_| {}).is_empty());
        let slash = Finding::Differs(format!("{ISSUER}/"));
        assert_eq!(
            found(|it| it.issuer = Some(format!("{ISSUER}/"))),
            [(Issuer, slash)]
        );
        assert_eq!(
            found(|it| it.issuer = None),
            [(Issuer, Finding::Invalid("issuer"))]
        );
        let plain = Some("http://login.acme.example/x".to_owned());
        let invalid = |name| [(Endpoints, Finding::Invalid(name))];
        let token = found(|it| it.token_endpoint = Some("ftp://acme.example".to_owned()));
        assert_eq!(token, invalid("token_endpoint"));
        assert_eq!(found(|it| it.jwks_uri = None), invalid("jwks_uri"));
        let mut changed = document();
        changed.userinfo_endpoint = plain;
        assert_eq!(
            examine_endpoints(&changed),
            Finding::Invalid("userinfo_endpoint")
        );
        let implicit = Finding::Differs("id_token".to_owned());
        assert_eq!(
            found(|it| it.response_types_supported = Some(vec!["id_token".to_owned()])),
            [(ResponseType, implicit)]
        );
        assert_eq!(
            found(|it| it.code_challenge_methods_supported = Some(vec!["plain".to_owned()])),
            [(Pkce, Finding::Differs("plain".to_owned()))]
        );
    }

    #[test]
    fn support_that_is_not_announced_does_not_fail() {
        let checks = found(|it| it.code_challenge_methods_supported = None);
        assert_eq!(checks, [(CheckedProperty::Pkce, Finding::NotAnnounced)]);
        assert!(
            !CheckedProperty::Pkce
                .with(Finding::NotAnnounced)
                .is_failed()
        );
        assert!(
            CheckedProperty::Issuer
                .with(Finding::Unreadable)
                .is_failed()
        );
    }

    #[test]
    fn document_is_compared_with_settings() {
        use CheckedProperty::{ClientAuth, Dpop, PushedRequests};
        let plain = ProviderSettings::default();
        assert!(examine_settings(&document(), &plain).is_empty());
        let settings = ProviderSettings {
            client_auth: ProviderClientAuth::PrivateKeyJwt,
            pushed_requests: true,
            dpop: true,
            ..plain.clone()
        };
        let none = [
            ClientAuth.with(Finding::Differs("client_secret_basic".to_owned())),
            PushedRequests.with(Finding::Invalid("pushed_authorization_request_endpoint")),
            Dpop.with(Finding::NotAnnounced),
        ];
        assert_eq!(examine_settings(&document(), &settings), none);
        let words = |list: &[&str]| Some(list.iter().map(|word| (*word).to_owned()).collect());
        let all = Discovered {
            token_endpoint_auth_methods_supported: words(&["private_key_jwt"]),
            pushed_authorization_request_endpoint: Some(format!("{ISSUER}/par")),
            require_pushed_authorization_requests: true,
            dpop_signing_alg_values_supported: words(&["RS256", "ES256"]),
            ..document()
        };
        let passed = [ClientAuth, PushedRequests, Dpop].map(|it| it.with(Finding::Passed));
        assert_eq!(examine_settings(&all, &settings), passed);
        // Without the setting, a provider that requires pushed requests gets them.
        assert_eq!(
            examine_settings(&all, &plain),
            [PushedRequests.with(Finding::Passed)]
        );
        let other = Discovered {
            token_endpoint_auth_methods_supported: words(&["client_secret_post"]),
            dpop_signing_alg_values_supported: words(&["RS256"]),
            ..all
        };
        let failed = examine_settings(&other, &settings);
        let failed: Vec<_> = failed.iter().map(ProviderCheck::is_failed).collect();
        assert_eq!(failed, [true, false, true]);
    }

    #[test]
    fn text_of_provider_is_cut() {
        let Finding::Differs(text) = Finding::differs(&"x".repeat(1_000)) else {
            panic!("another finding");
        };
        assert_eq!(text.len(), MAX_TEXT);
    }
}
