//! Safeguards that mutation tests can disable, to prove that a test fails without them (decision
//! 66).
//!
//! In every ordinary build [`is_disabled`] is a constant: the compiler removes the check, and no
//! such build can disable a safeguard. `cargo xtask mutants` builds with `--cfg doorward_mutants`;
//! there the variable `DOORWARD_MUTANT` names the disabled safeguard. That never compiles in a
//! release build.

#[cfg(all(doorward_mutants, not(debug_assertions)))]
compile_error!("a build whose guards can be taken out is never released");

doorward_protocol::words! {
    /// A safeguard with a mutant, by its name in `DOORWARD_MUTANT`. `crates/tools/xtask/mutants.txt`
    /// names the test that fails without it.
    pub enum Safeguard {
        /// An authorization code is single-use.
        CodeUsedOnce = "code-used-once",
        /// A replayed code revokes its tokens.
        CodeReplayRevokes = "code-replay-revokes",
        /// A code is valid only with the `redirect_uri` of its request.
        CodeRedirectUri = "code-redirect-uri",
        /// A code is valid only with the verifier of its challenge.
        PkceVerifier = "pkce-verifier",
        /// A `redirect_uri` is compared in full.
        RedirectUriExact = "redirect-uri-exact",
        /// A refresh token is single-use.
        RefreshSpentOnce = "refresh-spent-once",
        /// A replayed refresh token revokes its family.
        ReuseRevokesFamily = "reuse-revokes-family",
        /// Tokens end with their session.
        SessionAtGate = "session-at-gate",
        /// A disabled account gets no tokens.
        AccountAtGate = "account-at-gate",
        /// A token is valid only for its audience.
        Audience = "audience",
        /// Forwarded addresses are accepted only from trusted proxies.
        ForwardedFromProxies = "forwarded-from-proxies",
        /// A form must come from a page of this server.
        Csrf = "csrf",
        /// A recovery code is single-use.
        RecoveryCodeOnce = "recovery-code-once",
        /// A time step of an authenticator app is single-use.
        TotpStepOnce = "totp-step-once",
        /// A mail link is single-use.
        EmailLinkOnce = "email-link-once",
        /// A commit is reported only after the log was synced.
        LogSync = "log-sync",
        /// The writes of a batch are reported only after its sync.
        BatchSync = "batch-sync",
        /// A write that SQLite rejects leaves the others of its batch.
        BatchNeighbours = "batch-neighbours",
        /// A begun transaction of PostgreSQL ends although its caller has given up.
        BeginEnds = "begin-ends",
        /// The outcome of a job counts only with the lease of its worker.
        JobLease = "job-lease",
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
    named.as_deref() == Some(guard.as_str())
}
