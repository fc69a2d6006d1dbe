//! Client metadata of dynamic registration (RFC 7591 §2, OIDC Registration §2), and the response
//! (RFC 7591 §3.2.1, RFC 7592 §3).

use serde::Serialize;
use serde_json::{Map, Value};

use crate::certificate::CertificateSubject;
use crate::ciba::{PING, POLL};
use crate::client_auth::ClientAuthMethod;
use crate::displayed_text::check_text;
use crate::error::{ErrorCode, OAuthError};
use crate::scope::Scope;
use crate::setting_url;
use crate::signing_alg::SigningAlg;
use crate::strict_json;
use crate::token::GrantType;

/// The maximum number of items of a list.
const MAX_ITEMS: usize = 50;
/// The maximum length of a single-line text, in bytes.
const LONGEST: usize = 1024;
/// The maximum length of a URL or any other text, in bytes.
const LONGEST_URI: usize = 2048;

/// The members that only a response contains; a client must not send them (RFC 7592 §2.2).
const ANSWERS_ONLY: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// The members with URLs of pages about the client. They are stored, and pages may link to them; only the
/// logo is fetched.
const PAGES: [&str; 4] = ["client_uri", "logo_uri", "tos_uri", "policy_uri"];

/// The types of applications, the default first (OIDC Registration §2 `application_type`). No rule depends on
/// it: `https` and private-use redirect URIs are open to both (RFC 8252 §7).
const APPLICATION_TYPES: [&str; 2] = ["web", "native"];

/// The metadata in a request, read but not checked against a policy. Unknown members are ignored,
/// as RFC 7591 §2 requires; known ones of a wrong type are rejected.
#[derive(Clone, PartialEq, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a member of the request"
)]
pub struct ClientMetadata {
    /// The client whose registration is replaced (RFC 7592 §2.2).
    pub client_id: Option<String>,
    /// The current secret, when a registration is replaced.
    pub client_secret: Option<String>,
    /// The redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The requested authentication method.
    pub auth_method: Option<ClientAuthMethod>,
    /// The requested grant types; none for the default.
    pub grant_types: Option<Vec<GrantType>>,
    /// The requested response types; none for the default.
    pub response_types: Option<Vec<String>>,
    /// The name for users.
    pub name: Option<String>,
    /// The names in languages, `client_name#de`, which are checked and not shown.
    pub localized_names: Vec<String>,
    /// The requested scope; none for the default.
    pub scope: Option<Scope>,
    /// The public keys, as a JWK Set document.
    pub jwks: Option<String>,
    /// The URI of the JWK Set, instead of `jwks`.
    pub jwks_uri: Option<String>,
    /// The URIs that the browser may be redirected to after sign-out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The URI that receives logout tokens.
    pub backchannel_logout_uri: Option<String>,
    /// The requirement of `sid` in logout tokens.
    pub backchannel_logout_session_required: bool,
    /// The URI that the browser loads in a frame when a session ends.
    pub frontchannel_logout_uri: Option<String>,
    /// The requirement of `iss` and `sid` in the frame's URI.
    pub frontchannel_logout_session_required: bool,
    /// The URI that receives pings; none for the delivery mode `poll` (CIBA Core §4).
    pub backchannel_client_notification_endpoint: Option<String>,
    /// The maximum age of a sign-in if the request has no `max_age`, in seconds.
    pub default_max_age: Option<u64>,
    /// The preferred `acr` values if the request names none, best first.
    pub default_acr_values: Vec<String>,
    /// The types of authorization details that it may request (RFC 9396 §10).
    pub authorization_details_types: Vec<String>,
    /// The requirement to push its requests (RFC 9126 §6).
    pub require_pushed_authorization_requests: bool,
    /// The requirement to sign its requests (RFC 9101 §10.5).
    pub require_signed_request_object: bool,
    /// The URLs of its request objects (OIDC Registration §2).
    pub request_uris: Vec<String>,
    /// The requirement to bind its access tokens to a DPoP key (RFC 9449 §5.2).
    pub dpop_bound_access_tokens: bool,
    /// The requirement to bind its access tokens to its certificate (RFC 8705 §3.4).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// The subject of its certificate (RFC 8705 §2.1.2).
    pub certificate_subject: Option<CertificateSubject>,
    /// The signature algorithm of its ID tokens (OIDC Registration §2).
    pub id_token_signed_response_alg: Option<SigningAlg>,
    /// The signature algorithm of its userinfo responses (OIDC Registration §2).
    pub userinfo_signed_response_alg: Option<SigningAlg>,
    /// The signature algorithm of its authorization responses (JARM §3).
    pub authorization_signed_response_alg: Option<SigningAlg>,
    /// The signature algorithm of its introspection responses (RFC 9701 §6).
    pub introspection_signed_response_alg: Option<SigningAlg>,
    /// The request for pairwise subject identifiers (OIDC Core §8).
    pub is_pairwise: bool,
    /// The URI of a document that lists the redirect URIs of its sector (OIDC Registration §5).
    pub sector_identifier_uri: Option<String>,
    /// Members that are stored unchanged: pages, contacts, software names.
    pub metadata: Map<String, Value>,
}

