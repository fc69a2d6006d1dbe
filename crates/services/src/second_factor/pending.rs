//! Sign-ins that wait for their second step.

use doorward_domain::model::{AttemptId, FirstFactor, Interaction, PendingSignIn, UserId};
use doorward_domain::secret::TokenHash;
use doorward_store::{StoreError, WriteTx, repo};

use crate::error::ServerError;
use crate::signed_in::SignedIn;
use crate::state::State;

/// How long a sign-in waits for the code, in seconds.
pub(crate) const PENDING_LIFE: i64 = 10 * 60;

/// What a waiting sign-in is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting<'a> {
    /// Who proved the first step.
    pub user: UserId,
    /// What that was.
    pub first: FirstFactor,
    /// SHA-256 of the browser's own cookie.
    pub browser: TokenHash,
    /// "Keep me signed in on this device".
    pub remember: bool,
    /// The interaction that it belongs to.
    pub interaction: Option<&'a Interaction>,
    /// The page of the account that it leads to.
    pub next: Option<&'a str>,
}

/// Begins to wait for the code.
pub(crate) async fn begin(
    state: &State,
    tx: &WriteTx,
    waiting: Waiting<'_>,
) -> Result<AttemptId, StoreError> {
    let now = state.now();
    let pending = PendingSignIn {
        id: AttemptId::generate(&mut rand::rng()),
        browser_hash: waiting.browser,
        user_id: waiting.user,
        first: waiting.first,
        remember: waiting.remember,
        interaction_id: waiting.interaction.map(|one| one.id.clone()),
        next: waiting.next.map(str::to_owned),
        created_at: now,
        expires_at: now + PENDING_LIFE,
        tries: 0,
        done_at: None,
    };
    repo::pending_sign_ins::insert(tx, &pending).await?;
    Ok(pending.id)
}

/// Begins to wait for the code that makes the session of this browser stronger.
pub async fn step_up(
    state: &State,
    who: &SignedIn,
    browser: TokenHash,
    interaction: Option<&Interaction>,
    next: Option<&str>,
) -> Result<AttemptId, ServerError> {
    let tx = state.db.begin_write().await?;
    let waiting = Waiting {
        user: who.user.id,
        first: FirstFactor::Session(who.session.id),
        browser,
        remember: who.session.remember,
        interaction,
        next,
    };
    let id = begin(state, &tx, waiting).await?;
    tx.commit().await?;
    Ok(id)
}
