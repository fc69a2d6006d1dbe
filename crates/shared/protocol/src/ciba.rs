//! The backchannel authentication endpoint (OpenID Connect CIBA Core 1.0 §7): a client requests the
//! approval of a user on another device, and polls for the result (§10.1).

use serde::{Deserialize, Serialize};

use crate::authorization_details::AuthorizationDetails;
use crate::authorize::{MAX_JWT_BYTES, MAX_VALUE_BYTES, organization, resources};
use crate::error::{ErrorCode, OAuthError};
use crate::params::Params;
use crate::scope::Scope;

/// The client polls for the result (§5).
pub const POLL: &str = "poll";
/// The client is notified of the result, and then polls (§5).
pub const PING: &str = "ping";
/// The maximum length of a `client_notification_token`, in characters (§7.1).
pub const MAX_NOTIFICATION_TOKEN: usize = 1024;
/// The maximum length of a `binding_message`, in characters: users compare it by eye (§7.1).
pub const MAX_MESSAGE: usize = 64;

/// The parameters of an authentication request (§7.1), which a signed one has inside its object only.
pub const PARAMETERS: [&str; 12] = [
    "scope",
    "client_notification_token",
    "acr_values",
    "login_hint_token",
    "id_token_hint",
    "login_hint",
    "binding_message",
    "user_code",
    "requested_expiry",
    "organization",
    "resource",
    "authorization_details",
];

/// The hint that identifies the user (§7.1): exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// A login identifier.
    Login(String),
    /// An earlier ID token of the user; not verified here.
    IdToken(String),
}

/// The bearer token with which the client recognizes a ping (§7.1). `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct NotificationToken(String);

impl NotificationToken {
    /// Reads a token with the syntax of bearer credentials (RFC 6750 §2.1); `None` for another text.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = text.trim_end_matches('=');
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
        let is_token = !letters.is_empty() && letters.bytes().all(is_known);
        (is_token && text.len() <= MAX_NOTIFICATION_TOKEN).then(|| Self(text.to_owned()))
    }

    /// Returns the text, for storage and for the header of the ping.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for NotificationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NotificationToken")
    }
}

/// A backchannel authentication request (§7.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackchannelRequest {
    /// The requested scope.
    pub scope: Scope,
    /// The hint that identifies the user.
    pub hint: Hint,
    /// The token for the ping; none for a client that polls.
    pub notification_token: Option<NotificationToken>,
    /// The message that both devices show, so that the user recognizes the request.
    pub binding_message: Option<String>,
    /// The requested expiry, in seconds.
    pub requested_expiry: Option<i64>,
    /// The slug of the organization that the user is to act in. A parameter of Doorward.
    pub organization: Option<String>,
    /// The requested resources (RFC 8707).
    pub resource: Vec<String>,
    /// The requested authorization details (RFC 9396 §2).
    pub authorization_details: AuthorizationDetails,
}

impl BackchannelRequest {
    /// Reads the parameters, of which a signed request has none outside of its object (§7.1.1). Ignores
    /// those of other delivery modes; `is_pinged` says whether the client has the mode `ping`.
    ///
    /// # Errors
    /// Returns `invalid_request` for a repeated parameter, no hint or several, an unsupported hint, or a
    /// missing or malformed `client_notification_token` of a client that is pinged. Returns `invalid_scope` without `openid`, and `invalid_binding_message` (§13).
    pub fn parse(params: &Params, is_pinged: bool) -> Result<Self, OAuthError> {
        params.reject_duplicates(&["resource"])?;
        let scope = Scope::parse(params.required("scope")?)?;
        if !scope.contains("openid") {
            let problem = "the scope has to contain openid";
            return Err(OAuthError::new(ErrorCode::InvalidScope, problem));
        }
        Ok(Self {
            scope,
            hint: hint(params)?,
            notification_token: is_pinged.then(|| notification_token(params)).transpose()?,
            binding_message: binding_message(params)?,
            requested_expiry: requested_expiry(params)?,
            organization: organization(params)?,
            resource: resources(params)?,
            authorization_details: AuthorizationDetails::from_params(params)?.unwrap_or_default(),
        })
    }
}

fn hint(params: &Params) -> Result<Hint, OAuthError> {
    let refuse = |problem: &'static str| Err(OAuthError::invalid_request(problem));
    if params.optional("login_hint_token")?.is_some() {
        return refuse("'login_hint_token' is not supported");
    }
    match (
        params.optional("login_hint")?,
        params.optional("id_token_hint")?,
    ) {
        (Some(login), None) if login.len() <= MAX_VALUE_BYTES => Ok(Hint::Login(login.to_owned())),
        (None, Some(token)) if token.len() <= MAX_JWT_BYTES => Ok(Hint::IdToken(token.to_owned())),
        (None, None) | (Some(_), Some(_)) => {
            refuse("exactly one of 'login_hint' and 'id_token_hint' is required")
        }
        _ => refuse("the hint is too long"),
    }
}

fn notification_token(params: &Params) -> Result<NotificationToken, OAuthError> {
    let text = params.required("client_notification_token")?;
    NotificationToken::parse(text).ok_or_else(|| {
        OAuthError::invalid_request(
            "'client_notification_token' is not a bearer token of at most 1,024 characters",
        )
    })
}

/// Reads the binding message: short and plain (§7.1). Only alphanumeric characters of any script,
/// spaces and a few signs that look the same in every font.
fn binding_message(params: &Params) -> Result<Option<String>, OAuthError> {
    let Some(message) = params.optional("binding_message")? else {
        return Ok(None);
    };
    let is_plain = |letter: char| letter.is_alphanumeric() || " .,:;-_/#+*!?()€$".contains(letter);
    if message.chars().count() > MAX_MESSAGE || !message.chars().all(is_plain) {
        let problem = "'binding_message' is too long, or holds a character that is not allowed";
        return Err(OAuthError::new(ErrorCode::InvalidBindingMessage, problem));
    }
    Ok(Some(message.to_owned()))
}

fn requested_expiry(params: &Params) -> Result<Option<i64>, OAuthError> {
    let Some(text) = params.optional("requested_expiry")? else {
        return Ok(None);
    };
    let seconds = text.parse::<i64>().ok().filter(|seconds| *seconds > 0);
    seconds
        .map(Some)
        .ok_or_else(|| OAuthError::invalid_request("'requested_expiry' is not a positive number"))
}

/// A backchannel authentication response (§7.3). `Debug` does not show the id.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackchannelResponse {
    /// The id that the client polls with.
    pub auth_req_id: String,
    /// The time until it expires, in seconds.
    pub expires_in: i64,
    /// The minimum interval between two polls, in seconds.
    pub interval: i64,
}

crate::debug_fields!(BackchannelResponse: expires_in, interval);

#[cfg(test)]
mod tests;
