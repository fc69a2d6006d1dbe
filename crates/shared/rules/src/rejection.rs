//! Explanations of rejected OAuth requests for the operator: the reason, the expected and received
//! values, and a command that changes the outcome. Client text is truncated and escaped here, so
//! that a request can neither inject a log line nor control a terminal.

use doorward_protocol::error::{ErrorCode, OAuthError, Reason};
use doorward_protocol::redirect_uri;

/// The maximum number of characters of a client's value.
const MAX_VALUE: usize = 200;

/// The instruction for a client whose ID is the URL of a metadata document that was not read.
const DOCUMENT_UNKNOWN: &str = "the client is a metadata document, and the line `client document rejected` of the log \
     says why it was not read; if this server cannot reach its URL, set client_metadata_documents.enabled to false, \
     so that tools register themselves";

/// A rejection for logs, records and explanations. No field contains a secret, code or token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rejection {
    pub code: ErrorCode,
    pub reason: Option<Reason>,
    /// The reason as a sentence.
    pub because: String,
    /// The value that would have been accepted.
    pub expected: Option<String>,
    pub received: Option<String>,
}

impl Rejection {
    /// Reads an error with its cause.
    pub fn from_error(error: &OAuthError) -> Self {
        let cause = error.cause.as_deref();
        let value = |text: Option<&String>| text.map(|text| escaped(text));
        Self {
            code: error.code,
            reason: cause.map(|cause| cause.reason),
            because: cause.map_or_else(
                || escaped(&error.description),
                |cause| cause.reason.sentence().to_owned(),
            ),
            expected: value(cause.and_then(|cause| cause.expected.as_ref())),
            received: value(cause.and_then(|cause| cause.received.as_ref())),
        }
    }

    /// Returns true if the error is a normal step of the protocol: a poll that must wait, or a
    /// nonce sent with the response.
    pub fn is_step(code: ErrorCode) -> bool {
        matches!(
            code,
            ErrorCode::AuthorizationPending | ErrorCode::SlowDown | ErrorCode::UseDpopNonce
        )
    }

    /// Returns true if a redirect with this error is about the user, not the request: not signed
    /// in, or the user declined.
    pub fn is_about_user(code: ErrorCode) -> bool {
        matches!(
            code,
            ErrorCode::AccessDenied
                | ErrorCode::LoginRequired
                | ErrorCode::InteractionRequired
                | ErrorCode::ConsentRequired
                | ErrorCode::AccountSelectionRequired
        )
    }

    /// Returns the first byte at which two redirect URIs differ.
    pub fn differs_at(&self) -> Option<usize> {
        match (&self.reason, &self.expected, &self.received) {
            (
                Some(Reason::RedirectUri | Reason::CodeRedirectUri | Reason::SamlConsumer),
                Some(expected),
                Some(received),
            ) => redirect_uri::first_difference(expected, received),
            _ => None,
        }
    }

    /// Returns a command or an instruction that changes the outcome.
    pub fn fix(&self, client_id: Option<&str>) -> String {
        let template = match self.reason {
            Some(Reason::AuthMethod) => self.by_method(),
            Some(Reason::UnknownClient) if client_id.is_some_and(|id| id.contains("://")) => {
                DOCUMENT_UNKNOWN
            }
            Some(reason) => by_reason(reason),
            None => by_code(self.code),
        };
        let parts = template.split(['{', '}']).enumerate();
        let filled = parts.map(|(at, part)| match (at % 2, part) {
            (0, text) => text.to_owned(),
            (_, "client") => quoted(client_id.unwrap_or("CLIENT_ID")),
            (_, "expected") => {
                let expected = self.expected.as_deref();
                expected.unwrap_or("the registered value").to_owned()
            }
            (_, "URI") => self.address(),
            (_, stand_in) => quoted(self.received.as_deref().unwrap_or(stand_in)),
        });
        filled.collect()
    }

