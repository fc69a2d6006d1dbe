//! Errors of requests to other servers.

use doorward_rules::url_source::UrlSource;

/// The failure of a request to another server. For logs only.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// Requests to such an address are not allowed.
    #[error("the address may not be fetched: {0}")]
    Address(&'static str),
    /// No connection, no response in time, or a broken response. A host name that resolves to an
    /// address that is not allowed ends here too.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// A status other than 200; redirects are not followed.
    #[error("the answer has status {0}")]
    Status(u16),
    #[error("the answer is too long")]
    TooLarge,
    #[error("the answer has an unexpected media type")]
    MediaType,
}

/// Describes why an address may not be reached, and how the operator allows it.
pub(super) const fn not_admitted(source: UrlSource) -> &'static str {
    match source {
        UrlSource::Operator => "it is not public, and not in outgoing.allowed_networks",
        UrlSource::ThirdParty => {
            "it is not public, and outgoing.allowed_networks applies only to URLs that the operator \
             wrote; write it by a command (doorward client update), or add the network to \
             outgoing.third_party_networks"
        }
    }
}

/// Returns the text of the innermost cause; the outer ones only repeat the URL.
pub(super) fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
