//! Authentication strength: the `acr` values, weakest first.
//!
//! The names follow the authenticator assurance levels of NIST SP 800-63B-4.

use doorward_domain::model::Authentication;
pub use doorward_domain::model::session::{AAL2, AMR_HARDWARE_KEY, AMR_SOFTWARE_KEY};
use doorward_domain::time::UnixSeconds;

/// A single factor.
pub const AAL1: &str = "aal1";

/// Every `acr` value that this server can state, for discovery (`acr_values_supported`).
pub const SUPPORTED: &[&str] = &[AAL1, AAL2];

/// The `amr` value for a password (RFC 8176 §2).
pub const AMR_PASSWORD: &str = "pwd";
/// The `amr` value for an e-mailed code or link. No registered method names it: `otp` would claim
/// an authenticator app (RFC 8176 §2, decision 61).
pub const AMR_EMAIL: &str = "email";
/// The `amr` value for a link that the operator created. No registered method names it (RFC 8176
/// §2, decision 83).
pub const AMR_OPERATOR: &str = "operator";
/// The `amr` value for a code of an authenticator app (RFC 8176 §2).
pub const AMR_OTP: &str = "otp";
/// The `amr` value for more than one factor (RFC 8176 §2).
pub const AMR_MULTIPLE: &str = "mfa";

/// The `amr` value for authentication by an identity provider. None is registered for it; other
/// servers use this one (decision 60).
pub const AMR_FEDERATED: &str = "fed";

/// The `amr` value for a test of user presence (RFC 8176 §2).
pub const AMR_PRESENCE: &str = "user";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecondFactorMethod {
    Totp,
    /// A recovery code. It is a separate factor (something held, SP 800-63B-4 §3.1.2), but no
    /// registered method names it: `otp` would claim an authenticator app.
    RecoveryCode,
    Passkey {
        /// True if it may be copied between devices (flag BE).
        synced: bool,
    },
}

impl SecondFactorMethod {
    /// Returns the name of the method in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::Passkey { .. } => "passkey",
        }
    }
}

/// Returns the methods of a passkey with user verification: something held, unlocked by something
/// known or inherent, hence two factors (SP 800-63B-4 §3.1.7).
const fn passkey_methods(synced: bool) -> [&'static str; 3] {
    let key = if synced {
        AMR_SOFTWARE_KEY
    } else {
        AMR_HARDWARE_KEY
    };
    [key, AMR_PRESENCE, AMR_MULTIPLE]
}

/// Returns the authentication by a passkey alone, at `now`.
pub fn passkey_proof(synced: bool, now: UnixSeconds) -> Authentication {
    Authentication {
        auth_time: now,
        acr: AAL2.to_owned(),
        amr: passkey_methods(synced).map(str::to_owned).to_vec(),
    }
}

/// Returns the authentication by a password alone, at `now`.
pub fn password_proof(now: UnixSeconds) -> Authentication {
    single_factor(AMR_PASSWORD, now)
}

/// Returns the authentication by an e-mailed code or link alone, at `now`.
pub fn email_proof(now: UnixSeconds) -> Authentication {
    single_factor(AMR_EMAIL, now)
}

/// Returns the authentication by a link that the operator created, at `now`.
pub fn operator_proof(now: UnixSeconds) -> Authentication {
    single_factor(AMR_OPERATOR, now)
}

fn single_factor(method: &str, now: UnixSeconds) -> Authentication {
    Authentication {
        auth_time: now,
        acr: AAL1.to_owned(),
        amr: vec![method.to_owned()],
    }
}

/// Returns the authentication by an identity provider. It counts as one factor, unless the operator
/// trusts the provider's claim of two: this server claims only checks that it made or trusts.
pub fn provider_proof(auth_time: UnixSeconds, believed_mfa: bool) -> Authentication {
    let (acr, amr) = if believed_mfa {
        (
            AAL2,
            vec![AMR_FEDERATED.to_owned(), AMR_MULTIPLE.to_owned()],
        )
    } else {
        (AAL1, vec![AMR_FEDERATED.to_owned()])
    };
    Authentication {
        auth_time,
        acr: acr.to_owned(),
        amr,
    }
}

/// Returns the authentication of a first and a second factor. It keeps the time of the first, so
/// that it is as old as its older part.
pub fn with_second(first: &Authentication, second: SecondFactorMethod) -> Authentication {
    let mut amr = first.amr.clone();
    let methods: &[&str] = match second {
        SecondFactorMethod::Totp => &[AMR_OTP, AMR_MULTIPLE],
        SecondFactorMethod::RecoveryCode => &[AMR_MULTIPLE],
        SecondFactorMethod::Passkey { synced } => &passkey_methods(synced),
    };
    for method in methods {
        if !amr.iter().any(|known| known == method) {
            amr.push((*method).to_owned());
        }
    }
    Authentication {
        auth_time: first.auth_time,
        acr: AAL2.to_owned(),
        amr,
    }
}

fn rank(acr: &str) -> Option<u8> {
    match acr {
        AAL1 => Some(1),
        AAL2 => Some(2),
        _ => None,
    }
}

/// Returns true if the level `have` is at least as strong as one of the requested values, or none
/// is requested. No level satisfies a value that this server does not know.
pub fn satisfies(have: &str, requested: &[String]) -> bool {
    requested.is_empty()
        || requested
            .iter()
            .any(|value| match (rank(have), rank(value)) {
                (Some(have), Some(requested)) => have >= requested,
                _ => false,
            })
}

/// Returns the `acr` to state to a client that requested `wanted` as essential. It must be one of
/// them (OIDC Core §5.5.1.1), so a stronger level is stated as the first value that it satisfies.
/// If it satisfies none, it is stated unchanged.
pub fn stated<'a>(have: &'a str, wanted: &'a [String]) -> &'a str {
    if wanted.iter().any(|value| value == have) {
        return have;
    }
    wanted
        .iter()
        .find(|value| satisfies(have, std::slice::from_ref(value)))
        .map_or(have, |v| v)
}

/// Returns the first of the voluntary values (`acr_values`, in order of preference, OIDC Core
/// §3.1.2.1) that this server supports.
pub fn preferred(requested: &[String]) -> Option<&'static str> {
    let known = |value: &String| SUPPORTED.iter().copied().find(|have| have == value);
    requested.iter().find_map(known)
}

/// Returns true if a new sign-in can satisfy one of these values.
pub fn reachable(requested: &[String]) -> bool {
    requested.is_empty() || SUPPORTED.iter().any(|have| satisfies(have, requested))
}

#[cfg(test)]
mod tests;
