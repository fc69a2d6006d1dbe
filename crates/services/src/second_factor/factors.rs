//! The second factors of a user, and what is demanded of them.

use doorward_domain::model::{EffectiveRoles, OrgScope, TotpFactor, UserId};
use doorward_domain::rules::reauthentication;
use doorward_domain::rules::second_factor::{
    self, FactorRequirement, Held, SecondFactorStatus, Tolerance,
};
use doorward_store::repo::totp_factors::FactorInventory;
use doorward_store::{Conn, StoreError, repo};

use crate::error::ServerError;
use crate::signed_in::SignedIn;
use crate::state::State;

/// The person's confirmed app.
pub(crate) async fn confirmed(
    conn: &impl Conn,
    user: UserId,
) -> Result<Option<TotpFactor>, StoreError> {
    let found = repo::totp_factors::find(conn, user).await?;
    Ok(found.filter(TotpFactor::is_confirmed))
}

/// How the signed-in person stands to the second factor. Asked of nobody who proved it already.
pub async fn standing(state: &State, who: &SignedIn) -> Result<SecondFactorStatus, ServerError> {
    let (conn, user) = (state.db.read(), who.user.id);
    let proof = &who.session.authentication;
    let demand = requirement(state, conn, user).await?;
    if demand < FactorRequirement::Passkey && FactorRequirement::TwoFactors.is_met(proof) {
        return Ok(SecondFactorStatus::default());
    }
    let has = repo::totp_factors::standing(conn, user).await?;
    Ok(Factors { has, demand }.standing(state, who))
}

/// The same for a page that only asks what is demanded: where that is nothing, nothing is looked up.
pub async fn standing_if_demanded(
    state: &State,
    who: &SignedIn,
) -> Result<SecondFactorStatus, ServerError> {
    if !demands_any(state) {
        return Ok(SecondFactorStatus::default());
    }
    standing(state, who).await
}

/// What a person has of a second factor, and what is demanded of them, as it was when their session was
/// read: for the pages of that one request. A change looks again.
#[derive(Clone, Debug)]
pub struct Factors {
    pub(crate) has: FactorInventory,
    pub(crate) demand: FactorRequirement,
}

impl Factors {
    /// How the signed-in person stands to the second factor.
    pub fn standing(&self, state: &State, who: &SignedIn) -> SecondFactorStatus {
        let held = Held {
            app: has_app(&self.has),
            passkey: may_use_passkey(state, &self.has),
        };
        second_factor::standing(&who.session.authentication, self.demand, held)
    }

    /// Whether the person proved themselves recently and strongly enough for what matters most (SE-7).
    pub fn is_fresh(&self, state: &State, who: &SignedIn) -> bool {
        // Whatever is demanded, of who has no passkey none is asked.
        let demand = if may_use_passkey(state, &self.has) {
            self.demand
        } else {
            FactorRequirement::OneFactor
        };
        let has_factor = has_app(&self.has) || demand > FactorRequirement::OneFactor;
        let is_fresh = reauthentication::is_fresh(&who.proof, has_factor, state.now());
        // Who must have a passkey, and has one, proves that.
        is_fresh && (demand < FactorRequirement::Passkey || demand.is_met(&who.proof))
    }

    /// Whether a password alone does not sign this person in: they have an authenticator app, or they
    /// have a passkey where the operator demands a second factor. Who has a passkey by choice may still
    /// use the password: a device that is lost locks nobody out.
    fn is_asked(&self, state: &State) -> bool {
        has_app(&self.has)
            || (may_use_passkey(state, &self.has) && self.demand > FactorRequirement::OneFactor)
    }

    /// Whether the person has to prove their second factor before a change that asks for the password
    /// itself: the password alone would not do (SE-7).
    pub fn is_due_for_change(&self, state: &State, who: &SignedIn) -> bool {
        self.is_asked(state) && !self.is_fresh(state, who)
    }
}

/// Whether the person has an authenticator app, confirmed.
pub(crate) fn has_app(has: &FactorInventory) -> bool {
    has.app.as_ref().is_some_and(TotpFactor::is_confirmed)
}

/// Whether the person has a passkey that can be asked for.
const fn may_use_passkey(state: &State, has: &FactorInventory) -> bool {
    state.passkeys.is_some() && has.passkeys > 0
}

/// Whether the operator demands a second factor of this person, whichever.
pub(crate) async fn is_required(
    state: &State,
    conn: &impl Conn,
    user: UserId,
) -> Result<bool, StoreError> {
    Ok(requirement(state, conn, user).await? > FactorRequirement::OneFactor)
}

/// What the operator demands of this person (`mfa.required_for_roles`, `mfa.passkey_for_roles`). Read
/// anew: what comes next for a person and the gate must not differ by a cache.
pub(crate) async fn requirement(
    state: &State,
    conn: &impl Conn,
    user: UserId,
) -> Result<FactorRequirement, StoreError> {
    if !demands_any(state) {
        return Ok(FactorRequirement::OneFactor);
    }
    // A role that counts in one organization only protects as much as any other.
    let (place, now) = (OrgScope::Any, state.now());
    let held = repo::roles::effective_for_user_in(conn, user, place, now).await?;
    Ok(demand_of(state, &held))
}

/// Whether the operator demands anything of anybody. What a person holds is looked at only then.
pub(crate) fn demands_any(state: &State) -> bool {
    let mfa = &state.config.mfa;
    !(mfa.required_for_roles.is_empty() && mfa.passkey_for_roles.is_empty())
}

/// The same as [`requirement`], of who holds this in whichever place, read a moment ago.
pub(crate) fn demand_of(state: &State, held: &EffectiveRoles) -> FactorRequirement {
    let mfa = &state.config.mfa;
    let (two, passkey) = (&mfa.required_for_roles, &mfa.passkey_for_roles);
    FactorRequirement::of(&held.roles, two, passkey)
}

/// What this person has now. What is demanded is looked at where it can count: of who has no passkey that
/// can be asked for none is asked.
async fn factors(state: &State, conn: &impl Conn, user: UserId) -> Result<Factors, StoreError> {
    let has = repo::totp_factors::standing(conn, user).await?;
    let demand = if may_use_passkey(state, &has) {
        requirement(state, conn, user).await?
    } else {
        FactorRequirement::OneFactor
    };
    Ok(Factors { has, demand })
}

/// Whether a password alone does not sign this person in, as it is now.
pub async fn is_required_at_sign_in(
    state: &State,
    conn: &impl Conn,
    user: UserId,
) -> Result<bool, StoreError> {
    Ok(factors(state, conn, user).await?.is_asked(state))
}

/// [`Factors::is_fresh`], as it is now. Where not, `/login?next=…` asks again.
pub async fn is_fresh(state: &State, who: &SignedIn) -> Result<bool, ServerError> {
    let factors = factors(state, state.db.read(), who.user.id).await?;
    Ok(factors.is_fresh(state, who))
}

/// [`Factors::is_due_for_change`], as it is now.
pub async fn is_due_for_change(state: &State, who: &SignedIn) -> Result<bool, ServerError> {
    let factors = factors(state, state.db.read(), who.user.id).await?;
    Ok(factors.is_due_for_change(state, who))
}

/// How many wrong codes are borne here.
pub(super) fn tolerance(state: &State) -> Tolerance {
    Tolerance::times(state.config.limits.multiplier)
}
