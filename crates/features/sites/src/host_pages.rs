//! `/.doorward/…` at the host of a site: the pages that its proxy passes on to this server. They start and finish
//! the sign-in at the host, and end it.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use actix_web::web::{Data, ServiceConfig, resource, to};
use actix_web::{HttpRequest, HttpResponse};
use doorward_domain::model::{Client, DenialId, Grant, Session, Site, SiteFactor, SiteSession};
use doorward_domain::secret::OpaqueToken;
use doorward_http_common::header;
use doorward_oauth::token;
use doorward_protocol::params::Params;
use doorward_protocol::pkce::s256;
use doorward_protocol::redirect_uri::with_query;
use doorward_rules::{assurance, client_profile};
use doorward_services::context::Context;
use doorward_services::error::{FlowError, Result, ServerError};
use doorward_services::transaction::in_plain_transaction;
use doorward_store::repo;
use doorward_web::web_context::WebContext;
use serde_json::json;
use std::sync::Arc;

use crate::answer::{self, Form};
use crate::canonical::{CanonicalPath, Method};
use crate::client::{self, redirect_uri};
use crate::cookie::{self, CookieName};
use crate::endpoint::{caller, unavailable};
use crate::page::PageKind;
use crate::proxy::{self, Arrival, Proxy};
use crate::rule::{Decision, RequestFacts, StepUp, decide};
use crate::state::{State, own_target};
use crate::visit::{self, Visit, Visits};

/// Lifetime of the hint of a sign-out in seconds.
const HINT_TTL: i64 = 60;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(resource("/.doorward/start").default_service(to(start)))
        .service(resource("/.doorward/callback").default_service(to(callback)))
        .service(resource("/.doorward/sign-out").default_service(to(sign_out)))
        .service(resource("/.doorward/denied").default_service(to(denied)));
}

/// A request that the proxy of a site passes on.
struct Visitor<'a> {
    request: &'a HttpRequest,
    web: &'a WebContext,
    arrival: Arrival,
    site: Arc<Site>,
    params: Params,
}

impl<'a> Visitor<'a> {
    /// Reads the request, or returns the response that rejects it.
    async fn read(request: &'a HttpRequest, web: &'a WebContext) -> Result<Self, HttpResponse> {
        let context = &web.context;
        let config = &context.core.config;
        let arrival = proxy::check_sender(request, config)
            .and_then(|()| proxy::arrival(request, config))
            .map_err(|error| answer::reject(None, &error))?;
        let found = context.parts.get::<Visits>().site(context, &arrival).await;
        let found = found.map_err(|error| unavailable(request, web, &error))?;
        let unknown = || answer::page(&context.core, request, PageKind::Unknown).respond();
        let site = found.ok_or_else(unknown)?;
        let failed = |_| answer::page(&context.core, request, PageKind::Failed).respond();
        let params = Params::parse(request.query_string().as_bytes()).map_err(failed)?;
        Ok(Self {
            request,
            web,
            arrival,
            site,
            params,
        })
    }

    fn context(&self) -> &'a Context {
        &self.web.context
    }

    fn page(&self, kind: PageKind) -> HttpResponse {
        answer::page(&self.context().core, self.request, kind).respond()
    }

    fn failed(&self, reason: &str) -> HttpResponse {
        let mut response = self.page(PageKind::Failed);
        answer::attach(&mut response, "site_sign_in", reason, "");
        response
    }

    fn param(&self, name: &str) -> Option<&str> {
        self.params.optional(name).ok().flatten()
    }

    fn cookie(&self, name: CookieName) -> Option<OpaqueToken> {
        cookie::read(self.request.headers(), &self.arrival, name)
    }

    async fn visit(&self, cookie: Option<&OpaqueToken>) -> Result<Option<Arc<Visit>>> {
        let (context, visits) = (self.context(), self.context().parts.get::<Visits>());
        match cookie {
            Some(cookie) => {
                let cookie = cookie.expose();
                visits
                    .by_cookie(context, &self.site, &self.arrival, cookie)
                    .await
            }
            None => Ok(None),
        }
    }

    /// Returns what a browser needs to open a target at this host: `None` if it may, or is denied, and otherwise
    /// the demand of the sign-in.
    fn needs(&self, target: &str, visit: Option<&Visit>) -> Option<StepUp> {
        let path = target.split('?').next().unwrap_or(target);
        let facts = RequestFacts {
            host: self.arrival.host.clone(),
            path: CanonicalPath::parse(path).ok()?,
            method: Method::parse("GET").ok()?,
            address: self.arrival.address,
            is_preflight: false,
        };
        let visitor = visit::visitor_of(visit);
        match decide(&self.site, &facts, &visitor, self.context().core.now()) {
            Decision::SignIn(_) => Some(StepUp {
                factor: None,
                max_age: None,
            }),
            Decision::StepUp(_, step) => Some(step),
            Decision::Allow(_) | Decision::Deny(..) => None,
        }
    }
}

