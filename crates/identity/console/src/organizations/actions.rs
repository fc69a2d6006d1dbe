//! `/admin/organizations/{id}/{action}`: changes of an organization, each with a confirmation.

use doorward_admin::organizations::{self, OrganizationChange};
use doorward_store::repo::affected::{Object, RecordKind};

use crate::organizations::pages;
use doorward_console_ui::prelude::*;

pub(crate) const fn messages(change: Switch) -> Messages {
    Messages::new(match change {
        Switch::Enable => [
            "console-organization-enable-question",
            "console-organization-enable-text",
            "console-app-enable",
            "console-organization-enabled",
        ],
        Switch::Disable => [
            "console-organization-disable-question",
            "console-organization-disable-text",
            "console-app-disable",
            "console-organization-disabled",
        ],
        Switch::Delete => [
            "console-organization-delete-question",
            "console-organization-delete-text",
            "console-app-delete",
            "console-organization-deleted",
        ],
    })
}

pub(crate) async fn change(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let action = visit.action(&Switch::ALL, Switch::as_str)?;
    let organization = pages::named(console).await?;
    if !visit.is_answer() && !action.applies_to(organization.active) {
        return Err(ErrorKind::NotFound.into());
    }
    let slug = &organization.slug;
    let home = routes::organization(slug);
    let ended = match action {
        Switch::Delete => &RecordKind::ALL[..],
        Switch::Enable | Switch::Disable => &[],
    };
    let name = organization.name.as_str();
    let question = Question {
        typed: (action == Switch::Delete).then(|| name.trim().to_owned()),
        version: Some(version(&organization)),
        is_risky: action.is_risky(),
        facts: affected::facts(console, Object::Organization(slug), ended).await?,
        ..Question::new(Section::Organizations, messages(action), name, home)
    };
    let question = question.ask(visit)?;
    let context = visit.context();
    if action == Switch::Delete {
        let deleted = organizations::delete(&context, slug).await;
        return question.finish_at(visit, deleted, ORGANIZATIONS).await;
    }
    let change = OrganizationChange {
        active: Some(action == Switch::Enable),
        ..OrganizationChange::default()
    };
    let changed = organizations::update(&context, slug, change).await;
    question.finish(visit, changed).await
}
