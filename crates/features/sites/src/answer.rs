//! The answers to a proxy: allowed, redirect, challenge, denied and rejected.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, LOCATION,
    WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse};
use doorward_domain::model::{DenialId, Site};
use doorward_http_common::header;
use doorward_http_common::rejection_log::{ProtocolStep, Rejected};
use doorward_protocol::bearer::Challenge;
use doorward_protocol::error::ErrorCode;
use doorward_protocol::redirect_uri::with_query;
use doorward_rules::assurance;
use doorward_services::context::Core;
use serde_json::{Value, json};

use crate::denial::Denied;
use crate::identity;
use crate::page::{PageKind, SitePage};
use crate::proxy::{Arrival, PAGES, Proxy, ProxyError};
use crate::rule::StepUp;
use crate::visit::Visit;

const REALM: &str = "doorward";
/// Header with the ID of a denial.
const DECISION: HeaderName = HeaderName::from_static("x-decision-id");

/// The form of the answer to a request.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub proxy: Proxy,
    /// True for a browser that opens a page: it is redirected, and gets pages.
    pub is_navigation: bool,
}

impl Form {
    /// Returns the form for a request with this method. A script, a program and a WebSocket get no redirect, which
    /// they cannot follow to a page.
    pub fn new(proxy: Proxy, headers: &HeaderMap, method: &str) -> Self {
        let is_page = match header::text(headers, "sec-fetch-mode") {
            Some(mode) => mode == "navigate",
            None => {
                header::text(headers, ACCEPT).is_some_and(|accept| accept.contains("text/html"))
            }
        };
        let is_socket = headers.contains_key("sec-websocket-key");
        Self {
            proxy,
            is_navigation: is_page && !is_socket && matches!(method, "GET" | "HEAD"),
        }
    }
}

/// Returns the answer for an allowed request, with the headers for the application. Caddy gets those without a value
/// too, and deletes them: it would send a placeholder for one that is missing.
pub fn allow(
    proxy: Proxy,
    site: &Site,
    visit: Option<&Visit>,
    token: Option<&str>,
) -> HttpResponse {
    let mut response = HttpResponse::Ok().finish();
    let headers = response.headers_mut();
    if proxy == Proxy::Caddy {
        let names = identity::header_names(&site.headers).into_iter();
        for (name, value) in names.filter_map(|name| identity::header(&name, "")) {
            headers.insert(name, value);
        }
    }
    let token = token.and_then(|token| identity::header(&site.headers.token, token));
    for (name, value) in visit.iter().flat_map(|visit| &visit.headers).chain(&token) {
        headers.insert(name.clone(), value.clone());
    }
    no_store(response)
}

/// Returns the answer for a request that needs a sign-in, or another one: a redirect to the page that starts it, or
/// a challenge (RFC 6750 §3, RFC 9470 §3).
pub fn sign_in(form: Form, arrival: &Arrival, target: &str, step: Option<StepUp>) -> HttpResponse {
    if form.is_navigation {
        let status = if form.proxy.is_terse() {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::SEE_OTHER
        };
        let start = format!("{}{PAGES}/start", arrival.origin());
        let mut response = see(status, &with_query(&start, &[("to", target)]));
        // It is no rejection, also as 401.
        response.extensions_mut().insert(ProtocolStep);
        return response;
    }
    let mut challenge = Challenge::bearer().realm(REALM);
    if let Some(step) = step {
        let reason = "the sign-in is too old or too weak";
        challenge = challenge.error(ErrorCode::InsufficientUserAuthentication, reason);
        if step.factor.is_some() {
            challenge = challenge.acr_values(&[assurance::AAL2]);
        }
        if let Some(max_age) = step.max_age {
            challenge = challenge.max_age(max_age.unsigned_abs());
        }
    }
    let mut response = HttpResponse::Unauthorized()
        .insert_header((WWW_AUTHENTICATE, challenge.to_string()))
        .json(json!({ "error": "unauthorized", "error_description": "sign in first" }));
    let reason = "the request has no valid session";
    attach(&mut response, "site_sign_in", reason, "");
    no_store(response)
}

/// Returns a redirect.
pub fn see(status: StatusCode, location: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    no_store(response.insert_header((LOCATION, location)).finish())
}

