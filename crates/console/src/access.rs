//! `/admin/people/{id}/access`: roles of a user.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::version;
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::NewAssignment;
use doorward_admin::{assignments, roles};
use doorward_domain::model::{Assignment, AssignmentId, SubjectKind, User};
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    Choice, Detail, EntryField, EntryForm, FieldKind, Link, Section, State, Table, Tone, Value,
};

use crate::action::{Action, Messages};
use crate::console::Console;
use crate::cursor::{Cursor, ROWS};
use crate::people;
use crate::routes::{self, parameter};
use crate::user::detail;

const GIVEN: &str = "console-role-given";
const REMOVED: &str = "console-role-removed";
const HOUR: i64 = 3_600;

/// The lifetimes that the form offers, in seconds.
const LIFETIMES: [(&str, &str, Option<i64>); 4] = [
    ("8h", "console-for-8-hours", Some(8 * HOUR)),
    ("7d", "console-for-7-days", Some(7 * 24 * HOUR)),
    ("90d", "console-for-90-days", Some(90 * 24 * HOUR)),
    ("none", "console-for-ever", None),
];

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
    let (id, after) = (user.id.to_string(), cursor.after_id(AssignmentId::parse)?);
    let subject = Some((SubjectKind::User, id.as_str()));
    let found = assignments::list(&console.context(), subject, after, ROWS).await;
    let mut found = Console::read(found)?;
    let pager = cursor.cut(&console, &mut found, |assignment| assignment.id.to_string());
    let may_assign = console.may("roles:assign") && !console.is(&id);
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
    let columns = [
        "console-role",
        "console-organization",
        "console-state",
        "console-expires",
        "console-since",
    ];
    let mut columns: Vec<String> = columns.map(|key| console.t(key)).into();
    if may_assign {
        columns.push(console.t("console-action"));
    }
    let row = |assignment: &Assignment| {
        let mut row = row(console, assignment);
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

fn row(console: &Console<'_>, assignment: &Assignment) -> Vec<Value> {
    let (tone, state) = if assignment.is_live(console.now()) {
        (Tone::Good, "console-active")
    } else {
        (Tone::Plain, "console-inactive")
    };
    vec![
        Value::Code(assignment.role.clone()),
        match &assignment.org {
            Some(slug) => Value::Code(slug.clone()),
            None => Value::Text(console.t("console-everywhere")),
        },
        Value::States(vec![State::new(tone, console.t(state))]),
        match assignment.expires_at {
            Some(at) => Value::Moment(at),
            None => Value::Text(console.t("console-never")),
        },
        Value::Day(assignment.created_at),
    ]
}

/// Returns the form with the values as typed.
async fn entry(
    console: &Console<'_>,
    user: &User,
    typed: &Params,
    failure: Option<String>,
) -> Result<EntryForm, PageError> {
    let all = Console::read(roles::list(&console.context()).await)?;
    let role = all.into_iter().filter(|role| role.active);
    let role = role.map(|role| Choice {
        text: role.name.clone(),
        value: role.name,
    });
    let lifetime = LIFETIMES.iter().map(|(value, key, _)| Choice {
        value: (*value).to_owned(),
        text: console.t(key),
    });
    let select = |id, key, choices: Vec<Choice>| {
        let value = text(typed, id)?.to_owned();
        Ok::<_, PageError>(EntryField {
            id,
            label: console.t(key),
            hint: String::new(),
            value,
            kind: FieldKind::Select(choices),
            required: true,
            error: None,
        })
    };
    Ok(EntryForm {
        frame: console.frame(Section::People, false),
        heading: console.t("console-role-give"),
        lead: user.display_name(),
        fields: vec![
            select("role", "console-role", role.collect())?,
            select("lifetime", "console-lifetime", lifetime.collect())?,
        ],
        version: None,
        failure,
        action: format!("{}/give", home(user)),
        submit: console.t("console-role-give"),
        back: home(user),
        layout: console.layout.clone(),
    })
}

async fn form(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open(page).await?;
    Console::read(console.context().need("roles:assign"))?;
    let user = people::named(&console).await?;
    let console = console.require_fresh()?;
    let view = entry(&console, &user, &Params::default(), None).await?;
    Ok(page.html(StatusCode::OK, &view))
}

async fn give(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let user = people::named(&console).await?;
    let lifetime = text(&fields, "lifetime")?;
    let chosen = LIFETIMES.iter().find(|(name, ..)| *name == lifetime);
    let (_, _, lifetime) = chosen.ok_or(ErrorKind::BadRequest)?;
    let new = NewAssignment {
        subject: Subject::User(user.id),
        role: text(&fields, "role")?.to_owned(),
        // An administrator of one organization gives a role in it.
        org: console.org().map(str::to_owned),
        expires_at: lifetime.map(|seconds| console.now() + seconds),
        active: true,
    };
    let given = assignments::create(&console.context(), new).await;
    match console.change(given).await? {
        Ok(_) => Ok(page.see_other(&format!("{}?done={GIVEN}", home(&user)))),
        Err(failure) => {
            let view = entry(&console, &user, &fields, Some(failure)).await?;
            Ok(page.html(StatusCode::CONFLICT, &view))
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
    let removed = assignments::delete(&console.context_with_version(&form), found.id).await;
    let removed = console.change(removed).await?;
    let next = question.back.clone();
    Ok(question.finish(&console, removed, &next))
}
