//! Parts that the pages of a client share.

use doorward_admin::clients;
use doorward_domain::model::ClientKind;
use doorward_protocol::token::GrantType;
use doorward_store::repo::client_activity::ActiveClient;
use doorward_templates::consent::logo_path;

use crate::apps::form::has_fields;
use crate::apps::registered::Registered;
use crate::apps::settings_page::SettingsPage;
use crate::audit::filter;
use doorward_console_ui::prelude::*;

pub const WRITE: Access = Access::Global("clients:write");
pub(crate) const TEST: &str = "/test";
pub(crate) const FAILURES: &str = "/failures";
/// Path of the pages with settings, below that of the client.
const EDIT: &str = "/edit";
pub const SAVED: &str = "console-saved";

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
pub async fn editable(console: &Console<'_>) -> Result<Client, Stop> {
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
    format!("{}{}", app(&client.id), below(page))
}

/// Returns the path of a page with settings, below that of the client.
pub(crate) fn below(page: SettingsPage) -> String {
    format!("{EDIT}/{}", page.as_str())
}

/// A page below that of the client: its end of the path, or another list, and the key of its name.
type Entry = (String, &'static str);

/// Returns the pages of a client in five groups, each with its key. A group without a page that the
/// administrator may open is empty.
fn groups(console: &Console<'_>, client: &Client) -> [(&'static str, Vec<Entry>); 5] {
    use SettingsPage::{Advanced, Consent, Credentials, Scopes, SignIn, SignOut, Tokens};
    let may_edit = console.has(WRITE) && client.document.is_none();
    let registered = Registered::of_deployment(console);
    let settings = |pages: &[SettingsPage]| {
        let pages = pages
            .iter()
            .filter(|page| may_edit && has_fields(client, &registered, **page));
        let entry = |page: &SettingsPage| (below(*page), page.heading());
        pages.map(entry).collect::<Vec<_>>()
    };
    let mut sign_in = added(console, Some(client.kind));
    sign_in.extend(settings(&[SignIn, Consent, SignOut]));
    [
        ("console-facts", overview(console, client)),
        ("console-settings-sign-in", sign_in),
        ("console-settings-tokens", settings(&[Scopes, Tokens])),
        (
            "console-settings-credentials",
            settings(&[Credentials, Advanced]),
        ),
        ("console-app-access", access(console, client, may_edit)),
    ]
}

fn overview(console: &Console<'_>, client: &Client) -> Vec<Entry> {
    let mut pages = vec![(String::new(), "console-app-summary")];
    pages.extend(test(console, client).map(|_| (TEST.to_owned(), "console-test")));
    if console.may_globally("audit:read") {
        pages.extend([
            (FAILURES.to_owned(), "console-failures"),
            (routes::sign_ins_of(&client.id), "console-sign-ins"),
            (filter::of_app(&client.id), "console-history"),
        ]);
    }
    pages
}

fn access(console: &Console<'_>, client: &Client, may_edit: bool) -> Vec<Entry> {
    let mut pages = Vec::new();
    let mut add = |is_offered: bool, path: &str, key| {
        pages.extend(is_offered.then(|| (path.to_owned(), key)));
    };
    let sees_users = console.may_globally("users:read");
    add(sees_users, USERS, "console-app-users");
    add(sees_users, CONSENTS, "console-consents");
    // A client gets its own roles only in tokens that it requests for itself.
    let has_roles = client.allows_grant(&GrantType::ClientCredentials);
    add(
        has_roles && console.may("roles:read"),
        ACCESS,
        "console-access",
    );
    let sessions = filtered(SESSIONS, [("app", client.id.as_str())]);
    let sees_sessions = console.may_globally("sessions:read");
    add(sees_sessions, &sessions, "console-sessions");
    add(may_edit, BRANDING, "console-branding");
    if may_edit {
        pages.extend(added(console, None));
    }
    pages
}

/// Returns the pages that features add to the apps of a kind, or to all.
fn added(console: &Console<'_>, kind: Option<ClientKind>) -> Vec<Entry> {
    let pages = feature::object_pages(Section::Apps);
    let pages = pages.filter(|page| page.kind == kind && console.has(page.access));
    pages
        .map(|page| (page.below.to_owned(), page.text))
        .collect()
}

/// Returns the client's page with the links to the groups, and to the pages of the current one; `below` is
/// the end of the current path.
pub fn detail(console: &Console<'_>, client: &Client, below: &str) -> Detail {
    let home = app(&client.id);
    let link = |(path, key): &Entry| {
        let is_other = path.starts_with(Section::Home.path());
        let path = if is_other {
            path.clone()
        } else {
            format!("{home}{path}")
        };
        console.link(path, key)
    };
    let (mut pages, mut settings) = (Vec::new(), Vec::new());
    for (key, entries) in groups(console, client) {
        let Some(first) = entries.first() else {
            continue;
        };
        let is_current = entries.iter().any(|(path, _)| path == below);
        pages.push((Link::new(link(first).href, console.t(key)), is_current));
        if is_current && entries.len() > 1 {
            let shown = entries.iter().map(|entry| (link(entry), entry.0 == below));
            settings = shown.collect();
        }
    }
    if pages.len() == 1 {
        pages.clear();
    }
    Detail {
        logo: client.consent.logo.as_ref().map(logo_path),
        state: Some(state(console, client)),
        pages,
        settings,
        ..console.object(Section::Apps, client.name.as_str())
    }
}
