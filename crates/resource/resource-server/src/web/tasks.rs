//! The pages of the signed-in user: listing, adding, completing and deleting tasks.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use doorward_protocol::params::Params;

use super::api::{ApiCall, ApiError, NewTask, Page};
use super::browser::LOGOUT;
use super::client::Web;
use super::error::WebError;
use super::page::see_other;
use super::session::Session;
use super::sign_in::add_cookie;
use super::views::{self, Notice};

/// Handles `GET /web/`: shows the tasks, or the sign-in page.
pub(super) async fn list(
    request: HttpRequest,
    web: web::Data<Web>,
) -> Result<HttpResponse, WebError> {
    let params = Params::parse(request.query_string().as_bytes()).unwrap_or_default();
    let one = |name| params.optional(name).ok().flatten();
    let Some(mut session) = web.session(&request).await? else {
        return signed_out(&web, &request, one("notice"), one("state"));
    };
    let notice = one("notice").and_then(Notice::parse);
    match fetch(&web, &mut session, one("cursor")).await {
        Ok(page) => views::tasks(&session, StatusCode::OK, page, notice, None),
        // Not an error page: its link would lead here again.
        Err(WebError::Api(ApiError::Forbidden)) => views::no_access(&session),
        // An outdated link into the middle of the list: restart at the first page.
        Err(WebError::Api(ApiError::Invalid(_))) => Ok(see_other("/web/")),
        Err(cause) => Err(cause),
    }
}

pub(super) async fn add(
    request: HttpRequest,
    payload: web::Payload,
    web: web::Data<Web>,
) -> Result<HttpResponse, WebError> {
    let (mut session, fields) = web.form(&request, payload).await?;
    let field = |name| {
        fields
            .optional(name)
            .ok()
            .flatten()
            .unwrap_or_default()
            .to_owned()
    };
    let task = NewTask {
        title: field("title"),
        priority: field("priority"),
        due_date: field("due_date"),
    };
    match call(&web, &mut session, &ApiCall::add(&task)).await {
        Ok(_) => Ok(see_other("/web/?notice=added")),
        // The form again with its input and the errors.
        Err(WebError::Api(ApiError::Invalid(rejected))) => {
            let page = fetch(&web, &mut session, None).await?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            views::tasks(&session, status, page, None, Some((task, rejected)))
        }
        Err(cause) => Err(cause),
    }
}

pub(super) async fn set_status(
    request: HttpRequest,
    payload: web::Payload,
    id: web::Path<String>,
    web: web::Data<Web>,
) -> Result<HttpResponse, WebError> {
    let (mut session, fields) = web.form(&request, payload).await?;
    let status = fields.optional("status").ok().flatten().unwrap_or_default();
    call(&web, &mut session, &ApiCall::set_status(&id, status)).await?;
    let notice = if status == "done" {
        "completed"
    } else {
        "reopened"
    };
    Ok(see_other(&format!("/web/?notice={notice}")))
}

pub(super) async fn delete(
    request: HttpRequest,
    payload: web::Payload,
    id: web::Path<String>,
    web: web::Data<Web>,
) -> Result<HttpResponse, WebError> {
    let (mut session, _) = web.form(&request, payload).await?;
    call(&web, &mut session, &ApiCall::delete(&id)).await?;
    Ok(see_other("/web/?notice=deleted"))
}

/// Calls the API with a fresh access token, and once more with a newer one if it is rejected.
async fn call(web: &Web, session: &mut Session, call: &ApiCall) -> Result<Vec<u8>, WebError> {
    let token = session.access_token(web).await?;
    match web.api.send(&token, call).await {
        Err(ApiError::Unauthorized) => {
            session.refresh(web).await?;
            let tokens = &session.content.tokens;
            Ok(web.api.send(&tokens.access_token, call).await?)
        }
        answer => Ok(answer?),
    }
}

async fn fetch(web: &Web, session: &mut Session, cursor: Option<&str>) -> Result<Page, WebError> {
    let body = call(web, session, &ApiCall::list(cursor)).await?;
    Ok(serde_json::from_slice(&body).map_err(ApiError::from)?)
}

/// Shows the sign-in page, with a confirmation after a sign-out.
fn signed_out(
    web: &Web,
    request: &HttpRequest,
    notice: Option<&str>,
    state: Option<&str>,
) -> Result<HttpResponse, WebError> {
    let expected = web.cookie(request, LOGOUT);
    let is_back = expected.is_some_and(|expected| state == Some(expected.expose()));
    let notice = if is_back {
        Some(Notice::SIGNED_OUT)
    } else {
        notice.and_then(Notice::parse)
    };
    let mut response = views::signed_out(notice)?;
    if is_back {
        add_cookie(&mut response, &web.clear_cookie(LOGOUT));
    }
    Ok(response)
}
