//! `/forward-auth/PROXY`: the answer to a proxy about one request. Whatever fails, the answer is none that lets a
//! request pass.

use actix_web::web::{Data, Path, ServiceConfig, resource, to};
use actix_web::{HttpRequest, HttpResponse};
use doorward_services::context::Context;
use doorward_services::error::{Result, ServerError};
use doorward_web::request::received_request;
use doorward_web::web_context::WebContext;

use crate::answer::{self, Question};
use crate::cookie::{self, CookieName};
use crate::page::{self, PageKind};
use crate::proxy::{self, Proxy};
use crate::rule::{Decision, RequestFacts, decide};
use crate::state::is_page;
use crate::token::SiteTokens;
use crate::visit::{Asked, Visits};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(resource("/forward-auth/envoy{rest:.*}").default_service(to(ask_envoy)))
        .service(resource("/forward-auth/{proxy}").default_service(to(ask)));
}

async fn ask_envoy(request: HttpRequest, web: Data<WebContext>) -> HttpResponse {
    check(&request, &web.context, Proxy::Envoy).await
}

async fn ask(request: HttpRequest, web: Data<WebContext>, name: Path<String>) -> HttpResponse {
    match Proxy::parse(&name) {
        Some(proxy) => check(&request, &web.context, proxy).await,
        None => HttpResponse::NotFound().finish(),
    }
}

async fn check(request: &HttpRequest, context: &Context, proxy: Proxy) -> HttpResponse {
    let config = &context.core.config;
    let described =
        proxy::check_sender(request, config).and_then(|()| proxy::describe(request, config, proxy));
    let (facts, target) = match described {
        Ok(described) => described,
        Err(refusal) => return answer::reject(Some(proxy), &refusal),
    };
    let question = Question {
        request,
        context,
        proxy,
        is_navigation: answer::is_navigation(request.headers(), facts.method.as_str()),
    };
    let judged = judge(question, &facts, target).await;
    judged.unwrap_or_else(|error| unavailable(request, context, &error))
}

/// Returns the answer for a server error, which no proxy takes for a permission.
pub fn unavailable(request: &HttpRequest, context: &Context, error: &ServerError) -> HttpResponse {
    tracing::error!(%error, "request to a site not decided");
    page::respond(&context.core, request, PageKind::Unavailable, None)
}

async fn judge(question: Question<'_>, facts: &RequestFacts, target: &str) -> Result<HttpResponse> {
    let (context, request, arrival) = (question.context, question.request, &facts.arrival);
    let visits = context.parts.get::<Visits>();
    let site = visits.site(context, arrival).await?;
    // A proxy asks about no page of this server.
    let Some(site) = site.filter(|_| !is_page(facts.path.as_str())) else {
        return Ok(question.unknown(arrival));
    };
    let asked = Asked {
        context,
        request,
        arrival,
        site: &site,
    };
    let cookie = cookie::read(request.headers(), arrival, CookieName::Session);
    let visit = match asked.by_cookie(cookie.as_ref()).await? {
        Some(visit) => Some(visit),
        None => asked.by_token().await?,
    };
    let visit = visit.as_deref();
    if let Some(visit) = visit {
        received_request::record_user(request, &visit.user.id);
    }
    let visitor = visit.map(|visit| &visit.visitor);
    Ok(match decide(&site, facts, visitor, context.core.now()) {
        Decision::Allow(_) => {
            let tokens = context.parts.get::<SiteTokens>();
            let token = match visit.filter(|_| !site.headers.token.is_empty()) {
                Some(visit) => Some(tokens.of(context, &visit.token).await?),
                None => None,
            };
            answer::allow(question.proxy, &site, visit, token.as_deref())
        }
        Decision::SignIn(_, step) => question.sign_in(arrival, target, step),
        Decision::Deny(rule, reason) => question.deny(&site, facts, (rule, reason), visit).await,
    })
}
