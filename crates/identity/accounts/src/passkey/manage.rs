//! The passkeys of the signed-in user: added, renamed, removed. Adding and removing require recent
//! authentication (ASVS 5.0 §7.5.1). The session determines the user, never the request.

use doorward_domain::model::{Passkey, PasskeyId};
use doorward_rules::assurance::{self, SecondFactorMethod};
use doorward_rules::passkey::{
    MAX_PASSKEYS, RemainingMethods, RemovePasskeyError, check_removal, clean_name,
};
use doorward_services::factors::{confirmed, require_fresh, requirement};
use doorward_services::passkeys::{NewCredential, Passkeys};

use super::ceremony::{
    CeremonyPurpose, CeremonyStateError, Opened, PasskeyResponse, Prompt, open, seal,
};
use crate::change::{Change, in_change};
use crate::prelude::*;
use crate::second_factor::verification;
use crate::usable_links::count_usable_links;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ManagePasskeyError {
    /// The last authentication is too old or too weak; reauthentication is required.
    NotFresh,
    /// The page was open for too long.
    Stale,
    /// The browser's response is invalid, or the credential is already registered.
    Rejected,
    TooMany,
    NotFound,
    BadName,
    Stays(RemovePasskeyError),
}

#[derive(Debug)]
pub struct Overview {
    /// The passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
    /// The options to register a new passkey; `None` if reauthentication is required or the maximum
    /// number is reached.
    pub prompt: Option<Prompt>,
    /// True if the last authentication is recent enough for a change.
    pub is_fresh: bool,
}

#[boxed(?Send)]
pub async fn overview(
    context: &Context,
    signed_in: &SignedIn,
    browser: &TokenHash,
    is_fresh: bool,
) -> Result<Overview> {
    let core = &context.core;
    let passkeys = list(core, signed_in).await?;
    let prompt = match &context.accounts.passkeys {
        Some(keys) if is_fresh && passkeys.len() < MAX_PASSKEYS => {
            let asked = keys.offer(&signed_in.user, &passkeys)?;
            let what = CeremonyPurpose::Adding(signed_in.user.id, signed_in.session.id);
            Some(seal(core, keys, asked, what, browser)?)
        }
        _ => None,
    };
    Ok(Overview {
        passkeys,
        prompt,
        is_fresh,
    })
}

/// Lists a user's passkeys, the oldest first.
#[boxed(?Send)]
pub async fn list(core: &Core, signed_in: &SignedIn) -> Result<Vec<Passkey>> {
    Ok(repo::passkeys::list(core.db.read(), signed_in.user.id).await?)
}

#[derive(Debug)]
pub struct NewPasskey<'a> {
    pub presented: &'a PasskeyResponse,
    pub browser: TokenHash,
    pub name: &'a str,
}

/// Stores a new passkey. The device has just verified the user, so this session now has both
/// factors.
#[boxed(?Send)]
pub async fn add<'a>(
    context: &'a Context,
    signed_in: &SignedIn,
    new: NewPasskey<'a>,
    caller: &Caller,
) -> FlowResult<NewSession, ManagePasskeyError> {
    require_fresh(context, signed_in, ManagePasskeyError::NotFresh).await?;
    let core = &context.core;
    let reject = |why| Err(FlowError::Rejected(why));
    let Some(keys) = &context.accounts.passkeys else {
        return reject(ManagePasskeyError::Rejected);
    };
    let user = signed_in.user.id;
    let what = CeremonyPurpose::Adding(user, signed_in.session.id);
    let (opened, created) = register(core, keys, &new, what).map_err(FlowError::Rejected)?;
    in_change(context, caller, async |change| {
        let tx = change.tx;
        let reject = |why| Err(FlowError::Rejected(why));
        // The row lock serializes concurrent requests, so that both passkeys are counted.
        repo::users::find_locked(tx, user).await?;
        let count = repo::passkeys::count(tx, user).await?;
        if usize::try_from(count).unwrap_or(usize::MAX) >= MAX_PASSKEYS {
            return reject(ManagePasskeyError::TooMany);
        }
        let id = store_passkey(change, &signed_in.user, &opened, &created, new.name).await?;
        let second = SecondFactorMethod::Passkey {
            synced: created.backup_eligible,
        };
        let proof = assurance::with_second(&signed_in.session.authentication, second);
        let session = verification::renewed(core, tx, signed_in, proof).await?;
        record_addition(change, &signed_in.user, id, "session").await?;
        Ok(session)
    })
    .await
}

