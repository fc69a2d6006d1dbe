//! `/admin/organizations/{id}/{action}`: changes of an organization, each with a confirmation.

use actix_web::HttpResponse;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::version;
use doorward_admin::organizations::{self, OrganizationChange};
use doorward_domain::model::Organization;
use doorward_http::page::{Page, PageError};
use doorward_store::repo::affected::{Object, RecordKind};
use doorward_templates::ErrorKind;
use doorward_templates::console::{Fact, Link, Section};

use crate::console::Console;
use crate::organizations::pages::{self, HOME, Scope};
use crate::routes::{self, parameter};
use crate::ui::action::{Action, Messages};
use crate::ui::affected;

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form(
        "/admin/organizations/{id}/{action}",
        ask,
        submit,
    ));
}

/// A change of an organization by an administrator of the whole deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrganizationAction {
    Enable,
    Disable,
    Delete,
}

impl OrganizationAction {
    /// All changes, in the order of their links.
    pub(crate) const ALL: [Self; 3] = [Self::Enable, Self::Disable, Self::Delete];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Delete => "delete",
        }
    }

    /// Returns true for what takes something away.
    pub(crate) const fn is_risky(self) -> bool {
        matches!(self, Self::Disable | Self::Delete)
    }

    /// Returns true if the change is useful for the organization.
    pub(crate) const fn applies_to(self, organization: &Organization) -> bool {
        match self {
            Self::Enable => !organization.active,
            Self::Disable => organization.active,
            Self::Delete => true,
        }
    }

    /// Returns its messages.
    pub(crate) const fn messages(self) -> Messages {
        let [question, text, submit, done] = match self {
            Self::Enable => [
                "console-organization-enable-question",
                "console-organization-enable-text",
                "console-app-enable",
                "console-organization-enabled",
            ],
            Self::Disable => [
                "console-organization-disable-question",
                "console-organization-disable-text",
                "console-app-disable",
                "console-organization-disabled",
            ],
            Self::Delete => [
                "console-organization-delete-question",
                "console-organization-delete-text",
                "console-app-delete",
                "console-organization-deleted",
            ],
        };
        Messages {
            question,
            text,
            submit,
            done,
        }
    }

    /// Returns the link to the confirmation.
    pub(crate) fn link(self, console: &Console<'_>, organization: &Organization) -> Link {
        let home = pages::path(&organization.slug);
        let text = console.t(self.messages().submit);
        Link::new(format!("{home}/{}", self.as_str()), text)
    }

    /// Returns the numbers of what the change ends.
    async fn facts(
        self,
        console: &Console<'_>,
        organization: &Organization,
    ) -> Result<Vec<Fact>, PageError> {
        let kinds = match self {
            Self::Delete => &RecordKind::ALL[..],
            Self::Enable | Self::Disable => &[],
        };
        let object = Object::Organization(&organization.slug);
        affected::facts(console, object, kinds).await
    }

    fn confirmation(self, organization: &Organization) -> Action {
        Action {
            section: Section::Organizations,
            messages: self.messages(),
            object: organization.name.clone(),
            choice: None,
            reason: None,
            typed: (self == Self::Delete).then(|| organization.name.trim().to_owned()),
            version: Some(version(organization)),
            is_risky: self.is_risky(),
            back: pages::path(&organization.slug),
        }
    }
}

fn action(page: &Page) -> Result<OrganizationAction, PageError> {
    let name = parameter(page, "action");
    let mut all = OrganizationAction::ALL.into_iter();
    let named = all.find(|action| action.as_str() == name);
    named.ok_or_else(|| ErrorKind::NotFound.into())
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = pages::open(page, Scope::Deployment).await?;
    let action = action(page)?;
    let organization = pages::named(&console).await?;
    if !action.applies_to(&organization) {
        return Err(ErrorKind::NotFound.into());
    }
    let console = console.require_fresh()?;
    let facts = action.facts(&console, &organization).await?;
    let question = action.confirmation(&organization);
    Ok(question.ask_with(&console, facts))
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = pages::open_for_change(page, Scope::Deployment).await?;
    let action = action(page)?;
    let organization = pages::named(&console).await?;
    let question = action.confirmation(&organization);
    let facts = action.facts(&console, &organization).await?;
    let question = match question.check_with(&console, &form, &facts)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    let (context, slug) = (console.context_with_version(&form), &organization.slug);
    let result = if action == OrganizationAction::Delete {
        organizations::delete(&context, slug).await
    } else {
        let change = OrganizationChange {
            active: Some(action == OrganizationAction::Enable),
            ..OrganizationChange::default()
        };
        let changed = organizations::update(&context, slug, change).await;
        changed.map(|_| ())
    };
    let result = console.change(result).await?;
    let next = match action {
        OrganizationAction::Delete => HOME.to_owned(),
        _ => pages::path(slug),
    };
    Ok(question.finish_with(&console, result, &next, facts))
}