async fn start(request: HttpRequest, web: Data<WebContext>) -> HttpResponse {
    answer_of(&request, &web, async |visitor| {
        let target = own_target(visitor.param("to").unwrap_or("/"));
        let cookie = visitor.cookie(CookieName::Session);
        let visit = visitor.visit(cookie.as_ref()).await?;
        match visitor.needs(&target, visit.as_deref()) {
            Some(step) => begin(visitor, target, step).await,
            None => Ok(see_other(&format!("{}{target}", visitor.arrival.origin()))),
        }
    })
    .await
}

/// Redirects the browser to the authorization endpoint, with a challenge and a state that are bound to it.
async fn begin(visitor: &Visitor<'_>, target: String, step: StepUp) -> Result<HttpResponse> {
    let context = visitor.context();
    let core = &context.core;
    let client = client::ensure(context, &visitor.site).await?;
    let known = visitor.cookie(CookieName::Start);
    let browser = known.unwrap_or_else(|| OpaqueToken::generate(&mut core.rng()));
    let verifier = OpaqueToken::generate(&mut core.rng());
    let state = State::new(target, &verifier, core.now());
    let (key, host) = (&visitor.web.cookie_key, &visitor.arrival.host);
    let state = state.seal(key, host, &browser, &mut core.rng());
    let state = state.map_err(ServerError::internal)?;
    let challenge = s256(verifier.expose());
    let redirect_uri = redirect_uri(&visitor.arrival.origin());
    let mut pairs = vec![
        ("client_id", client.id.as_str()),
        ("redirect_uri", &redirect_uri),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", &state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let claims = json!({"id_token": {"acr": {"essential": true, "values": [assurance::AAL2]}}});
    let claims = claims.to_string();
    if step.factor.is_some() {
        pairs.push(("claims", &claims));
    }
    // A session with another second factor has the same level.
    if step.factor == Some(SiteFactor::Passkey) {
        pairs.push(("prompt", "login"));
    }
    let max_age = step.max_age.map(|max_age| max_age.to_string());
    if let Some(max_age) = &max_age {
        pairs.push(("max_age", max_age));
    }
    let endpoint = format!("{}/oauth2/authorize", core.issuer());
    let mut response = see_other(&with_query(&endpoint, &pairs));
    add_cookie(&mut response, &cookie::start(&visitor.arrival, &browser));
    Ok(response)
}

async fn callback(request: HttpRequest, web: Data<WebContext>) -> HttpResponse {
    answer_of(&request, &web, async |visitor| {
        let core = &visitor.context().core;
        let browser = visitor.cookie(CookieName::Start);
        let sent = visitor.param("state");
        let (Some(browser), Some(sent)) = (browser, sent) else {
            return Ok(visitor.failed("the browser has no cookie of the sign-in, or no state"));
        };
        let (key, host) = (&visitor.web.cookie_key, &visitor.arrival.host);
        let Some(state) = State::open(sent, key, host, &browser, core.now()) else {
            return Ok(visitor.failed("the state is of another browser or host, or has expired"));
        };
        match visitor.param("code") {
            Some(code) => finish(visitor, code, &state).await,
            None if visitor.param("error") == Some("unmet_authentication_requirements") => {
                Ok(visitor.page(PageKind::Weak))
            }
            None => Ok(visitor.failed(visitor.param("error").unwrap_or("there is no code"))),
        }
    })
    .await
}

/// Redeems the code and starts the session at this host.
async fn finish(visitor: &Visitor<'_>, code: &str, state: &State) -> Result<HttpResponse> {
    let context = visitor.context();
    let core = &context.core;
    let client = client::ensure(context, &visitor.site).await?;
    let uri = redirect_uri(&visitor.arrival.origin());
    let caller = caller(visitor.request, &visitor.arrival);
    let redeemed = token::redeem(context, &client, code, &uri, &state.verifier, &caller).await;
    let grant = match redeemed {
        Ok(grant) => grant,
        Err(FlowError::Rejected(error)) => return Ok(visitor.failed(&error.description)),
        Err(FlowError::Server(error)) => return Err(error),
    };
    let token = OpaqueToken::generate(&mut core.rng());
    store(visitor, &grant, &token).await?;
    let visit = visitor.visit(Some(&token)).await?;
    let Some((session, _)) = visit.as_ref().and_then(|visit| visit.session.as_ref()) else {
        return Ok(visitor.failed("the session ended meanwhile"));
    };
    // Another redirect would lead here again.
    let mut response = if visitor.needs(&state.target, visit.as_deref()).is_some() {
        visitor.page(PageKind::Weak)
    } else {
        see_other(&format!("{}{}", visitor.arrival.origin(), state.target))
    };
    let seconds = session.remember.then(|| session.expires_at - core.now());
    add_cookie(
        &mut response,
        &cookie::session(&visitor.arrival, &token, seconds),
    );
    Ok(response)
}

/// Stores the session of a browser at this host, in place of its former one.
async fn store(visitor: &Visitor<'_>, grant: &Grant, token: &OpaqueToken) -> Result<()> {
    let core = &visitor.context().core;
    let session = SiteSession {
        token_hash: token.hash(),
        site_id: visitor.site.id,
        host: visitor.arrival.host.to_string(),
        session_id: grant.session_id,
        grant_id: grant.id,
        created_at: core.now(),
    };
    let former = visitor.cookie(CookieName::Session);
    in_plain_transaction(&core.db, async |tx| {
        if let Some(former) = &former {
            repo::site_sessions::delete(tx, &former.hash()).await?;
        }
        Ok(repo::site_sessions::insert(tx, &session).await?)
    })
    .await
}

/// Ends the session at this host and, unless the parameter `here` is sent, that of the browser at this server, and
/// with it those at all hosts. A page of another site can only lead to the question whether to sign out.
async fn sign_out(request: HttpRequest, web: Data<WebContext>) -> HttpResponse {
    answer_of(&request, &web, async |visitor| {
        let context = visitor.context();
        let core = &context.core;
        let site = header::text(visitor.request.headers(), "sec-fetch-site");
        if !matches!(site, Some("same-origin" | "none")) {
            return Ok(see_other(&format!("{}/logout", core.issuer())));
        }
        let cookie = visitor.cookie(CookieName::Session);
        let visit = visitor.visit(cookie.as_ref()).await?;
        if let Some(cookie) = &cookie {
            in_plain_transaction(&core.db, async |tx| {
                Ok(repo::site_sessions::delete(tx, &cookie.hash()).await?)
            })
            .await?;
        }
        let session = visit.as_ref().and_then(|visit| visit.session.as_ref());
        let is_here = visitor.params.all("here").next().is_some();
        let mut response = match session {
            Some((session, _)) if !is_here => {
                let client = client::ensure(context, &visitor.site).await?;
                let hint = hint(context, &client, session).await?;
                let endpoint = format!("{}/oauth2/logout", core.issuer());
                let pairs = [
                    ("id_token_hint", hint.as_str()),
                    ("client_id", client.id.as_str()),
                ];
                see_other(&with_query(&endpoint, &pairs))
            }
            _ => visitor.page(PageKind::SignedOut),
        };
        add_cookie(&mut response, &cookie::no_session(&visitor.arrival));
        Ok(response)
    })
    .await
}

/// Signs the hint by which the sign-out of the server needs no question (OIDC RP-Initiated Logout §2).
async fn hint(context: &Context, client: &Client, session: &Session) -> Result<String> {
    let core = &context.core;
    let claims = json!({
        "iss": core.issuer(),
        "sub": session.user_id.to_string(),
        "aud": client.id.as_str(),
        "sid": session.id.to_string(),
        "iat": core.now(),
        "exp": core.now() + HINT_TTL,
    });
    let alg = client_profile::id_token_alg(client);
    context
        .issuing
        .sign(core, alg, |signer| signer.sign_statement(&claims))
        .await
}

/// Shows the denial that a terse proxy did not pass on: a page to browsers, JSON to programs.
async fn denied(request: HttpRequest, web: Data<WebContext>) -> HttpResponse {
    answer_of(&request, &web, async |visitor| {
        let id = visitor
            .param("id")
            .and_then(DenialId::parse)
            .map(|id| id.to_string());
        let form = Form::new(Proxy::Nginx, visitor.request.headers(), "GET");
        if !form.is_navigation {
            let body = json!({ "error": "forbidden", "decision_id": id });
            return Ok(HttpResponse::Forbidden().json(body));
        }
        let mut page = answer::page(&visitor.context().core, visitor.request, PageKind::Denied);
        page.decision = id;
        Ok(page.respond())
    })
    .await
}

async fn answer_of(
    request: &HttpRequest,
    web: &WebContext,
    handle: impl AsyncFnOnce(&Visitor<'_>) -> Result<HttpResponse>,
) -> HttpResponse {
    let visitor = match Visitor::read(request, web).await {
        Ok(visitor) => visitor,
        Err(response) => return response,
    };
    match handle(&visitor).await {
        Ok(response) => response,
        Err(error) => unavailable(request, web, &error),
    }
}

fn see_other(location: &str) -> HttpResponse {
    HttpResponse::build(StatusCode::SEE_OTHER)
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .finish()
}

fn add_cookie(response: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) {
    // A cookie of plain characters is always a valid header.
    let _ = response.add_cookie(cookie);
}
