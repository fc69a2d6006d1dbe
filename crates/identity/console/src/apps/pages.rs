//! Parts that the pages of a client share.

use doorward_admin::clients;
use doorward_protocol::token::GrantType;
use doorward_store::repo::client_activity::ActiveClient;
use doorward_templates::consent::logo_path;

use crate::apps::form::has_fields;
use crate::apps::registered::Registered;
use crate::apps::settings_page::SettingsPage;
use crate::audit::filter;
use doorward_console_ui::prelude::*;

pub(crate) const WRITE: Access = Access::Global("clients:write");
pub(crate) const TEST: &str = "/test";
pub(crate) const FAILURES: &str = "/failures";
/// Path of the pages with settings, below that of the client.
pub(crate) const EDIT: &str = "/edit";
pub(crate) const SAVED: &str = "console-saved";

pub(crate) const CONSENTS: &str = "/consents";
pub(crate) const USERS: &str = "/users";
pub(crate) const LOGO: &str = "/logo";
pub(crate) const LOGO_SAVED: &str = "console-app-logo-saved";
pub(crate) const LOGO_REMOVED: &str = "console-app-logo-removed";

pub(crate) async fn named(console: &Console<'_>) -> Result<Client, Stop> {
    let id = parameter(console.page, "id");
    Ok(clients::get_named(&console.context(), &id).await?)
}

/// Returns the client that the path names, for a form. A metadata document defines the settings of
/// its client, so that they have no form.
pub(crate) async fn editable(console: &Console<'_>) -> Result<Client, Stop> {
    let client = named(console).await?;
    if client.document.is_some() {
        return Err(ErrorKind::NotFound.into());
    }
    Ok(client)
}

pub(crate) fn state(console: &Console<'_>, client: &Client) -> State {
    console.enabled(client.is_active())
}

/// Returns the last use of a client, which is known by the hour.
pub(crate) fn last_use(console: &Console<'_>, found: &ActiveClient) -> Value {
    console.ago(found.last_use, "console-never")
}

/// Returns the number of failures of a client within the last day, linked to them if there are any.
pub(crate) fn failures(console: &Console<'_>, found: &ActiveClient) -> Value {
    let number = found.failures.to_string();
    if found.failures == 0 || !console.may_globally("audit:read") {
        return Value::Text(number);
    }
    let path = format!("{}{FAILURES}", app(&found.client.id));
    Value::Link(Link::new(path, number))
}

pub(crate) fn test(console: &Console<'_>, client: &Client) -> Option<Link> {
    let mut permissions = clients::SIMULATION_PERMISSIONS.into_iter();
    let may_open = permissions.all(|permission| console.may_globally(permission));
    (may_open && clients::can_be_simulated(client)).then(|| {
        let path = format!("{}{TEST}", app(&client.id));
        console.link(path, "console-test")
    })
}

pub(crate) fn settings_path(client: &Client, page: SettingsPage) -> String {
    format!("{}{EDIT}/{}", app(&client.id), page.as_str())
}

/// Returns the links to the settings that the client can use or has, for an administrator who may
/// change them.
pub(crate) fn settings(
    console: &Console<'_>,
    client: &Client,
    current: Option<SettingsPage>,
) -> Vec<(Link, bool)> {
    if !console.has(WRITE) || client.document.is_some() {
        return Vec::new();
    }
    let registered = Registered::of_deployment(console);
    let all = SettingsPage::ALL.into_iter();
    let all = all.filter(|page| has_fields(client, &registered, *page));
    all.map(|page| {
        let link = console.link(settings_path(client, page), page.heading());
        (link, current == Some(page))
    })
    .collect()
}

pub(crate) fn detail(console: &Console<'_>, client: &Client, below: &str) -> Detail {
    let home = app(&client.id);
    let mut pages = console.pages(&home, below, [("", "console-facts")]);
    pages.extend(test(console, client).map(|link| (link, below == TEST)));
    // A client gets its own roles only in tokens that it requests for itself.
    if console.may("roles:read") && client.allows_grant(&GrantType::ClientCredentials) {
        pages.extend(console.pages(&home, below, [(ACCESS, "console-access")]));
    }
    if console.has(WRITE) && client.document.is_none() {
        let look = [(BRANDING, "console-branding"), (TEXTS, "console-texts")];
        pages.extend(console.pages(&home, below, look));
    }
    if console.may_globally("users:read") {
        let users = [(USERS, "console-app-users"), (CONSENTS, "console-consents")];
        pages.extend(console.pages(&home, below, users));
    }
    let other = |path, key| (console.link(path, key), false);
    if console.may_globally("sessions:read") {
        let sessions = filtered(SESSIONS, [("app", client.id.as_str())]);
        pages.push(other(sessions, "console-sessions"));
    }
    if console.may_globally("audit:read") {
        pages.extend(console.pages(&home, below, [(FAILURES, "console-failures")]));
        pages.push(other(routes::sign_ins_of(&client.id), "console-sign-ins"));
        pages.push(other(filter::of_app(&client.id), "console-history"));
    }
    if pages.len() == 1 {
        pages.clear();
    }
    Detail {
        logo: client.consent.logo.as_ref().map(logo_path),
        state: Some(state(console, client)),
        pages,
        ..console.object(Section::Apps, client.name.as_str())
    }
}
