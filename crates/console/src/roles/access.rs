//! `/admin/people/{id}/access`: roles of a user; the same pages of groups and clients.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::version;
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::NewAssignment;
use doorward_admin::{assignments, roles};
use doorward_domain::model::Assignment;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_store::repo::role_assignments::AssignmentFilter;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Choice, Detail, EntryForm, FieldKind, Link, Table, Value};

use crate::apps;
use crate::console::Console;
use crate::groups;
use crate::people;
use crate::roles::GIVEN;
use crate::roles::grants;
use crate::routes::{self, ACCESS, APPS, GROUPS, app, parameter};
use crate::ui::action::{Action, Messages};
use crate::ui::also_as;
use crate::ui::cursor::{Cursor, ROWS};
use crate::ui::entry;
use crate::ui::lifetimes;
use crate::ui::reason;

const REMOVED: &str = "console-role-removed";
/// Text instead of a role that is not chosen.
const CHOOSE: &str = "console-role-choose";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    for (list_path, give_path, remove_path) in [
        (
            "/admin/people/{id}/access",
            "/admin/people/{id}/access/give",
            "/admin/people/{id}/access/{assignment}/remove",
        ),
        (
            "/admin/groups/{id}/access",
            "/admin/groups/{id}/access/give",
            "/admin/groups/{id}/access/{assignment}/remove",
        ),
        (
            "/admin/apps/{id}/access",
            "/admin/apps/{id}/access/give",
            "/admin/apps/{id}/access/{assignment}/remove",
        ),
    ] {
        config
            .service(routes::page(list_path, list))
            .service(routes::form(give_path, form, give))
            .service(routes::form(remove_path, ask, remove));
    }
}

/// A user, a group or a client that holds roles.
struct Holder {
    subject: Subject,
    /// The organization in which new roles are given; `None`: everywhere.
    org: Option<String>,
    /// Path of the list of roles.
    home: String,
    /// The page without content.
    page: Detail,
}

