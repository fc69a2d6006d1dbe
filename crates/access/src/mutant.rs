//! Guards that can be taken out, to see that a test misses them (decision 66).
//!
//! In every ordinary build [`is_disabled`] is a constant: the compiler removes the question, and no such build can
//! be asked to leave a guard out. `cargo xtask mutants` builds with `--cfg doorward_mutants`; there the
//! variable `DOORWARD_MUTANT` names the guard that is missing. That never compiles in a release build.

#[cfg(all(doorward_mutants, not(debug_assertions)))]
compile_error!("a build whose guards can be taken out is never released");

/// A guard that has a mutant. `crates/xtask/mutants.txt` names the test that misses each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Safeguard {
    /// A code is claimed once.
    CodeUsedOnce,
    /// A code that comes twice takes its tokens along.
    CodeReplayRevokes,
    /// A code belongs to the `redirect_uri` that it was sent to.
    CodeRedirectUri,
    /// A code belongs to the verifier of its challenge.
    PkceVerifier,
    /// A `redirect_uri` is compared with nothing taken off.
    RedirectUriExact,
    /// A refresh token is spent once.
    RefreshSpentOnce,
    /// A spent refresh token that comes again ends its family.
    ReuseRevokesFamily,
    /// Tokens end with the session that they hang on.
    SessionAtGate,
    /// An account that is switched off gets no tokens.
    AccountAtGate,
    /// A token is good for its audience alone.
    Audience,
    /// Forwarded addresses are believed from trusted proxies alone.
    ForwardedFromProxies,
    /// A form comes from a page of ours.
    Csrf,
    /// A recovery code is used once.
    RecoveryCodeOnce,
    /// A time step of an authenticator app is used once.
    TotpStepOnce,
    /// A mailed link is used once.
    EmailLinkOnce,
    /// A commit is told of when the log was synced behind it.
    LogSync,
}

impl Safeguard {
    /// Every guard.
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

    /// Its name on the command line.
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

/// Whether this build runs without that guard: never, but in a build of `cargo xtask mutants`.
#[cfg(not(doorward_mutants))]
#[inline]
pub const fn is_disabled(_: Safeguard) -> bool {
    false
}

/// Whether this build runs without that guard: the one that `DOORWARD_MUTANT` names.
#[cfg(doorward_mutants)]
pub fn is_disabled(guard: Safeguard) -> bool {
    static NAMED: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    let named = NAMED.get_or_init(|| std::env::var("DOORWARD_MUTANT").ok());
    named.as_deref() == Some(guard.name())
}
