//! The reasons why an answer of an identity provider is not accepted.

use doorward_protocol::displayed_text::is_hidden;

doorward_protocol::words! {
    /// The kind of reason, which users see in words. An answer that arrived is never reported as one
    /// that did not.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub enum ProviderCause {
        /// The settings here do not fit the provider.
        Settings = "settings",
        /// The provider rejected the code, or this client.
        Refused = "refused",
        /// A response of another format.
        Unreadable = "unreadable",
        /// A response without a value that identifies the user.
        Incomplete = "incomplete",
        /// No signature of the provider.
        Signature = "signature",
        /// Another issuer (RFC 9207 §2.4, OIDC Core §3.1.3.7 step 2).
        Issuer = "issuer",
        /// A token for another client (OIDC Core §3.1.3.7 steps 3 to 5).
        Audience = "audience",
        /// A token that has expired, or is not valid yet.
        Expired = "expired",
        /// A token of another sign-in, or user information of another user.
        Request = "request",
    }
}

/// An answer that is not accepted.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{detail}")]
pub struct Unaccepted {
    pub cause: ProviderCause,
    /// The exact reason, for the log and for administrators.
    pub detail: String,
}

/// Maximum length of a detail in characters. It may quote the provider.
const MAX_DETAIL: usize = 300;

impl Unaccepted {
    pub fn new(cause: ProviderCause, detail: impl AsRef<str>) -> Self {
        let plain = |char: char| if is_hidden(char) { ' ' } else { char };
        let detail = detail
            .as_ref()
            .chars()
            .take(MAX_DETAIL)
            .map(plain)
            .collect();
        Self { cause, detail }
    }
}
