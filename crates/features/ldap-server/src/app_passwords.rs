//! App passwords of a user: for one application each, shown once, until the user or an administrator revokes them,
//! or the account ends. What ends all API keys of a user also ends them.

use std::collections::BTreeMap;

use doorward_domain::boxed;
use doorward_domain::credentials::app_password::AppPasswordText;
use doorward_domain::model::mail::{MailContent, MailValue};
use doorward_domain::model::{AppPassword, AppPasswordId, AuditKind, Authentication, User, UserId};
use doorward_rules::displayed_name::{self, NameError};
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::context::Context;
use doorward_services::email_link;
use doorward_services::error::{FlowError, FlowResult, Result};
use doorward_services::factors;
use doorward_services::transaction::{in_plain_transaction, in_transaction};
use doorward_store::repo;

use crate::mail;

/// Maximum number of app passwords of a user.
pub const MAX: u64 = 20;
/// Maximum length of a name in characters.
pub const NAME_MAX: usize = 60;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// The last authentication is too old or too weak (ASVS 5.0 §7.5.3).
    NotFresh,
    TooMany,
    Name(NameError),
}

/// A new app password, with the text that is shown once.
#[derive(Debug)]
pub struct Created {
    pub password: AppPassword,
    pub text: AppPasswordText,
}

#[boxed(?Send)]
pub async fn list(context: &Context, user: UserId) -> Result<Vec<AppPassword>> {
    Ok(repo::app_passwords::list(context.core.db.read(), user, MAX).await?)
}

/// Creates an app password for an application, and notifies the user.
#[boxed(?Send)]
pub async fn create(
    context: &Context,
    user: &User,
    proof: &Authentication,
    name: &str,
    caller: &Caller,
) -> FlowResult<Created, Problem> {
    if !factors::is_proof_fresh(context, user.id, proof).await? {
        return Err(FlowError::Rejected(Problem::NotFresh));
    }
    let name = name.trim();
    let checked = displayed_name::check(name, NAME_MAX);
    checked.map_err(|error| FlowError::Rejected(Problem::Name(error)))?;
    let core = &context.core;
    let now = core.now();
    let done = in_transaction(&core.db, async |tx| {
        if repo::app_passwords::count_locked(tx, user.id, MAX).await? >= MAX {
            return Err(FlowError::Rejected(Problem::TooMany));
        }
        let text = AppPasswordText::generate(&mut core.rng());
        let password = AppPassword {
            id: AppPasswordId::generate(now, &mut core.rng()),
            user_id: user.id,
            hash: text.hash(context.accounts.api_key_key.expose(), user.id),
            name: name.to_owned(),
            created_at: now,
            last_used_at: None,
            last_used_from: None,
        };
        repo::app_passwords::insert(tx, &password).await?;
        let event = caller.own_event(AuditKind::AppPasswordCreated, user.id, now);
        let event = event
            .with("app_password", password.id.to_string())
            .with("name", name);
        repo::audit::insert(tx, &event).await?;
        let values = [("app".to_owned(), MailValue::Text(name.to_owned()))];
        let content = MailContent::Feature {
            mail: mail::MAIL.name.to_owned(),
            url: format!("{}{}", core.issuer(), mail::PATH),
            values: BTreeMap::from(values),
        };
        email_link::mail_user(context, tx, user, content, caller).await?;
        Ok(Created { password, text })
    })
    .await;
    context.delivery.jobs.wake();
    done
}

/// Revokes an app password of this user. Returns false if there is none.
#[boxed(?Send)]
pub async fn revoke(
    context: &Context,
    user: UserId,
    id: AppPasswordId,
    caller: &Caller,
) -> Result<bool> {
    let core = &context.core;
    in_plain_transaction(&core.db, async |tx| {
        if !repo::app_passwords::remove(tx, user, id).await? {
            return Ok(false);
        }
        let event = caller.own_event(AuditKind::AppPasswordRevoked, user, core.now());
        repo::audit::insert(tx, &event.with("app_password", id.to_string())).await?;
        Ok(true)
    })
    .await
}
