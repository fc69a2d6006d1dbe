//! The authorization request and response (RFC 6749 §4.1, OIDC Core §3.1.2).
//!
//! A request is read in two phases. Until the client and its redirect URI are known, an error is
//! shown as a page ([`client_id`], [`redirect_uri`]). After that it is returned to the client
//! ([`response_target`], [`AuthorizationRequest::parse`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use url::Url;

use crate::authorization_details::AuthorizationDetails;
use crate::error::{ErrorCode, OAuthError};
use crate::foreign_request::ForeignRequest;
use crate::params::Params;
use crate::pkce::CodeChallenge;
use crate::prompt::PromptSet;
use crate::scope::Scope;
use crate::strict_json;

/// The maximum length of `nonce` or `login_hint`, in bytes.
pub const MAX_VALUE_BYTES: usize = 2048;
/// The maximum length of `state`, in bytes. Clients store data in it.
pub const MAX_STATE_BYTES: usize = 16 * 1024;
/// The maximum length of an `id_token_hint`, in bytes.
pub const MAX_JWT_BYTES: usize = 16 * 1024;
/// The maximum length of a `client_id`, in bytes.
pub const MAX_CLIENT_ID_BYTES: usize = 256;
/// The maximum number of resources in one request.
pub const MAX_RESOURCES: usize = 10;
/// The maximum length of an `organization`, in bytes: a slug is a domain label.
const MAX_ORGANIZATION_BYTES: usize = 63;
/// The maximum length of an entry of `ui_locales`, in bytes (RFC 5646 §4.4.1).
const MAX_LOCALE_BYTES: usize = 35;
/// The maximum number of entries of `acr_values`, and of those of `ui_locales` that are used.
const MAX_LIST_VALUES: usize = 20;

crate::words! {
    /// The response mode: how the response reaches the client (OAuth 2.0 Multiple Response Types §2.1,
    /// Form Post §2). Discovery lists all.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ResponseMode {
        /// In the query of the redirect URI; the default for `response_type=code`.
        #[default]
        Query = "query",
        /// In a form that the browser posts to the redirect URI.
        FormPost = "form_post",
        /// Like [`Self::Query`], with one signed parameter (JARM §2.3.1). Also meant by `jwt` (§2.3.4),
        /// because it is the default for `response_type=code`.
        QueryJwt = "query.jwt" | "jwt",
        /// In the fragment of the redirect URI, with one signed parameter (JARM §2.3.2).
        FragmentJwt = "fragment.jwt",
        /// Like [`Self::FormPost`], with one signed parameter (JARM §2.3.3).
        FormPostJwt = "form_post.jwt",
    }
}

impl ResponseMode {
    /// The short name of the signed default mode (JARM §2.3.4).
    pub const SHORTCUT: &str = "jwt";

    /// Returns true if the response is one signed parameter (JARM).
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt)
    }

    /// Returns the unsigned mode that a client must be registered for. The fragment is allowed for
    /// signed responses, for every client that may use the query.
    #[must_use]
    pub const fn plain(self) -> Self {
        match self {
            Self::Query | Self::QueryJwt | Self::FragmentJwt => Self::Query,
            Self::FormPost | Self::FormPostJwt => Self::FormPost,
        }
    }

    /// Returns the signed form of this mode.
    #[must_use]
    pub const fn signed(self) -> Self {
        match self {
            Self::Query => Self::QueryJwt,
            Self::FormPost => Self::FormPostJwt,
            signed => signed,
        }
    }
}

/// A valid authorization request, as stored in the interaction.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The requesting client.
    pub client_id: String,
    /// The redirect URI; already matched against the client's registration.
    pub redirect_uri: String,
    /// True if the request named the redirect URI: then the token request must name it too (RFC
    /// 6749 §4.1.3).
    pub redirect_uri_given: bool,
    /// The response mode.
    pub response_mode: ResponseMode,
    /// The requested scope; empty if absent.
    #[serde(default)]
    pub scope: Scope,
    /// Echoed to the client.
    #[serde(default)]
    pub state: Option<String>,
    /// Copied into the ID token.
    #[serde(default)]
    pub nonce: Option<String>,
    /// The pages that must, or must not, be shown.
    #[serde(default)]
    pub prompt: PromptSet,
    /// The maximum age of the authentication, in seconds.
    #[serde(default)]
    pub max_age: Option<u64>,
    /// The login identifier of the expected user.
    #[serde(default)]
    pub login_hint: Option<String>,
    /// An earlier ID token of the expected user; not verified here.
    #[serde(default)]
    pub id_token_hint: Option<String>,
    /// Preferred languages, best first (BCP 47).
    #[serde(default)]
    pub ui_locales: Vec<String>,
    /// Requested authentication context classes, best first.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Individually requested claims.
    #[serde(default)]
    pub claims: ClaimsRequest,
    /// Requested resources (RFC 8707).
    #[serde(default)]
    pub resource: Vec<String>,
    /// The slug of the organization that the user is to act in. A parameter of Doorward.
    #[serde(default)]
    pub organization: Option<String>,
    /// The requested authorization details (RFC 9396 §2).
    #[serde(default, skip_serializing_if = "AuthorizationDetails::is_empty")]
    pub authorization_details: AuthorizationDetails,
    /// The PKCE challenge.
    #[serde(default)]
    pub code_challenge: Option<CodeChallenge>,
    /// The thumbprint of the DPoP key that the token request must prove (RFC 9449 §10).
    #[serde(default)]
    pub dpop_jkt: Option<String>,
    /// The former issuer of this server whose metadata the client read. It is no parameter of the
    /// client: the host of the request names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_issuer: Option<String>,
    /// The request of another protocol, which began the sign-in. No parameter sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignRequest>,
}