/// Verifies a browser's registration response against the ceremony's state.
pub(super) fn register(
    core: &Core,
    keys: &Passkeys,
    new: &NewPasskey<'_>,
    purpose: CeremonyPurpose<'_>,
) -> Result<(Opened, NewCredential), ManagePasskeyError> {
    let opened = open(core, keys, &new.presented.sealed, purpose, &new.browser);
    let opened = opened.map_err(|stale| match stale {
        CeremonyStateError::Expired => ManagePasskeyError::Stale,
        CeremonyStateError::Foreign => ManagePasskeyError::Rejected,
    })?;
    let created = keys.register(&new.presented.answer, &opened.state);
    Ok((opened, created.map_err(|_| ManagePasskeyError::Rejected)?))
}

pub(super) async fn store_passkey(
    change: Change<'_>,
    owner: &User,
    opened: &Opened,
    created: &NewCredential,
    name: &str,
) -> FlowResult<PasskeyId, ManagePasskeyError> {
    let (core, tx) = (change.core, change.tx);
    let now = core.now();
    let passkey = Passkey {
        id: PasskeyId::generate(now, &mut core.rng()),
        user_id: owner.id,
        handle: None,
        credential_id: created.credential_id.clone(),
        name: clean_name(name).unwrap_or_else(|| "Passkey".to_owned()),
        credential: created.credential.clone(),
        backup_eligible: created.backup_eligible,
        backed_up: created.backed_up,
        created_at: now,
        last_used_at: None,
        suspected_at: None,
    };
    // A registered credential id cannot be registered again (WebAuthn L3 §7.1).
    if !opened.claim(tx).await? || !repo::passkeys::insert(tx, &passkey).await? {
        return Err(FlowError::Rejected(ManagePasskeyError::Rejected));
    }
    repo::trusted_devices::remove_all(tx, owner.id).await?;
    Ok(passkey.id)
}

/// Writes the audit event of a new passkey, with the way it was added, and notifies the user.
pub(super) async fn record_addition(
    change: Change<'_>,
    owner: &User,
    id: PasskeyId,
    by: &str,
) -> Result<()> {
    let event = change
        .own_event(AuditKind::FactorAdded, owner.id)
        .with("factor", "passkey")
        .with("passkey", id.to_string())
        .with("added_by", by);
    let notice = SecurityNotification::PasskeyAdded;
    change.report(owner, &event, notice).await
}

#[boxed(?Send)]
pub async fn rename(
    core: &Core,
    signed_in: &SignedIn,
    id: PasskeyId,
    name: &str,
) -> FlowResult<(), ManagePasskeyError> {
    let Some(name) = clean_name(name) else {
        return Err(FlowError::Rejected(ManagePasskeyError::BadName));
    };
    in_transaction(&core.db, async |tx| {
        if repo::passkeys::rename(tx, signed_in.user.id, id, &name).await? {
            Ok(())
        } else {
            Err(FlowError::Rejected(ManagePasskeyError::NotFound))
        }
    })
    .await
}

/// Removes a passkey, unless no other sign-in method would be left.
#[boxed(?Send)]
pub async fn remove(
    context: &Context,
    signed_in: &SignedIn,
    id: PasskeyId,
    caller: &Caller,
) -> FlowResult<(), ManagePasskeyError> {
    require_fresh(context, signed_in, ManagePasskeyError::NotFresh).await?;
    let (core, user) = (&context.core, signed_in.user.id);
    in_change(context, caller, async |change| {
        let tx = change.tx;
        let reject = |why| Err(FlowError::Rejected(why));
        // Of two concurrent removals, the second one sees that its passkey is the last.
        let owner = repo::users::find_locked(tx, user).await?;
        let all = repo::passkeys::list(tx, user).await?;
        if !all.iter().any(|item| item.id == id) {
            return reject(ManagePasskeyError::NotFound);
        }
        let demand = requirement(core, tx, user).await?;
        let left = RemainingMethods {
            passkeys: all.len() - 1,
            links: count_usable_links(tx, user, None).await?,
            recovery: core.config.can_mail()
                && owner.as_ref().is_some_and(|owner| owner.email_verified),
            password: owner.is_some_and(|owner| owner.has_password()),
            // An authenticator app does not satisfy a required passkey.
            app: demand < FactorRequirement::Passkey && confirmed(tx, user).await?.is_some(),
            required: demand > FactorRequirement::OneFactor,
        };
        if let Err(stays) = check_removal(left) {
            return reject(ManagePasskeyError::Stays(stays));
        }
        repo::passkeys::remove(tx, user, id).await?;
        // A link of the operator relied on the factor.
        let links = [EmailPurpose::Operator];
        repo::email_tokens::revoke_for_user(tx, user, &links, core.now()).await?;
        repo::trusted_devices::remove_all(tx, user).await?;
        let event = change.own_event(AuditKind::FactorRemoved, user);
        let event = event.with("factor", "passkey");
        let event = event.with("passkey", id.to_string());
        let notice = SecurityNotification::PasskeyRemoved;
        change.report(&signed_in.user, &event, notice).await?;
        Ok(())
    })
    .await
}
