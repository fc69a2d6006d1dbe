//! How callers of a route prove who they are.

use actix_web::HttpRequest;

/// By what a route lets itself be called. A route that says nothing takes signed tokens only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a kind of proof, allowed or not"
)]
pub struct AcceptedCredentials {
    /// Signed access tokens (RFC 9068).
    pub signed_tokens: bool,
    /// Access tokens that are looked up by introspection (RFC 7662).
    pub reference_tokens: bool,
    /// API keys in `X-API-Key`, looked up likewise.
    pub api_keys: bool,
    /// Only people, and only those whose e-mail address is proved.
    pub verified_people_only: bool,
}

impl AcceptedCredentials {
    /// Signed tokens only.
    pub const SIGNED_TOKENS: Self = Self {
        signed_tokens: true,
        reference_tokens: false,
        api_keys: false,
        verified_people_only: false,
    };

    /// Signed tokens and API keys.
    pub const SIGNED_TOKENS_AND_KEYS: Self = Self {
        api_keys: true,
        ..Self::SIGNED_TOKENS
    };

    /// API keys and reference tokens: whatever works here ends within half a minute of its
    /// revocation.
    pub const KEYS_AND_REFERENCE_TOKENS: Self = Self {
        signed_tokens: false,
        reference_tokens: true,
        api_keys: true,
        verified_people_only: false,
    };

    /// Signed tokens of people whose e-mail address is proved.
    pub const VERIFIED_PEOPLE: Self = Self {
        verified_people_only: true,
        ..Self::SIGNED_TOKENS
    };

    /// The admission of the route that this request goes to.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let own = request.app_data::<Self>();
        own.copied().unwrap_or_default()
    }

    /// What to send, in one sentence.
    pub(super) const fn advice(self) -> &'static str {
        match (self.signed_tokens || self.reference_tokens, self.api_keys) {
            (true, true) => {
                "Send an access token in the header 'Authorization: Bearer …', or an API key in the \
                 header 'X-API-Key: …'."
            }
            (false, true) => "Send an API key in the header 'X-API-Key: …'.",
            _ => "Send an access token in the header 'Authorization: Bearer …'.",
        }
    }
}

impl Default for AcceptedCredentials {
    fn default() -> Self {
        Self::SIGNED_TOKENS
    }
}