/// The `claims` parameter (OIDC Core §5.5).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// Claims requested from the userinfo endpoint.
    #[serde(
        default,
        deserialize_with = "claim_specs",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub userinfo: BTreeMap<String, ClaimSpec>,
    /// Claims requested in the ID token.
    #[serde(
        default,
        deserialize_with = "claim_specs",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub id_token: BTreeMap<String, ClaimSpec>,
}

crate::sparse! {
    /// The request of one claim (OIDC Core §5.5.1).
    #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
    pub struct ClaimSpec {
        sparse {
            /// True if the client cannot work properly without it.
            pub essential: bool,
            /// The requested value.
            pub value: Option<Value>,
            /// Acceptable values, best first.
            pub values: Vec<Value>,
        }
    }
}

/// Reads the requests of claims, of which `null` is the default (OIDC Core §5.5.1).
fn claim_specs<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, ClaimSpec>, D::Error> {
    let specs = BTreeMap::<String, Option<ClaimSpec>>::deserialize(deserializer)?;
    let specs = specs.into_iter();
    Ok(specs
        .map(|(claim, spec)| (claim, spec.unwrap_or_default()))
        .collect())
}

impl ClaimsRequest {
    /// Parses the JSON of the `claims` parameter. Ignores members other than `userinfo` and
    /// `id_token` (OIDC Core §5.5).
    ///
    /// # Errors
    /// Returns `invalid_request` for anything malformed.
    pub fn parse(json: &str) -> Result<Self, OAuthError> {
        let refuse = || OAuthError::invalid_request("'claims' is not a valid claims request");
        let object = strict_json::parse_object(json.as_bytes()).map_err(|_| refuse())?;
        // serde would also accept an array, as the members of an object in their order.
        let named = ["userinfo", "id_token"]
            .into_iter()
            .filter_map(|name| object.get(name));
        let object_or_null = |spec: &Value| spec.is_object() || spec.is_null();
        for claims in named {
            if !claims
                .as_object()
                .is_some_and(|claims| claims.values().all(object_or_null))
            {
                return Err(refuse());
            }
        }
        serde_json::from_value(Value::Object(object)).map_err(|_| refuse())
    }

    /// Returns true if no claim is requested.
    pub fn is_empty(&self) -> bool {
        self.userinfo.is_empty() && self.id_token.is_empty()
    }
}

/// Reads the client id (phase 1). An error is shown as a page, never as a redirect (RFC 6749
/// §4.1.2.1).
///
/// # Errors
/// Returns `invalid_request` if it is missing, repeated or too long.
pub fn client_id(params: &Params) -> Result<&str, OAuthError> {
    let id = params.required("client_id")?;
    if id.len() > MAX_CLIENT_ID_BYTES {
        return Err(OAuthError::invalid_request("'client_id' is too long"));
    }
    Ok(id)
}

/// Reads the redirect URI as presented (phase 1). An error is shown as a page, never as a redirect.
///
/// # Errors
/// Returns `invalid_request` if it is repeated or too long.
pub fn redirect_uri(params: &Params) -> Result<Option<&str>, OAuthError> {
    let uri = params.optional("redirect_uri")?;
    if uri.is_some_and(|uri| uri.len() > crate::redirect_uri::MAX_BYTES) {
        return Err(OAuthError::invalid_request("'redirect_uri' is too long"));
    }
    Ok(uri)
}

/// The data to return a phase 2 error to the client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResponseTarget {
    /// The requested mode, or [`ResponseMode::Query`] if that one is not supported.
    pub response_mode: ResponseMode,
    /// The state to echo, if there is exactly one. Also one that is too long for a request (RFC 6749
    /// §4.1.2.1).
    pub state: Option<String>,
}

