//! Safeguards that mutation tests can disable, to prove that a test fails without them (decision
//! 66).
//!
//! In every ordinary build [`is_disabled`] is a constant: the compiler removes the check, and no
//! such build can disable a safeguard. `cargo xtask mutants` builds with `--cfg doorward_mutants`;
//! there the variable `DOORWARD_MUTANT` names the disabled safeguard. That never compiles in a
//! release build.

#[cfg(all(doorward_mutants, not(debug_assertions)))]
compile_error!("a build whose guards can be taken out is never released");

/// A safeguard with a mutant. `crates/xtask/mutants.txt` names the test that fails without it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Safeguard {
    /// An authorization code is single-use.
    CodeUsedOnce,
    /// A replayed code revokes its tokens.
    CodeReplayRevokes,
    /// A code is valid only with the `redirect_uri` of its request.
    CodeRedirectUri,
    /// A code is valid only with the verifier of its challenge.
    PkceVerifier,
    /// A `redirect_uri` is compared in full.
    RedirectUriExact,
    /// A refresh token is single-use.
    RefreshSpentOnce,
    /// A replayed refresh token revokes its family.
    ReuseRevokesFamily,
    /// Tokens end with their session.
    SessionAtGate,
    /// A disabled account gets no tokens.
    AccountAtGate,
    /// A token is valid only for its audience.
    Audience,
    /// Forwarded addresses are accepted only from trusted proxies.
    ForwardedFromProxies,
    /// A form must come from a page of this server.
    Csrf,
    /// A recovery code is single-use.
    RecoveryCodeOnce,
    /// A time step of an authenticator app is single-use.
    TotpStepOnce,
    /// A mail link is single-use.
    EmailLinkOnce,
    /// A commit is reported only after the log was synced.
    LogSync,
}

impl Safeguard {
    /// Every safeguard.
    pub const ALL: [Self; 16] = [
        Self::CodeUsedOnce,
        Self::CodeReplayRevokes,
        Self::CodeRedirectUri,
        Self::PkceVerifier,
        Self::RedirectUriExact,
        Self::RefreshSpentOnce,
        Self::ReuseRevokesFamily,
        Self::SessionAtGate,
        Self::AccountAtGate,
        Self::Audience,
        Self::ForwardedFromProxies,
        Self::Csrf,
        Self::RecoveryCodeOnce,
        Self::TotpStepOnce,
        Self::EmailLinkOnce,
        Self::LogSync,
    ];

    /// Returns the name in `DOORWARD_MUTANT`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CodeUsedOnce => "code-used-once",
            Self::CodeReplayRevokes => "code-replay-revokes",
            Self::CodeRedirectUri => "code-redirect-uri",
            Self::PkceVerifier => "pkce-verifier",
            Self::RedirectUriExact => "redirect-uri-exact",
            Self::RefreshSpentOnce => "refresh-spent-once",
            Self::ReuseRevokesFamily => "reuse-revokes-family",
            Self::SessionAtGate => "session-at-gate",
            Self::AccountAtGate => "account-at-gate",
            Self::Audience => "audience",
            Self::ForwardedFromProxies => "forwarded-from-proxies",
            Self::Csrf => "csrf",
            Self::RecoveryCodeOnce => "recovery-code-once",
            Self::TotpStepOnce => "totp-step-once",
            Self::EmailLinkOnce => "email-link-once",
            Self::LogSync => "log-sync",
        }
    }
}

/// Returns true if this build runs without the safeguard: never, except in a build of `cargo xtask
/// mutants`.
#[cfg(not(doorward_mutants))]
#[inline]
pub const fn is_disabled(_: Safeguard) -> bool {
    false
}

/// Returns true if `DOORWARD_MUTANT` names this safeguard.
#[cfg(doorward_mutants)]
pub fn is_disabled(guard: Safeguard) -> bool {
    static NAMED: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    let named = NAMED.get_or_init(|| std::env::var("DOORWARD_MUTANT").ok());
    named.as_deref() == Some(guard.name())
}