    /// Returns the instruction for a wrong authentication method.
    fn by_method(&self) -> &'static str {
        match (self.expected.as_deref(), self.received.as_deref()) {
            (Some("none"), _) => {
                "the client is public: remove the secret from the application's settings"
            }
            (_, Some("none")) => {
                "configure the client's credentials in the application; doorward client \
                 rotate-secret {client} makes a new secret"
            }
            _ => "doorward client update {client} --auth-method {METHOD}",
        }
    }

    /// Returns the received URI as a shell argument, or `URI` if it was truncated or escaped.
    fn address(&self) -> String {
        let whole = |text: &&str| !text.ends_with('…') && !text.contains('\\');
        let received = self.received.as_deref().filter(whole);
        received.map_or_else(|| "URI".to_owned(), quoted)
    }
}

/// Returns the instruction for a reason. In braces are the client, the expected value, and the
/// received one with the word for an absent one.
const fn by_reason(reason: Reason) -> &'static str {
    match reason {
        Reason::UnknownClient => {
            "doorward client list shows the client ids; doorward client create registers one"
        }
        Reason::ClientDisabled => "doorward client update {client} --disabled=false",
        Reason::Secret => {
            "send the present secret, or make a new one: doorward client rotate-secret {client}"
        }
        Reason::AssertionKey => {
            "sign with a registered key, or register it: doorward client update {client} --jwks FILE"
        }
        Reason::AssertionAudience => "the application has to set aud to {expected}",
        Reason::AssertionClaims => "the application has to correct the claim of its assertion",
        Reason::AssertionUsed => {
            "the application has to make a new assertion, with a jti of its own, for each request"
        }
        Reason::CertificateMissing => {
            "the application has to connect to the mutual TLS address, with its certificate"
        }
        Reason::Certificate => {
            "connect with the registered certificate, or register the other one: doorward client \
             update {client} --help"
        }
        Reason::GrantType => "doorward client update {client} --add-grant {GRANT}",
        Reason::RedirectUri => {
            "if the address is the application's own: doorward client update {client} \
             --add-redirect-uri {URI}"
        }
        Reason::PostLogoutRedirectUri => {
            "if the address is the application's own: doorward client update {client} \
             --add-post-logout-redirect-uri {URI}"
        }
        Reason::RedirectUriMissing => "the application has to send redirect_uri: {expected}",
        Reason::ChallengeMissing => "doorward client update {client} --pkce auto",
        Reason::PublicChallengeMissing => {
            "the application has to send code_challenge with code_challenge_method=S256 (PKCE)"
        }
        Reason::ResponseMode => {
            "the application has to use one of these response modes: {expected}"
        }
        Reason::Scope => "doorward client update {client} --add-scope {SCOPE}",
        Reason::ScopeUnknown => {
            "the application has to request a registered scope: see `doorward scope list`"
        }
        Reason::Resource => {
            "allow the scopes that it needs, of {expected}: doorward client update {client} \
             --add-scope SCOPE"
        }
        // The names of the scopes are the operator's choice.
        Reason::ResourceUnknown => {
            "register it with a scope: doorward resource create {RESOURCE} --name NAME, doorward \
             scope create SCOPE --description SENTENCE --resource {RESOURCE}, doorward client \
             update {client} --add-scope SCOPE"
        }
        Reason::PushRequired => {
            "push the request to /oauth2/par, or allow others: doorward client update {client} \
             --require-par=false, unless authorization.require_pushed_requests is set"
        }
        Reason::SignatureRequired => {
            "send a signed request object, or allow others: doorward client update {client} \
             --require-request-object=false"
        }
        Reason::RequestUriUsed | Reason::RequestUriExpired | Reason::RequestUriUnknown => {
            "the application has to push a new request for each sign-in, and use it at once"
        }
        _ => of_grant(reason),
    }
}

/// Returns the instruction for reasons that concern SAML; `None` for others.
const fn of_saml(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::SamlIssuer => {
            "doorward client list --kind=saml shows the registered ones; doorward client create --saml NAME \
             --metadata=FILE registers one"
        }
        Reason::SamlRequest => "the application has to correct its request",
        Reason::SamlConsumer => {
            "if the address is the application's own: doorward client update {client} \
             --add-redirect-uri {URI}"
        }
        Reason::SamlSignature => {
            "register the present certificate: doorward saml update {client} --metadata=FILE"
        }
        Reason::SamlUnsigned => {
            "the application has to sign its requests, and to send them by redirect; or accept unsigned ones: \
             doorward saml update {client} --signed-requests=false"
        }
        Reason::SamlLogout => "doorward saml update {client} --logout-url=URL",
        Reason::SamlAlgorithm => "the application has to sign with {expected}",
        _ => return None,
    })
}

