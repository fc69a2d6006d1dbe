//! The answers to a proxy: allowed, redirect, challenge, denied and rejected.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, HeaderMap, HeaderName, HeaderValue, LOCATION, WWW_AUTHENTICATE,
};
use actix_web::{HttpRequest, HttpResponse};
use doorward_domain::model::{Site, SiteDemand, SiteRule};
use doorward_http_common::header;
use doorward_http_common::rejection_log::{ProtocolStep, Rejected};
use doorward_protocol::bearer::Challenge;
use doorward_protocol::error::ErrorCode;
use doorward_protocol::redirect_uri::with_query;
use doorward_rules::assurance;
use doorward_services::context::Context;
use doorward_services::denial_log::{DenialDetails, DeniedRequest};
use serde_json::{Value, json};

use crate::page::{self, PageKind};
use crate::proxy::{self, PAGES, Proxy, Refusal};
use crate::rule::{Arrival, DenyReason, RequestFacts, StepUp};
use crate::visit::Visit;
use crate::{identity, notation};

const REALM: &str = "doorward";
/// Header with the ID of a denial.
const DECISION: HeaderName = HeaderName::from_static("x-decision-id");
/// Maximum length of the described request in the record of a denial, in characters.
const MAX_ATTEMPT: usize = 300;

/// A question of a proxy, and the form of the answer.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub request: &'a HttpRequest,
    pub context: &'a Context,
    pub proxy: Proxy,
    /// True for a browser that opens a page: it is redirected, and gets pages.
    pub is_navigation: bool,
}

/// Returns true for a request with this method by a browser that opens a page. A script, a program and a WebSocket
/// get no redirect, which they cannot follow to a page.
pub fn is_navigation(headers: &HeaderMap, method: &str) -> bool {
    let is_page = match header::text(headers, "sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => header::text(headers, ACCEPT).is_some_and(|accept| accept.contains("text/html")),
    };
    is_page && !headers.contains_key("sec-websocket-key") && matches!(method, "GET" | "HEAD")
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
    response
}

