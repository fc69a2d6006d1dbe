//! `/admin/organizations` and `/admin/organizations/{id}`: organizations with their members.

mod actions;
mod file;
mod forms;
mod invitations;
mod members;
pub(crate) mod pages;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::ServiceConfig;
use doorward_admin::{name_search, organizations};
use doorward_domain::model::{Member, Organization, UserId};
use doorward_http::page::{Page, PageError};
use doorward_store::repo::organizations::OwnerlessFilter;
use doorward_templates::console::{Detail, Fact, Link, List, Section, State, Tone, Value};

use crate::audit;
use crate::console::Console;
use crate::organizations::actions::OrganizationAction;
use crate::organizations::forms::{CHANGED, CREATED};
use crate::organizations::invitations::INVITED;
use crate::organizations::members::MemberAction;
use crate::organizations::pages::{HOME, WRITE, path, state};
use crate::people;
use crate::routes;
use crate::ui::cursor::{Cursor, LIMIT, ROWS};
use crate::ui::filter_bar;
use crate::ui::once::NOTICES;

/// Registers the pages of the section.
pub(crate) fn configure(config: &mut ServiceConfig) {
    file::configure(config);
    forms::configure(config);
    invitations::configure(config);
    members::configure(config);
    config
        .service(routes::page(HOME, list))
        .service(routes::page("/admin/organizations/{id}", show));
    actions::configure(config);
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let cursor = Cursor::read(&console, &["q"])?;
    let (context, text) = (console.context(), cursor.filter("q"));
    let (after, limit) = (cursor.after(), LIMIT as u64);
    let found = name_search::organizations(&context, text, after, limit).await;
    let found = Console::read(found)?;
    let columns = [
        "console-name",
        "console-id",
        "console-state",
        "console-created",
    ];
    let row = |organization: &Organization| {
        let path = path(&organization.slug);
        vec![
            Value::Link(Link::new(path, organization.name.clone())),
            Value::Code(organization.slug.clone()),
            Value::States(vec![state(&console, organization)]),
            Value::Day(organization.created_at),
        ]
    };
    let mut actions = Vec::new();
    if console.may_globally(WRITE) {
        let path = format!("{HOME}/new");
        actions.push(Link::new(path, console.t("console-new-organization")));
    }
    actions.extend(filter_bar::files(&console, &cursor, HOME));
    let view = List {
        lead: console.t("console-organizations-text"),
        notice: console.notice(&[OrganizationAction::Delete.messages().done])?,
        actions,
        search: Some(people::search(&console, HOME, "console-find-app", text)),
        table: filter_bar::named_table(
            &console,
            (&found, text),
            [
                "console-organizations",
                "console-organizations-count",
                "console-no-organizations",
            ],
            &columns,
            row,
        ),
        pager: cursor.pager(&console, found.next.as_deref()),
        ..console.list(Section::Organizations, "console-organizations")
    };
    Ok(page.html(StatusCode::OK, &view))
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let organization = pages::named(&console).await?;
    let cursor = Cursor::read(&console, &[])?;
    let after = cursor.after_id(UserId::parse)?;
    let members = organizations::members(&console.context(), &organization, after, ROWS).await;
    let mut members = Console::read(members)?;
    let pager = cursor.cut(&console, &mut members, |(member, _)| {
        member.user_id.to_string()
    });
    let names = people::names_of(members.iter().filter_map(|(_, user)| user.as_ref()));
    let members: Vec<Member> = members.into_iter().map(|(member, _)| member).collect();
    let mut tables = Vec::new();
    if after.is_none() {
        tables.extend(invitations::first(&console, &organization).await?);
    }
    tables.push(members::table(&console, &organization, &members, &names));
    let done = OrganizationAction::ALL.map(|action| action.messages().done);
    let member_done = MemberAction::ALL.map(|action| action.messages().done);
    let (mut actions, risky) = actions(&console, &organization);
    actions.extend(audit::filter::history(&console, &organization.slug));
    let view = Detail {
        notice: console.notice(
            &[
                &done[..],
                &member_done,
                &NOTICES,
                &[CREATED, CHANGED, INVITED],
            ]
            .concat(),
        )?,
        facts: facts(&console, &organization).await?,
        tables,
        pager,
        actions,
        risky,
        ..pages::detail(&console, &organization, "")
    };
    Ok(page.html(StatusCode::OK, &view))
}

async fn facts(console: &Console<'_>, organization: &Organization) -> Result<Vec<Fact>, PageError> {
    let fact = |key, value| Fact::new(console.t(key), value);
    let mut facts = vec![
        fact("console-id", Value::Code(organization.slug.clone())),
        fact("console-created", Value::Moment(organization.created_at)),
        fact("console-updated", Value::Moment(organization.updated_at)),
    ];
    if let Some(domain) = &organization.domain {
        facts.push(fact("console-domain", Value::Code(domain.clone())));
    }
    let filter = OwnerlessFilter {
        slugs: Some(std::slice::from_ref(&organization.slug)),
        ..OwnerlessFilter::default()
    };
    let context = console.context();
    let ownerless = Console::read(organizations::needing_owner(&context, &filter, 1).await)?;
    if !ownerless.is_empty() {
        let state = State::new(Tone::Warn, console.t("console-organization-ownerless"));
        facts.push(fact("console-owner", Value::States(vec![state])));
    }
    Ok(facts)
}

/// Returns the links to the changes that the administrator may make, and those of them that take
/// something away.
fn actions(console: &Console<'_>, organization: &Organization) -> (Vec<Link>, Vec<Link>) {
    let mut actions = invitations::actions(console, organization);
    if console.may(WRITE) {
        let path = format!("{}/edit", path(&organization.slug));
        actions.push(Link::new(path, console.t("console-organization-edit")));
    }
    let mut risky = Vec::new();
    if console.may_globally(WRITE) {
        let all = OrganizationAction::ALL.into_iter();
        for action in all.filter(|action| action.applies_to(organization)) {
            let links = if action.is_risky() {
                &mut risky
            } else {
                &mut actions
            };
            links.push(action.link(console, organization));
        }
    }
    (actions, risky)
}
