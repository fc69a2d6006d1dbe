//! Sign-in attempts and rejected OAuth requests, stored for a limited time so that an administrator
//! can see why they failed. Users see one uniform message.

use serde_json::{Map, Value};

use super::id::{SignInAttemptId, UserId};
use crate::time::UnixSeconds;

doorward_protocol::words! {
    pub enum AttemptStep {
        Password = "password",
        Passkey = "passkey",
        EmailCode = "email_code",
        OperatorLink = "operator_link",
        Provider = "provider",
        SecondFactor = "second_factor",
        /// The first tokens of a first-party client.
        FirstParty = "first_party",
        Consent = "consent",
        Authorize = "authorize",
        Token = "token",
        /// A bind over LDAP.
        Ldap = "ldap",
    }

    pub enum AttemptOutcome {
        Succeeded = "succeeded",
        /// The user could not be authenticated, or may not sign in.
        Failed = "failed",
        Rejected = "rejected",
        /// The user did not continue.
        Abandoned = "abandoned",
    }
}

macro_rules! rules {
    ($($variant:ident = $word:literal, $sentence:literal;)+) => {
        doorward_protocol::words! {
            /// The rule that ended an attempt of a user. Rejected requests have the names of the OAuth
            /// errors and their reasons.
            pub enum AttemptRule { $($variant = $word,)+ }
        }

        impl AttemptRule {
            /// Returns the rule as a sentence, for the API and the command line.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }
        }
    };
}

rules! {
    Completed = "completed", "the user signed in";
    UnknownUser = "unknown_user", "no account has this name or e-mail address";
    WrongPassword = "wrong_password", "the password is wrong";
    NoPassword = "no_password", "the account has no password";
    PasswordWithdrawn =
        "password_withdrawn", "the password was withdrawn; the user must choose another one";
    PasswordChanged = "password_changed", "the password was changed while it was checked";
    UserDisabled = "user_disabled", "the account is disabled";
    Lockout = "lockout", "sign-in is temporarily locked after too many failures";
    RateLimit = "rate_limit", "too many attempts within a minute";
    WrongCode = "wrong_code", "the code is wrong or was used before";
    CodesDelayed = "codes_delayed", "codes are temporarily not checked after too many wrong ones";
    CodesLocked = "codes_locked", "only a recovery code is accepted after too many wrong codes";
    Expired = "expired", "the attempt has expired, or had too many wrong codes";
    Finished = "finished", "the attempt was already complete";
    OtherBrowser = "other_browser", "the attempt was started in another browser";
    FactorMissing = "factor_missing", "the second factor was not given in time";
    PasskeyRejected = "passkey_rejected", "the passkey was not accepted";
    PasskeyUnknown = "passkey_unknown", "the passkey is not known, or belongs to another user";
    ProviderDenied = "provider_denied", "the user declined at the identity provider";
    ProviderDisabled = "provider_disabled", "the identity provider does not exist or is disabled";
    ProviderUnavailable =
        "provider_unavailable", "the identity provider did not respond as expected";
    ProviderRejected =
        "provider_rejected", "the identity provider's response is not trusted, or the account is disabled";
    ProviderTooOld = "provider_too_old", "the identity provider does not confirm a recent sign-in";
    ProviderClosed =
        "provider_closed", "there is no account for this identity, and none may be created";
    ProviderLink = "provider_link", "the identity cannot be linked to the account";
    EmailNotVerified = "email_not_verified", "the e-mail address is not verified";
    FactorRequired = "factor_required", "a second factor is required, and the user has none";
    NotMember = "not_member", "the user is not a member of the organization";
    AppPasswordUnknown =
        "app_password_unknown", "the password is none of the user's app passwords; LDAP never accepts that of the account";
    ApiKeyRejected =
        "api_key_rejected", "the API key is unknown, has ended, is another user's, or does not have the scope for LDAP";
    GrantRejected = "grant_rejected", "the account or the client was disabled during the attempt";
}

/// A sign-in attempt or a rejected OAuth request.
#[derive(Clone, PartialEq, Debug)]
pub struct SignInAttempt {
    pub id: SignInAttemptId,
    pub at: UnixSeconds,
    pub step: AttemptStep,
    pub outcome: AttemptOutcome,
    /// The rule that decided: an [`AttemptRule`], or the reason or code of an OAuth error.
    pub rule: String,
    pub reason: String,
    pub user_id: Option<UserId>,
    /// The keyed hash of the typed login identifier, if no user is known.
    pub name_hash: Option<[u8; 32]>,
    pub client_id: Option<String>,
    pub request_id: Option<String>,
    /// The network of the caller: an IPv4 address or an IPv6 /64.
    pub address: Option<String>,
    /// Further facts, such as expected and received values; never a secret.
    pub detail: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn words_are_unique_and_read_back() {
        let rules: HashSet<&str> = AttemptRule::ALL.iter().map(|rule| rule.as_str()).collect();
        assert_eq!(rules.len(), AttemptRule::ALL.len());
        for rule in &AttemptRule::ALL {
            assert_eq!(AttemptRule::parse(rule.as_str()), Some(*rule));
            assert!(!rule.sentence().is_empty());
        }
        for step in &AttemptStep::ALL {
            assert_eq!(AttemptStep::parse(step.as_str()), Some(*step));
        }
        for outcome in &AttemptOutcome::ALL {
            assert_eq!(AttemptOutcome::parse(outcome.as_str()), Some(*outcome));
        }
        assert_eq!(AttemptOutcome::parse("unknown"), None);
    }

    #[test]
    fn id_contains_time_of_generation() {
        let mut rng = StdRng::seed_from_u64(1);
        let id = SignInAttemptId::generate(1_800_000_000, &mut rng);
        assert_eq!(id.at(), 1_800_000_000);
    }
}
