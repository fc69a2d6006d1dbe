//! How strongly a person has proved themselves: the `acr` values, weakest first.
//!
//! The names follow the authenticator assurance levels of NIST SP 800-63B-4.

use crate::model::Authentication;
use crate::time::UnixSeconds;

/// One factor.
pub const AAL1: &str = "aal1";
/// Two factors.
pub const AAL2: &str = "aal2";

/// Every `acr` value that this server can truthfully state today, for discovery
/// (`acr_values_supported`).
pub const SUPPORTED: &[&str] = &[AAL1, AAL2];

/// The `amr` value for a password (RFC 8176 §2).
pub const AMR_PASSWORD: &str = "pwd";
/// The `amr` value for a mailed code or link. None of the registered methods names it: `otp` would say
/// that an authenticator app was there (RFC 8176 §2, decision 61).
pub const AMR_EMAIL: &str = "email";
/// The `amr` value for a code of an authenticator app (RFC 8176 §2).
pub const AMR_OTP: &str = "otp";
/// The `amr` value that says that there was more than one factor (RFC 8176 §2).
pub const AMR_MULTIPLE: &str = "mfa";

/// The `amr` value for the word of another provider. None is registered for it; this one is what others
/// of the field write (decision 60).
pub const AMR_FEDERATED: &str = "fed";

/// The `amr` value for a key that does not leave its device (RFC 8176 §2).
pub const AMR_HARDWARE_KEY: &str = "hwk";
/// The `amr` value for a key that is copied between devices (RFC 8176 §2).
pub const AMR_SOFTWARE_KEY: &str = "swk";
/// The `amr` value for a test that the person was there (RFC 8176 §2).
pub const AMR_PRESENCE: &str = "user";

/// What a second step was proved with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecondFactorMethod {
    /// A code of the authenticator app.
    Totp,
    /// A recovery code. It is a factor of its own (something held, SP 800-63B-4 §3.1.2), but none
    /// of the registered methods names it: `otp` would say that the app was there.
    RecoveryCode,
    /// A passkey.
    Passkey {
        /// It may be copied between devices (flag BE).
        synced: bool,
    },
}

/// The methods of a passkey whose owner was verified by the device: something held, opened by
/// something known or inherent, so that it is two factors by itself (SP 800-63B-4 §3.1.7).
const fn passkey_methods(synced: bool) -> [&'static str; 3] {
    let key = if synced {
        AMR_SOFTWARE_KEY
    } else {
        AMR_HARDWARE_KEY
    };
    [key, AMR_PRESENCE, AMR_MULTIPLE]
}

/// What a passkey alone proves, at `now`.
pub fn passkey_proof(synced: bool, now: UnixSeconds) -> Authentication {
    Authentication {
        auth_time: now,
        acr: AAL2.to_owned(),
        amr: passkey_methods(synced).map(str::to_owned).to_vec(),
    }
}

/// What a password alone proves, at `now`.
pub fn password_proof(now: UnixSeconds) -> Authentication {
    one_factor(AMR_PASSWORD, now)
}

/// What a mailed code or link alone proves, at `now`.
pub fn email_proof(now: UnixSeconds) -> Authentication {
    one_factor(AMR_EMAIL, now)
}

fn one_factor(method: &str, now: UnixSeconds) -> Authentication {
    Authentication {
        auth_time: now,
        acr: AAL1.to_owned(),
        amr: vec![method.to_owned()],
    }
}

/// What the word of another provider proves. It is one factor, whatever was shown there, unless the
/// operator believes the provider about that: what is not seen here is not claimed here.
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

/// What is proved when a second step follows a first one. The time stays that of the first: the
/// whole is no fresher than its older half.
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

/// Whether a passkey is part of what was proved: a signature for this site alone, which nobody can be
/// talked out of (SP 800-63B-4 §3.2.5).
pub fn is_phishing_resistant(proof: &Authentication) -> bool {
    let key = |method: &String| method == AMR_HARDWARE_KEY || method == AMR_SOFTWARE_KEY;
    proof.amr.iter().any(key)
}

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

/// The first of the voluntary values (`acr_values`, in order of preference, OIDC Core §3.1.2.1)
/// that this server knows.
pub fn preferred(wanted: &[String]) -> Option<&'static str> {
    let known = |value: &String| SUPPORTED.iter().copied().find(|have| have == value);
    wanted.iter().find_map(known)
}

/// Whether any of these values could ever be reached by signing in again.
pub fn reachable(wanted: &[String]) -> bool {
    wanted.is_empty() || SUPPORTED.iter().any(|have| satisfies(have, wanted))
}

#[cfg(test)]
mod tests;
