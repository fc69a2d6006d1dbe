//! Discovery documents (OIDC Discovery §3). What a sign-in uses is checked; another member cannot make
//! a provider unusable, whatever its type.

use doorward_domain::model::{ProviderCause, Unaccepted};
use doorward_protocol::foreign_json;
use openidconnect::IssuerUrl;
use serde_json::Value;
use url::Url;

use crate::outgoing::check_address;

/// The path of the discovery document below the issuer (OIDC Discovery §4).
const DISCOVERY: &str = ".well-known/openid-configuration";

/// Returns the URL of the discovery document of an issuer.
pub(super) fn discovery_url(issuer: &str) -> Option<Url> {
    IssuerUrl::new(issuer.to_owned()).ok()?.join(DISCOVERY).ok()
}

/// The members that Doorward uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Discovered {
    pub issuer: Option<String>,
    pub authorization_endpoint: Option<String>,
    pub token_endpoint: Option<String>,
    pub jwks_uri: Option<String>,
    pub userinfo_endpoint: Option<String>,
    pub response_types_supported: Option<Vec<String>>,
    pub code_challenge_methods_supported: Option<Vec<String>>,
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    pub token_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// RFC 9126 §5.
    pub pushed_authorization_request_endpoint: Option<String>,
    pub require_pushed_authorization_requests: bool,
    /// RFC 9449 §5.1.
    pub dpop_signing_alg_values_supported: Option<Vec<String>>,
    /// RFC 9207 §3.
    pub authorization_response_iss_parameter_supported: bool,
}

/// The URLs that a sign-in requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DiscoveredUrls {
    pub authorization: String,
    pub token: String,
    pub keys: String,
    pub userinfo: Option<String>,
    pub pushed_requests: Option<String>,
}

impl Discovered {
    /// Reads a document; returns `None` if it is no JSON object.
    pub(super) fn read(document: &[u8]) -> Option<Self> {
        let members = foreign_json::object(document)?;
        let text = |name| foreign_json::text(&members, name).map(str::to_owned);
        let texts = |name| {
            let texts = foreign_json::texts(members.get(name))?;
            Some(texts.into_iter().map(str::to_owned).collect())
        };
        let flag = |name| foreign_json::is_true(members.get::<str>(name));
        Some(Self {
            // Compared byte by byte.
            issuer: members
                .get("issuer")
                .and_then(Value::as_str)
                .map(str::to_owned),
            authorization_endpoint: text("authorization_endpoint"),
            token_endpoint: text("token_endpoint"),
            jwks_uri: text("jwks_uri"),
            userinfo_endpoint: text("userinfo_endpoint"),
            response_types_supported: texts("response_types_supported"),
            code_challenge_methods_supported: texts("code_challenge_methods_supported"),
            token_endpoint_auth_methods_supported: texts("token_endpoint_auth_methods_supported"),
            token_endpoint_auth_signing_alg_values_supported: texts(
                "token_endpoint_auth_signing_alg_values_supported",
            ),
            pushed_authorization_request_endpoint: text("pushed_authorization_request_endpoint"),
            require_pushed_authorization_requests: flag("require_pushed_authorization_requests"),
            dpop_signing_alg_values_supported: texts("dpop_signing_alg_values_supported"),
            authorization_response_iss_parameter_supported: flag(
                "authorization_response_iss_parameter_supported",
            ),
        })
    }

    /// Returns the URLs of a document whose issuer is the configured one (OIDC Discovery §4.3).
    pub(super) fn urls(&self, issuer: &str) -> Result<DiscoveredUrls, Unaccepted> {
        let wrong = |detail: String| Unaccepted::new(ProviderCause::Settings, detail);
        if self.issuer.as_deref() != Some(issuer) {
            let found = self.issuer.as_deref().unwrap_or("missing");
            let detail = format!("the issuer of the metadata is {found}, configured is {issuer}");
            return Err(wrong(detail));
        }
        let url = |name: &str, text: &Option<String>| {
            let text = text.as_deref();
            let text = text.ok_or_else(|| wrong(format!("the metadata have no {name}")))?;
            let problem = |problem| wrong(format!("{name} of the metadata: {problem}"));
            check_address(text).map_err(problem)?;
            Ok(text.to_owned())
        };
        let usable = |text: &Option<String>| {
            let text = text.as_ref();
            text.filter(|text| check_address(text).is_ok()).cloned()
        };
        Ok(DiscoveredUrls {
            // The browser is sent there, so only web URLs are accepted.
            authorization: url("authorization_endpoint", &self.authorization_endpoint)?,
            token: url("token_endpoint", &self.token_endpoint)?,
            keys: url("jwks_uri", &self.jwks_uri)?,
            userinfo: usable(&self.userinfo_endpoint),
            pushed_requests: usable(&self.pushed_authorization_request_endpoint),
        })
    }

    /// Returns true if the client secret is sent in the `Authorization` header (RFC 6749 §2.3.1), the
    /// default (OIDC Discovery §3).
    pub(super) fn takes_basic(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_ref();
        let methods = methods.filter(|methods| !methods.is_empty());
        methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"))
    }
}

#[cfg(test)]
mod tests;
