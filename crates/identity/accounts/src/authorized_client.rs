//! The clients that may act for a user: those with a consent, and first-party clients with a
//! sign-in.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use doorward_domain::model::{Client, ClientId, Consent};
use doorward_protocol::scope::Scope;
use doorward_services::access_end;
use doorward_store::repo::audit::AuditFilter;
use doorward_store::repo::grants::GrantsOfUser;
use doorward_store::repo::overview::Granted;

use super::paging::cut_page;
use crate::prelude::*;

#[derive(Debug)]
pub struct AuthorizedClient {
    pub client: Arc<Client>,
    pub scope: Scope,
    /// The time of the first consent or grant.
    pub since: UnixSeconds,
    pub until: Option<UnixSeconds>,
    /// The time when it last received tokens; `None` if that is not recorded.
    pub last_used_at: Option<UnixSeconds>,
}

struct ClientAccess {
    scope: Scope,
    since: UnixSeconds,
    until: Option<UnixSeconds>,
}

/// Builds a user's authorized clients from the rows read, the last used first. A live consent
/// counts; without one, as for first-party clients, a grant that can still give tokens.
pub(super) async fn list(
    context: &Context,
    consents: Vec<Consent>,
    granted: Vec<Granted>,
    last_uses: Vec<(ClientId, UnixSeconds)>,
) -> Result<Vec<AuthorizedClient>> {
    let (core, now) = (&context.core, context.core.now());
    let mut held: HashMap<ClientId, ClientAccess> = HashMap::new();
    for consent in consents {
        if consent.is_live(now) {
            let access = ClientAccess {
                scope: consent.scope,
                since: consent.granted_at,
                until: consent.expires_at,
            };
            held.insert(consent.client_id, access);
        }
    }
    for grant in granted {
        let app = held.entry(grant.client_id).or_insert_with(|| ClientAccess {
            scope: grant.scope.clone(),
            since: grant.since,
            until: None,
        });
        app.scope = app.scope.union(&grant.scope);
        app.since = grant.since.min(app.since);
    }
    let last_uses: HashMap<ClientId, UnixSeconds> = last_uses.into_iter().collect();
    let mut apps = Vec::new();
    context.directory.preload_clients(core, held.keys()).await?;
    for (id, app) in held {
        if let Some(client) = context.client(id.as_str()).await? {
            apps.push(AuthorizedClient {
                client,
                scope: app.scope,
                since: app.since,
                until: app.until,
                last_used_at: last_uses.get(&id).copied(),
            });
        }
    }
    apps.sort_by(|item, other| {
        let key = |app: &AuthorizedClient| app.last_used_at.unwrap_or(app.since);
        let by_use = key(other).cmp(&key(item));
        by_use.then_with(|| item.client.name.cmp(&other.client.name))
    });
    Ok(apps)
}

#[boxed(?Send)]
pub async fn of_user(context: &Context, user: UserId) -> Result<Vec<AuthorizedClient>> {
    let (no_events, core) = (AuditFilter::default(), &context.core);
    let read = core.db.read();
    let found = repo::overview::find(read, user, (&no_events, 0), None, &[], core.now()).await?;
    list(context, found.consents, found.granted, found.last_uses).await
}

/// Maximum number of authorized clients on a page.
const PAGE: usize = 20;

/// The position of an authorized client in the list: its last use or, if that is not recorded, the
/// start of its access; then its id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AppPosition {
    at: Reverse<UnixSeconds>,
    client: String,
}

impl AppPosition {
    fn of(app: &AuthorizedClient) -> Self {
        Self {
            at: Reverse(app.last_used_at.unwrap_or(app.since)),
            client: app.client.id.as_str().to_owned(),
        }
    }

    /// Reads the text in URLs.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, client) = text.split_once('.')?;
        Some(Self {
            at: Reverse(at.parse().ok()?),
            client: client.to_owned(),
        })
    }
}

impl fmt::Display for AppPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.0, self.client)
    }
}

#[derive(Debug)]
pub struct AppPage {
    /// The clients, the last used first.
    pub apps: Vec<AuthorizedClient>,
    pub next: Option<AppPosition>,
}

/// Returns the page of the user's authorized clients after this position.
#[boxed(?Send)]
pub async fn page(
    context: &Context,
    signed_in: &SignedIn,
    after: Option<&AppPosition>,
) -> Result<AppPage> {
    let mut apps = of_user(context, signed_in.user.id).await?;
    apps.sort_by_cached_key(AppPosition::of);
    if let Some(after) = after {
        apps.retain(|app| AppPosition::of(app) > *after);
    }
    let next = cut_page(&mut apps, PAGE).map(AppPosition::of);
    Ok(AppPage { apps, next })
}

/// Revokes a client's access: its consent and every grant, so that its refresh tokens stop working
/// at once, and the sessions of sign-ins made in the client itself.
#[boxed(?Send)]
pub async fn remove(
    core: &Core,
    signed_in: &SignedIn,
    client: &ClientId,
    caller: &Caller,
) -> Result<()> {
    let (reason, revoked) = (EndReason::EndedByOwner, RevokeReason::ByOwner);
    let access = EndingAccess {
        user: signed_in.user.id,
        except: None,
        sessions: None,
        grants: Some((GrantsOfUser::To(client), revoked)),
    };
    access_end::end_excess(&core.db, &access, core.now()).await?;
    in_plain_transaction(&core.db, async |tx| {
        let (now, user) = (core.now(), signed_in.user.id);
        if let Some(ended) = end_access(tx, user, client, reason, revoked, now).await? {
            let event = caller.own_event(AuditKind::ConsentRevoked, user, now);
            repo::audit::insert(tx, &event.through(client).with("grants", ended)).await?;
        }
        Ok(())
    })
    .await
}

/// Ends a client's access to an account, as [`remove`] does. Returns the number of ended grants, or
/// `None` if there was no access.
#[boxed(?Send)]
pub async fn end_access(
    tx: &WriteTx,
    user: UserId,
    client: &ClientId,
    reason: EndReason,
    revoked: RevokeReason,
    now: UnixSeconds,
) -> Result<Option<u64>, StoreError> {
    // Sessions of sign-ins by the account API belong to the client, and cannot be used without its
    // grant.
    repo::sessions::end_within_client(tx, user, client, reason, now).await?;
    let withdrawn = repo::consents::revoke(tx, user, client, now).await?;
    let grants = GrantsOfUser::To(client);
    let ended = repo::grants::revoke_of_user(tx, user, grants, revoked, now).await?;
    Ok((withdrawn || ended > 0).then_some(ended))
}