/// Reads the data to return a phase 2 error. Never fails: ignores invalid values.
pub fn response_target(params: &Params) -> ResponseTarget {
    let single = |name| params.optional(name).ok().flatten();
    ResponseTarget {
        response_mode: single("response_mode")
            .and_then(ResponseMode::parse)
            .unwrap_or_default(),
        state: single("state").map(str::to_owned),
    }
}

impl AuthorizationRequest {
    /// Reads the remaining parameters (phase 2), for a matched redirect URI. Ignores unknown
    /// parameters (RFC 6749 §3.1).
    ///
    /// # Errors
    /// Returns the error of the first invalid parameter. Any repeated parameter except `resource`
    /// is `invalid_request`.
    pub fn parse(params: &Params, redirect_uri: String) -> Result<Self, OAuthError> {
        params.reject_duplicates(&["resource"])?;
        refuse_unsupported(params)?;
        Ok(Self {
            client_id: client_id(params)?.to_owned(),
            redirect_uri,
            redirect_uri_given: params.optional("redirect_uri")?.is_some(),
            response_mode: response_mode(params)?,
            scope: Scope::parse(params.optional("scope")?.unwrap_or_default())?,
            state: bounded(params, "state", MAX_STATE_BYTES)?,
            nonce: bounded(params, "nonce", MAX_VALUE_BYTES)?,
            prompt: PromptSet::parse(params.optional("prompt")?.unwrap_or_default())?,
            max_age: max_age(params)?,
            login_hint: bounded(params, "login_hint", MAX_VALUE_BYTES)?,
            id_token_hint: bounded(params, "id_token_hint", MAX_JWT_BYTES)?,
            ui_locales: ui_locales(params)?,
            acr_values: acr_values(params)?,
            claims: match params.optional("claims")? {
                Some(json) => ClaimsRequest::parse(json)?,
                None => ClaimsRequest::default(),
            },
            resource: resources(params)?,
            organization: organization(params)?,
            authorization_details: AuthorizationDetails::from_params(params)?.unwrap_or_default(),
            code_challenge: CodeChallenge::parse(
                params.raw("code_challenge")?,
                params.raw("code_challenge_method")?,
            )?,
            dpop_jkt: dpop_jkt(params)?,
            former_issuer: None,
            foreign: None,
        })
    }
}

fn refuse_unsupported(params: &Params) -> Result<(), OAuthError> {
    for (name, code) in [
        ("request", ErrorCode::RequestNotSupported),
        ("request_uri", ErrorCode::RequestUriNotSupported),
        ("registration", ErrorCode::RegistrationNotSupported),
    ] {
        if params.optional(name)?.is_some() {
            return Err(OAuthError::new(code, format!("'{name}' is not supported")));
        }
    }
    // RFC 9700 §2.1.2: no implicit and no hybrid response types.
    if params.required("response_type")? == "code" {
        return Ok(());
    }
    Err(OAuthError::new(
        ErrorCode::UnsupportedResponseType,
        "only 'response_type=code' is supported",
    ))
}

fn response_mode(params: &Params) -> Result<ResponseMode, OAuthError> {
    match params.optional("response_mode")? {
        None => Ok(ResponseMode::default()),
        Some(text) => ResponseMode::parse(text)
            .ok_or_else(|| OAuthError::invalid_request("'response_mode' is not supported")),
    }
}

