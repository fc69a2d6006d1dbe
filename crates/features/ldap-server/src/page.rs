//! `/account/app-passwords`: the app passwords of the user.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_domain::model::{AppPassword, AppPasswordId};
use doorward_protocol::params::Params;
use doorward_services::error::FlowError;
use doorward_services::factors;
use doorward_services::signed_in::SignedIn;
use doorward_templates::ErrorKind;
use doorward_web::page::{Page, Result};
use doorward_web::page_support::{account_form, form_resource, page_resource, text};

use self::view::{
    AppPasswordMade, AppPasswordRow, AppPasswords, AppPasswordsNotice, NewAppPassword,
    RevokeAppPassword,
};
use crate::app_passwords::{self, Problem};
use crate::mail::PATH;

mod view;

type Answer = Result<HttpResponse>;

const NEW: &str = "/account/app-passwords/new";
const REVOKE: &str = "/account/app-passwords/revoke";

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(page_resource(PATH, list))
        .service(form_resource(NEW, new, create))
        .service(form_resource(REVOKE, confirm, revoke));
}

/// Rejects a request while there is no LDAP server.
fn require_enabled(page: &Page) -> Result<()> {
    if page.context.core.config.ldap.is_enabled() {
        Ok(())
    } else {
        Err(ErrorKind::NotFound.into())
    }
}

async fn holder(page: &Page, path: &str) -> Result<SignedIn> {
    require_enabled(page)?;
    page.account_holder(path).await
}

async fn list(page: &Page) -> Answer {
    let signed_in = holder(page, PATH).await?;
    let params = page.query()?;
    let found = app_passwords::list(&page.context, signed_in.user.id).await?;
    let view = AppPasswords {
        layout: page.layout(),
        rows: found.iter().map(row).collect(),
        notice: match text(&params, "done")? {
            "revoked" => Some(AppPasswordsNotice::Revoked),
            "gone" => Some(AppPasswordsNotice::Gone),
            _ => None,
        },
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn row(password: &AppPassword) -> AppPasswordRow {
    AppPasswordRow {
        id: password.id.to_string(),
        name: password.name.clone(),
        created_at: password.created_at,
        last_used_at: password.last_used_at,
        last_used_from: password.last_used_from.map(|address| address.to_string()),
    }
}

fn sign_in_again(page: &Page) -> HttpResponse {
    page.see_other(&format!("/login?next={NEW}"))
}

async fn new(page: &Page) -> Answer {
    let signed_in = holder(page, NEW).await?;
    if !factors::is_fresh(&page.context, &signed_in).await? {
        return Ok(sign_in_again(page));
    }
    let view = NewAppPassword {
        layout: page.layout(),
        name: String::new(),
        problem: None,
    };
    Ok(page.html(StatusCode::OK, &view))
}

async fn create(page: &Page, payload: Payload) -> Answer {
    let (signed_in, fields) = account_form(page, payload).await?;
    require_enabled(page)?;
    let signed_in = page.strong_enough(signed_in, NEW).await?;
    let name = text(&fields, "name")?;
    let (user, proof) = (&signed_in.user, &signed_in.session.authentication);
    let created = app_passwords::create(&page.context, user, proof, name, page.caller()).await;
    let problem = match created {
        Ok(created) => {
            let mut layout = page.layout();
            PATH.clone_into(&mut layout.return_to);
            let config = &page.context.core.config;
            let names = crate::server::names(config).ok();
            let view = AppPasswordMade {
                layout,
                name: created.password.name.clone(),
                password: created.text.to_groups(),
                dn: names
                    .map(|names| names.user(user).to_string())
                    .unwrap_or_default(),
            };
            return Ok(page.html(StatusCode::OK, &view));
        }
        Err(FlowError::Rejected(Problem::NotFresh)) => return Ok(sign_in_again(page)),
        Err(FlowError::Rejected(problem)) => problem,
        Err(FlowError::Server(error)) => return Err(error.into()),
    };
    let view = NewAppPassword {
        layout: page.layout(),
        name: name.to_owned(),
        problem: Some(problem),
    };
    Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view))
}

fn read_id(params: &Params) -> Result<AppPasswordId> {
    let id = AppPasswordId::parse(text(params, "id")?);
    id.ok_or_else(|| ErrorKind::BadRequest.into())
}

async fn confirm(page: &Page) -> Answer {
    let id = read_id(&page.query()?)?;
    let signed_in = holder(page, PATH).await?;
    let found = app_passwords::list(&page.context, signed_in.user.id).await?;
    let Some(password) = found.iter().find(|password| password.id == id) else {
        return Ok(page.see_other(&format!("{PATH}?done=gone")));
    };
    let view = RevokeAppPassword {
        layout: page.layout(),
        row: row(password),
    };
    Ok(page.html(StatusCode::OK, &view))
}

async fn revoke(page: &Page, payload: Payload) -> Answer {
    let (signed_in, fields) = account_form(page, payload).await?;
    let id = read_id(&fields)?;
    let user = signed_in.user.id;
    let done = app_passwords::revoke(&page.context, user, id, page.caller()).await?;
    let word = if done { "revoked" } else { "gone" };
    Ok(page.see_other(&format!("{PATH}?done={word}")))
}
