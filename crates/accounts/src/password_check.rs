//! The check of a typed password, the only one: at sign-in, on pages and in the JSON API.

use doorward_domain::model::User;
use doorward_domain::secret::Secret;
use doorward_services::context::Context;
use doorward_services::error::ServerError;
use doorward_services::hashing::PasswordQuestion;
use doorward_services::transaction::in_plain_transaction;
use doorward_store::repo;

#[derive(Debug)]
pub(crate) struct PasswordCheck {
    /// True if the password is right and the account is not disabled.
    pub is_right: bool,
    /// The stored hash of the password; empty without one. Compare it again in the transaction that
    /// relies on the check.
    pub checked: String,
}

/// Checks a password. Takes the same work whether the account is unknown, disabled, imported or
/// already migrated, unless the password is right (ASVS 5.0 §6.3.8, decision 78). There is no length
/// policy: the password was accepted where it was set.
///
/// If the password is right and its hash has another algorithm or cost than the configured ones, it
/// is replaced.
pub(crate) async fn check(
    context: &Context,
    user: Option<&User>,
    password: &Secret<String>,
) -> Result<PasswordCheck, ServerError> {
    let stored = user.and_then(|user| user.password_hash.clone());
    let is_right = verify(context, user, stored.clone(), password).await?;
    let checked = stored.unwrap_or_default();
    let checked = match user {
        Some(user) if is_right && context.accounts.hashing.needs_rehash(Some(&checked)) => {
            replace(context, user, checked, password).await?
        }
        _ => checked,
    };
    Ok(PasswordCheck { is_right, checked })
}

async fn verify(
    context: &Context,
    user: Option<&User>,
    stored: Option<String>,
    password: &Secret<String>,
) -> Result<bool, ServerError> {
    let Context { core, accounts, .. } = context;
    let question = PasswordQuestion {
        stored,
        is_open: user.is_some_and(User::is_active),
        password: password.clone(),
        foreign: accounts.foreign_forms.dummies(&core.db).await?,
    };
    Ok(accounts.hashing.verify(question).await?)
}

/// Replaces the hash of a right password, and returns the stored one afterwards. A concurrent
/// sign-in with the same password may have replaced it first; `checked` is returned if the password
/// has changed.
async fn replace(
    context: &Context,
    user: &User,
    checked: String,
    password: &Secret<String>,
) -> Result<String, ServerError> {
    let Context { core, accounts, .. } = context;
    let hashed = accounts.hashing.hash(password.clone()).await?;
    let replaced = in_plain_transaction(&core.db, async |tx| {
        Ok(repo::users::confirm_password_hash(tx, user.id, &checked, &hashed).await?)
    });
    if replaced.await? {
        return Ok(hashed);
    }
    let present = repo::users::find_by_id(core.db.read(), user.id).await?;
    let present = present.and_then(|user| user.password_hash);
    let is_same = verify(context, Some(user), present.clone(), password).await?;
    Ok(present.filter(|_| is_same).unwrap_or(checked))
}
