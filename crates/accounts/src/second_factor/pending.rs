//! Sign-ins that wait for the second factor.

use doorward_domain::model::{AttemptId, FirstFactor, Interaction, PendingSignIn, UserId};
use doorward_domain::secret::TokenHash;
use doorward_services::context::Core;
use doorward_services::error::ServerError;
use doorward_services::signed_in::SignedIn;
use doorward_store::{StoreError, WriteTx, repo};

/// Lifetime of a pending sign-in, in seconds.
pub const PENDING_TTL: i64 = 10 * 60;

/// The input of a pending sign-in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting<'a> {
    pub user: UserId,
    pub first: FirstFactor,
    /// SHA-256 of the browser's cookie.
    pub browser: TokenHash,
    /// "Keep me signed in on this device".
    pub remember: bool,
    pub interaction: Option<&'a Interaction>,
    /// The account page to show afterwards.
    pub next: Option<&'a str>,
}

pub(crate) async fn create(
    core: &Core,
    tx: &WriteTx,
    waiting: Waiting<'_>,
) -> Result<AttemptId, StoreError> {
    let now = core.now();
    let pending = PendingSignIn {
        id: AttemptId::generate(&mut core.rng()),
        browser_hash: waiting.browser,
        user_id: waiting.user,
        first: waiting.first,
        remember: waiting.remember,
        interaction_id: waiting
            .interaction
            .map(|interaction| interaction.id.clone()),
        next: waiting.next.map(str::to_owned),
        created_at: now,
        expires_at: now + PENDING_TTL,
        tries: 0,
        done_at: None,
    };
    repo::pending_sign_ins::insert(tx, &pending).await?;
    Ok(pending.id)
}

/// Stores a pending step-up of this browser's session.
pub async fn step_up(
    core: &Core,
    signed_in: &SignedIn,
    browser: TokenHash,
    interaction: Option<&Interaction>,
    next: Option<&str>,
) -> Result<AttemptId, ServerError> {
    let tx = core.db.begin_write().await?;
    let waiting = Waiting {
        user: signed_in.user.id,
        first: FirstFactor::Session(signed_in.session.id),
        browser,
        remember: signed_in.session.remember,
        interaction,
        next,
    };
    let id = create(core, &tx, waiting).await?;
    tx.commit().await?;
    Ok(id)
}
