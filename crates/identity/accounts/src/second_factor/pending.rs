//! Sign-ins that wait for the second factor.

use doorward_domain::model::{Authentication, PendingSignIn, UpstreamSession};

use crate::prelude::*;

/// Lifetime of a pending sign-in, in seconds.
pub const PENDING_TTL: i64 = 10 * 60;

/// A successful first factor of any kind.
pub(crate) struct FirstStep<'a> {
    pub user: &'a User,
    pub first: FirstFactor,
    /// The authentication after this factor alone.
    pub authentication: Authentication,
    /// The session at an identity provider that the factor came from.
    pub upstream: Option<UpstreamSession>,
    pub is_factor_due: bool,
    /// SHA-256 of the browser's cookie.
    pub browser: TokenHash,
    pub remember: bool,
    pub interaction: Option<&'a Interaction>,
    /// The account page to show afterwards.
    pub next: Option<&'a str>,
    pub before: Option<&'a SignedIn>,
}

pub(crate) async fn create(
    core: &Core,
    tx: &WriteTx,
    step: &FirstStep<'_>,
) -> Result<AttemptId, StoreError> {
    let now = core.now();
    let pending = PendingSignIn {
        id: AttemptId::generate(&mut core.rng()),
        browser_hash: step.browser,
        user_id: step.user.id,
        first: step.first,
        upstream: step.upstream.clone(),
        remember: step.remember,
        interaction_id: step.interaction.map(|interaction| interaction.id.clone()),
        next: step.next.map(str::to_owned),
        created_at: now,
        expires_at: now + PENDING_TTL,
        tries: 0,
        done_at: None,
    };
    repo::pending_sign_ins::insert(tx, &pending).await?;
    Ok(pending.id)
}

/// Stores a pending step-up of this browser's session.
#[boxed(?Send)]
pub async fn step_up(
    core: &Core,
    signed_in: &SignedIn,
    browser: TokenHash,
    interaction: Option<&Interaction>,
    next: Option<&str>,
) -> Result<AttemptId> {
    let tx = core.db.begin_write().await?;
    let step = FirstStep {
        user: &signed_in.user,
        first: FirstFactor::Session(signed_in.session.id),
        authentication: signed_in.session.authentication.clone(),
        upstream: None,
        is_factor_due: true,
        browser,
        remember: signed_in.session.remember,
        interaction,
        next,
        before: Some(signed_in),
    };
    let id = create(core, &tx, &step).await?;
    tx.commit().await?;
    Ok(id)
}
