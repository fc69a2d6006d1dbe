//! Second factors and linked accounts of a user: lists them, and removes a single one.

pub mod operations;

use doorward_accounts::federation::roles;
use doorward_accounts::usable_links::count_usable_links;
use doorward_domain::model::mail::SecurityNotification;
use doorward_domain::model::{
    EndReason, LinkId, LinkedAccount, Passkey, PasskeyId, Provider, TotpFactor,
};
use doorward_rules::federation::check_unlink;
use doorward_rules::passkey::RemainingMethods;
use doorward_services::outbox::MailOutbox;

use crate::prelude::*;
use crate::role_rules;
use crate::user_notification::{end_excess, enqueue, removed, revoke_all_access};
use crate::users::get_in;

#[derive(Debug)]
pub struct UserFactors {
    pub app_since: Option<UnixSeconds>,
    pub passkeys: Vec<Passkey>,
    pub codes_left: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Factor {
    App,
    Passkey(PasskeyId),
}

impl Factor {
    pub const APP: &'static str = "app";

    pub fn parse(text: &str) -> Option<Self> {
        if text == Self::APP {
            return Some(Self::App);
        }
        PasskeyId::parse(text).map(Self::Passkey)
    }
}

#[boxed(?Send)]
pub async fn list(context: &AdminContext<'_>, user: &User) -> Result<UserFactors> {
    context.require_global("users:read")?;
    let read = context.db.read();
    let found = repo::totp_factors::inventory(read, user.id).await?;
    Ok(UserFactors {
        app_since: found.app.and_then(|app| app.confirmed_at),
        passkeys: repo::passkeys::list(read, user.id).await?,
        codes_left: found.codes_left.unsigned_abs(),
    })
}

/// Lists the linked accounts, the oldest first, each with its provider unless that was deleted.
#[boxed(?Send)]
pub async fn links(
    context: &AdminContext<'_>,
    user: &User,
) -> Result<Vec<(LinkedAccount, Option<Provider>)>> {
    context.require_global("users:read")?;
    Ok(repo::linked_accounts::list_with_providers(context.db.read(), user.id).await?)
}

/// Removes a second factor and revokes all access, which the finder of a lost device may have. The
/// recovery codes are removed with the authenticator app.
#[boxed(?Send)]
pub async fn remove(context: &AdminContext<'_>, user: &User, factor: Factor) -> Result<()> {
    let (now, id) = (context.now(), user.id);
    end_excess(context, id, EndReason::FactorChanged).await?;
    let tx = context.begin().await?;
    let user = get_in(context, &tx, id).await?;
    let event = context.event(AuditKind::FactorRemoved, id, "removed");
    let (event, notice) = match factor {
        Factor::App => {
            // A secret that waits for its first code is not a factor yet.
            let app = repo::totp_factors::find(&tx, id).await?;
            if !app.as_ref().is_some_and(TotpFactor::is_confirmed) {
                return Err(AdminError::not_found("factor", Factor::APP));
            }
            repo::totp_factors::remove(&tx, id).await?;
            repo::recovery_codes::remove_all(&tx, id).await?;
            let event = event.with("factor", "totp");
            (event, SecurityNotification::FactorRemoved)
        }
        Factor::Passkey(passkey) => {
            if !repo::passkeys::remove(&tx, id, passkey).await? {
                return Err(AdminError::not_found("factor", &passkey));
            }
            require_sign_in_method(context, &tx, &user).await?;
            let event = event.with("factor", "passkey");
            let event = event.with("passkey", passkey.to_string());
            (event, SecurityNotification::PasskeyRemoved)
        }
    };
    revoke_all_access(&tx, id, EndReason::FactorChanged, now).await?;
    repo::audit::insert(&tx, &event).await?;
    enqueue(context, &tx, &user, removed(context, notice)).await?;
    context.commit(tx).await
}

/// Unlinks an account at a provider, removes the roles that came from it, and revokes all access.
#[boxed(?Send)]
pub async fn unlink(context: &AdminContext<'_>, user: &User, link: LinkId) -> Result<()> {
    let (now, id) = (context.now(), user.id);
    end_excess(context, id, EndReason::Administrator).await?;
    let tx = context.begin().await?;
    let user = get_in(context, &tx, id).await?;
    let mut links = repo::linked_accounts::list(&tx, id).await?.into_iter();
    let found = links.find(|item| item.id == link);
    let found = found.ok_or_else(|| AdminError::not_found("linked account", &link))?;
    repo::linked_accounts::remove(&tx, id, link).await?;
    require_sign_in_method(context, &tx, &user).await?;
    roles::end(&tx, &found, &context.caller, now).await?;
    role_rules::require_remaining_admin(context, &tx).await?;
    revoke_all_access(&tx, id, EndReason::Administrator, now).await?;
    let event = context.event(AuditKind::AccountUnlinked, id, "removed");
    repo::audit::insert(&tx, &event.with("issuer", found.issuer)).await?;
    let content = removed(context, SecurityNotification::AccountUnlinked);
    enqueue(context, &tx, &user, content).await?;
    context.commit(tx).await
}

/// Rejects a removal, already made in this transaction, that leaves the user no sign-in method. Users
/// themselves cannot make it either.
async fn require_sign_in_method(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    user: &User,
) -> Result<()> {
    let passkeys = repo::passkeys::list(tx, user.id).await?.len();
    let left = RemainingMethods {
        passkeys: if context.settings.has_passkeys() {
            passkeys
        } else {
            0
        },
        links: count_usable_links(tx, user.id, None).await?,
        password: user.has_password(),
        recovery: user.email_verified && context.outbox.as_ref().is_some_and(MailOutbox::can_go),
        app: false,
        required: false,
    };
    check_unlink(left).map_err(|_| AdminError::OnlySignInMethod)
}