/// Returns the answer for a denied request, with the ID of its record. A terse proxy shows the page at
/// `/.doorward/denied`.
pub fn deny(form: Form, mut page: SitePage, denied: &Denied<'_>, id: DenialId) -> HttpResponse {
    let (id, error) = (id.to_string(), denied.reason.as_str());
    page.decision = Some(id.clone());
    let body = json!({ "error": "forbidden", "reason": error, "decision_id": id });
    let mut response = forbidden(form, &page, &body);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(DECISION, value);
    }
    let rule = denied.rule.map(|rule| format!("rule {}", rule.id));
    let cause = Rejected {
        error: error.into(),
        reason: format!(
            "{} denies the request",
            rule.as_deref().unwrap_or("no rule")
        ),
        fix: "doorward site check shows the rule, and doorward site update changes it".to_owned(),
        decision_id: Some(id),
        ..Rejected::default()
    };
    cause.attach(&mut response);
    no_store(response)
}

/// Returns the answer for a host without a site.
pub fn unknown(form: Form, page: &SitePage, arrival: &Arrival) -> HttpResponse {
    let body = json!({ "error": "forbidden", "error_description": "no site has this host" });
    let mut response = forbidden(form, page, &body);
    let reason = format!("no site has the host {}", arrival.host);
    let fix = "doorward site create, or doorward site update";
    attach(&mut response, "site_host", &reason, fix);
    no_store(response)
}

/// Returns a page to a browser that opens one, and the body to others.
pub fn forbidden(form: Form, page: &SitePage, body: &Value) -> HttpResponse {
    if form.is_navigation {
        page.respond()
    } else {
        HttpResponse::Forbidden().json(body)
    }
}

/// Returns the answer to a message that is not from a proxy, or is ambiguous. It is never an answer that lets a
/// request pass.
pub fn reject(proxy: Option<Proxy>, error: &ProxyError) -> HttpResponse {
    let is_forbidden = error.is_about_sender() || proxy.is_some_and(Proxy::is_terse);
    let mut builder = if is_forbidden {
        HttpResponse::Forbidden()
    } else {
        HttpResponse::BadRequest()
    };
    let reason = error.to_string();
    let public = if error.is_about_sender() {
        "this server does not accept requests from here"
    } else {
        &reason
    };
    let body = json!({ "error": "invalid_request", "error_description": public });
    let mut response = builder.json(body);
    attach(&mut response, "forward_auth", &reason, &error.fix());
    no_store(response)
}

/// Returns the page of a kind in the language of the browser.
pub fn page(core: &Core, request: &HttpRequest, kind: PageKind) -> SitePage {
    let accepted = header::text(request.headers(), ACCEPT_LANGUAGE);
    let lang = doorward_i18n::negotiate(&[], None, None, accepted, core.default_lang());
    SitePage::new(lang, &core.brand().name, kind)
}

/// Records the cause of a rejection for the log.
pub fn attach(response: &mut HttpResponse, error: &'static str, reason: &str, fix: &str) {
    let cause = Rejected {
        error: error.into(),
        reason: reason.to_owned(),
        fix: fix.to_owned(),
        ..Rejected::default()
    };
    cause.attach(response);
}

fn no_store(mut response: HttpResponse) -> HttpResponse {
    let value = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, value);
    response
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::navigation("GET", &[("sec-fetch-mode", "navigate"), ("accept", "text/html")], true)]
    #[case::head("HEAD", &[("sec-fetch-mode", "navigate")], true)]
    #[case::old_browser("GET", &[("accept", "text/html,*/*")], true)]
    #[case::form("POST", &[("sec-fetch-mode", "navigate"), ("accept", "text/html")], false)]
    #[case::script("GET", &[("sec-fetch-mode", "cors"), ("accept", "text/html")], false)]
    #[case::same_origin_script("GET", &[("sec-fetch-mode", "same-origin")], false)]
    #[case::picture("GET", &[("sec-fetch-mode", "no-cors"), ("accept", "image/*")], false)]
    #[case::socket("GET", &[("sec-fetch-mode", "websocket")], false)]
    #[case::old_socket("GET", &[("sec-websocket-key", "x"), ("accept", "text/html")], false)]
    #[case::program("GET", &[("accept", "application/json")], false)]
    #[case::health_check("GET", &[("user-agent", "GoogleHC/1.0")], false)]
    fn only_navigation_is_redirected(
        #[case] method: &str,
        #[case] fields: &[(&'static str, &'static str)],
        #[case] expected: bool,
    ) {
        let add = |request: TestRequest, field: &(&'static str, &'static str)| {
            request.insert_header(*field)
        };
        let request = fields
            .iter()
            .fold(TestRequest::get(), add)
            .to_http_request();
        let form = Form::new(Proxy::Caddy, request.headers(), method);
        assert_eq!(form.is_navigation, expected);
    }
}
