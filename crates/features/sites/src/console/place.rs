//! Paths, messages and values that the pages of sites share.

use doorward_console_ui::prelude::*;
use doorward_domain::model::{Site, SiteHeaders};

use crate::use_cases;

pub(crate) const PATH: &str = "/admin/sites";
pub(crate) const TITLE: &str = "sites-title";
pub(super) const CHECK: &str = "/admin/sites/check";
pub(super) const CREATED: &str = "sites-created";
pub(super) const CHANGED: &str = "sites-changed";
pub(super) const EDIT: &str = "sites-edit";

pub(super) const DELETE: Messages = Messages {
    question: "sites-delete-question",
    text: "sites-delete-text",
    submit: "sites-delete",
    done: "sites-deleted",
};

pub(super) fn path(site: &Site) -> String {
    format!("{PATH}/{}", site.name)
}

/// Returns the site in the path.
pub(super) async fn named(console: &Console<'_>) -> Result<Site, Stop> {
    let name = parameter(console.page, "id");
    Ok(use_cases::get(&console.context(), &name).await?)
}

/// Returns a line for each header that is not left out, such as `user = Remote-User`.
pub(super) fn header_lines(headers: &SiteHeaders) -> Vec<String> {
    let facts = SiteHeaders::FACTS.into_iter().zip(headers.names());
    let used = facts.filter(|(_, name)| !name.is_empty());
    used.map(|(fact, name)| format!("{fact} = {name}"))
        .collect()
}