impl ClientMetadata {
    /// Reads a registration request.
    ///
    /// # Errors
    /// Returns `invalid_client_metadata` for malformed JSON, or for a known member of a wrong type
    /// or with an unsupported value. Returns `invalid_redirect_uri` if `redirect_uris` is not a
    /// list of strings. Returns `invalid_software_statement` or `unapproved_software_statement` for
    /// any software statement.
    pub fn parse(body: &[u8]) -> Result<Self, OAuthError> {
        let object = strict_json::parse_object(body)
            .map_err(|_| refuse("the body is not a JSON object without duplicate members"))?;
        let object = Value::Object(object);
        if strict_json::holds_nul(&object) {
            return Err(refuse("a text holds the character U+0000"));
        }
        let Value::Object(mut members) = object else {
            return Err(refuse("the body is not a JSON object"));
        };
        // RFC 7592 §2.2: null equals an absent member. Clients write an empty text for a URL that they do
        // not have.
        let is_absent = |name: &str, value: &Value| {
            value.is_null() || (name.ends_with("_uri") && value.as_str() == Some(""))
        };
        members.retain(|name, value| !is_absent(name, value));
        check_statement(&members)?;
        reject_unsupported(&members)?;
        let read = Reader(&members);
        Ok(Self {
            client_id: read.text("client_id")?,
            client_secret: read.text("client_secret")?,
            redirect_uris: read.redirect_uris()?,
            auth_method: read.auth_method()?,
            grant_types: read
                .list("grant_types")?
                .map(|names| names.iter().map(|name| GrantType::parse(name)).collect()),
            response_types: read.list("response_types")?,
            name: read.text("client_name")?,
            localized_names: read.localized("client_name#")?,
            scope: read.scope()?,
            jwks: read.jwks()?,
            jwks_uri: read.text("jwks_uri")?,
            post_logout_redirect_uris: read.list("post_logout_redirect_uris")?.unwrap_or_default(),
            backchannel_logout_uri: read.text("backchannel_logout_uri")?,
            backchannel_logout_session_required: read
                .flag("backchannel_logout_session_required")?,
            frontchannel_logout_uri: read.text("frontchannel_logout_uri")?,
            frontchannel_logout_session_required: read
                .flag("frontchannel_logout_session_required")?,
            backchannel_client_notification_endpoint: read.notification_endpoint()?,
            default_max_age: read.number("default_max_age")?,
            default_acr_values: read.list("default_acr_values")?.unwrap_or_default(),
            authorization_details_types: read
                .list("authorization_details_types")?
                .unwrap_or_default(),
            require_pushed_authorization_requests: read
                .flag("require_pushed_authorization_requests")?,
            require_signed_request_object: read.flag("require_signed_request_object")?,
            request_uris: read.list("request_uris")?.unwrap_or_default(),
            dpop_bound_access_tokens: read.flag("dpop_bound_access_tokens")?,
            tls_client_certificate_bound_access_tokens: read
                .flag("tls_client_certificate_bound_access_tokens")?,
            certificate_subject: read.certificate_subject()?,
            id_token_signed_response_alg: read.algorithm("id_token_signed_response_alg")?,
            userinfo_signed_response_alg: read.algorithm("userinfo_signed_response_alg")?,
            authorization_signed_response_alg: read
                .algorithm("authorization_signed_response_alg")?,
            introspection_signed_response_alg: read
                .algorithm("introspection_signed_response_alg")?,
            is_pairwise: read.is_pairwise()?,
            sector_identifier_uri: read.text("sector_identifier_uri")?,
            metadata: read.stored_members()?,
        })
    }
}

/// Rejects software statements, because no issuer of them is trusted (RFC 7591 §2.3).
fn check_statement(members: &Map<String, Value>) -> Result<(), OAuthError> {
    let Some(statement) = members.get("software_statement") else {
        return Ok(());
    };
    let parts = statement.as_str().map(|text| text.split('.'));
    let base64 = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !part.is_empty() && part.bytes().all(plain)
    };
    let is_jws = parts.is_some_and(|mut parts| {
        let three = parts.by_ref().take(3).filter(|part| base64(part)).count() == 3;
        three && parts.next().is_none()
    });
    Err(if is_jws {
        let unapproved = "no issuer of software statements is approved here";
        OAuthError::new(ErrorCode::UnapprovedSoftwareStatement, unapproved)
    } else {
        let broken = "the software statement is not a signed JWT";
        OAuthError::new(ErrorCode::InvalidSoftwareStatement, broken)
    })
}

