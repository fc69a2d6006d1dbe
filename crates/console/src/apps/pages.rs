//! Parts that the pages of a client share.

use doorward_admin::clients;
use doorward_domain::model::Client;
use doorward_http::page::PageError;
use doorward_protocol::token::GrantType;
use doorward_store::repo::client_activity::ActiveClient;
use doorward_templates::ErrorKind;
use doorward_templates::consent::logo_path;
use doorward_templates::console::{Detail, Link, Section, State, Tone, Value};

use crate::audit;
use crate::console::Console;
use crate::routes::{ACCESS, APPS, app, parameter};
use crate::sessions;
use crate::sign_ins;

/// Path of the test below that of the client.
pub(crate) const TEST: &str = "/test";
/// Path of the failures below that of the client.
pub(crate) const FAILURES: &str = "/failures";
/// The notice after the settings were changed.
pub(crate) const SAVED: &str = "console-saved";

/// Path of the consents below that of the client.
pub(crate) const CONSENTS: &str = "/consents";
/// Path of the users below that of the client.
pub(crate) const USERS: &str = "/users";
/// Path of the logo below that of the client.
pub(crate) const LOGO: &str = "/logo";
/// The notice after a logo was stored.
pub(crate) const LOGO_SAVED: &str = "console-app-logo-saved";
/// The notice after the logo was removed.
pub(crate) const LOGO_REMOVED: &str = "console-app-logo-removed";

/// Returns the client that the path names.
pub(crate) async fn named(console: &Console<'_>) -> Result<Client, PageError> {
    let id = parameter(console.page, "id");
    Console::read(clients::get_named(&console.context(), &id).await)
}

/// Returns the client that the path names, for a form. A metadata document defines the settings of
/// its client, so that they have no form.
pub(crate) async fn editable(console: &Console<'_>) -> Result<Client, PageError> {
    let client = named(console).await?;
    if client.document.is_some() {
        return Err(ErrorKind::NotFound.into());
    }
    Ok(client)
}

/// Returns the state of a client.
pub(crate) fn state(console: &Console<'_>, client: &Client) -> State {
    let (tone, key) = if client.is_active() {
        (Tone::Good, "console-active")
    } else {
        (Tone::Warn, "console-disabled")
    };
    State::new(tone, console.t(key))
}

/// Returns the last use of a client, which is known by the hour.
pub(crate) fn last_use(console: &Console<'_>, found: &ActiveClient) -> Value {
    let never = || Value::Text(console.t("console-never"));
    found.last_use.map_or_else(never, Value::Ago)
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

/// Returns the link to the test of a client, for an administrator who may open it.
pub(crate) fn test(console: &Console<'_>, client: &Client) -> Option<Link> {
    let mut permissions = clients::SIMULATION_PERMISSIONS.into_iter();
    let may_open = permissions.all(|permission| console.may_globally(permission));
    (may_open && clients::can_be_simulated(client)).then(|| {
        let path = format!("{}{TEST}", app(&client.id));
        Link::new(path, console.t("console-test"))
    })
}

/// Returns the page of a client without its content. `below` names the current sub-page.
pub(crate) fn detail(console: &Console<'_>, client: &Client, below: &str) -> Detail {
    let home = app(&client.id);
    let overview = Link::new(home.clone(), console.t("console-facts"));
    let mut pages = vec![(overview, below.is_empty())];
    pages.extend(test(console, client).map(|link| (link, below == TEST)));
    // A client gets its own roles only in tokens that it requests for itself.
    if console.may("roles:read") && client.allows_grant(&GrantType::ClientCredentials) {
        let path = format!("{home}{ACCESS}");
        let access = Link::new(path, console.t("console-access"));
        pages.push((access, below == ACCESS));
    }
    if console.may_globally("users:read") {
        for (path, key) in [(USERS, "console-app-users"), (CONSENTS, "console-consents")] {
            let link = Link::new(format!("{home}{path}"), console.t(key));
            pages.push((link, below == path));
        }
    }
    if console.may_globally("sessions:read") {
        let path = sessions::paths::of_app(&client.id);
        pages.push((Link::new(path, console.t("console-sessions")), false));
    }
    if console.may_globally("audit:read") {
        let path = format!("{home}{FAILURES}");
        let failures = Link::new(path, console.t("console-failures"));
        let path = sign_ins::paths::of_app(&client.id);
        let sign_ins = Link::new(path, console.t("console-sign-ins"));
        let path = audit::filter::of_app(&client.id);
        let history = Link::new(path, console.t("console-history"));
        pages.extend([
            (failures, below == FAILURES),
            (sign_ins, false),
            (history, false),
        ]);
    }
    if pages.len() == 1 {
        pages.clear();
    }
    Detail {
        logo: client.consent.logo.as_ref().map(logo_path),
        state: Some(state(console, client)),
        pages,
        ..console.detail(
            Section::Apps,
            Link::new(APPS, console.t("console-apps")),
            client.name.clone(),
        )
    }
}
