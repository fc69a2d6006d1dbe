//! `/account/apps`: the clients with access to the account, where consents are revoked.

use doorward_accounts::authorized_client::{self, AppPosition, AuthorizedClient};
use doorward_domain::model::ClientId;
use doorward_rules::consent::logo;
use doorward_templates::account_apps::{AccountApps, ConnectedApp};
use doorward_templates::consent::logo_path;
use doorward_templates::scope::ScopeRow;
use doorward_web::page_support::account_form;

use super::prelude::*;

pub(super) const PATH: &str = "/account/apps";

pub(super) async fn show(page: &Page) -> Answer {
    let signed_in = page.account_holder(PATH).await?;
    let params = page.query()?;
    let after = convert::optional(text(&params, "after")?, AppPosition::parse)?;
    let (core, directory) = (&page.context.core, &page.context.directory);
    let found = authorized_client::page(&page.context, &signed_in, after.as_ref()).await?;
    let registry = directory.registry(core).await?;
    let described = |name: &str| {
        let entry = registry.scopes.iter().find(|entry| entry.name == name);
        ScopeRow::new(name, entry.map(|entry| entry.description.clone()))
    };
    let row = |app: &AuthorizedClient| ConnectedApp {
        client_id: app.client.id.as_str().to_owned(),
        name: app.client.name.clone(),
        logo: logo(&app.client).map(logo_path),
        scopes: app.scope.iter().map(described).collect(),
        granted_at: app.since,
        until: app.until,
        last_used_at: app.last_used_at,
    };
    let view = AccountApps {
        layout: page.layout(),
        apps: found.apps.iter().map(row).collect(),
        is_later: after.is_some(),
        next: found.next.map(|position| position.to_string()),
        is_removed: text(&params, "done")? == "app",
        now: core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

pub(super) async fn remove(page: &Page, payload: Payload) -> Answer {
    let (signed_in, fields) = account_form(page, payload).await?;
    let id = ClientId::parse(text(&fields, "client_id")?).ok_or(ErrorKind::BadRequest)?;
    authorized_client::remove(&page.context.core, &signed_in, &id, page.caller()).await?;
    Ok(page.see_other("/account/apps?done=app"))
}
