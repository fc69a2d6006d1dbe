//! `/admin/roles/{id}/give`: gives a role to a user.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::assignments;
use doorward_admin::operator::AdminError;
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::NewAssignment;
use doorward_domain::model::Role;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{EntryForm, Section};

use crate::console::Console;
use crate::people;
use crate::roles::{GIVEN, named};
use crate::routes;
use crate::ui::also_as;
use crate::ui::entry;
use crate::ui::lifetimes;
use crate::ui::reason;

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form("/admin/roles/{id}/give", ask, give));
}

/// Returns the form with the values as typed.
fn give_form(console: &Console<'_>, role: &Role, typed: &Params) -> Result<EntryForm, PageError> {
    let messages = ["console-role-give-this", "console-role-give-this"];
    let fields = vec![
        entry::line(console, "user", "console-find-user", text(typed, "user")?),
        lifetimes::choice(console, typed)?,
        reason::fill(console, reason::field(console, reason::FOR_END), typed)?,
    ];
    let back = routes::role(&role.name);
    Ok(EntryForm {
        object: role.name.clone(),
        ..entry::form(console, Section::Roles, messages, back, fields)
    })
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_scoped(page, "roles:assign").await?;
    let role = named(&console).await?;
    let console = console.require_fresh()?;
    let view = give_form(&console, &role, &Params::default())?;
    Ok(page.html(StatusCode::OK, &view))
}

async fn give(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_scoped_change(page, "roles:assign").await?;
    let role = named(&console).await?;
    let view = give_form(&console, &role, &form)?;
    if reason::problem(&form)?.is_some() {
        return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    }
    let unknown = |view| Ok(entry::reject(&console, view, "user", "console-no-user"));
    let Some(user) = people::find(&console, text(&form, "user")?.trim()).await? else {
        return unknown(view);
    };
    if also_as::is_requested(&form)? {
        let others = [("user_id", user.to_string())];
        return Ok(also_as::show(&console, view, &others));
    }
    let new = NewAssignment {
        subject: Subject::User(user),
        role: role.name.clone(),
        // An administrator of one organization gives a role in it.
        org: console.org().map(str::to_owned),
        expires_at: lifetimes::end(&console, &form)?,
        active: true,
    };
    let given = assignments::create(&console.context_with_version(&form), new).await;
    if let Err(AdminError::NotFound { kind: "user", .. }) = &given {
        return unknown(view);
    }
    match console.change(given).await? {
        Ok(_) => Ok(page.see_other(&format!("{}?done={GIVEN}", routes::role(&role.name)))),
        Err(failure) => Ok(entry::fail(&console, view, &[], failure)),
    }
}
