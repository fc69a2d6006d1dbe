//! Linked accounts of the signed-in user: listed, added, removed.

use doorward_domain::model::{FederatedSignUp, LinkId, LinkedAccount};
use doorward_rules::federation::{MAX_LINKED_ACCOUNTS, check_unlink};
use doorward_rules::passkey::RemainingMethods;
use doorward_services::factors::require_fresh;
use doorward_store::repo::linked_accounts::LinkingContext;

use super::provider::{FederationError, active};
use super::roles;
use crate::change::{Change, in_change};
use crate::password_source::DIRECTORY_ISSUER;
use crate::prelude::*;
use crate::usable_links::count_usable_links;

/// A linked account, with its provider if users may sign in with it.
#[derive(Debug)]
pub struct Linked {
    pub link: LinkedAccount,
    /// The provider; `None` if it was deleted or disabled, so that the link cannot be used.
    pub provider: Option<Provider>,
}

#[derive(Debug)]
pub struct Overview {
    /// The linked accounts, the oldest first.
    pub linked: Vec<Linked>,
    pub others: Vec<Provider>,
    /// The pending sign-up in this browser that can be linked, with its provider.
    pub waiting: Option<(FederatedSignUp, Provider)>,
}

/// Reads a user's linked accounts, and the pending sign-up of their browser, with one statement.
#[boxed(?Send)]
pub async fn overview(core: &Core, signed_in: &SignedIn, browser: &TokenHash) -> Result<Overview> {
    let (read, now) = (core.db.read(), core.now());
    let found = repo::linked_accounts::find_around(read, signed_in.user.id, browser, now).await?;
    let LinkingContext {
        links,
        providers,
        sign_up,
    } = found;
    let find = |is: &dyn Fn(&Provider) -> bool| providers.iter().find(|item| is(item)).cloned();
    let is_linked = |item: &&Provider| links.iter().any(|link| link.issuer == item.issuer);
    let others = providers.iter().filter(|item| !is_linked(item)).cloned();
    Ok(Overview {
        others: others.collect(),
        // Without its provider, a pending sign-up is ignored.
        waiting: sign_up.and_then(|sign_up| {
            let provider = find(&|item| is_for(&sign_up, item))?;
            Some((sign_up, provider))
        }),
        linked: links
            .into_iter()
            .filter(|link| !is_of_directory(link))
            .map(|link| Linked {
                provider: find(&|item| item.issuer == link.issuer),
                link,
            })
            .collect(),
    })
}

/// Returns true for the link with an entry of a directory, which the user cannot remove.
fn is_of_directory(link: &LinkedAccount) -> bool {
    link.issuer.starts_with(DIRECTORY_ISSUER)
}

/// Returns true if the pending sign-up belongs to this provider with its current issuer.
fn is_for(sign_up: &FederatedSignUp, provider: &Provider) -> bool {
    sign_up.provider == provider.id && sign_up.identity.issuer == provider.issuer
}

/// Links an account at a provider to the account of this session, which requires recent
/// authentication (ASVS 5.0 §7.5.1).
pub(super) async fn add(
    change: Change<'_>,
    signed_in: &SignedIn,
    provider: &Provider,
    identity: &UpstreamIdentity,
) -> FlowResult<(), FederationError> {
    let Change { core, tx, .. } = change;
    let reject = |error| Err(FlowError::Rejected(error));
    require_fresh(change.context, signed_in, FederationError::NotFresh).await?;
    // The row lock serializes concurrent requests, so that both links are counted.
    let owner = repo::users::find_locked(tx, signed_in.user.id).await?;
    let Some(owner) = owner.filter(User::is_active) else {
        return reject(FederationError::Rejected);
    };
    if repo::linked_accounts::list(tx, owner.id).await?.len() >= MAX_LINKED_ACCOUNTS {
        return reject(FederationError::TooMany);
    }
    let link = new_link(core, owner.id, identity);
    store(change, &owner, &link, provider).await
}

/// Stores a link, notifies the user and writes an audit event. An existing link remains unchanged.
pub(super) async fn store(
    change: Change<'_>,
    owner: &User,
    link: &LinkedAccount,
    provider: &Provider,
) -> FlowResult<(), FederationError> {
    if !repo::linked_accounts::insert(change.tx, link).await? {
        let there = repo::linked_accounts::find(change.tx, &link.issuer, &link.subject).await?;
        return match there {
            Some(item) if item.user_id == owner.id => Ok(()),
            _ => Err(FlowError::Rejected(FederationError::Taken)),
        };
    }
    let event = link_event(change, AuditKind::AccountLinked, link, Some(provider));
    let notice = SecurityNotification::AccountLinked;
    change.report(owner, &event, notice).await?;
    Ok(())
}

