//! The first administrator, created once through a one-time address.

use doorward_domain::model::AssignmentId;

use super::new_password::AccountErrors;
use super::register::{self, KnownAddress, NewAccount, RegisterError, Reserved};
use super::setup_token;
use crate::prelude::*;

/// The failure of creating the first administrator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SetupError {
    /// The token is unknown, used or expired; or there is an administrator already.
    Link,
    Problems(AccountErrors),
}

/// Returns true if this set-up token is valid now, without consuming it.
#[boxed(?Send)]
pub async fn is_open(core: &Core, presented: &str) -> Result<bool> {
    Ok(setup_token::is_valid(core.db.read(), presented, core.now()).await?)
}

#[boxed(?Send)]
pub async fn complete(
    context: &Context,
    presented: &str,
    account: &NewAccount,
    caller: &Caller,
) -> FlowResult<NewSession, SetupError> {
    let core = &context.core;
    if !is_open(core, presented).await? {
        return Err(FlowError::Rejected(SetupError::Link));
    }
    let (reserved, known) = (Reserved::Allowed, KnownAddress::Said);
    let mut checked = register::check(context, account, reserved, known)
        .await
        .map_err(|error| error.map(to_setup_error))?;
    checked.user.is_staff = true;
    checked.user.email_verified = true;
    in_transaction(&core.db, async |tx| {
        let now = core.now();
        if !setup_token::consume(tx, presented, now).await? {
            return Err(FlowError::Rejected(SetupError::Link));
        }
        register::store(core, tx, &checked)
            .await
            .map_err(|error| error.map(to_setup_error))?;
        let user = &checked.user;
        let id = AssignmentId::generate(now, &mut core.rng());
        let subject = user.id.to_string();
        let assignment = Assignment::global(id, (SubjectKind::User, &subject), ADMIN_ROLE, now);
        repo::roles::assign(tx, &assignment).await?;
        let event = caller.own_event(AuditKind::SetupCompleted, user.id, now);
        repo::audit::insert(tx, &event).await?;
        Ok(session::start_after_password(core, tx, user, None, caller).await?)
    })
    .await
}

fn to_setup_error(error: RegisterError) -> SetupError {
    match error {
        RegisterError::Problems(problems) => SetupError::Problems(problems),
        RegisterError::Closed => SetupError::Link,
    }
}
