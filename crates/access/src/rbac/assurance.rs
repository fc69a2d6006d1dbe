//! How strongly and how recently the person must have signed in (RFC 9470).

use super::explain::Reason;
use crate::principal::Principal;

/// What an operation asks of the sign-in behind a token, beside the permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Assurance {
    /// The `acr` values that do; any, if empty. They are compared as they are: which one is
    /// stronger is for the issuer to know, so list all that do.
    pub acr_values: &'static [&'static str],
    /// The oldest sign-in that does, in seconds; any, if `None`.
    pub max_age: Option<u64>,
}

impl Assurance {
    /// Any valid token does.
    pub const ANY: Self = Self {
        acr_values: &[],
        max_age: None,
    };

    /// One of these `acr` values.
    pub const fn acr(acr_values: &'static [&'static str]) -> Self {
        Self {
            acr_values,
            max_age: None,
        }
    }

    /// The same, and not longer ago than so many seconds.
    #[must_use]
    pub const fn within(self, max_age: u64) -> Self {
        Self {
            max_age: Some(max_age),
            ..self
        }
    }
}

/// What the sign-in behind the token lacks at `now`, in Unix seconds; nothing, if it does. A token
/// that does not say how or when the person signed in, such as one of a client of its own, lacks
/// whatever is asked for (RFC 9470 §6).
pub fn lacks(principal: &Principal, wanted: &Assurance, now: i64) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let acr = principal.acr.as_deref();
    let strong = acr.is_some_and(|acr| wanted.acr_values.contains(&acr));
    if !wanted.acr_values.is_empty() && !strong {
        reasons.push(Reason::SignInTooWeak {
            acr_values: wanted.acr_values,
        });
    }
    if let Some(max_age) = wanted.max_age {
        let age = principal.auth_time.map(|at| now.saturating_sub(at));
        // A sign-in of the next seconds is one by a clock that is a little ahead.
        let recent = age.is_some_and(|age| u64::try_from(age).unwrap_or(0) <= max_age);
        if !recent {
            reasons.push(Reason::SignInTooOld { max_age });
        }
    }
    reasons
}

#[cfg(test)]
mod tests;