pub(super) fn link_event(
    change: Change<'_>,
    kind: AuditKind,
    link: &LinkedAccount,
    provider: Option<&Provider>,
) -> AuditEvent {
    change
        .own_event(kind, link.user_id)
        .with("issuer", link.issuer.as_str())
        .with_optional("provider", provider.map(|provider| provider.id.as_str()))
}

/// Returns the pending sign-up of this browser, with its provider; `None` if there is none.
pub async fn waiting(
    core: &Core,
    browser: &TokenHash,
) -> FlowResult<Option<(FederatedSignUp, Provider)>, FederationError> {
    let read = core.db.read();
    let Some(sign_up) = repo::federated_sign_ups::find(read, browser, core.now()).await? else {
        return Ok(None);
    };
    let provider = active::<FederationError>(read, &sign_up.provider).await?;
    Ok(is_for(&sign_up, &provider).then_some((sign_up, provider)))
}

/// Links the pending sign-up of this browser to the account of this session: both were
/// authenticated in this browser, and the identity is bound to issuer and subject.
#[boxed(?Send)]
pub async fn connect(
    context: &Context,
    signed_in: &SignedIn,
    browser: &TokenHash,
    caller: &Caller,
) -> FlowResult<(), FederationError> {
    let Some((sign_up, _)) = waiting(&context.core, browser).await? else {
        return Err(FlowError::Rejected(FederationError::Over));
    };
    in_change(context, caller, async |change| {
        let provider: Provider = active(change.tx, &sign_up.provider).await?;
        add(change, signed_in, &provider, &sign_up.identity).await?;
        if !repo::federated_sign_ups::claim(change.tx, &sign_up).await? {
            return Err(FlowError::Rejected(FederationError::Over));
        }
        Ok(())
    })
    .await
}

/// Unlinks an account from the account of this session, unless no other sign-in method would be
/// left.
#[boxed(?Send)]
pub async fn remove(
    context: &Context,
    signed_in: &SignedIn,
    id: LinkId,
    caller: &Caller,
) -> FlowResult<(), FederationError> {
    let reject = |error| Err(FlowError::Rejected(error));
    require_fresh(context, signed_in, FederationError::NotFresh).await?;
    let user = signed_in.user.id;
    in_change(context, caller, async |change| {
        let Change { core, tx, .. } = change;
        // Of two concurrent removals, the second one sees that its link is the last.
        let owner = repo::users::find_locked(tx, user).await?;
        let links = repo::linked_accounts::list(tx, user).await?;
        let own = |link: &&LinkedAccount| link.id == id && !is_of_directory(link);
        let Some(link) = links.iter().find(own) else {
            return reject(FederationError::Over);
        };
        let left = RemainingMethods {
            passkeys: match &context.accounts.passkeys {
                Some(_) => repo::passkeys::list(tx, user).await?.len(),
                None => 0,
            },
            links: count_usable_links(tx, user, Some(id)).await?,
            password: owner.as_ref().is_some_and(User::has_password),
            recovery: core.config.can_mail()
                && owner.as_ref().is_some_and(|owner| owner.email_verified),
            app: false,
            required: false,
        };
        if check_unlink(left).is_err() {
            return reject(FederationError::Stays);
        }
        repo::linked_accounts::remove(tx, user, id).await?;
        roles::end(tx, link, caller, core.now()).await?;
        let event = link_event(change, AuditKind::AccountUnlinked, link, None);
        let notice = SecurityNotification::AccountUnlinked;
        change.report(&signed_in.user, &event, notice).await?;
        Ok(())
    })
    .await
}

pub(super) fn new_link(core: &Core, user: UserId, identity: &UpstreamIdentity) -> LinkedAccount {
    let now = core.now();
    LinkedAccount {
        id: LinkId::generate(now, &mut core.rng()),
        user_id: user,
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        label: identity.label().to_owned(),
        roles: Vec::new(),
        created_at: now,
        last_used_at: None,
    }
}
