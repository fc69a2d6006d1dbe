//! `/admin/organizations/new` and `/admin/organizations/{id}/edit`: forms of an organization.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminError, version};
use doorward_admin::organizations::{self, OrganizationChange};
use doorward_domain::model::Organization;
use doorward_domain::rules::reserved_id::is_reserved;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{EntryField, EntryForm, Section};
use serde_json::{Map, json};

use crate::console::Console;
use crate::organizations::pages::{self, HOME, Scope, WRITE};
use crate::routes;
use crate::ui::also_as::{self, Change};
use crate::ui::entry::{self, hinted, line};

/// The notice after an organization was created.
pub(crate) const CREATED: &str = "console-organization-made";
/// The notice after an organization was changed.
pub(crate) const CHANGED: &str = "console-organization-changed";
const NAME_ERROR: &str = "console-organization-name-invalid";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::form("/admin/organizations/new", form, create))
        .service(routes::form("/admin/organizations/{id}/edit", edit, update));
}

/// Returns the form of a new organization with the values as typed.
fn new_form(console: &Console<'_>, typed: &Params) -> Result<EntryForm, PageError> {
    let (name, slug) = (text(typed, "name")?, text(typed, "slug")?);
    let fields = vec![
        line(console, "name", "console-name", name),
        hinted(console, "slug", "console-id", "console-slug-hint", slug),
    ];
    let messages = ["console-new-organization", "console-create"];
    let (section, back) = (Section::Organizations, HOME.to_owned());
    Ok(entry::form(console, section, messages, back, fields))
}

async fn form(page: &Page) -> Result<HttpResponse, PageError> {
    let console = pages::open(page, Scope::Deployment).await?;
    let console = console.require_fresh()?;
    let view = new_form(&console, &Params::default())?;
    Ok(page.html(StatusCode::OK, &view))
}

async fn create(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let typed = page.form(payload).await?;
    let console = pages::open_for_change(page, Scope::Deployment).await?;
    let view = new_form(&console, &typed)?;
    if also_as::is_requested(&typed)? {
        return Ok(also_as::show(&console, view, &[]));
    }
    let (slug, name) = (text(&typed, "slug")?.trim(), text(&typed, "name")?);
    let created = organizations::create(&console.context(), slug, name, None).await;
    let error = match &created {
        Err(AdminError::Invalid { .. }) if is_reserved(slug) => {
            Some(("slug", "console-id-reserved"))
        }
        Err(AdminError::Invalid { field: "slug", .. }) => Some(("slug", "console-slug-invalid")),
        Err(AdminError::Invalid { .. }) => Some(("name", NAME_ERROR)),
        Err(AdminError::Taken { .. }) => Some(("slug", "console-slug-taken")),
        _ => None,
    };
    if let Some((field, key)) = error {
        return Ok(entry::reject(&console, view, field, key));
    }
    Ok(match console.change(created).await? {
        Ok(created) => {
            let home = pages::path(&created.slug);
            page.see_other(&format!("{home}?done={CREATED}"))
        }
        Err(failure) => entry::fail(&console, view, &[], failure),
    })
}

/// The values of the form for a change.
struct Values<'t> {
    name: &'t str,
    domain: &'t str,
    version: String,
    /// True if the texts for other interfaces were requested.
    is_open: bool,
}

/// Returns the change for other interfaces. The command line cannot change the name.
fn change(organization: &Organization, values: &Values<'_>, with_domain: bool) -> Change {
    let mut words = also_as::words(["doorward", "org", "set-domain"]);
    let mut body = Map::new();
    if values.name != organization.name {
        body.insert("name".to_owned(), json!(values.name));
    }
    let domain = Some(values.domain.trim()).filter(|domain| !domain.is_empty());
    if with_domain && domain != organization.domain.as_deref() {
        words.extend(domain.map(|domain| format!("--domain={domain}")));
        body.insert("domain".to_owned(), json!(domain));
    }
    words.push(organization.slug.clone());
    Change {
        commands: (!body.contains_key("name")).then(|| vec![words]),
        path: format!("organizations/{}", organization.slug),
        version: version(organization),
        body,
    }
}

/// Returns the form for a change. Only administrators of the whole deployment set the domain.
fn edit_form(
    console: &Console<'_>,
    organization: &Organization,
    values: Values<'_>,
    with_domain: bool,
) -> EntryForm {
    let home = pages::path(&organization.slug);
    let change = change(organization, &values, with_domain);
    let mut fields = vec![line(console, "name", "console-name", values.name)];
    if with_domain {
        let (hint, value) = ("console-domain-hint", values.domain);
        fields.push(EntryField {
            required: false,
            ..hinted(console, "domain", "console-domain", hint, value)
        });
    }
    let messages = ["console-organization-edit", "console-save"];
    EntryForm {
        object: organization.name.clone(),
        version: Some(values.version),
        also: Some(also_as::in_form(console, &change, values.is_open)),
        ..entry::form(console, Section::Organizations, messages, home, fields)
    }
}

async fn edit(page: &Page) -> Result<HttpResponse, PageError> {
    let console = pages::open(page, Scope::Organization).await?;
    let organization = pages::named(&console).await?;
    let console = console.require_fresh()?;
    let values = Values {
        name: &organization.name,
        domain: organization.domain.as_deref().unwrap_or_default(),
        version: version(&organization),
        is_open: false,
    };
    let with_domain = console.may_globally(WRITE);
    let view = edit_form(&console, &organization, values, with_domain);
    Ok(page.html(StatusCode::OK, &view))
}

async fn update(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let typed = page.form(payload).await?;
    let console = pages::open_for_change(page, Scope::Organization).await?;
    let organization = pages::named(&console).await?;
    let with_domain = console.may_globally(WRITE);
    let values = Values {
        name: text(&typed, "name")?,
        domain: text(&typed, "domain")?,
        version: text(&typed, "version")?.to_owned(),
        is_open: also_as::is_requested(&typed)?,
    };
    let is_open = values.is_open;
    let name = values.name.to_owned();
    let domain = match values.domain.trim() {
        domain if with_domain && !domain.is_empty() => {
            let config = &page.context.core.config;
            Some(config.organization_domain(domain))
        }
        _ => None,
    };
    let view = edit_form(&console, &organization, values, with_domain);
    if is_open {
        return Ok(page.html(StatusCode::OK, &view));
    }
    let Ok(domain) = domain.transpose() else {
        let key = "console-domain-invalid";
        return Ok(entry::reject(&console, view, "domain", key));
    };
    let change = OrganizationChange {
        name: Some(name),
        domain: with_domain.then_some(domain),
        ..OrganizationChange::default()
    };
    let context = console.context_with_version(&typed);
    let changed = organizations::update(&context, &organization.slug, change).await;
    let error = match &changed {
        Err(AdminError::Invalid { .. }) => Some(("name", NAME_ERROR)),
        Err(AdminError::Taken { .. }) => Some(("domain", "console-domain-taken")),
        _ => None,
    };
    if let Some((field, key)) = error {
        return Ok(entry::reject(&console, view, field, key));
    }
    Ok(match console.change(changed).await? {
        Ok(_) => page.see_other(&format!("{}?done={CHANGED}", view.back)),
        Err(failure) => entry::fail(&console, view, &[], failure),
    })
}
