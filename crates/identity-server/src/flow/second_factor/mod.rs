//! The second factor: the step after the password, and its set-up.

pub mod answer;
pub mod set_up;

use doorward_domain::model::{
    AttemptId, FirstProof, Interaction, PendingSignIn, Place, TotpFactor, UserId,
};
use doorward_domain::rules::assurance::{self, AAL2};
use doorward_domain::rules::second_factor::{self, SecondFactor, Tolerance};
use doorward_domain::rules::sudo;
use doorward_domain::secret::TokenHash;
use doorward_store::{Conn, StoreError, WriteTx, repo};

use super::session::SignedIn;
use crate::fault::Fault;
use crate::state::State;

/// How long a sign-in waits for the code, in seconds.
pub(crate) const PENDING_LIFE: i64 = 10 * 60;

/// The person's confirmed app.
pub(crate) async fn confirmed(
    conn: &impl Conn,
    user: UserId,
) -> Result<Option<TotpFactor>, StoreError> {
    let found = repo::totp_factors::find(conn, user).await?;
    Ok(found.filter(TotpFactor::is_confirmed))
}

/// How the signed-in person stands to the second factor. Asked of nobody who proved it already.
pub async fn standing(state: &State, who: &SignedIn) -> Result<SecondFactor, Fault> {
    if assurance::satisfies(&who.session.authentication.acr, &[AAL2.to_owned()]) {
        return Ok(SecondFactor::default());
    }
    Ok(SecondFactor {
        enrolled: confirmed(state.db.read(), who.user.id).await?.is_some()
            || has_passkey(state, state.db.read(), who.user.id).await?,
        required: is_required(state, state.db.read(), who.user.id).await?,
    })
}

/// Whether the operator demands a second factor of this person (`mfa.required_for_roles`). Read
/// anew: what comes next for a person and the gate must not differ by a cache.
pub(crate) async fn is_required(
    state: &State,
    conn: &impl Conn,
    user: UserId,
) -> Result<bool, StoreError> {
    let roles = &state.config.mfa.required_for_roles;
    if roles.is_empty() {
        return Ok(false);
    }
    // A role that counts in one organization only protects as much as any other.
    let (place, now) = (Place::Anywhere, state.now());
    let held = repo::roles::effective_for_user_in(conn, user, place, now).await?;
    Ok(second_factor::is_required(&held.roles, roles))
}

/// Whether the person has a passkey that can be asked for.
pub(crate) async fn has_passkey(
    state: &State,
    conn: &impl Conn,
    user: UserId,
) -> Result<bool, StoreError> {
    Ok(state.passkeys.is_some() && repo::passkeys::count(conn, user).await? > 0)
}

/// Whether a password alone does not sign this person in: they have an authenticator app, or they
/// have a passkey where the operator demands a second factor. Who has a passkey by choice may still
/// use the password: a device that is lost locks nobody out.
pub(crate) async fn is_asked(
    state: &State,
    conn: &impl Conn,
    user: UserId,
) -> Result<bool, StoreError> {
    Ok(confirmed(conn, user).await?.is_some()
        || (has_passkey(state, conn, user).await? && is_required(state, conn, user).await?))
}

/// Whether the person proved themselves recently and strongly enough for what matters most (SE-7).
/// Where not, `/login?next=…` asks again.
pub async fn is_fresh(state: &State, who: &SignedIn) -> Result<bool, Fault> {
    let has_factor = is_asked(state, state.db.read(), who.user.id).await?;
    Ok(sudo::is_fresh(&who.proof, has_factor, state.now()))
}

/// Whether the person has to prove their second factor before a change that asks for the password
/// itself: the password alone would not do (SE-7).
pub async fn is_due_for_change(state: &State, who: &SignedIn) -> Result<bool, Fault> {
    let has_factor = is_asked(state, state.db.read(), who.user.id).await?;
    Ok(has_factor && !sudo::is_fresh(&who.proof, has_factor, state.now()))
}

/// How many wrong codes are borne here.
fn tolerance(state: &State) -> Tolerance {
    Tolerance::times(state.config.limits.multiplier)
}

/// What a waiting sign-in is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting<'a> {
    /// Who proved the first step.
    pub user: UserId,
    /// What that was.
    pub first: FirstProof,
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
) -> Result<AttemptId, Fault> {
    let tx = state.db.begin_write().await?;
    let waiting = Waiting {
        user: who.user.id,
        first: FirstProof::Session(who.session.id),
        browser,
        remember: who.session.remember,
        interaction,
        next,
    };
    let id = begin(state, &tx, waiting).await?;
    tx.commit().await?;
    Ok(id)
}
