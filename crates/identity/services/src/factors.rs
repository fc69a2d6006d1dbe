//! The second factors of a user, and the factors that are required.

use doorward_domain::boxed;
use doorward_domain::model::{Authentication, EffectiveRoles, OrgScope, TotpFactor, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_rules::factor_campaign::Protection;
use doorward_rules::limits::lockout::Tolerance;
use doorward_rules::reauthentication;
use doorward_rules::second_factor::{self, EnrolledFactors, FactorRequirement, SecondFactorStatus};
use doorward_store::repo::totp_factors::FactorInventory;
use doorward_store::{Conn, StoreError, repo};

use crate::context::{Accounts, Context, Core};
use crate::error::{FlowError, FlowResult, Result};
use crate::signed_in::SignedIn;

/// Returns the user's confirmed authenticator app.
#[boxed]
pub async fn confirmed(conn: &Conn, user: UserId) -> Result<Option<TotpFactor>, StoreError> {
    let found = repo::totp_factors::find(conn, user).await?;
    Ok(found.filter(TotpFactor::is_confirmed))
}

/// Returns the second factor status of the signed-in user. Skips the look-up if the session already
/// has two factors.
#[boxed]
pub async fn status(context: &Context, signed_in: &SignedIn) -> Result<SecondFactorStatus> {
    let core = &context.core;
    let (conn, user) = (core.db.read(), signed_in.user.id);
    let proof = &signed_in.session.authentication;
    let demand = requirement(core, conn, user).await?;
    if demand < FactorRequirement::Passkey && FactorRequirement::TwoFactors.is_met_by(proof) {
        return Ok(SecondFactorStatus::default());
    }
    let has = repo::totp_factors::inventory(conn, user).await?;
    let factors = Factors::new(has, demand);
    Ok(factors.status(&context.accounts, signed_in))
}

/// Returns the same status for a page that only needs to know what is required: without any
/// requirement, nothing is looked up.
#[boxed]
pub async fn status_if_required(
    context: &Context,
    signed_in: &SignedIn,
) -> Result<SecondFactorStatus> {
    if !demands_any(&context.core) {
        return Ok(SecondFactorStatus::default());
    }
    status(context, signed_in).await
}

/// The second factors of a user, and the required ones, as read with their session: for the pages
/// of one request. Changes read them again.
#[derive(Clone, Debug)]
pub struct Factors {
    pub has: FactorInventory,
    pub demand: FactorRequirement,
    /// The time from which a campaign will require a second factor. Only the pages of an account read
    /// it.
    pub announced: Option<UnixSeconds>,
}

impl Factors {
    pub const fn new(has: FactorInventory, demand: FactorRequirement) -> Self {
        Self {
            has,
            demand,
            announced: None,
        }
    }

    pub fn status(&self, accounts: &Accounts, signed_in: &SignedIn) -> SecondFactorStatus {
        let held = EnrolledFactors {
            app: has_app(&self.has),
            passkey: has_usable_passkey(accounts, &self.has),
        };
        second_factor::status(&signed_in.session.authentication, self.demand, held)
    }

    /// Returns the time from which a campaign requires a second factor, if the user has none.
    pub fn due(&self, accounts: &Accounts) -> Option<UnixSeconds> {
        let is_ready = has_app(&self.has) || has_usable_passkey(accounts, &self.has);
        self.announced.filter(|_| !is_ready)
    }

    pub const fn has_passkey(&self) -> bool {
        self.has.passkeys > 0
    }

    /// Returns true if the user authenticated recently and strongly enough for sensitive actions
    /// (ASVS 5.0 §7.5.1).
    pub fn is_fresh(&self, context: &Context, signed_in: &SignedIn) -> bool {
        let Context { core, accounts, .. } = context;
        // A user without a passkey cannot be asked for one, so that requirement does not apply
        // here.
        let demand = if has_usable_passkey(accounts, &self.has) {
            self.demand
        } else {
            FactorRequirement::OneFactor
        };
        let has_factor = has_app(&self.has) || demand > FactorRequirement::OneFactor;
        let is_fresh = reauthentication::is_fresh(&signed_in.proof, has_factor, core.now());
        // If a passkey is required and registered, it must have been used.
        is_fresh && (demand < FactorRequirement::Passkey || demand.is_met_by(&signed_in.proof))
    }

    /// Returns true if a password alone does not sign this user in: with an authenticator app, or
    /// with a passkey if the operator requires a second factor. Users with an optional passkey may
    /// still use the password, so that a lost device does not lock them out.
    fn is_required(&self, accounts: &Accounts) -> bool {
        has_app(&self.has)
            || (has_usable_passkey(accounts, &self.has)
                && self.demand > FactorRequirement::OneFactor)
    }

    /// Returns true if the user must use the second factor before a change that asks for the
    /// password itself, because the password alone is not sufficient (ASVS 5.0 §7.5.1).
    pub fn is_due_for_change(&self, context: &Context, signed_in: &SignedIn) -> bool {
        self.is_required(&context.accounts) && !self.is_fresh(context, signed_in)
    }
}

pub fn has_app(has: &FactorInventory) -> bool {
    has.app.as_ref().is_some_and(TotpFactor::is_confirmed)
}

/// Returns true if the user has a passkey that can be requested.
const fn has_usable_passkey(accounts: &Accounts, has: &FactorInventory) -> bool {
    accounts.passkeys.is_some() && has.passkeys > 0
}

/// Returns true if the operator requires any second factor of this user.
#[boxed]
pub async fn is_required(core: &Core, conn: &Conn, user: UserId) -> Result<bool, StoreError> {
    Ok(requirement(core, conn, user).await? > FactorRequirement::OneFactor)
}

/// Returns the factors that the operator requires of this user; never cached, because the next step
/// of a user and the grant check must agree.
#[boxed]
pub async fn requirement(
    core: &Core,
    conn: &Conn,
    user: UserId,
) -> Result<FactorRequirement, StoreError> {
    if !demands_any(core) {
        return Ok(FactorRequirement::OneFactor);
    }
    // A role in one organization requires the same protection as any other.
    let (place, now) = (OrgScope::Any, core.now());
    let roles = repo::roles::effective_for_user_in(conn, user, place, now).await?;
    Ok(demand_of(core, &roles))
}

/// Returns true if the operator requires a second factor of any role, or a campaign is open. Roles of
/// users are only read then.
pub fn demands_any(core: &Core) -> bool {
    let mfa = &core.config.mfa;
    let is_demanded = !(mfa.required_for_roles.is_empty() && mfa.passkey_for_roles.is_empty());
    is_demanded || core.campaigns.is_any()
}

/// Returns the time from which a campaign requires a second factor of a user who has none.
#[boxed]
pub async fn due(context: &Context, user: UserId) -> Result<Option<UnixSeconds>, StoreError> {
    let Context { core, accounts, .. } = context;
    if !core.campaigns.is_any() {
        return Ok(None);
    }
    let (conn, now) = (core.db.read(), core.now());
    let roles = repo::roles::effective_for_user_in(conn, user, OrgScope::Any, now).await?;
    let has = repo::totp_factors::inventory(conn, user).await?;
    let factors = Factors {
        announced: announced(core, &roles),
        ..Factors::new(has, demand_of(core, &roles))
    };
    Ok(factors.due(accounts))
}

/// Returns the time from which a campaign will require a second factor of a user with these roles, in
/// any organization; `None` if one is required already.
pub fn announced(core: &Core, roles: &EffectiveRoles) -> Option<UnixSeconds> {
    let protection = Protection::of_campaigns(&roles.campaigns, core.now());
    let is_required = demand_of(core, roles) > FactorRequirement::OneFactor;
    protection.announced().filter(|_| !is_required)
}

/// Returns the same as [`requirement`] for roles that were just read, in any organization.
pub fn demand_of(core: &Core, roles: &EffectiveRoles) -> FactorRequirement {
    let mfa = &core.config.mfa;
    let (two, passkey) = (&mfa.required_for_roles, &mfa.passkey_for_roles);
    let protection = Protection::of_campaigns(&roles.campaigns, core.now());
    FactorRequirement::from_roles(&roles.roles, two, passkey).max(protection.requirement())
}

/// Reads the current factors of this user. The requirement is only read if it can matter: a user
/// without a usable passkey cannot be asked for one.
async fn factors(context: &Context, conn: &Conn, user: UserId) -> Result<Factors, StoreError> {
    let Context { core, accounts, .. } = context;
    let has = repo::totp_factors::inventory(conn, user).await?;
    let demand = if has_usable_passkey(accounts, &has) {
        requirement(core, conn, user).await?
    } else {
        FactorRequirement::OneFactor
    };
    Ok(Factors::new(has, demand))
}

/// Returns true if currently a password alone does not sign this user in.
#[boxed]
pub async fn is_required_at_sign_in(
    context: &Context,
    conn: &Conn,
    user: UserId,
) -> Result<bool, StoreError> {
    let factors = factors(context, conn, user).await?;
    Ok(factors.is_required(&context.accounts))
}

/// Returns true if this authentication of a user is recent, and strong enough for a sign-in.
#[boxed]
pub async fn is_proof_fresh(
    context: &Context,
    user: UserId,
    proof: &Authentication,
) -> Result<bool> {
    let core = &context.core;
    let has_factor = is_required_at_sign_in(context, core.db.read(), user).await?;
    Ok(reauthentication::is_fresh(proof, has_factor, core.now()))
}

/// Reads the current factors for [`Factors::is_fresh`]. If it returns false, `/login?next=…` asks
/// for reauthentication.
#[boxed]
pub async fn is_fresh(context: &Context, signed_in: &SignedIn) -> Result<bool> {
    Ok(present(context, signed_in)
        .await?
        .is_fresh(context, signed_in))
}

/// Rejects a change whose user has not authenticated recently and strongly enough
/// ([`Factors::is_fresh`]).
pub async fn require_fresh<R>(
    context: &Context,
    signed_in: &SignedIn,
    rejection: R,
) -> FlowResult<(), R> {
    if is_fresh(context, signed_in).await? {
        Ok(())
    } else {
        Err(FlowError::Rejected(rejection))
    }
}

/// Reads the current factors for [`Factors::is_due_for_change`].
#[boxed]
pub async fn is_due_for_change(context: &Context, signed_in: &SignedIn) -> Result<bool> {
    let factors = present(context, signed_in).await?;
    Ok(factors.is_due_for_change(context, signed_in))
}

async fn present(context: &Context, signed_in: &SignedIn) -> Result<Factors, StoreError> {
    factors(context, context.core.db.read(), signed_in.user.id).await
}

/// Returns the numbers of wrong codes that are tolerated.
pub fn tolerance(core: &Core) -> Tolerance {
    Tolerance::times(core.config.limits.multiplier)
}
