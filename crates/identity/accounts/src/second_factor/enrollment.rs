//! Enrollment and removal of the second factor. Changes require recent authentication (ASVS 5.0
//! §7.5.1). The session determines the user, never the request.

use doorward_domain::credentials::recovery_code::RecoveryCode;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::{GrantId, TotpFactor};
use doorward_rules::assurance::{self, SecondFactorMethod};
use doorward_services::factors::{Factors, confirmed, is_required, require_fresh, requirement};
use doorward_services::limits;

use super::verification::{open, renewed};
use crate::change::in_recording_change;
use crate::change::{Change, in_change};
use crate::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EnrollmentError {
    /// The last authentication is too old or too weak; reauthentication is required.
    NotFresh,
    AlreadySetUp,
    /// There is no factor to confirm or change.
    NotSetUp,
    WrongCode,
    /// Too many wrong codes: codes are not checked during the lockout.
    Wait(LimitStatus),
    Required,
}

#[derive(Debug)]
pub struct Overview {
    pub factor: Option<TotpFactor>,
    pub codes_left: u64,
    pub passkeys: usize,
    pub is_required: bool,
}

#[boxed(?Send)]
pub async fn overview(core: &Core, signed_in: &SignedIn) -> Result<Overview> {
    let (read, user) = (core.db.read(), signed_in.user.id);
    let has = repo::totp_factors::inventory(read, user).await?;
    let demand = requirement(core, read, user).await?;
    Ok(Overview::from(Factors::new(has, demand)))
}

impl From<Factors> for Overview {
    fn from(Factors { has, demand, .. }: Factors) -> Self {
        Self {
            factor: has.app.filter(TotpFactor::is_confirmed),
            codes_left: has.codes_left.unsigned_abs(),
            passkeys: usize::try_from(has.passkeys).unwrap_or_default(),
            is_required: demand > FactorRequirement::OneFactor,
        }
    }
}

/// Creates a secret that waits for its first code. It has no effect before that.
#[boxed(?Send)]
pub async fn start(context: &Context, signed_in: &SignedIn) -> FlowResult<(), EnrollmentError> {
    require_fresh(context, signed_in, EnrollmentError::NotFresh).await?;
    let Context { core, accounts, .. } = context;
    let user = signed_in.user.id;
    let secret = TotpSecret::generate(&mut core.rng());
    let factor = TotpFactor {
        user_id: user,
        secret_sealed: secret.seal(accounts.totp_key.expose(), user, &mut core.rng()),
        confirmed_at: None,
        last_step: 0,
        failures: 0,
        locked_until: None,
        codes_saved_at: None,
        created_at: core.now(),
    };
    in_transaction(&core.db, async |tx| {
        if repo::totp_factors::insert_unconfirmed(tx, &factor).await? {
            Ok(())
        } else {
            Err(FlowError::Rejected(EnrollmentError::AlreadySetUp))
        }
    })
    .await
}

/// Returns the secret that waits for its first code, for display.
#[boxed(?Send)]
pub async fn proposed(
    context: &Context,
    signed_in: &SignedIn,
) -> FlowResult<TotpSecret, EnrollmentError> {
    require_fresh(context, signed_in, EnrollmentError::NotFresh).await?;
    let factor = waiting(&context.core, signed_in).await?;
    Ok(open(&context.accounts, &factor)?)
}

/// Returns that secret from the factors that were read with the session.
pub fn pending_secret(
    context: &Context,
    signed_in: &SignedIn,
    factors: Factors,
) -> FlowResult<TotpSecret, EnrollmentError> {
    let Context { core, accounts, .. } = context;
    if !factors.is_fresh(context, signed_in) {
        return Err(FlowError::Rejected(EnrollmentError::NotFresh));
    }
    let factor = if_waiting(core, factors.has.app)?;
    Ok(open(accounts, &factor)?)
}

