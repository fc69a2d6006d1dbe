//! `/forward-auth/PROXY`: the answer to a proxy about one request: allowed, redirect, challenge, denied or rejected.
//! Whatever fails, the answer is none that lets a request pass.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION, WWW_AUTHENTICATE};
use actix_web::web::{Data, Path, ServiceConfig, resource, to};
use actix_web::{HttpRequest, HttpResponse};
use doorward_domain::model::{Site, SiteDemand, SiteRule};
use doorward_http_common::rejection_log::{ProtocolStep, Rejected};
use doorward_protocol::bearer::Challenge;
use doorward_protocol::error::ErrorCode;
use doorward_protocol::redirect_uri::with_query;
use doorward_rules::assurance;
use doorward_services::context::Core;
use doorward_services::denial_log::{DenialDetails, DeniedRequest};
use doorward_services::error::{Result, ServerError};
use doorward_web::api::denial;
use doorward_web::api::problem::DECISION;
use doorward_web::request::received_request;
use doorward_web::web_context::WebContext;
use serde_json::{Value, json};

use crate::browser::is_page;
use crate::canonical::encode;
use crate::page::{self, PageKind};
use crate::proxy::{self, PAGES, Proxy, Refusal};
use crate::rule::{Decision, DenyReason, RequestFacts, StepUp, decide};
use crate::token::SiteTokens;
use crate::visit::{Asked, Visit};
use crate::{identity, notation};

const REALM: &str = "doorward";

pub fn configure(config: &mut ServiceConfig) {
    let path = "/forward-auth/{proxy:[a-z-]+}{rest:.*}";
    config.service(resource(path).default_service(to(ask)));
}

async fn ask(
    request: HttpRequest,
    web: Data<WebContext>,
    path: Path<(String, String)>,
) -> HttpResponse {
    let (name, rest) = path.into_inner();
    // The path of Envoy ends with that of the client.
    let is_whole = |proxy: &Proxy| rest.is_empty() || *proxy == Proxy::Envoy;
    match Proxy::parse(&name).filter(is_whole) {
        Some(proxy) => check(&request, &web, proxy).await,
        None => HttpResponse::NotFound().finish(),
    }
}

async fn check(request: &HttpRequest, web: &WebContext, proxy: Proxy) -> HttpResponse {
    let config = &web.context.core.config;
    let (facts, target) = match proxy::describe(request, config, proxy) {
        Ok(described) => described,
        Err(refusal) => return reject(Some(proxy), &refusal),
    };
    let judged = judge(request, web, proxy, (&facts, target)).await;
    judged.unwrap_or_else(|error| unavailable(request, &web.context.core, &error))
}

/// Returns the answer for a server error, which no proxy takes for a permission.
pub fn unavailable(request: &HttpRequest, core: &Core, error: &ServerError) -> HttpResponse {
    tracing::error!(%error, "request to a site not decided");
    page::respond(core, request, PageKind::Unavailable, None)
}

async fn judge(
    request: &HttpRequest,
    web: &WebContext,
    proxy: Proxy,
    (facts, target): (&RequestFacts, &str),
) -> Result<HttpResponse> {
    let context = &web.context;
    let asked = Asked::find(web, request, facts.arrival.clone()).await?;
    // A proxy asks about no page of this server.
    let Some(asked) = asked.filter(|_| !is_page(facts.path.as_str())) else {
        let body = json!({ "error": "forbidden", "error_description": "no site has this host" });
        let (page, is_navigation) = ((PageKind::Unknown, None), facts.is_navigation);
        let response = forbidden(&context.core, request, is_navigation, page, &body);
        let reason = format!("no site has the host {}", facts.arrival.host);
        let fix = "doorward site create, or doorward site update";
        return Ok(rejected(response, "site_host", &reason, fix));
    };
    let visit = match asked.by_cookie().await? {
        Some(visit) => Some(visit),
        None => asked.by_token().await?,
    };
    let visit = visit.as_deref();
    if let Some(visit) = visit {
        received_request::record_user(request, &visit.user.id);
    }
    let (site, visitor) = (&asked.site, visit.map(|visit| &visit.visitor));
    Ok(match decide(site, facts, visitor, context.core.now()) {
        Decision::Allow(_) => {
            let tokens = context.parts.get::<SiteTokens>();
            let token = match visit.filter(|_| !site.headers.token.is_empty()) {
                Some(visit) => Some(tokens.of(context, &visit.token).await?),
                None => None,
            };
            allow(proxy, site, visit, token.as_deref())
        }
        Decision::SignIn(_, step) => sign_in(proxy, facts, target, step),
        Decision::Deny(rule, reason) => deny(&asked, facts, (rule, reason), visit).await,
    })
}

