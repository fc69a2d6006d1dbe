//! The pages of the signed-in user: listing, adding, completing and deleting tasks.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use doorward_protocol::params::Params;

use super::api::{ApiError, NewTask, Page, RejectedField};
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
    let field = |name| fields.optional(name).ok().flatten().map(str::to_owned);
    let task = NewTask {
        title: field("title").unwrap_or_default(),
        priority: field("priority"),
        due_date: field("due_date"),
    };
    let added = call(&web, &mut session, async |token: &str| {
        web.api.add(token, &task).await
    });
    match added.await {
        Ok(()) => Ok(see_other("/web/?notice=added")),
        Err(WebError::Api(ApiError::Invalid(rejected))) => {
            invalid(&web, &mut session, task, rejected).await
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
    call(&web, &mut session, async |token: &str| {
        web.api.set_status(token, &id, status).await
    })
    .await?;
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
    call(&web, &mut session, async |token: &str| {
        web.api.delete(token, &id).await
    })
    .await?;
    Ok(see_other("/web/?notice=deleted"))
}

/// Calls the API with a fresh access token, and once more with a newer one if it is rejected.
async fn call<T>(
    web: &Web,
    session: &mut Session,
    request: impl AsyncFn(&str) -> Result<T, ApiError>,
) -> Result<T, WebError> {
    let token = session.access_token(web).await?;
    match request(&token).await {
        Err(ApiError::Unauthorized) => {
            session.refresh(web).await?;
            let token = session.content.tokens.access_token.clone();
            Ok(request(&token).await?)
        }
        answer => Ok(answer?),
    }
}

async fn fetch(web: &Web, session: &mut Session, cursor: Option<&str>) -> Result<Page, WebError> {
    call(web, session, async |token: &str| {
        web.api.list(token, cursor).await
    })
    .await
}

/// Shows the form again with its input and the errors.
async fn invalid(
    web: &Web,
    session: &mut Session,
    task: NewTask,
    rejected: Vec<RejectedField>,
) -> Result<HttpResponse, WebError> {
    let page = fetch(web, session, None).await?;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    views::tasks(session, status, page, None, Some((task, rejected)))
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
