//! Functions shared by several pages.

use std::pin::Pin;

use actix_web::http::header::REFRESH;
use actix_web::web::{resource, to};
use doorward_domain::boxed;
use doorward_domain::credentials::user_code::UserCode;
use doorward_domain::model::saml_client::SamlSession;
use doorward_domain::model::{DeviceRequestId, User};
use doorward_oauth::authorize::types::Outcome;
use doorward_oauth::device;
use doorward_protocol::added::Added;
use doorward_rules::next_step::NextStep;
use doorward_templates::providers::Going;
use doorward_templates::{AccountChip, BackLink, LoggedOut};

use super::page::upload::{self, Upload};
use super::page::{Page, Result};
use super::page_route::{get, post};
use super::{cookies, middleware};
use crate::prelude::*;

/// Seconds that frames may take before a browser without script leaves the page.
const FRAMES_TIME: u32 = 5;

/// Returns a resource with the answer to methods other than GET and POST.
pub fn form_page(path: &str) -> actix_web::Resource {
    resource(path).default_service(to(async |page: Page| {
        page.method_not_allowed("GET, HEAD, POST")
    }))
}

/// Returns the resource of a page without a form that posts to the same path.
pub fn page_resource<F>(path: &str, show: F) -> actix_web::Resource
where
    F: AsyncFn(&Page) -> Result<HttpResponse> + Clone + 'static,
{
    resource(path)
        .route(get(show))
        .default_service(to(get_only))
}

pub fn form_resource<F, G>(path: &str, show: F, submit: G) -> actix_web::Resource
where
    F: AsyncFn(&Page) -> Result<HttpResponse> + Clone + 'static,
    G: AsyncFn(&Page, Payload) -> Result<HttpResponse> + Clone + 'static,
{
    form_page(path).route(get(show)).route(post(submit))
}

/// Returns the resource of a form without a page at the same path.
pub fn submit_resource<F>(path: &str, submit: F) -> actix_web::Resource
where
    F: AsyncFn(&Page, Payload) -> Result<HttpResponse> + Clone + 'static,
{
    resource(path)
        .route(post(submit))
        .default_service(to(post_only))
}

/// Handles every method other than POST.
async fn post_only(page: Page) -> HttpResponse {
    page.method_not_allowed("POST")
}

/// Returns the fields and the file of an upload form, as [`Page::upload`] does, and an empty file for
/// a form of the type without files.
#[boxed(?Send)]
pub async fn optional_upload(
    page: &Page,
    payload: Payload,
    name: &str,
    max: usize,
) -> Result<(Params, Upload)> {
    if upload::is_multipart(&page.request) {
        page.upload(payload, name, max).await
    } else {
        Ok((page.form(payload).await?, Upload::File(Vec::new())))
    }
}

#[boxed(?Send)]
pub async fn account_form(page: &Page, payload: Payload) -> Result<(SignedIn, Params)> {
    let fields = page.form(payload).await?;
    let signed_in = page.signed_in().await?.ok_or(ErrorKind::FlowExpired)?;
    Ok((signed_in, fields))
}

/// Rejects a change while the server is read-only.
pub fn require_writable(page: &Page) -> Result<()> {
    let core = &page.context.core;
    let now = core.now();
    let Some(period) = core.state.read_only(now) else {
        return Ok(());
    };
    let retry_after = period.until - now;
    Err(ErrorKind::ReadOnly { retry_after }.into())
}

/// Handles every method other than GET and HEAD.
#[boxed(?Send)]
pub async fn get_only(page: Page) -> HttpResponse {
    page.method_not_allowed("GET, HEAD")
}

pub fn not_found() -> Route {
    to(async |page: Page| page.error(ErrorKind::NotFound, None))
}

pub fn go_on(page: &Page, outcome: &Outcome) -> HttpResponse {
    match outcome {
        Outcome::Respond(response) => page.respond(response),
        Outcome::Step(flow, step) => page.see_other(&format!("{}?flow={flow}", path_of(step))),
    }
}

fn path_of(step: &NextStep) -> &'static str {
    match step {
        NextStep::SecondFactor => "/login/2fa",
        NextStep::EnrolSecondFactor => "/account/security/2fa",
        NextStep::EnrolPasskey => "/account/security/passkeys",
        NextStep::CancelDeletion => "/account/keep",
        NextStep::VerifyEmail => "/verify-email",
        NextStep::SelectAccount => "/select-account",
        NextStep::Consent(_) => "/consent",
        NextStep::Login(_) | NextStep::Issue(_) | NextStep::Refuse(_) => "/login",
    }
}

/// Returns a page that continues automatically. It is not a redirect: browsers apply the
/// `form-action` of the console, which starts trials here, to redirects as well.
pub fn going(page: &Page, provider: String, url: &str) -> Result<HttpResponse> {
    let view = Going {
        layout: page.layout(),
        provider,
        url: url.to_owned(),
    };
    let onward =
        HeaderValue::from_str(&format!("0; url={url}")).map_err(|_| ErrorKind::Internal)?;
    let mut response = page.html(StatusCode::OK, &view);
    response.headers_mut().insert(REFRESH, onward);
    Ok(response)
}

pub fn chip(user: &User) -> AccountChip {
    AccountChip {
        name: user.display_name(),
        login: user.email.clone(),
    }
}

