//! `/admin/sessions/bulk`: ends chosen sessions, up to a page of them.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::AdminError;
use doorward_admin::sessions::{self as service, EndedGrants};
use doorward_domain::model::{Session, SessionId, User};
use doorward_http::page::{Page, PageError};
use doorward_protocol::params::Params;
use doorward_templates::console::{Fact, Value};

use crate::console::Console;
use crate::people;
use crate::routes;
use crate::sessions;
use crate::ui::chosen::{Ended, Object, Question, SESSIONS};
use crate::ui::reason;

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form(SESSIONS.path, home, submit));
}

/// Leads back to the list, for example after a sign-in: the question follows its form.
async fn home(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, "sessions:write").await?;
    let console = console.require_fresh()?;
    Ok(SESSIONS.open(&console))
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_global_change(page, "sessions:write").await?;
    let ids = SESSIONS.values(&form, SessionId::parse)?;
    if ids.is_empty() {
        return SESSIONS.reject_nothing(&console, &form);
    }
    let found = Console::read(service::find_many(&console.context(), &ids).await)?;
    let question = question(&console, &form, &ids, &found)?;
    // Without an active session, there is nothing to ask.
    if !found.is_empty()
        && let Some(response) = question.ask(&console, &form)?
    {
        return Ok(response);
    }
    let context = console.context_with_version(&form);
    let mut ended = Ended::default();
    for (id, object) in ids.into_iter().zip(&question.objects) {
        // Boxed, because the future is large.
        let which = EndedGrants::default();
        let result = match Box::pin(service::end(&context, id, which)).await {
            // It has ended in the meantime.
            Err(AdminError::NotFound { .. }) => Ok(()),
            result => result.map(drop),
        };
        ended.add(&console, &SESSIONS, object, result).await?;
    }
    Ok(question.finish(&console, ended))
}

/// Returns the question about these sessions, of which the active ones were found.
fn question(
    console: &Console<'_>,
    form: &Params,
    ids: &[SessionId],
    found: &[(Session, User)],
) -> Result<Question, PageError> {
    let object = |id: &SessionId| {
        let found = found.iter().find(|(session, _)| session.id == *id);
        Object {
            value: id.to_string(),
            row: found.map(|(session, user)| {
                let mut row = vec![people::owner(console, user)];
                row.extend(sessions::facts(console, session, false));
                row
            }),
        }
    };
    let users: BTreeSet<_> = found.iter().map(|(_, user)| user.id).collect();
    let count = |key, count: usize| Fact::new(console.t(key), Value::Text(count.to_string()));
    Ok(Question {
        list: &SESSIONS,
        filter: people::bulk_form::repeated_filter(form)?,
        objects: ids.iter().map(object).collect(),
        counts: vec![
            count("console-sessions", found.len()),
            count("console-people", users.len()),
        ],
        hint: reason::FOR_USER,
    })
}
