//! The organization that a path names, and the parts that its pages share.

use doorward_admin::organizations;

use crate::roles::grants;
use doorward_console_ui::prelude::*;

/// The administrators of an organization, such as its owners, and of the whole deployment.
pub(crate) const WRITE: Access = Access::Scoped("organizations:write");
pub const WRITE_ALL: Access = Access::Global("organizations:write");

pub async fn named(console: &Console<'_>) -> Result<Organization, Stop> {
    let slug = parameter(console.page, "id");
    Ok(organizations::get(&console.context(), &slug).await?)
}

pub fn detail(console: &Console<'_>, organization: &Organization, below: &str) -> Detail {
    let home = routes::organization(&organization.slug);
    let pages = [
        ("", "console-facts"),
        ("/invitations", "console-invitations"),
    ];
    let offered = pages.into_iter().filter(|_| console.has(WRITE));
    let mut pages = console.pages(&home, below, offered);
    if console.has(WRITE_ALL) {
        let look = [(BRANDING, "console-branding")];
        pages.extend(console.pages(&home, below, look));
    }
    let added = feature::object_pages(Section::Organizations);
    let added = added.filter(|page| console.has(page.access));
    pages.extend(console.pages(&home, below, added.map(|page| (page.below, page.text))));
    if console.may("roles:read") {
        let filter = (grants::ORGANIZATION.name, organization.slug.as_str());
        let path = filtered(GRANTS, [filter]);
        pages.push((console.link(path, "console-assignments"), false));
    }
    Detail {
        state: Some(console.enabled(organization.active)),
        pages,
        ..console.object(Section::Organizations, organization.name.as_str())
    }
}