async fn waiting(core: &Core, signed_in: &SignedIn) -> FlowResult<TotpFactor, EnrollmentError> {
    let found = repo::totp_factors::find(core.db.read(), signed_in.user.id).await?;
    if_waiting(core, found)
}

fn if_waiting(core: &Core, found: Option<TotpFactor>) -> FlowResult<TotpFactor, EnrollmentError> {
    match found {
        Some(factor) if factor.is_confirmed() => {
            Err(FlowError::Rejected(EnrollmentError::AlreadySetUp))
        }
        Some(factor) if factor.awaits_first_code(core.now()) => Ok(factor),
        _ => Err(FlowError::Rejected(EnrollmentError::NotSetUp)),
    }
}

#[derive(Debug)]
pub struct Confirmed {
    pub session: NewSession,
    /// The recovery codes, shown only once.
    pub codes: Vec<RecoveryCode>,
}

#[derive(Clone, Copy, Debug)]
pub struct FirstCode<'a> {
    pub code: &'a str,
    pub ends_others: bool,
    /// The grant of the requesting client, whose next tokens contain the new authentication.
    pub grant: Option<GrantId>,
}

/// Confirms the secret by its first code: activates the factor, generates recovery codes, and adds
/// the second factor to this session. A wrong code is counted on the account and recorded.
#[boxed(?Send)]
pub async fn confirm<'a>(
    context: &'a Context,
    signed_in: &SignedIn,
    first: FirstCode<'a>,
    caller: &Caller,
) -> FlowResult<Confirmed, EnrollmentError> {
    let core = &context.core;
    require_fresh(context, signed_in, EnrollmentError::NotFresh).await?;
    let factor = waiting(core, signed_in).await?;
    let user = signed_in.user.id;
    let limiter = &context.limits.rate_limiter;
    let admitted = limiter.admit_first_code(&core.db, user, core.now()).await;
    let pass = admitted.map_err(|error| error.map(EnrollmentError::Wait))?;
    let step = open(&context.accounts, &factor)?.step_of(first.code, core.now());
    let ends_others = first.ends_others;
    let done = in_recording_change(context, caller, async |change| {
        let (tx, now) = (change.tx, change.now());
        let Some(step) = step else {
            let wait = limiter.record_failure(tx, &pass, now).await?;
            let event = change
                .event(AuditKind::FactorFailed, false)
                .by(user)
                .about(user)
                .with("at", "set-up")
                .with_optional("wait", wait.map(|wait| wait.seconds));
            change.record(&event).await?;
            return Err(FlowError::Rejected(EnrollmentError::WrongCode));
        };
        if !repo::totp_factors::confirm(tx, user, factor.created_at, step, now).await? {
            return Err(FlowError::Rejected(EnrollmentError::AlreadySetUp));
        }
        limits::record_success(tx, &pass).await?;
        let codes = give_codes(change, signed_in).await?;
        let proof =
            assurance::with_second(&signed_in.session.authentication, SecondFactorMethod::Totp);
        let session = renewed(core, tx, signed_in, proof).await?;
        if let Some(grant) = first.grant {
            let proof = assurance::with_second(&signed_in.proof, SecondFactorMethod::Totp);
            repo::grants::set_proof(tx, grant, &proof).await?;
        }
        if ends_others {
            end_others(core, tx, &session.session).await?;
        }
        let event = change.own_event(AuditKind::FactorAdded, user);
        let event = event.with("factor", "totp");
        let event = event.with("others_ended", ends_others);
        let notice = SecurityNotification::FactorAdded;
        change.report(&signed_in.user, &event, notice).await?;
        Ok(Confirmed { session, codes })
    })
    .await;
    limiter.withdraw(&pass, &done).await;
    done
}

