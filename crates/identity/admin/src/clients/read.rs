//! Read access to clients for administrators.

use doorward_domain::model::SecretUses;
use doorward_oauth::clients::registration::{ClientLimits, check_lifetimes};
use doorward_protocol::redirect_uri;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::token::GrantType;
use doorward_rules::client_hosts;
use doorward_rules::lint::{self, Deviation};
use doorward_rules::list_filter::ClientFilter;
use doorward_rules::stats;
use doorward_services::names::ADMIN_SCOPE;
use doorward_store::repo::client_activity::{self, ActiveClient};
use doorward_store::repo::client_search::{ClientOrder, ClientSearch};
use doorward_store::repo::clients::NameList;

use crate::found::{self, Found, FoundPage};
use crate::operator::PAGE;
use crate::prelude::*;

/// Lists the clients that the filter selects, ordered by name.
#[boxed(?Send)]
pub async fn list(context: &AdminContext<'_>, filter: &ClientFilter) -> Result<Vec<Client>> {
    let (mut clients, mut after) = (Vec::<Client>::new(), None::<String>);
    loop {
        let page = search(context, filter, after.as_deref(), PAGE).await?;
        clients.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    clients.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(clients)
}

#[boxed(?Send)]
pub async fn deviations(context: &AdminContext<'_>) -> Result<Vec<Deviation>> {
    let clients = list(context, &ClientFilter::default()).await?;
    let mut found: Vec<_> = clients.iter().flat_map(lint::deviations).collect();
    found.sort_by_key(|found| (found.demand, found.section));
    Ok(found)
}

/// Lists clients in the order of what matches the text, otherwise by id.
#[boxed(?Send)]
pub async fn search(
    context: &AdminContext<'_>,
    filter: &ClientFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<Client>> {
    context.require_global("clients:read")?;
    let after = found::list_position(after, ClientId::parse)?;
    let search = ClientSearch {
        filter,
        after: after.as_ref().map(|(key, id)| (*key, id)),
        limit,
    };
    let page = repo::client_search::search(context.db.read(), &search).await?;
    Ok(FoundPage::new(page))
}

/// Lists the clients of [`search`] with their last use and their failures of the last day. Without a text,
/// in this order.
#[boxed(?Send)]
pub async fn search_with_activity(
    context: &AdminContext<'_>,
    (filter, order): (&ClientFilter, ClientOrder),
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<ActiveClient>> {
    context.require_global("clients:read")?;
    let after = found::list_position(after, ClientId::parse)?;
    let search = ClientSearch {
        filter,
        after: after.as_ref().map(|(key, id)| (*key, id)),
        limit,
    };
    let since = stats::last_day(context.now());
    let page = client_activity::search(context.db.read(), &search, order, since).await?;
    Ok(FoundPage::new(page))
}

/// Lists the clients with this name in one of their lists by ID.
#[boxed(?Send)]
pub async fn naming(
    context: &AdminContext<'_>,
    list: NameList,
    name: &str,
    after: Option<&ClientId>,
    limit: u64,
) -> Result<Vec<Client>> {
    context.require_global("clients:read")?;
    let read = context.db.read();
    Ok(repo::clients::page_naming(read, list, name, after, limit).await?)
}

#[boxed(?Send)]
pub async fn get_with_activity(context: &AdminContext<'_>, id: &ClientId) -> Result<ActiveClient> {
    context.require_global("clients:read")?;
    let since = stats::last_day(context.now());
    let found = client_activity::find(context.db.read(), id, since).await?;
    found.ok_or_else(|| AdminError::not_found("client", id))
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, id: &ClientId) -> Result<Client> {
    context.require_global("clients:read")?;
    let found = repo::clients::find(context.db.read(), id).await?;
    found.ok_or_else(|| AdminError::not_found("client", id))
}

pub async fn get_with_secret_uses(
    context: &AdminContext<'_>,
    id: &ClientId,
) -> Result<(Client, SecretUses)> {
    context.require_global("clients:read")?;
    let found = repo::clients::find_with_secret_uses(context.db.read(), id).await?;
    found.ok_or_else(|| AdminError::not_found("client", id))
}

/// Lists enabled clients whose secret was not used since this time, the longest unused first. The use
/// of other methods of authentication is not recorded.
#[boxed(?Send)]
pub async fn list_unused(
    context: &AdminContext<'_>,
    since: UnixSeconds,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Found<(Client, SecretUses)>>> {
    context.require_global("clients:read")?;
    let after = found::time_position(after, ClientId::parse)?;
    let after = after.as_ref().map(|(at, id)| (*at, id));
    let rows = repo::clients::list_unused(context.db.read(), since, after, limit).await?;
    let rows = rows.into_iter().map(|(client, uses)| {
        let at = last_use(&client, uses);
        Found::new(&at.to_string(), client.id.clone(), (client, uses))
    });
    Ok(rows.collect())
}

/// Returns the last use of the secret of a client, or the creation of the secret or the client.
pub fn last_use(client: &Client, uses: SecretUses) -> UnixSeconds {
    let made = client.secret_made_at.unwrap_or(client.created_at);
    uses.current.at.unwrap_or(made)
}

#[boxed(?Send)]
pub async fn find_many(
    context: &AdminContext<'_>,
    ids: &[ClientId],
) -> Result<Vec<(Client, SecretUses)>> {
    context.require_global("clients:read")?;
    Ok(repo::clients::find_many_with_secret_uses(context.db.read(), ids).await?)
}

#[boxed(?Send)]
pub async fn get_named(context: &AdminContext<'_>, id: &str) -> Result<Client> {
    get(context, &client_id(id)?).await
}

pub(super) fn client_id(text: &str) -> Result<ClientId> {
    AdminError::id("client", text, ClientId::parse)
}

/// Checks that the administrator may control such a client: redirect URIs, keys and secret give its
/// rights. First-party clients, clients with the administration scope, clients that exchange tokens and
/// resource servers require the role `admin`. For a client that acts for itself, the administrator must
/// hold what it gets, because no user limits that; with `lasting`, without an end.
pub(super) async fn check_client_rights(
    context: &AdminContext<'_>,
    conn: &Conn,
    client: &Client,
    lasting: bool,
) -> Result<()> {
    let (administration, _) = ADMIN_SCOPE;
    // A client whose id is a URL is the server of the resource of that name.
    let has_resource = client.document.is_none() && url::Url::parse(client.id.as_str()).is_ok();
    let hears = !client.serves.is_empty() || has_resource;
    // These grants issue tokens for other users, or on their behalf.
    let strong = [GrantType::TokenExchange, GrantType::JwtBearer];
    let exchanges = strong.iter().any(|grant| client.allows_grant(grant));
    if client.first_party || hears || exchanges || client.scopes.contains(administration) {
        context.must_administer()?;
    }
    context.check_client_power(conn, client, lasting).await
}

/// Checks the name of the client, which users read, and the hosts of its URLs, which this server
/// calls. Only the role `admin` may choose them freely.
pub(super) async fn check_choices(
    context: &AdminContext<'_>,
    conn: &Conn,
    before: Option<&Client>,
    client: &Client,
) -> Result<()> {
    if context.must_administer().is_ok() {
        return Ok(());
    }
    if before.is_none_or(|before| before.name != client.name) {
        context.check_displayed("name", &client.name, 100)?;
        if repo::clients::has_administered_look(conn, &client.name, &client.id).await? {
            let problem = "is the name of another client";
            return Err(AdminError::invalid("name", problem));
        }
    }
    // The consent page names the publisher beside the client.
    let publisher = client.consent.publisher.as_deref();
    let former = before.and_then(|before| before.consent.publisher.as_deref());
    if let Some(publisher) = publisher.filter(|_| publisher != former) {
        context.check_displayed("consent.publisher", publisher, 100)?;
    }
    let checked = client_hosts::check(before, client);
    checked.map_err(|error| AdminError::invalid(error.setting, error.to_string()))
}

/// The algorithms and schemes of the configuration and those that a client has already: a client with
/// one that was removed from the configuration can still be changed or disabled.
pub(super) struct AcceptedSettings {
    algorithms: Vec<SigningAlg>,
    redirect_schemes: Vec<String>,
    private_http: bool,
}

impl AcceptedSettings {
    pub(super) fn of(context: &AdminContext<'_>, before: &Client) -> Self {
        let algorithms = before.algorithms().into_iter().filter_map(|(_, alg)| alg);
        let uris = before.redirect_uris.iter();
        let uris = uris.chain(&before.post_logout_redirect_uris);
        let has_private_http = uris.clone().any(|uri| redirect_uri::is_private_http(uri));
        let schemes = uris.filter_map(|uri| redirect_uri::private_use_scheme(uri));
        let configured = context.settings.clients;
        let (offered, listed) = (configured.algorithms, configured.redirects.schemes);
        Self {
            algorithms: offered.iter().copied().chain(algorithms).collect(),
            redirect_schemes: listed
                .iter()
                .cloned()
                .chain(schemes.map(str::to_owned))
                .collect(),
            private_http: configured.redirects.private_http || has_private_http,
        }
    }

    pub(super) fn limits(&self) -> ClientLimits<'_> {
        ClientLimits {
            algorithms: &self.algorithms,
            redirects: redirect_uri::Allowed {
                schemes: &self.redirect_schemes,
                private_http: self.private_http,
            },
        }
    }
}

/// Checks the lifetimes of tokens that a change sets: a client whose lifetime is longer than the limit
/// of today can still be changed or disabled.
pub(super) fn check_new_lifetimes(
    context: &AdminContext<'_>,
    client: &Client,
    fields: &[&'static str],
) -> Result<()> {
    let names = ["access_token_ttl", "id_token_ttl"];
    if names.iter().any(|name| fields.contains(name)) {
        check_lifetimes(client, &context.settings.lifetimes)?;
    }
    Ok(())
}

/// Returns the client to change. Rejects a client that has more rights than the administrator.
#[boxed(?Send)]
pub async fn get_in(context: &AdminContext<'_>, tx: &WriteTx, id: &ClientId) -> Result<Client> {
    context.require_global("clients:write")?;
    let found = repo::clients::find(tx, id).await?;
    let client = found.ok_or_else(|| AdminError::not_found("client", id))?;
    check_client_rights(context, tx, &client, false).await?;
    Ok(client)
}
