//! `/admin/people/{id}/access`: roles of a user.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::version;
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::NewAssignment;
use doorward_admin::{assignments, roles};
use doorward_domain::model::{Assignment, SubjectKind, User};
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_store::repo::role_assignments::AssignmentFilter;
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    Choice, Detail, EntryForm, FieldKind, Link, Section, Table, Value,
};

use crate::action::{Action, Messages};
use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::routes::{self, parameter};
use crate::user::detail;
use crate::{entry, grants, lifetimes, people, reason};

const GIVEN: &str = "console-role-given";
const REMOVED: &str = "console-role-removed";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::page("/admin/people/{id}/access", list))
        .service(routes::form("/admin/people/{id}/access/give", form, give))
        .service(routes::form(
            "/admin/people/{id}/access/{assignment}/remove",
            ask,
            remove,
        ));
}

fn home(user: &User) -> String {
    format!("{}/access", people::path(user.id))
}

async fn list(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    let user = people::named(&console).await?;
    let cursor = Cursor::read(&console, &[])?;
    let id = user.id.to_string();
    let may_assign = console.may("roles:assign") && !console.is(&id);
    let filter = AssignmentFilter {
        holder: Some((SubjectKind::User, id)),
        ..AssignmentFilter::default()
    };
    let found = assignments::page(&console.context(), &filter, cursor.after(), ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |found| found.cursor.clone());
    let found: Vec<Assignment> = found.into_iter().map(|found| found.item.0).collect();
    let mut actions = Vec::new();
    if may_assign {
        let path = format!("{}/give", home(&user));
        actions.push(Link::new(path, console.t("console-role-give")));
    }
    let view = Detail {
        notice: console.notice(&[GIVEN, REMOVED])?,
        tables: vec![table(&console, &user, &found, may_assign)],
        pager,
        actions,
        ..detail(&console, &user, "/access")
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn table(console: &Console<'_>, user: &User, found: &[Assignment], may_assign: bool) -> Table {
    let mut columns = vec![console.t("console-role")];
    columns.extend(grants::FACTS.map(|key| console.t(key)));
    if may_assign {
        columns.push(console.t("console-action"));
    }
    let row = |assignment: &Assignment| {
        let mut row = vec![Value::Code(assignment.role.clone())];
        row.extend(grants::facts(console, assignment));
        if may_assign {
            let path = format!("{}/{}/remove", home(user), assignment.id);
            let link = Link::new(path, console.t("console-role-remove"));
            let name = &assignment.role;
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
    user: &User,
    typed: &Params,
) -> Result<EntryForm, PageError> {
    let all = Console::read(roles::list(&console.context()).await)?;
    let role = all.into_iter().filter(|role| role.active);
    let role = role.map(|role| Choice {
        text: role.name.clone(),
        value: role.name,
    });
    let chosen = text(typed, "role")?;
    let roles = FieldKind::Select(role.collect());
    let fields = vec![
        entry::field(console, "role", "console-role", chosen, roles),
        lifetimes::choice(console, typed)?,
        reason::fill(console, reason::field(console, reason::FOR_END), typed)?,
    ];
    let messages = ["console-role-give", "console-role-give"];
    Ok(EntryForm {
        lead: user.display_name(),
        ..entry::form(console, Section::People, messages, home(user), fields)
    })
}

async fn form(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().need("roles:assign"))?;
    let user = people::named(&console).await?;
    let console = console.require_fresh()?;
    let view = give_form(&console, &user, &Params::default()).await?;
    Ok(page.html(StatusCode::OK, &view))
}

async fn give(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let user = people::named(&console).await?;
    if reason::problem(&fields)?.is_some() {
        let view = give_form(&console, &user, &fields).await?;
        return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    let new = NewAssignment {
        subject: Subject::User(user.id),
        role: text(&fields, "role")?.to_owned(),
        // An administrator of one organization gives a role in it.
        org: console.org().map(str::to_owned),
        expires_at: lifetimes::end(&console, &fields)?,
        active: true,
    };
    let given = assignments::create(&console.context_with_version(&fields), new).await;
    match console.change(given).await? {
        Ok(_) => Ok(page.see_other(&format!("{}?done={GIVEN}", home(&user)))),
        Err(failure) => {
            let view = give_form(&console, &user, &fields).await?;
            Ok(entry::fail(&console, view, &[], failure))
        }
    }
}

/// Returns the assignment that the path names, with the question.
async fn question(console: &Console<'_>) -> Result<(Assignment, Action), PageError> {
    let user = people::named(console).await?;
    let id = parameter(console.page, "assignment");
    let found = assignments::get_named(&console.context(), &id).await;
    let found = Console::read(found)?;
    if found.subject_kind != SubjectKind::User || found.subject_id != user.id.to_string() {
        return Err(ErrorKind::NotFound.into());
    }
    let action = Action {
        section: Section::People,
        messages: Messages {
            question: "console-role-remove-question",
            text: "console-role-remove-text",
            submit: "console-role-remove",
            done: REMOVED,
        },
        object: format!("{}: {}", user.display_name(), found.role),
        choice: None,
        reason: Some(reason::field(console, reason::FOR_USER)),
        typed: None,
        version: Some(version(&found)),
        is_risky: false,
        back: home(&user),
    };
    Ok((found, action))
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().need("roles:assign"))?;
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
