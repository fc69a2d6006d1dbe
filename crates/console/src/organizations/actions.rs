//! `/admin/organizations/{id}/{action}`: changes of an organization, each with a confirmation.

use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::version;
use doorward_admin::organizations::{self, OrganizationChange};
use doorward_domain::model::Organization;
use doorward_http::page::Page;
use doorward_store::repo::affected::{Object, RecordKind};
use doorward_templates::ErrorKind;
use doorward_templates::console::{Link, Section};

use crate::console::Console;
use crate::organizations::pages::{self, WRITE_ALL};
use crate::routes::{self, ORGANIZATIONS};
use crate::ui::affected;
use crate::ui::question::{Messages, Question};
use crate::ui::visit::{Handled, Visit};

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form("/admin/organizations/{id}/{action}", change));
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
        Messages::new(match self {
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
        })
    }

    /// Returns the link to the confirmation.
    pub(crate) fn link(self, console: &Console<'_>, organization: &Organization) -> Link {
        let home = routes::organization(&organization.slug);
        let path = format!("{home}/{}", self.as_str());
        console.link(path, self.messages().submit)
    }

    /// Returns the kinds of records that the change ends.
    const fn ends(self) -> &'static [RecordKind] {
        match self {
            Self::Delete => &RecordKind::ALL,
            Self::Enable | Self::Disable => &[],
        }
    }
}

async fn change(page: &Page, payload: Option<Payload>) -> Handled {
    let visit = Visit::open(page, payload, WRITE_ALL).await?;
    let console = &visit.console;
    let action = visit.action(&OrganizationAction::ALL, OrganizationAction::as_str)?;
    let organization = pages::named(console).await?;
    if !visit.is_answer() && !action.applies_to(&organization) {
        return Err(ErrorKind::NotFound.into());
    }
    visit.require_fresh()?;
    let slug = &organization.slug;
    let home = routes::organization(slug);
    let facts = affected::facts(console, Object::Organization(slug), action.ends());
    let name = organization.name.as_str();
    let question = Question {
        typed: (action == OrganizationAction::Delete).then(|| name.trim().to_owned()),
        version: Some(version(&organization)),
        is_risky: action.is_risky(),
        facts: facts.await?,
        ..Question::new(Section::Organizations, action.messages(), name, home)
    };
    let question = question.ask(&visit)?;
    let context = visit.context();
    if action == OrganizationAction::Delete {
        let deleted = organizations::delete(&context, slug).await;
        return question.finish_at(&visit, deleted, ORGANIZATIONS).await;
    }
    let change = OrganizationChange {
        active: Some(action == OrganizationAction::Enable),
        ..OrganizationChange::default()
    };
    let changed = organizations::update(&context, slug, change).await;
    question.finish(&visit, changed).await
}
