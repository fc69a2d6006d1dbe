//! The credentials that a route accepts.

/// The kinds of credentials that a route accepts. The default is signed tokens only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a kind of proof, allowed or not"
)]
pub struct AcceptedCredentials {
    /// Accepts signed access tokens (RFC 9068).
    pub signed_tokens: bool,
    /// Accepts access tokens that are validated by introspection (RFC 7662).
    pub reference_tokens: bool,
    /// Accepts API keys in `X-API-Key`, also validated by introspection.
    pub api_keys: bool,
    /// Requires a user with a verified e-mail address.
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

    /// API keys and reference tokens, which stop working at most 30 seconds after their
    /// revocation.
    pub const KEYS_AND_REFERENCE_TOKENS: Self = Self {
        signed_tokens: false,
        reference_tokens: true,
        api_keys: true,
        verified_people_only: false,
    };

    /// Signed tokens of users with a verified e-mail address.
    pub const VERIFIED_USERS: Self = Self {
        verified_people_only: true,
        ..Self::SIGNED_TOKENS
    };

    /// Returns a sentence that names the credentials to send.
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
