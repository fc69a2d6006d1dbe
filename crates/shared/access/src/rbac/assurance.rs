//! Required strength and age of the sign-in (RFC 9470).

use super::explain::Reason;
use crate::principal::{Credential, Principal};

/// The sign-in requirements of an operation, in addition to its permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Assurance {
    /// Accepted `acr` values; any if empty. They are compared literally: only the issuer knows
    /// which one is stronger, so list all accepted ones.
    pub acr_values: &'static [&'static str],
    /// Maximum age of the sign-in in seconds; any if `None`.
    pub max_age: Option<u64>,
}

impl Assurance {
    /// Accepts any valid token.
    pub const ANY: Self = Self {
        acr_values: &[],
        max_age: None,
    };

    /// Requires one of these `acr` values.
    pub const fn acr(acr_values: &'static [&'static str]) -> Self {
        Self {
            acr_values,
            max_age: None,
        }
    }

    /// Limits the age of the sign-in to this many seconds, in addition.
    #[must_use]
    pub const fn within(self, max_age: u64) -> Self {
        Self {
            max_age: Some(max_age),
            ..self
        }
    }
}

/// Returns the unmet sign-in requirements of a token at `now`, in Unix seconds. A token without
/// `acr` or `auth_time` does not meet the corresponding requirement (RFC 9470 §6). A client that acts
/// for itself and an API key have no sign-in, so no step-up can help them.
pub fn lacks(principal: &Principal, required: &Assurance, now: i64) -> Vec<Reason> {
    let is_key = matches!(principal.credential, Credential::ApiKey { .. });
    if (principal.is_service() || is_key) && *required != Assurance::ANY {
        return vec![Reason::UserRequired];
    }
    let mut reasons = Vec::new();
    let acr = principal.acr.as_deref();
    let strong = acr.is_some_and(|acr| required.acr_values.contains(&acr));
    if !required.acr_values.is_empty() && !strong {
        reasons.push(Reason::SignInTooWeak {
            acr_values: required.acr_values,
        });
    }
    if let Some(max_age) = required.max_age {
        let age = principal.auth_time.map(|at| now.saturating_sub(at));
        // A sign-in slightly in the future comes from a clock that is ahead.
        let recent = age.is_some_and(|age| u64::try_from(age).unwrap_or(0) <= max_age);
        if !recent {
            reasons.push(Reason::SignInTooOld { max_age });
        }
    }
    reasons
}

#[cfg(test)]
mod tests;