fn bounded(params: &Params, name: &str, max: usize) -> Result<Option<String>, OAuthError> {
    match params.optional(name)? {
        Some(value) if value.len() > max => {
            Err(OAuthError::invalid_request(format!("'{name}' is too long")))
        }
        value => Ok(value.map(str::to_owned)),
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(' ').filter(|word| !word.is_empty());
    words.map(str::to_owned)
}

/// Reads the first `ui_locales`. Locales that are not supported are no error (OIDC Core §3.1.2.1),
/// and neither are more than are used.
fn ui_locales(params: &Params) -> Result<Vec<String>, OAuthError> {
    let text = params.optional("ui_locales")?.unwrap_or_default();
    let usable = words(text).filter(|tag| tag.len() <= MAX_LOCALE_BYTES);
    Ok(usable.take(MAX_LIST_VALUES).collect())
}

fn acr_values(params: &Params) -> Result<Vec<String>, OAuthError> {
    let text = bounded(params, "acr_values", MAX_VALUE_BYTES)?.unwrap_or_default();
    let values: Vec<String> = words(&text).collect();
    if values.len() > MAX_LIST_VALUES {
        return Err(OAuthError::invalid_request(
            "'acr_values' has too many values",
        ));
    }
    Ok(values)
}

/// Reads `max_age`: a number of seconds in plain digits that fits a signed 64-bit time.
fn max_age(params: &Params) -> Result<Option<u64>, OAuthError> {
    let Some(text) = params.optional("max_age")? else {
        return Ok(None);
    };
    text.parse::<u64>()
        .ok()
        .filter(|age| text.bytes().all(|b| b.is_ascii_digit()) && i64::try_from(*age).is_ok())
        .map(Some)
        .ok_or_else(|| OAuthError::invalid_request("'max_age' is not a number of seconds"))
}

/// Reads the `dpop_jkt` parameter (RFC 9449 §10): a SHA-256 in base64url, which has 43 characters.
///
/// # Errors
/// Returns `invalid_request` if it is repeated or not a thumbprint.
pub fn dpop_jkt(params: &Params) -> Result<Option<String>, OAuthError> {
    let Some(jkt) = params.optional("dpop_jkt")? else {
        return Ok(None);
    };
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if jkt.len() != 43 || !jkt.bytes().all(is_base64url) {
        return Err(OAuthError::invalid_request(
            "'dpop_jkt' is not a SHA-256 thumbprint",
        ));
    }
    Ok(Some(jkt.to_owned()))
}

/// Reads the `organization` parameter: one slug. An empty value counts as absent (RFC 6749 §3.1).
///
/// # Errors
/// Returns `invalid_request` if it is repeated or too long.
pub fn organization(params: &Params) -> Result<Option<String>, OAuthError> {
    bounded(params, "organization", MAX_ORGANIZATION_BYTES)
}

/// Reads the `resource` parameters: absolute URIs without a fragment (RFC 8707 §2). Drops
/// duplicates.
///
/// # Errors
/// Returns `invalid_target` for a malformed URI or too many of them.
pub fn resources(params: &Params) -> Result<Vec<String>, OAuthError> {
    let mut resources: Vec<String> = Vec::new();
    for uri in params.all("resource") {
        let plain = uri.len() <= MAX_VALUE_BYTES && uri.bytes().all(|b| b.is_ascii_graphic());
        if !plain || uri.contains('#') || Url::parse(uri).is_err() {
            return Err(OAuthError::new(
                ErrorCode::InvalidTarget,
                "'resource' must be an absolute URI without a fragment",
            ));
        }
        if !resources.iter().any(|known| known == uri) {
            resources.push(uri.to_owned());
        }
    }
    if resources.len() > MAX_RESOURCES {
        return Err(OAuthError::new(
            ErrorCode::InvalidTarget,
            "too many resources",
        ));
    }
    Ok(resources)
}

/// Returns the value of `known` that identifies this resource: the same text, or one that differs only in
/// an empty path, which equals `/` (RFC 3986 §6.2.3). Clients write `https://api.example/` for a resource
/// `https://api.example`, because the URL type of their language does.
pub fn find_resource<'a>(
    resource: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let equal = |other: &&str| without_empty_path(other) == without_empty_path(resource);
    let mut exact = known.clone();
    let exact = exact.find(|other| *other == resource);
    exact.or_else(|| known.into_iter().find(equal))
}

/// Splits a URI before and after its path if that is `/`.
fn without_empty_path(uri: &str) -> (&str, &str) {
    let authority = uri.find("://").map(|scheme| scheme + 3);
    let path = authority.and_then(|start| Some(start + uri[start..].find(['/', '?'])?));
    match path.map(|at| uri.split_at(at)) {
        Some((start, "/")) => (start, ""),
        Some((start, rest)) => (start, rest.strip_prefix("/?").map_or(rest, |_| &rest[1..])),
        None => (uri, ""),
    }
}

/// Builds the parameters of a successful response (RFC 6749 §4.1.2, `iss` of RFC 9207).
pub fn success_pairs(code: &str, state: Option<&str>, iss: &str) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("code", code.to_owned())];
    finish_pairs(&mut pairs, state, iss);
    pairs
}

/// Builds the parameters of an error response (RFC 6749 §4.1.2.1, `iss` of RFC 9207).
pub fn error_pairs(
    error: &OAuthError,
    state: Option<&str>,
    iss: &str,
) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("error", error.code.as_str().to_owned())];
    if !error.description.is_empty() {
        pairs.push(("error_description", error.description.clone().into_owned()));
    }
    finish_pairs(&mut pairs, state, iss);
    pairs
}

fn finish_pairs(pairs: &mut Vec<(&'static str, String)>, state: Option<&str>, iss: &str) {
    if let Some(state) = state {
        pairs.push(("state", state.to_owned()));
    }
    pairs.push(("iss", iss.to_owned()));
}

#[cfg(test)]
mod tests;
