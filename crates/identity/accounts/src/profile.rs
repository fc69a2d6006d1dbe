//! The profile of a user: read, and changed in part.

use doorward_rules::profile::{self, Field, FieldProblem, ProfileValueError};
use doorward_rules::profile_fields::{Editing, FieldValueProblem};

use super::{password_source, profile_fields};
use crate::password_source::Managed;
use crate::prelude::*;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UpdateProfileError {
    /// The account is deleted or disabled.
    Gone,
    Problems(ProfileProblems),
    /// The account has changed since the caller read it; the value is its current state.
    ChangedMeanwhile(Box<User>),
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ProfileProblems {
    pub standard: Vec<FieldProblem>,
    pub custom: Vec<FieldValueProblem>,
}

/// Returns the account with its profile; `None` if it is deleted or disabled.
#[boxed(?Send)]
pub async fn read(core: &Core, id: UserId) -> Result<Option<User>> {
    let found = repo::users::find_by_id(core.db.read(), id).await?;
    Ok(found.filter(User::is_active))
}

/// Changes the fields that `edit` names. If the account has changed since `seen`, the `updated_at`
/// that the caller read, nothing is overwritten.
#[boxed(?Send)]
pub async fn update(
    core: &Core,
    id: UserId,
    edit: &ProfileEdit,
    seen: Option<UnixSeconds>,
    caller: &Caller,
) -> FlowResult<User, UpdateProfileError> {
    let managed = password_source::managed(core, id).await?;
    in_transaction(&core.db, async |tx| {
        let found = repo::users::find_locked(tx, id).await?;
        let Some(user) = found.filter(User::is_active) else {
            return Err(FlowError::Rejected(UpdateProfileError::Gone));
        };
        if seen.is_some_and(|seen| seen != user.updated_at) {
            return Err(FlowError::Rejected(UpdateProfileError::ChangedMeanwhile(
                user.into(),
            )));
        }
        let now = core.now();
        if let Some(managed) = &managed {
            check_managed(&user, edit, managed)?;
        }
        let (after, changed) = apply(tx, &user, edit, now).await?;
        if changed.is_empty() {
            return Ok(user);
        }
        let next = User {
            profile: after,
            updated_at: next_version(&user, now),
            ..user.clone()
        };
        if !repo::users::update_profile(tx, &next, user.updated_at).await? {
            return Err(FlowError::Rejected(UpdateProfileError::ChangedMeanwhile(
                user.into(),
            )));
        }
        let event = caller.own_event(AuditKind::ProfileChanged, id, now);
        repo::audit::insert(tx, &event.with("fields", changed)).await?;
        Ok(next)
    })
    .await
}

/// Rejects other values of fields that another system decides.
fn check_managed(
    user: &User,
    edit: &ProfileEdit,
    managed: &Managed,
) -> FlowResult<(), UpdateProfileError> {
    let differs = |field: &Field| {
        let typed = edit.typed(*field).map(str::trim);
        typed.is_some_and(|typed| typed != profile::text_of(&user.profile, *field))
    };
    let changed = managed.fields.iter().copied().filter(differs);
    let standard: Vec<_> = changed
        .map(|field| FieldProblem {
            field,
            problem: ProfileValueError::Form,
        })
        .collect();
    if standard.is_empty() {
        return Ok(());
    }
    let problems = ProfileProblems {
        standard,
        custom: Vec::new(),
    };
    Err(FlowError::Rejected(UpdateProfileError::Problems(problems)))
}

/// Applies the standard fields, and stores the custom ones. Returns the profile with the names of
/// the changed fields.
async fn apply(
    tx: &WriteTx,
    user: &User,
    edit: &ProfileEdit,
    now: UnixSeconds,
) -> FlowResult<(Profile, Vec<String>), UpdateProfileError> {
    let mut problems = ProfileProblems::default();
    let after = profile::apply(&user.profile, edit, now).unwrap_or_else(|standard| {
        problems.standard = standard;
        user.profile.clone()
    });
    let standard = profile::changes(&user.profile, &after);
    let mut changed: Vec<String> = standard.into_iter().map(str::to_owned).collect();
    match profile_fields::change(tx, user.id, &edit.fields, Editing::Own).await {
        Ok(custom) => changed.extend(custom),
        Err(FlowError::Rejected(custom)) => problems.custom = custom,
        Err(FlowError::Server(error)) => return Err(error.into()),
    }
    if problems == ProfileProblems::default() {
        Ok((after, changed))
    } else {
        Err(FlowError::Rejected(UpdateProfileError::Problems(problems)))
    }
}

/// Returns the `updated_at` of a change, which always increases, so that two changes within one
/// second differ.
pub(crate) fn next_version(user: &User, now: UnixSeconds) -> UnixSeconds {
    now.max(user.updated_at.saturating_add(1))
}