/// Rejects requests for unsupported features. Ignoring them would make the client less secure than
/// it expects.
fn reject_unsupported(members: &Map<String, Value>) -> Result<(), OAuthError> {
    for name in [
        "id_token_encrypted_response_alg",
        "id_token_encrypted_response_enc",
        "userinfo_encrypted_response_alg",
        "userinfo_encrypted_response_enc",
        "introspection_encrypted_response_alg",
        "introspection_encrypted_response_enc",
        "request_object_encryption_alg",
        "request_object_encryption_enc",
    ] {
        if members.contains_key(name) {
            return Err(refuse(format!("{name} is not supported")));
        }
    }
    // RFC 7592 §2.2: the client MUST NOT include them.
    let answered = ANSWERS_ONLY
        .iter()
        .find(|name| members.contains_key(**name));
    match answered {
        Some(name) => Err(refuse(format!("{name} is assigned by the server"))),
        None => Ok(()),
    }
}

/// A strict reader of members.
struct Reader<'a>(&'a Map<String, Value>);

impl Reader<'_> {
    /// Returns the values of a member in languages (RFC 7591 §2.2).
    fn localized(&self, prefix: &str) -> Result<Vec<String>, OAuthError> {
        let names = self.0.keys().filter(|name| name.starts_with(prefix));
        if names.clone().count() > MAX_ITEMS {
            return Err(refuse(format!(
                "{prefix} has more than {MAX_ITEMS} languages"
            )));
        }
        let read = names.map(|name| self.text(name));
        read.filter_map(Result::transpose).collect()
    }

    /// Returns the value of a member, as `read` understands it; `expected` describes the values that it
    /// accepts.
    fn member<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, OAuthError> {
        let wrong = || refuse(format!("{name} is not {expected}"));
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(wrong),
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, OAuthError> {
        let expected = format!("a text of at most {LONGEST_URI} bytes");
        self.member(name, &expected, |value| {
            let text = value.as_str().filter(|text| text.len() <= LONGEST_URI);
            text.map(str::to_owned)
        })
    }

    fn algorithm(&self, name: &str) -> Result<Option<SigningAlg>, OAuthError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let unknown = |error| refuse(format!("{name}: {error}"));
        text.parse().map(Some).map_err(unknown)
    }

    fn flag(&self, name: &str) -> Result<bool, OAuthError> {
        let flag = self.member(name, "true or false", Value::as_bool)?;
        Ok(flag.unwrap_or_default())
    }

    fn number(&self, name: &str) -> Result<Option<u64>, OAuthError> {
        // The value must fit a column of the database.
        let fits = |number: &u64| u32::try_from(*number).is_ok();
        self.member(name, "a number of seconds", |value| {
            value.as_u64().filter(fits)
        })
    }

    fn list(&self, name: &str) -> Result<Option<Vec<String>>, OAuthError> {
        let expected = format!("a list of at most {MAX_ITEMS} texts");
        let text = |item: &Value| {
            let text = item.as_str().filter(|text| text.len() <= LONGEST_URI);
            text.map(str::to_owned)
        };
        self.member(name, &expected, |value| {
            let items = value.as_array().filter(|items| items.len() <= MAX_ITEMS);
            items?.iter().map(text).collect()
        })
    }

    fn redirect_uris(&self) -> Result<Vec<String>, OAuthError> {
        let list = self
            .list("redirect_uris")
            .map_err(|error| OAuthError::new(ErrorCode::InvalidRedirectUri, error.description))?;
        Ok(list.unwrap_or_default())
    }

    fn auth_method(&self) -> Result<Option<ClientAuthMethod>, OAuthError> {
        let Some(name) = self.text("token_endpoint_auth_method")? else {
            return Ok(None);
        };
        ClientAuthMethod::parse(&name)
            .map(Some)
            .ok_or_else(|| refuse("token_endpoint_auth_method is not supported"))
    }

    fn scope(&self) -> Result<Option<Scope>, OAuthError> {
        let text = self.text("scope")?;
        text.map(|text| Scope::parse(&text))
            .transpose()
            .map_err(|_| refuse("scope is not a list of names separated by single spaces"))
    }

    fn jwks(&self) -> Result<Option<String>, OAuthError> {
        self.member("jwks", "a JWK Set", |value| {
            value.is_object().then(|| value.to_string())
        })
    }

    fn certificate_subject(&self) -> Result<Option<CertificateSubject>, OAuthError> {
        let mut given: [Option<String>; 5] = Default::default();
        for (text, name) in given.iter_mut().zip(CertificateSubject::MEMBERS) {
            *text = self.text(name)?;
        }
        CertificateSubject::one_of(given).map_err(|several| refuse(several.to_string()))
    }

    /// Returns the endpoint of the delivery mode `ping`, the only one that has it here (CIBA Core §4).
    fn notification_endpoint(&self) -> Result<Option<String>, OAuthError> {
        let endpoint = self.text("backchannel_client_notification_endpoint")?;
        let mode = self.text("backchannel_token_delivery_mode")?;
        match (mode.as_deref().unwrap_or(POLL), &endpoint) {
            (PING, Some(_)) | (POLL, None) => Ok(endpoint),
            (PING, None) => Err(refuse(
                "backchannel_client_notification_endpoint is missing",
            )),
            (POLL, Some(_)) => Err(refuse(
                "backchannel_client_notification_endpoint requires the delivery mode ping",
            )),
            _ => Err(refuse(
                "backchannel_token_delivery_mode is neither poll nor ping",
            )),
        }
    }

    fn is_pairwise(&self) -> Result<bool, OAuthError> {
        match self.text("subject_type")?.as_deref() {
            None | Some("public") => Ok(false),
            Some("pairwise") => Ok(true),
            Some(_) => Err(refuse("subject_type is neither public nor pairwise")),
        }
    }

    /// Collects the members that Doorward only stores, for administrators.
    fn stored_members(&self) -> Result<Map<String, Value>, OAuthError> {
        let mut kept = Map::new();
        let kind = self.text("application_type")?;
        let kind = kind.as_deref().unwrap_or(APPLICATION_TYPES[0]);
        if !APPLICATION_TYPES.contains(&kind) {
            return Err(refuse("application_type is neither web nor native"));
        }
        kept.insert("application_type".to_owned(), kind.into());
        for name in PAGES {
            if let Some(address) = self.text(name)? {
                check_page(name, &address, &["https", "http"])?;
                kept.insert(name.to_owned(), address.into());
            }
        }
        // OIDC Registration §2: initiate_login_uri MUST use the https scheme.
        if let Some(address) = self.text("initiate_login_uri")? {
            check_page("initiate_login_uri", &address, &["https"])?;
            kept.insert("initiate_login_uri".to_owned(), address.into());
        }
        if let Some(address) = self.text("sector_identifier_uri")? {
            check_page("sector_identifier_uri", &address, &["https", "http"])?;
            kept.insert("sector_identifier_uri".to_owned(), address.into());
        }
        for name in ["software_id", "software_version"] {
            if let Some(text) = self.text(name)? {
                check_line(name, &text)?;
                kept.insert(name.to_owned(), text.into());
            }
        }
        if let Some(contacts) = self.list("contacts")? {
            for contact in &contacts {
                check_line("contacts", contact)?;
            }
            kept.insert("contacts".to_owned(), contacts.into());
        }
        // ID tokens always contain `auth_time`, so this is always satisfied.
        if self.flag("require_auth_time")? {
            kept.insert("require_auth_time".to_owned(), true.into());
        }
        Ok(kept)
    }
}

