//! `/admin/organizations/new` and `/admin/organizations/{id}/edit`: forms of an organization.

use doorward_admin::organizations::operations::UPDATE;
use doorward_admin::organizations::{self, OrganizationChange};
use doorward_rules::reserved_id::is_reserved;

use crate::organizations::pages::{self, WRITE_ALL};
use doorward_console_ui::prelude::*;

pub(crate) const CREATED: &str = "console-organization-made";
pub(crate) const CHANGED: &str = "console-organization-changed";
const NAME_ERROR: &str = "console-organization-name-invalid";

const NAME: Field = Field::line("name", "console-name");
const SLUG: Field = Field::line("slug", "console-id").hint("console-slug-hint");
const DOMAIN: Field = Field::line("domain", "console-domain")
    .hint("console-domain-hint")
    .optional();

pub(crate) async fn create(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let messages = ["console-new-organization", "console-create"];
    let fields = form::entries(console, &[NAME, SLUG], typed)?;
    let section = Section::Organizations;
    let view = form::view(console, section, messages, ORGANIZATIONS, fields);
    let form = Form::open(visit, view)?;
    form.offer(&[])?;
    let (slug, name) = (text(typed, "slug")?.trim(), text(typed, "name")?);
    let created = organizations::create(&console.context(), slug, name, None).await;
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { .. } if is_reserved(slug) => Some(("slug", "console-id-reserved")),
        AdminError::Invalid { field: "slug", .. } => Some(("slug", "console-slug-invalid")),
        AdminError::Invalid { .. } => Some(("name", NAME_ERROR)),
        AdminError::Taken { .. } => Some(("slug", "console-slug-taken")),
        _ => None,
    };
    let created = form.settle(created, problem).await?;
    Ok(console.see_done(&routes::organization(&created.slug), CREATED))
}

/// Returns the change for other interfaces.
fn change(organization: &Organization, name: &str, domain: Option<&str>) -> Change {
    let mut members = Map::new();
    members.insert("slug".to_owned(), json!(organization.slug));
    if name != organization.name {
        members.insert("name".to_owned(), json!(name));
    }
    let stored = organization.domain.as_deref().unwrap_or_default();
    if let Some(domain) = domain.filter(|domain| *domain != stored) {
        let domain = Some(domain).filter(|domain| !domain.is_empty());
        members.insert("domain".to_owned(), json!(domain));
    }
    Change::of(&UPDATE, version(organization), &members)
}

pub(crate) async fn edit(visit: &Visit<'_>) -> Answer {
    let (console, typed) = (&visit.console, &visit.form);
    let organization = pages::named(console).await?;
    let stored = organization.domain.as_deref().unwrap_or_default();
    let (name, domain, seen) = if visit.is_typed() {
        let seen = text(typed, "version")?.to_owned();
        (text(typed, "name")?, text(typed, "domain")?, seen)
    } else {
        (organization.name.as_str(), stored, version(&organization))
    };
    // Only administrators of the whole deployment set the domain.
    let with_domain = console.has(WRITE_ALL);
    let is_open = also_as::is_requested(typed)?;
    let change = change(&organization, name, with_domain.then_some(domain.trim()));
    let mut fields = vec![NAME.entry(console, name)];
    fields.extend(with_domain.then(|| DOMAIN.entry(console, domain)));
    let messages = ["console-organization-edit", "console-save"];
    let home = routes::organization(&organization.slug);
    let section = Section::Organizations;
    let view = EntryForm {
        object: organization.name.clone(),
        version: Some(seen),
        also: Some(also_as::in_form(console, &change, is_open)),
        ..form::view(console, section, messages, home.as_str(), fields)
    };
    let form = Form::open(visit, view)?;
    if is_open {
        return Err(form.show());
    }
    let config = &console.page.context.core.config;
    let domain = Some(domain.trim()).filter(|domain| with_domain && !domain.is_empty());
    let domain = domain.map(|domain| config.organization_domain(domain));
    let Ok(domain) = domain.transpose() else {
        return Err(form.reject(("domain", "console-domain-invalid")));
    };
    let change = OrganizationChange {
        name: Some(name.to_owned()),
        domain: with_domain.then_some(domain),
        ..OrganizationChange::default()
    };
    let changed = organizations::update(&visit.context(), &organization.slug, change).await;
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { .. } => Some(("name", NAME_ERROR)),
        AdminError::Taken { .. } => Some(("domain", "console-domain-taken")),
        _ => None,
    };
    form.settle(changed, problem).await?;
    Ok(console.see_done(&home, CHANGED))
}
