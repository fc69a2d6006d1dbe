//! `/forward-auth/PROXY`: the answer to a proxy about one request. Whatever fails, the answer is none that lets a
//! request pass.

use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Data, Path, ServiceConfig, resource, to};
use actix_web::{HttpRequest, HttpResponse};
use doorward_http_common::header;
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::error::{Result, ServerError};
use doorward_web::request::received_request;
use doorward_web::web_context::WebContext;

use crate::answer::{self, Form};
use crate::cookie::{self, CookieName};
use crate::denial::{self, Denied};
use crate::page::PageKind;
use crate::proxy::{self, Arrival, Description, Proxy};
use crate::rule::{Decision, decide};
use crate::state::is_page;
use crate::token::SiteTokens;
use crate::visit::{self, Visits};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(resource("/forward-auth/envoy{rest:.*}").default_service(to(ask_envoy)))
        .service(resource("/forward-auth/{proxy}").default_service(to(ask)));
}

async fn ask_envoy(request: HttpRequest, web: Data<WebContext>) -> HttpResponse {
    check(&request, &web, Proxy::Envoy).await
}

async fn ask(request: HttpRequest, web: Data<WebContext>, name: Path<String>) -> HttpResponse {
    match Proxy::parse(&name) {
        Some(proxy) => check(&request, &web, proxy).await,
        None => HttpResponse::NotFound().finish(),
    }
}

async fn check(request: &HttpRequest, web: &WebContext, proxy: Proxy) -> HttpResponse {
    let config = &web.context.core.config;
    let described =
        proxy::check_sender(request, config).and_then(|()| proxy::describe(request, config, proxy));
    let described = match described {
        Ok(described) => described,
        Err(error) => return answer::reject(Some(proxy), &error),
    };
    let form = Form::new(proxy, request.headers(), described.facts.method.as_str());
    match judge(request, &web.context, form, &described).await {
        Ok(response) => response,
        Err(error) => unavailable(request, web, &error),
    }
}

/// Returns the answer for a server error, which no proxy takes for a permission.
pub fn unavailable(request: &HttpRequest, web: &WebContext, error: &ServerError) -> HttpResponse {
    tracing::error!(%error, "request to a site not decided");
    answer::page(&web.context.core, request, PageKind::Unavailable).respond()
}

async fn judge(
    request: &HttpRequest,
    context: &Context,
    form: Form,
    described: &Description,
) -> Result<HttpResponse> {
    let core = &context.core;
    let arrival = &described.arrival;
    let visits = context.parts.get::<Visits>();
    let site = visits.site(context, arrival).await?;
    // A proxy asks about no page of this server.
    let Some(site) = site.filter(|_| !is_page(described.facts.path.as_str())) else {
        let page = answer::page(core, request, PageKind::Unknown);
        return Ok(answer::unknown(form, &page, arrival));
    };
    let headers = request.headers();
    let cookie = cookie::read(headers, arrival, CookieName::Session);
    let by_cookie = visits.by_cookie(context, &site, arrival, cookie.as_ref());
    let visit = if let Some(visit) = by_cookie.await? {
        Some(visit)
    } else {
        let sent = header::only_text(headers, AUTHORIZATION).ok().flatten();
        visit::by_token(context, &site, arrival, sent, request).await?
    };
    let visit = visit.as_deref();
    if let Some(visit) = visit {
        received_request::record_user(request, &visit.user.id);
    }
    let (visitor, target) = (visit.map(|visit| &visit.visitor), &described.target);
    Ok(match decide(&site, &described.facts, visitor, core.now()) {
        Decision::Allow(_) => {
            let token = match visit.filter(|_| !site.headers.token.is_empty()) {
                Some(visit) => Some(context.parts.get::<SiteTokens>().of(context, visit).await?),
                None => None,
            };
            answer::allow(form.proxy, &site, visit, token.as_deref())
        }
        Decision::SignIn(_) => answer::sign_in(form, arrival, target, None),
        Decision::StepUp(_, step) => answer::sign_in(form, arrival, target, Some(step)),
        Decision::Deny(rule, reason) => {
            let denied = Denied {
                site: &site,
                rule,
                reason,
                user: visit.map(|visit| visit.user.id),
            };
            let id = denial::record(context, described, &denied, &caller(request, arrival)).await;
            answer::deny(
                form,
                answer::page(core, request, PageKind::Denied),
                &denied,
                id,
            )
        }
    })
}

/// Returns the remote caller: the client of the proxy.
pub fn caller(request: &HttpRequest, arrival: &Arrival) -> Caller {
    Caller {
        ip: Some(arrival.address),
        ..received_request::caller(request)
    }
}