#[derive(Debug)]
pub struct Farewell {
    pub back: Option<BackLink>,
    /// URLs that the browser loads in frames to notify clients.
    pub frames: Vec<String>,
    /// Sessions at service providers, which the browser visits.
    pub sessions: Vec<SamlSession>,
    pub is_ended: bool,
}

type Begun<'a> = Pin<Box<dyn Future<Output = Result<&'static str, ServerError>> + 'a>>;

/// Begins the visits to the service providers of sessions, after which the browser goes to a URL. Returns the path
/// of the first step.
pub type BeginVisits = for<'a> fn(&'a Page, &'a [SamlSession], Option<&'a str>) -> Begun<'a>;

/// The visits of features.
pub static VISITS: Added<BeginVisits> = Added::new();

/// Returns the link to the first visit; `None` without service providers.
async fn visits(
    page: &Page,
    sessions: &[SamlSession],
    back: Option<&BackLink>,
) -> Option<BackLink> {
    let begin = VISITS.all().first().filter(|_| !sessions.is_empty())?;
    let free = back.filter(|link| link.held.is_none());
    match begin(page, sessions, free.map(|link| link.url.as_str())).await {
        Ok(path) => Some(BackLink {
            app_name: back.map(|link| link.app_name.clone()).unwrap_or_default(),
            url: path.to_owned(),
            held: None,
        }),
        Err(error) => {
            tracing::error!(fault = %error, "service providers not visited");
            None
        }
    }
}

/// Returns the response to a sign-out: a redirect to the client that requested it, or a page. If
/// clients are notified through frames, the page is always shown and continues automatically. The
/// browser deletes the session and its stored data of this origin.
#[boxed(?Send)]
pub async fn signed_out(page: &Page, farewell: Farewell) -> HttpResponse {
    let Farewell {
        back,
        frames,
        sessions,
        is_ended,
    } = farewell;
    let back = visits(page, &sessions, back.as_ref()).await.or(back);
    let mut response = match back {
        Some(link) if frames.is_empty() && link.held.is_none() => page.see_other(&link.url),
        back => {
            // A browser without script continues as well, after the time for the frames.
            let free = back.as_ref().filter(|link| link.held.is_none());
            let onward = free.and_then(|link| {
                HeaderValue::from_str(&format!("{FRAMES_TIME}; url={}", link.url)).ok()
            });
            let view = LoggedOut {
                layout: page.layout(),
                back,
                frames,
                is_ended,
            };
            let mut response = page.html(StatusCode::OK, &view);
            middleware::allow_frames(&mut response, &view.frames);
            if let Some(onward) = onward {
                response.headers_mut().insert(REFRESH, onward);
            }
            response
        }
    };
    // A cookie without a value, or of base64url, is always a valid header.
    let _ = response.add_cookie(&cookies::no_session(&page.context.core));
    let (name, value) = cookies::cleared();
    response.headers_mut().insert(name, value);
    response
}

/// Returns a page that a sign-in may lead to: the invitation page, a plain path of the console, or a
/// plain path below `/account` with a pending interaction. No link can lead elsewhere.
pub fn account_path(text: &str) -> Option<String> {
    if let Some(below) = text.strip_prefix(device::PAGE) {
        return device_path(below);
    }
    let (path, flow) = match text.split_once("?flow=") {
        Some((path, flow)) => (path, Some(InteractionId::parse(flow)?)),
        None => (text, None),
    };
    let path = plain_account_path(path)?;
    Some(match flow {
        Some(flow) => format!("{path}?flow={flow}"),
        None => path.to_owned(),
    })
}

/// Returns the page for devices with the code that a device shows.
fn device_path(below: &str) -> Option<String> {
    if below.is_empty() {
        return Some(device::PAGE.to_owned());
    }
    if let Some(id) = below.strip_prefix("/confirm?request=") {
        let id = DeviceRequestId::parse(id)?;
        return Some(format!("{}/confirm?request={id}", device::PAGE));
    }
    let code = UserCode::parse(below.strip_prefix("?user_code=")?)?;
    Some(format!("{}?user_code={code}", device::PAGE))
}

fn plain_account_path(text: &str) -> Option<&str> {
    if text == "/invitation" {
        return Some(text);
    }
    let (below, max, is_plain): (&str, usize, fn(u8) -> bool) = match text.strip_prefix("/admin") {
        // Paths of the console contain ids of clients and keys, and often two ids.
        Some(below) => (below, 200, |b| {
            b.is_ascii_alphanumeric() || b"-_/".contains(&b)
        }),
        None => (text.strip_prefix("/account")?, 100, |b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || b"-/".contains(&b)
        }),
    };
    let plain = below.bytes().all(is_plain);
    let good = plain
        && !below.contains("//")
        && (below.is_empty() || below.starts_with('/'))
        && text.len() <= max;
    good.then_some(text)
}

/// Returns the value of a field; a missing one is empty, a repeated one is an error.
pub fn text<'a>(fields: &'a Params, name: &str) -> Result<&'a str> {
    fields
        .optional(name)
        .map(Option::unwrap_or_default)
        .map_err(|_| ErrorKind::BadRequest.into())
}

#[cfg(test)]
mod tests;
