//! The organization that a path names, and the parts that its pages share.

use doorward_admin::operator::AdminError;
use doorward_admin::organizations;
use doorward_domain::model::Organization;
use doorward_http::page::{Page, PageError};
use doorward_templates::ErrorKind;
use doorward_templates::console::{Detail, Link, Section, State, Tone};

use crate::console::Console;
use crate::roles;
use crate::routes::{encode, filtered, parameter};

/// Path of the list.
pub(crate) const HOME: &str = "/admin/organizations";
/// The permission that changes need.
pub(crate) const WRITE: &str = "organizations:write";

/// The administrators who may make a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Administrators of the organization, such as its owners, and of the whole deployment.
    Organization,
    /// Administrators of the whole deployment only.
    Deployment,
}

/// Returns the path of an organization.
pub(crate) fn path(slug: &str) -> String {
    format!("{HOME}/{}", encode(slug))
}

/// Returns the state of an organization.
pub(crate) fn state(console: &Console<'_>, organization: &Organization) -> State {
    if organization.active {
        State::new(Tone::Good, console.t("console-active"))
    } else {
        State::new(Tone::Warn, console.t("console-disabled"))
    }
}

/// Returns the organization that the path names.
pub(crate) async fn named(console: &Console<'_>) -> Result<Organization, PageError> {
    let slug = parameter(console.page, "id");
    Console::read(organizations::get(&console.context(), &slug).await)
}

fn check(console: &Console<'_>, scope: Scope) -> Result<(), AdminError> {
    match scope {
        Scope::Organization => console.context().need(WRITE),
        Scope::Deployment => console.context().require_global(WRITE),
    }
}

/// Opens a page that asks about a change. Without the permission it does not exist.
pub(crate) async fn open(page: &Page, scope: Scope) -> Result<Console<'_>, PageError> {
    let console = Console::open(page).await?;
    Console::read(check(&console, scope))?;
    Ok(console)
}

/// Opens the answer to its form. A denial is recorded.
pub(crate) async fn open_for_change(page: &Page, scope: Scope) -> Result<Console<'_>, PageError> {
    let console = Console::open_for_change(page).await?;
    let checked = console.change(check(&console, scope)).await?;
    if checked.is_err() {
        return Err(ErrorKind::NotFound.into());
    }
    Ok(console)
}

/// Returns the page of an organization without its content. `below` names the current sub-page.
pub(crate) fn detail(console: &Console<'_>, organization: &Organization, below: &str) -> Detail {
    let home = path(&organization.slug);
    let mut pages = Vec::new();
    if console.may(WRITE) {
        pages = vec![
            ("", "console-facts"),
            ("/invitations", "console-invitations"),
        ];
    }
    let link = |(path, key): (&str, &str)| {
        let link = Link::new(format!("{home}{path}"), console.t(key));
        (link, path == below)
    };
    let mut pages: Vec<_> = pages.into_iter().map(link).collect();
    if console.may("roles:read") {
        let filter = (roles::grants::ORGANIZATION.name, organization.slug.as_str());
        let path = filtered(roles::grants::HOME, [filter]);
        pages.push((Link::new(path, console.t("console-assignments")), false));
    }
    Detail {
        state: Some(state(console, organization)),
        pages,
        ..console.detail(
            Section::Organizations,
            Link::new(HOME, console.t("console-organizations")),
            organization.name.clone(),
        )
    }
}