impl Holder {
    /// Returns the holder that the path names. An administrator of one organization gives roles in
    /// it, and a group of an organization holds roles in it only.
    async fn named(console: &Console<'_>) -> Result<Self, PageError> {
        let (path, org) = (
            console.page.request.path(),
            console.org().map(str::to_owned),
        );
        if path.starts_with(GROUPS) {
            let group = groups::named(console).await?;
            return Ok(Self {
                subject: Subject::Group(group.id),
                home: format!("{}{ACCESS}", routes::group(group.id)),
                page: groups::detail(console, &group, ACCESS),
                org: group.org.or(org),
            });
        }
        if path.starts_with(APPS) {
            let client = apps::pages::named(console).await?;
            return Ok(Self {
                home: format!("{}{ACCESS}", app(&client.id)),
                page: apps::pages::detail(console, &client, ACCESS),
                subject: Subject::Client(client.id),
                org,
            });
        }
        let user = people::named(console).await?;
        Ok(Self {
            subject: Subject::User(user.id),
            home: format!("{}{ACCESS}", people::path(user.id)),
            page: people::user::detail(console, &user, ACCESS),
            org,
        })
    }
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let holder = Holder::named(&console).await?;
    let cursor = Cursor::read(&console, &[])?;
    let id = holder.subject.id();
    let may_assign = console.may("roles:assign") && !console.is(&id);
    let filter = AssignmentFilter {
        holder: Some((holder.subject.kind(), id)),
        ..AssignmentFilter::default()
    };
    let found = assignments::page(&console.context(), &filter, cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |found| found.cursor.clone());
    let found = found.into_iter().map(|found| found.item.assignment);
    let found: Vec<Assignment> = found.collect();
    let mut actions = Vec::new();
    if may_assign {
        let path = format!("{}/give", holder.home);
        actions.push(Link::new(path, console.t("console-role-give")));
    }
    let view = Detail {
        notice: console.notice(&[GIVEN, REMOVED])?,
        tables: vec![table(&console, &holder.home, &found, may_assign)],
        pager,
        actions,
        ..holder.page
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn table(console: &Console<'_>, home: &str, found: &[Assignment], may_assign: bool) -> Table {
    let mut columns = vec![console.t("console-role")];
    columns.extend(grants::FACTS.map(|key| console.t(key)));
    if may_assign {
        columns.push(console.t("console-action"));
    }
    let row = |assignment: &Assignment| {
        let name = &assignment.role;
        let mut row = vec![Value::Link(Link::new(routes::role(name), name.clone()))];
        row.extend(grants::facts(console, assignment));
        if may_assign {
            let path = format!("{home}/{}/remove", assignment.id);
            let link = Link::new(path, console.t("console-role-remove"));
            let label = console
                .layout
                .t_with("console-role-remove-label", "role", name);
            row.push(Value::Action(link, label));
        }
        row
    };
    Table {
        caption: console.t("console-access"),
        columns,
        rows: found.iter().map(row).collect(),
        empty: console.t("console-no-roles"),
    }
}

/// Returns the form with the values as typed.
async fn give_form(
    console: &Console<'_>,
    holder: Holder,
    typed: &Params,
) -> Result<EntryForm, PageError> {
    let all = Console::read(roles::list(&console.context()).await)?;
    let role = all.into_iter().filter(|role| role.active);
    let role = role.map(|role| Choice {
        text: role.name.clone(),
        value: role.name,
    });
    let chosen = text(typed, "role")?;
    // No role is chosen at first: the first one may be the most powerful.
    let none = chosen.is_empty().then(|| Choice {
        text: console.t(CHOOSE),
        value: String::new(),
    });
    let roles = FieldKind::Select(none.into_iter().chain(role).collect());
    let fields = vec![
        entry::field(console, "role", "console-role", chosen, roles),
        lifetimes::choice(console, typed)?,
        reason::fill(console, reason::field(console, reason::FOR_END), typed)?,
    ];
    let messages = ["console-role-give", "console-role-give"];
    let section = holder.page.frame.current;
    let org = [("org", holder.org.unwrap_or_default())];
    Ok(EntryForm {
        object: holder.page.heading,
        also: also_as::of_form(console, &fields, &org),
        ..entry::form(console, section, messages, holder.home, fields)
    })
}

async fn form(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_scoped(page, "roles:assign").await?;
    let holder = Holder::named(&console).await?;
    let console = console.require_fresh()?;
    let view = give_form(&console, holder, &Params::default()).await?;
    Ok(page.html(StatusCode::OK, &view))
}

async fn give(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let holder = Holder::named(&console).await?;
    console
        .require(console.context().need("roles:assign"))
        .await?;
    if reason::problem(&fields)?.is_some() {
        let view = give_form(&console, holder, &fields).await?;
        return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    if also_as::is_requested(&fields)? {
        let org = [("org", holder.org.clone().unwrap_or_default())];
        let view = give_form(&console, holder, &fields).await?;
        return Ok(also_as::show(&console, view, &org));
    }
    let role = text(&fields, "role")?;
    if role.is_empty() {
        let mut view = give_form(&console, holder, &fields).await?;
        if let Some(field) = view.fields.first_mut() {
            field.error = Some(console.t(CHOOSE));
        }
        return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    let new = NewAssignment {
        subject: holder.subject.clone(),
        role: role.to_owned(),
        org: holder.org.clone(),
        expires_at: lifetimes::end(&console, &fields)?,
        active: true,
    };
    let given = assignments::create(&console.context_with_version(&fields), new).await;
    match console.change(given).await? {
        Ok(_) => Ok(page.see_other(&format!("{}?done={GIVEN}", holder.home))),
        Err(failure) => {
            let view = give_form(&console, holder, &fields).await?;
            Ok(entry::fail(&console, view, &[], failure))
        }
    }
}

/// Returns the assignment that the path names, with the question.
async fn question(console: &Console<'_>) -> Result<(Assignment, Action), PageError> {
    let holder = Holder::named(console).await?;
    let id = parameter(console.page, "assignment");
    let found = assignments::get_named(&console.context(), &id).await;
    let found = Console::read(found)?;
    if Subject::from_assignment(&found) != Some(holder.subject) {
        return Err(ErrorKind::NotFound.into());
    }
    let action = Action {
        section: holder.page.frame.current,
        messages: Messages {
            question: "console-role-remove-question",
            text: "console-role-remove-text",
            submit: "console-role-remove",
            done: REMOVED,
        },
        object: format!("{}: {}", holder.page.heading, found.role),
        choice: None,
        reason: Some(reason::field(
            console,
            reason::of_removal(found.subject_kind),
        )),
        typed: None,
        version: Some(version(&found)),
        is_risky: false,
        back: holder.home,
    };
    Ok((found, action))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_scoped(page, "roles:assign").await?;
    let (_, question) = question(&console).await?;
    let console = console.require_fresh()?;
    Ok(question.ask(&console))
}

async fn remove(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let (found, question) = question(&console).await?;
    let question = match question.check(&console, &form)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    let removed = assignments::delete(&console.context_with_version(&form), found.id).await;
    let removed = console.change(removed).await?;
    let next = question.back.clone();
    Ok(question.finish(&console, removed, &next))
}
