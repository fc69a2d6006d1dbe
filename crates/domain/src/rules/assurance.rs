//! How strongly a person has proved themselves: the `acr` values, weakest first.
//!
//! The names follow the authenticator assurance levels of NIST SP 800-63B-4.

/// One factor.
pub const AAL1: &str = "aal1";
/// Two factors.
pub const AAL2: &str = "aal2";

/// Every `acr` value that this server can truthfully state today, for discovery
/// (`acr_values_supported`).
pub const SUPPORTED: &[&str] = &[AAL1];

/// The `amr` value for a password (RFC 8176 §2).
pub const AMR_PASSWORD: &str = "pwd";

fn rank(acr: &str) -> Option<u8> {
    match acr {
        AAL1 => Some(1),
        AAL2 => Some(2),
        _ => None,
    }
}

/// Whether what was proved (`have`) is at least as strong as one of the values asked for. A value
/// that this server does not know is met only by itself, so by nothing.
pub fn satisfies(have: &str, wanted: &[String]) -> bool {
    wanted.is_empty()
        || wanted.iter().any(|value| match (rank(have), rank(value)) {
            (Some(have), Some(wanted)) => have >= wanted,
            _ => false,
        })
}

/// The `acr` to state to a client that made the values `wanted` essential: it must be one of them
/// (OIDC Core §5.5.1.1), so a stronger proof is stated as the first one that it covers. Without
/// such values, or where none is covered, it is what was proved.
pub fn stated<'a>(have: &'a str, wanted: &'a [String]) -> &'a str {
    if wanted.iter().any(|value| value == have) {
        return have;
    }
    wanted
        .iter()
        .find(|value| satisfies(have, std::slice::from_ref(value)))
        .map_or(have, |v| v)
}

/// Whether any of these values could ever be reached by signing in again.
pub fn reachable(wanted: &[String]) -> bool {
    wanted.is_empty() || SUPPORTED.iter().any(|have| satisfies(have, wanted))
}

#[cfg(test)]
mod tests;
