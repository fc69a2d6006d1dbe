//! Changing the password, knowing the present one.

use doorward_domain::model::{AuditKind, EndReason, GrantId, RevokeReason, User};
use doorward_domain::secret::Secret;
use doorward_store::repo;

use super::new_password::{AccountProblems, NewPassword};
use super::reset;
use super::session::{self, Beginning, Begun};
use super::signed_in::SignedIn;
use super::transaction::in_write;
use crate::caller::{Caller, Describe as _};
use crate::fault::{Fault, FlowError};
use crate::state::State;
use crate::throttle::{self, Budget};

/// What came from the page.
#[derive(Debug)]
pub struct Change {
    /// The present password.
    pub current: Secret<String>,
    /// The new one.
    pub new: NewPassword,
    /// Whether every other session and every app is signed out.
    pub end_others: bool,
    /// The grant of the app that asks, which goes on.
    pub keep: Option<GrantId>,
}

/// Why nothing was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// That is not the present password.
    WrongPassword,
    /// Too many wrong ones: it has to wait.
    Wait(Budget),
    /// The new one cannot be taken.
    Problems(Box<AccountProblems>),
}

/// Why the person did not prove that they know their password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unproved {
    /// It is another one.
    Wrong,
    /// Too many tries: nothing was looked at.
    Wait(Budget),
}

impl From<Unproved> for Refusal {
    fn from(unproved: Unproved) -> Self {
        match unproved {
            Unproved::Wrong => Self::WrongPassword,
            Unproved::Wait(budget) => Self::Wait(budget),
        }
    }
}

/// Whether the person knows their password. Each try is counted on the account before it is made,
/// and a wrong one is written down.
pub(crate) async fn prove(
    state: &State,
    who: &SignedIn,
    password: &Secret<String>,
    kind: AuditKind,
    caller: &Caller,
) -> Result<(), FlowError<Unproved>> {
    let pass = match state
        .throttle
        .admit_proof(&state.db, who.user.id, state.now())
        .await
    {
        Ok(pass) => pass,
        Err(FlowError::Refused(budget)) => return Err(FlowError::Refused(Unproved::Wait(budget))),
        Err(FlowError::Fault(fault)) => return Err(fault.into()),
    };
    let phc = who.user.password_hash.clone();
    let matches = state.hashing.verify(phc, password.clone()).await?;
    in_write(&state.db, async |tx| {
        if matches {
            throttle::note_success(tx, &pass).await?;
            return Ok(());
        }
        let now = state.now();
        let event = caller
            .event(kind, false, now)
            .by(who.user.id)
            .about(who.user.id)
            .with("reason", "wrong password");
        let event = match state.throttle.note_failure(tx, &pass, now).await? {
            Some(wait) => event.with("wait", wait.seconds),
            None => event,
        };
        repo::audit::insert(tx, &event).await?;
        Err(FlowError::Refused(Unproved::Wrong))
    })
    .await
}

/// Sets the new password. The session of this browser goes on under a new cookie (SE-2).
pub async fn change(
    state: &State,
    who: &SignedIn,
    change: &Change,
    caller: &Caller,
) -> Result<Begun, FlowError<Refusal>> {
    let kind = AuditKind::PasswordChanged;
    prove(state, who, &change.current, kind, caller)
        .await
        .map_err(|error| error.map(Refusal::from))?;
    let hashed = reset::hash_new(state, &who.user, &change.new).await;
    let phc = hashed.map_err(problems)?;
    let done = in_write(&state.db, async |tx| {
        let now = state.now();
        let id = who.user.id;
        let present = repo::users::find_by_id(tx, id).await?.filter(|user| {
            // What was proved is still the password.
            user.is_active() && user.password_hash == who.user.password_hash
        });
        let Some(user) = present else {
            return Err(FlowError::Refused(Refusal::WrongPassword));
        };
        repo::users::update_password(tx, id, &phc, now).await?;
        reset::end_links(tx, id, now).await?;
        // Whoever knew the former password may have let a browser be trusted by it (decision 62).
        repo::trusted_devices::remove_all(tx, id).await?;
        if change.end_others {
            let (ended, revoked) = (EndReason::PasswordChanged, RevokeReason::PasswordChanged);
            repo::sessions::end_all_for_user(tx, id, Some(who.session.id), ended, now).await?;
            repo::grants::revoke_others_for_user(tx, id, change.keep, revoked, now).await?;
        }
        let event = caller.event(kind, true, now).by(id).about(id);
        let event = event.with("others_ended", change.end_others);
        repo::audit::insert(tx, &event).await?;
        reset::notify(state, tx, &user, caller).await?;
        let user = User {
            password_hash: Some(phc.clone()),
            password_changed_at: Some(now),
            ..user
        };
        renew(state, tx, who, &user, caller).await
    })
    .await;
    state.jobs.wake();
    done
}

fn problems(error: FlowError<reset::Refusal>) -> FlowError<Refusal> {
    match error {
        FlowError::Refused(reset::Refusal::Problems(problems)) => {
            FlowError::Refused(Refusal::Problems(problems))
        }
        FlowError::Refused(reset::Refusal::Link) => {
            Fault::Internal("a link without a link".to_owned()).into()
        }
        FlowError::Fault(fault) => FlowError::Fault(fault),
    }
}

/// A new cookie for the same session and the same proof.
async fn renew(
    state: &State,
    tx: &doorward_store::WriteTx,
    who: &SignedIn,
    user: &User,
    caller: &Caller,
) -> Result<Begun, FlowError<Refusal>> {
    let beginning = Beginning {
        user,
        authentication: &who.session.authentication,
        remember: who.session.remember,
        before: Some(who),
    };
    Ok(session::begin(state, tx, &beginning, caller).await?)
}