/// Returns the instruction for reasons that concern codes, tokens and users.
const fn of_grant(reason: Reason) -> &'static str {
    if let Some(instruction) = of_saml(reason) {
        return instruction;
    }
    match reason {
        Reason::CodeUnknown | Reason::CodeUsed | Reason::CodeExpired => {
            "the application has to redeem each code once, at once, at this server; start again"
        }
        Reason::CodeOfOtherClient => {
            "the application has to redeem the code with the client_id that it was issued to"
        }
        Reason::CodeRedirectUri => {
            "the application has to send the same redirect_uri to both endpoints"
        }
        Reason::Verifier | Reason::VerifierMissing => {
            "the application has to keep code_verifier from the authorization request (check its \
             session or state storage) and send it with the code"
        }
        Reason::VerifierUnexpected => {
            "the application has to send code_challenge in the authorization request as well"
        }
        Reason::ProofKey => "the application has to prove the same key throughout",
        Reason::ProofMissing => {
            "send a DPoP proof, or do not require it: doorward client update {client} \
             --require-dpop=false"
        }
        Reason::UserDisabled => "doorward user enable USER",
        Reason::UserLeaving => "the user can keep the account by signing in",
        Reason::MembershipLost => "doorward org add-member ORG --user USER",
        // Every other reason requires a new sign-in.
        _ => "the user has to sign in again at the application",
    }
}

/// Returns the instruction for an error without a typed reason.
const fn by_code(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::InvalidClient => {
            "send the present credentials; doorward client show {client} says how it authenticates"
        }
        ErrorCode::UnauthorizedClient => {
            "doorward client show {client} says what the client may use"
        }
        ErrorCode::InvalidGrant | ErrorCode::ExpiredToken | ErrorCode::InvalidToken => {
            "the user has to sign in again at the application"
        }
        ErrorCode::LoginRequired
        | ErrorCode::InteractionRequired
        | ErrorCode::ConsentRequired
        | ErrorCode::AccountSelectionRequired => {
            "the application has to send the request again without prompt=none"
        }
        ErrorCode::AccessDenied => "the user, or the server's settings, did not allow it",
        ErrorCode::ServerError => "see the line of the log with the same request_id",
        ErrorCode::TemporarilyUnavailable => "try again later; the limits are in the configuration",
        ErrorCode::InsufficientScope => "the application has to request the scope",
        ErrorCode::InsufficientUserAuthentication | ErrorCode::UnmetAuthenticationRequirements => {
            "the user has to sign in with the required authentication"
        }
        ErrorCode::UnknownUserId => "the application has to name an existing user",
        ErrorCode::AuthorizationPending | ErrorCode::SlowDown => "wait, and ask again",
        ErrorCode::UseDpopNonce => "send the proof again with the nonce of the answer",
        ErrorCode::InvalidDpopProof => "the application has to correct its DPoP proof",
        ErrorCode::InvalidRequest
        | ErrorCode::UnsupportedGrantType
        | ErrorCode::InvalidScope
        | ErrorCode::UnsupportedResponseType
        | ErrorCode::InvalidRequestUri
        | ErrorCode::InvalidRequestObject
        | ErrorCode::RequestNotSupported
        | ErrorCode::RequestUriNotSupported
        | ErrorCode::RegistrationNotSupported
        | ErrorCode::InvalidTarget
        | ErrorCode::UnsupportedTokenType
        | ErrorCode::InvalidAuthorizationDetails
        | ErrorCode::InvalidBindingMessage
        | ErrorCode::InvalidRedirectUri
        | ErrorCode::InvalidClientMetadata
        | ErrorCode::InvalidSoftwareStatement
        | ErrorCode::UnapprovedSoftwareStatement => {
            "the application has to change its request as the reason says"
        }
    }
}

/// Escapes text of a client for a log: keeps printable ASCII, escapes other characters and
/// truncates long text.
pub fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == MAX_VALUE {
            safe.push('…');
            break;
        }
        match c {
            ' '..='~' => safe.push(c),
            other => safe.extend(other.escape_unicode()),
        }
    }
    safe
}

/// Quotes an argument for a POSIX shell, unless it has only harmless characters.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@=+,%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
