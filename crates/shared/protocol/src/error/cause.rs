//! Reasons for rejected requests, for the operator's log and the client's developer.

use std::fmt;

use crate::redirect_uri::shown;

/// Declares each reason once: its name in the log, and its sentence.
macro_rules! reasons {
    ($($variant:ident = $name:literal, $sentence:literal;)+) => {
        crate::words! {
            /// The reason why a request was rejected. The response to the client may contain less.
            pub enum Reason {
                $(#[doc = concat!("The reason `", $name, "`.")] $variant = $name,)+
            }
        }

        impl Reason {
            /// Returns the reason as a sentence without capital and full stop.
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$variant => $sentence,)+
                }
            }
        }
    };
}

reasons! {
    UnknownClient = "unknown_client", "no client has this client_id";
    ClientDisabled = "client_disabled", "the client is disabled";
    AuthMethod = "auth_method", "the client used another authentication method than it is registered for";
    Secret = "secret", "the client secret is wrong";
    AssertionKey = "assertion_key", "no registered key of the client verifies the client assertion";
    AssertionAudience = "assertion_audience", "the aud of the client assertion does not name this server";
    AssertionClaims = "assertion_claims", "a claim of the client assertion is not valid";
    AssertionUsed = "assertion_used", "the client assertion was used before";
    CertificateMissing = "certificate_missing", "the client presented no certificate";
    Certificate = "certificate", "the client certificate is not the registered one";
    GrantType = "grant_type", "the client may not use this grant type";
    RedirectUri = "redirect_uri", "redirect_uri is not registered for this client";
    RedirectUriMissing = "redirect_uri_missing", "redirect_uri is missing";
    PostLogoutRedirectUri = "post_logout_redirect_uri", "post_logout_redirect_uri is not registered for this client";
    ChallengeMissing = "code_challenge_missing", "code_challenge is missing";
    PublicChallengeMissing = "public_code_challenge_missing", "code_challenge is missing, which is required for public clients";
    ResponseMode = "response_mode", "the client may not use this response_mode";
    Scope = "scope", "the client may not request this scope";
    ScopeUnknown = "scope_unknown", "none of the requested scopes exists";
    Resource = "resource", "the client has none of the scopes of the resource";
    ResourceUnknown = "resource_unknown", "no resource has this identifier";
    PushRequired = "push_required", "the authorization request was not pushed";
    SignatureRequired = "signature_required", "the authorization request was not signed";
    RequestUriUsed = "request_uri_used", "the request_uri was used before";
    RequestUriExpired = "request_uri_expired", "the request_uri has expired";
    RequestUriUnknown = "request_uri_unknown", "the request_uri is unknown to this server, or of another client";
    CodeUnknown = "code_unknown", "the code is unknown to this server";
    CodeUsed = "code_used", "the code was used before; its grant is revoked";
    CodeExpired = "code_expired", "the code has expired";
    CodeOfOtherClient = "code_of_other_client", "the code was issued to another client; its grant is revoked";
    CodeRedirectUri = "code_redirect_uri", "redirect_uri differs from the one of the authorization request";
    Verifier = "code_verifier", "code_verifier does not fit the code_challenge";
    VerifierMissing = "code_verifier_missing", "code_verifier is missing: the authorization request had a code_challenge";
    VerifierUnexpected = "code_verifier_unexpected", "code_verifier was sent, but the authorization request had no code_challenge";
    ProofKey = "dpop_key", "the DPoP proof is of another key";
    ProofMissing = "dpop_missing", "the DPoP proof is missing";
    RefreshToken = "refresh_token", "the refresh token is unknown, used or expired";
    GrantEnded = "grant_ended", "the grant was revoked or has ended";
    UserGone = "user_gone", "the account was deleted";
    UserDisabled = "user_disabled", "the account is disabled";
    UserLeaving = "user_leaving", "the account is about to be deleted";
    SessionEnded = "session_ended", "the session has ended";
    MembershipLost = "membership_lost", "the user does not belong to the organization";
    SecondFactorMissing = "second_factor_missing", "the user signed in without a second factor";
    SamlIssuer = "saml_issuer", "no active client has the entity ID in Issuer";
    SamlRequest = "saml_request", "the SAML request is not valid";
    SamlConsumer = "saml_consumer", "the assertion consumer service is not registered for this client";
    SamlSignature = "saml_signature", "no registered certificate verifies the signature of the SAML request";
    SamlUnsigned = "saml_unsigned", "the client requires signed requests: they must be sent by redirect (HTTP-Redirect) with SigAlg and Signature, because signatures inside a message are not read";
    SamlLogout = "saml_logout", "the client has no address for sign-outs";
    SamlAlgorithm = "saml_algorithm", "the SAML request is signed with an algorithm that is not accepted";
    PasskeyMissing = "passkey_missing", "the user signed in without a passkey";
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

/// A reason with the compared values. It must never contain a secret, a code or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The reason.
    pub reason: Reason,
    /// The value that would have been accepted.
    pub expected: Option<String>,
    /// The received value.
    pub received: Option<String>,
}

impl From<Reason> for Cause {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            expected: None,
            received: None,
        }
    }
}

impl Cause {
    /// Adds the accepted value.
    #[must_use]
    pub fn expected(mut self, value: impl Into<String>) -> Self {
        self.expected = Some(value.into());
        self
    }

    /// Adds the received value, without the user information of a URI.
    #[must_use]
    pub fn received(mut self, value: impl Into<String>) -> Self {
        self.received = Some(shown(&value.into()));
        self
    }
}