/// Returns true if users may be sent to this URL: only these schemes, so never `javascript:` or
/// similar.
pub fn is_page_url(address: &str, schemes: &[&str]) -> bool {
    setting_url::parse(address).is_ok_and(|url| schemes.contains(&url.scheme()) && url.has_host())
}

fn check_page(name: &str, address: &str, schemes: &[&str]) -> Result<(), OAuthError> {
    if is_page_url(address, schemes) {
        return Ok(());
    }
    let schemes = schemes.join(" or ");
    Err(refuse(format!("{name} is not a valid {schemes} URL")))
}

fn check_line(name: &str, text: &str) -> Result<(), OAuthError> {
    if text.len() > LONGEST || check_text(text, false).is_err() {
        return Err(refuse(format!(
            "{name} is too long, or contains control or invisible characters"
        )));
    }
    Ok(())
}

fn refuse(description: impl Into<std::borrow::Cow<'static, str>>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, description)
}

/// The client information response (RFC 7591 §3.2.1, RFC 7592 §3): everything that was registered,
/// defaults included.
#[derive(Clone, Debug, Serialize)]
pub struct ClientInformation {
    /// The public identifier.
    pub client_id: String,
    /// The time of registration, in Unix seconds.
    pub client_id_issued_at: i64,
    /// The secret, only in the response that creates it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// The expiry of the secret: 0, never. Only together with a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_expires_at: Option<i64>,
    /// The registration access token.
    pub registration_access_token: String,
    /// The URI of the registration.
    pub registration_client_uri: String,
    /// The registered metadata.
    #[serde(flatten)]
    pub metadata: Map<String, Value>,
}

#[cfg(test)]
mod tests;