async fn give_codes(change: Change<'_>, signed_in: &SignedIn) -> Result<Vec<RecoveryCode>> {
    let Change { core, tx, .. } = change;
    let (user, key) = (signed_in.user.id, &change.context.accounts.recovery_key);
    let codes = RecoveryCode::generate_set(&mut core.rng());
    let hash = |code: &RecoveryCode| code.hash(key.expose(), user);
    let hashes: Vec<TokenHash> = codes.iter().map(hash).collect();
    repo::recovery_codes::replace(tx, user, &hashes, core.now()).await?;
    repo::totp_factors::set_codes_saved(tx, user, None).await?;
    // Devices were trusted with the former factor.
    repo::trusted_devices::remove_all(tx, user).await?;
    Ok(codes)
}

/// Generates new recovery codes, shown only once; the old ones stop working.
#[boxed(?Send)]
pub async fn regenerate(
    context: &Context,
    signed_in: &SignedIn,
    caller: &Caller,
) -> FlowResult<Vec<RecoveryCode>, EnrollmentError> {
    require_fresh(context, signed_in, EnrollmentError::NotFresh).await?;
    let user = signed_in.user.id;
    in_change(context, caller, async |change| {
        if confirmed(change.tx, user).await?.is_none() {
            return Err(FlowError::Rejected(EnrollmentError::NotSetUp));
        }
        let codes = give_codes(change, signed_in).await?;
        let event = change.own_event(AuditKind::RecoveryCodesMade, user);
        let notice = SecurityNotification::RecoveryCodesMade;
        change.report(&signed_in.user, &event, notice).await?;
        Ok(codes)
    })
    .await
}

#[boxed(?Send)]
pub async fn codes_are_saved(core: &Core, signed_in: &SignedIn) -> Result<()> {
    let tx = core.db.begin_write().await?;
    repo::totp_factors::set_codes_saved(&tx, signed_in.user.id, Some(core.now())).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes the factor and its recovery codes. This session continues with a new cookie.
#[boxed(?Send)]
pub async fn disable(
    context: &Context,
    signed_in: &SignedIn,
    ends_others: bool,
    caller: &Caller,
) -> FlowResult<NewSession, EnrollmentError> {
    require_fresh(context, signed_in, EnrollmentError::NotFresh).await?;
    let core = &context.core;
    if is_required(core, core.db.read(), signed_in.user.id).await? {
        return Err(FlowError::Rejected(EnrollmentError::Required));
    }
    let user = signed_in.user.id;
    in_change(context, caller, async |change| {
        let tx = change.tx;
        // A secret that waits for its first code is not a factor yet.
        let is_on = confirmed(tx, user).await?.is_some();
        if !is_on || !repo::totp_factors::remove(tx, user).await? {
            return Err(FlowError::Rejected(EnrollmentError::NotSetUp));
        }
        repo::recovery_codes::remove_all(tx, user).await?;
        repo::pending_sign_ins::remove_all(tx, user).await?;
        // A link of the operator relied on the factor.
        let links = [EmailPurpose::Operator];
        repo::email_tokens::revoke_for_user(tx, user, &links, core.now()).await?;
        repo::trusted_devices::remove_all(tx, user).await?;
        let same = signed_in.session.authentication.clone();
        let session = renewed(core, tx, signed_in, same).await?;
        if ends_others {
            end_others(core, tx, &session.session).await?;
        }
        let event = change.own_event(AuditKind::FactorRemoved, user);
        let event = event.with("factor", "totp");
        let event = event.with("others_ended", ends_others);
        let notice = SecurityNotification::FactorRemoved;
        change.report(&signed_in.user, &event, notice).await?;
        Ok(session)
    })
    .await
}

/// Ends every other session of the user, because they were authenticated without the changed factor
/// (ASVS 5.0 §7.4.3).
async fn end_others(core: &Core, tx: &WriteTx, session: &Session) -> Result<()> {
    let (now, reason) = (core.now(), EndReason::FactorChanged);
    repo::sessions::end_all_for_user(tx, session.user_id, Some(session.id), reason, now).await?;
    Ok(())
}