impl Question<'_> {
    /// Returns the answer for a request that needs a sign-in, or another one: a redirect to the page that starts it,
    /// or a challenge (RFC 6750 §3, RFC 9470 §3).
    pub fn sign_in(&self, arrival: &Arrival, target: &str, step: StepUp) -> HttpResponse {
        if self.is_navigation {
            let status = if self.proxy.is_terse() {
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
        if step != StepUp::default() {
            let reason = "the sign-in is too old or too weak";
            challenge = challenge.error(ErrorCode::InsufficientUserAuthentication, reason);
        }
        if step.factor.is_some() {
            challenge = challenge.acr_values(&[assurance::AAL2]);
        }
        if let Some(max_age) = step.max_age {
            challenge = challenge.max_age(max_age.unsigned_abs());
        }
        let response = HttpResponse::Unauthorized()
            .insert_header((WWW_AUTHENTICATE, challenge.to_string()))
            .json(json!({ "error": "unauthorized", "error_description": "sign in first" }));
        rejected(
            response,
            "site_sign_in",
            "the request has no valid session",
            "",
        )
    }

    /// Records the denial of a request, which `doorward explain` and the console explain, and returns the answer with
    /// its ID. A terse proxy shows the page at `/.doorward/denied`.
    pub async fn deny(
        &self,
        site: &Site,
        facts: &RequestFacts,
        (rule, reason): (Option<&SiteRule>, DenyReason),
        visit: Option<&Visit>,
    ) -> HttpResponse {
        let because = match rule {
            Some(rule) => {
                let line = notation::write(rule, &BTreeMap::default());
                format!("rule {} of the site {}: {line}", rule.id, site.name)
            }
            None => format!("no rule of the site {} allows it", site.name),
        };
        let (method, path) = (facts.method.as_str(), facts.path.encoded());
        let attempt = format!("{method} {}{path}", facts.arrival.origin());
        let attempt: String = attempt.chars().take(MAX_ATTEMPT).collect();
        let denied = DeniedRequest {
            rule: reason.as_str(),
            status: StatusCode::FORBIDDEN.as_u16(),
            attempt: &attempt,
            details: DenialDetails {
                because: Some(because.clone()),
                actor: visit.map(|visit| visit.user.id.to_string()),
                org: site.settings.organization.clone(),
                missing: missing(rule, reason),
                ..DenialDetails::default()
            },
        };
        let (core, log) = (&self.context.core, &self.context.limits.denials);
        let caller = proxy::caller(&facts.arrival, self.request);
        let id = log
            .record(&core.db, core.now(), &denied, &caller)
            .await
            .to_string();
        let body = json!({ "error": "forbidden", "reason": reason.as_str(), "decision_id": id });
        let mut response = self.forbidden(PageKind::Denied, Some(&id), &body);
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(DECISION, value);
        }
        let cause = Rejected {
            error: reason.as_str().into(),
            reason: because,
            fix: "doorward site check shows the rule, and doorward site update changes it"
                .to_owned(),
            decision_id: Some(id),
            ..Rejected::default()
        };
        cause.attach(&mut response);
        response
    }

    /// Returns the answer for a host without a site.
    pub fn unknown(&self, arrival: &Arrival) -> HttpResponse {
        let body = json!({ "error": "forbidden", "error_description": "no site has this host" });
        let response = self.forbidden(PageKind::Unknown, None, &body);
        let reason = format!("no site has the host {}", arrival.host);
        rejected(
            response,
            "site_host",
            &reason,
            "doorward site create, or doorward site update",
        )
    }

    /// Returns a page to a browser that opens one, and the body to others.
    pub fn forbidden(&self, kind: PageKind, decision: Option<&str>, body: &Value) -> HttpResponse {
        if self.is_navigation {
            page::respond(&self.context.core, self.request, kind, decision)
        } else {
            HttpResponse::Forbidden().json(body)
        }
    }
}

/// Returns the role or permission that would be enough, if the rule names one alone.
fn missing(rule: Option<&SiteRule>, reason: DenyReason) -> Vec<String> {
    let Some(SiteDemand::User(demand)) = rule.map(|rule| &rule.demand) else {
        return Vec::new();
    };
    let names: Vec<&String> = demand.roles.iter().chain(&demand.permissions).collect();
    match &names[..] {
        [only] if reason == DenyReason::NotAllowed => vec![(*only).clone()],
        _ => Vec::new(),
    }
}

/// Returns a redirect.
pub fn see(status: StatusCode, location: &str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((LOCATION, location))
        .finish()
}

/// Returns the answer to a message that is not from a proxy, or is ambiguous. It is never an answer that lets a
/// request pass.
pub fn reject(proxy: Option<Proxy>, refusal: &Refusal) -> HttpResponse {
    let is_forbidden = refusal.is_about_sender || proxy.is_some_and(Proxy::is_terse);
    let status = if is_forbidden {
        StatusCode::FORBIDDEN
    } else {
        StatusCode::BAD_REQUEST
    };
    let public = if refusal.is_about_sender {
        "this server does not accept requests from here"
    } else {
        &refusal.reason
    };
    let body = json!({ "error": "invalid_request", "error_description": public });
    let response = HttpResponse::build(status).json(body);
    rejected(response, "forward_auth", &refusal.reason, &refusal.fix)
}

/// Returns a response with the cause of the rejection, for the log.
pub fn rejected(
    mut response: HttpResponse,
    error: &'static str,
    reason: &str,
    fix: &str,
) -> HttpResponse {
    let cause = Rejected {
        error: error.into(),
        reason: reason.to_owned(),
        fix: fix.to_owned(),
        ..Rejected::default()
    };
    cause.attach(&mut response);
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
        assert_eq!(is_navigation(request.headers(), method), expected);
    }
}