/// Returns the answer for an allowed request, with the headers for the application. Caddy gets those without a value
/// too, and deletes them: it would send a placeholder for one that is missing.
fn allow(proxy: Proxy, site: &Site, visit: Option<&Visit>, token: Option<&str>) -> HttpResponse {
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

/// Returns the answer for a request that needs a sign-in, or another one: a redirect to the page that starts it, or a
/// challenge (RFC 6750 §3, RFC 9470 §3).
fn sign_in(proxy: Proxy, facts: &RequestFacts, target: &str, step: StepUp) -> HttpResponse {
    if facts.is_navigation {
        let start = format!("{}{PAGES}/start", facts.arrival.origin());
        let mut response = see(&with_query(&start, &[("to", target)]));
        if proxy.is_terse() {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
        }
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
    let reason = "the request has no valid session";
    rejected(response, "site_sign_in", reason, "")
}

/// Records the denial of a request, which `doorward explain` and the console explain, and returns the answer with
/// its ID. A terse proxy shows the page at `/.doorward/denied`.
async fn deny(
    asked: &Asked<'_>,
    facts: &RequestFacts,
    (rule, reason): (Option<&SiteRule>, DenyReason),
    visit: Option<&Visit>,
) -> HttpResponse {
    let (site, context) = (&asked.site, &asked.web.context);
    let because = match rule {
        Some(rule) => {
            let line = notation::write(rule, &BTreeMap::default());
            format!("rule {} of the site {}: {line}", rule.id, site.name)
        }
        None => format!("no rule of the site {} allows it", site.name),
    };
    let (method, path) = (facts.method.as_str(), encode(facts.path.as_str()));
    let denied = DeniedRequest {
        rule: reason.as_str(),
        status: StatusCode::FORBIDDEN.as_u16(),
        attempt: &format!("{method} {}{path}", facts.arrival.origin()),
        details: DenialDetails {
            because: Some(because),
            actor: visit.map(|visit| visit.user.id.to_string()),
            org: site.settings.organization.clone(),
            missing: missing(rule, reason),
            ..DenialDetails::default()
        },
    };
    let (core, log) = (&context.core, &context.limits.denials);
    let caller = asked.caller();
    let id = log.record(&core.db, core.now(), &denied, &caller);
    let id = id.await.to_string();
    let body = json!({ "error": "forbidden", "reason": reason.as_str(), "decision_id": id });
    let page = (PageKind::Denied, Some(id.as_str()));
    let mut response = forbidden(core, asked.request, facts.is_navigation, page, &body);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(DECISION, value);
    }
    let cause = Rejected {
        decision_id: Some(id),
        ..denial::cause(denied.rule, &denied.details)
    };
    cause.attach(&mut response);
    response
}

/// Returns a page, perhaps with the ID of a decision, to a browser that opens one, and the body to others.
pub fn forbidden(
    core: &Core,
    request: &HttpRequest,
    is_navigation: bool,
    (kind, decision): (PageKind, Option<&str>),
    body: &Value,
) -> HttpResponse {
    if is_navigation {
        page::respond(core, request, kind, decision)
    } else {
        HttpResponse::Forbidden().json(body)
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
pub fn see(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .finish()
}

/// Returns the answer to a message that is not from a proxy, or is ambiguous. It is never an answer that lets a
/// request pass.
pub fn reject(proxy: Option<Proxy>, refusal: &Refusal) -> HttpResponse {
    let is_forbidden = refusal.is_about_sender || proxy.is_some_and(Proxy::is_terse);
    let mut response = if is_forbidden {
        HttpResponse::Forbidden()
    } else {
        HttpResponse::BadRequest()
    };
    let public = if refusal.is_about_sender {
        "this server does not accept requests from here"
    } else {
        &refusal.reason
    };
    let body = json!({ "error": "invalid_request", "error_description": public });
    let (reason, fix) = (&refusal.reason, &refusal.fix);
    rejected(response.json(body), "forward_auth", reason, fix)
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
