//! `/admin/grants/bulk`: removes chosen role assignments, up to a page of them.

use actix_web::HttpResponse;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::assignments::{self, NamedAssignment};
use doorward_admin::operator::version;
use doorward_domain::model::{AssignmentId, SubjectKind};
use doorward_http::page::{Page, PageError};
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{Fact, Link, Value};

use crate::console::Console;
use crate::people;
use crate::roles::grants;
use crate::routes;
use crate::ui::chosen::{ASSIGNMENTS, Chosen, Ended, Object, Question, with_version};
use crate::ui::reason;

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form(ASSIGNMENTS.path, home, submit));
}

/// Leads back to the list, for example after a sign-in: the question follows its form.
async fn home(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_scoped(page, "roles:assign").await?;
    let console = console.require_fresh()?;
    Ok(ASSIGNMENTS.open(&console))
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_scoped_change(page, "roles:assign").await?;
    let parse = |value: &str| Chosen::parse(value, AssignmentId::parse);
    let chosen = ASSIGNMENTS.values(&form, parse)?;
    if chosen.is_empty() {
        return ASSIGNMENTS.reject_nothing(&console, &form);
    }
    let ids: Vec<_> = chosen.iter().map(|chosen| chosen.id).collect();
    let found = Console::read(assignments::find_many(&console.context(), &ids).await)?;
    if found.is_empty() {
        return Err(ErrorKind::NotFound.into());
    }
    let question = question(&console, &form, &ids, &found)?;
    if let Some(response) = question.ask(&console, &form)? {
        return Ok(response);
    }
    let mut ended = Ended::default();
    for (chosen, object) in chosen.iter().zip(&question.objects) {
        let context = chosen.context(&console, &form);
        // Boxed, because the future is large.
        let result = Box::pin(assignments::delete(&context, chosen.id)).await;
        ended.add(&console, &ASSIGNMENTS, object, result).await?;
    }
    Ok(question.finish(&console, ended))
}

/// Returns the question about these assignments, of which those in reach were found.
fn question(
    console: &Console<'_>,
    form: &Params,
    ids: &[AssignmentId],
    found: &[NamedAssignment],
) -> Result<Question, PageError> {
    let object = |id: &AssignmentId| {
        let found = found.iter().find(|found| found.assignment.id == *id);
        Object {
            value: match found {
                Some(found) => with_version(id, &version(&found.assignment)),
                None => id.to_string(),
            },
            row: found.map(|found| row(console, found)),
        }
    };
    // Holders other than users are not informed.
    let is_user = |found: &NamedAssignment| found.assignment.subject_kind == SubjectKind::User;
    let users = found.iter().any(is_user).then_some(reason::FOR_USER);
    let count = Value::Text(found.len().to_string());
    Ok(Question {
        list: &ASSIGNMENTS,
        filter: people::bulk_form::repeated_filter(form)?,
        objects: ids.iter().map(object).collect(),
        counts: vec![Fact::new(console.t("console-assignments"), count)],
        hint: users.unwrap_or(reason::FOR_LOG),
    })
}

fn row(console: &Console<'_>, found: &NamedAssignment) -> Vec<Value> {
    let assignment = &found.assignment;
    let (_, holder) = grants::holder(console, found.holder.as_deref(), assignment);
    let role = Link::new(routes::role(&assignment.role), assignment.role.clone());
    let mut row = vec![holder, Value::Link(role)];
    row.extend(grants::facts(console, assignment));
    row
}
