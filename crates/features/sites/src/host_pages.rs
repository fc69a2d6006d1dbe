//! `/.doorward/…` at the host of a site: the pages that its proxy passes on to this server. They start and finish
//! the sign-in at the host, and end it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, ServiceConfig, resource, to};
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

use crate::answer::{self, Question};
use crate::canonical::{CanonicalPath, Method};
use crate::client::{self, redirect_uri};
use crate::cookie::{self, CookieName};
use crate::endpoint::unavailable;
use crate::page::{self, PageKind};
use crate::proxy::{self, Proxy};
use crate::rule::{Arrival, Decision, RequestFacts, StepUp, decide};
use crate::state::{State, own_target};
use crate::visit::{Asked, Visit, Visits};

/// Lifetime of the hint of a sign-out in seconds.
const HINT_TTL: i64 = 60;

pub fn configure(config: &mut ServiceConfig) {
    config.service(resource("/.doorward/{page}").default_service(to(open)));
}

async fn open(request: HttpRequest, web: Data<WebContext>, name: Path<String>) -> HttpResponse {
    let visitor = match HostRequest::read(&request, &web).await {
        Ok(visitor) => visitor,
        Err(response) => return response,
    };
    let answered = match name.as_str() {
        "start" => start(&visitor).await,
        "callback" => callback(&visitor).await,
        "sign-out" => sign_out(&visitor).await,
        "denied" => Ok(denied(&visitor)),
        _ => Ok(HttpResponse::NotFound().finish()),
    };
    answered.unwrap_or_else(|error| unavailable(&request, &web.context, &error))
}

/// A request that the proxy of a site passes on.
struct HostRequest<'a> {
    request: &'a HttpRequest,
    web: &'a WebContext,
    context: &'a Context,
    arrival: Arrival,
    site: Arc<Site>,
    params: Params,
}

impl<'a> HostRequest<'a> {
    /// Reads the request, or returns the response that rejects it.
    async fn read(request: &'a HttpRequest, web: &'a WebContext) -> Result<Self, HttpResponse> {
        let context = &web.context;
        let config = &context.core.config;
        let show = |kind| page::respond(&context.core, request, kind, None);
        let arrival = proxy::check_sender(request, config)
            .and_then(|()| proxy::arrival(request, config))
            .map_err(|refusal| answer::reject(None, &refusal))?;
        let found = context.parts.get::<Visits>().site(context, &arrival).await;
        let found = found.map_err(|error| unavailable(request, context, &error))?;
        let params = Params::parse(request.query_string().as_bytes());
        Ok(Self {
            request,
            web,
            context,
            arrival,
            site: found.ok_or_else(|| show(PageKind::Unknown))?,
            params: params.map_err(|_| show(PageKind::Failed))?,
        })
    }

    fn page(&self, kind: PageKind) -> HttpResponse {
        page::respond(&self.context.core, self.request, kind, None)
    }

    fn failed(&self, reason: &str) -> HttpResponse {
        answer::rejected(self.page(PageKind::Failed), "site_sign_in", reason, "")
    }

    /// Returns the redirect to a page of this host.
    fn see(&self, target: &str) -> HttpResponse {
        see_other(&format!("{}{target}", self.arrival.origin()))
    }

    fn param(&self, name: &str) -> Option<&str> {
        self.params.optional(name).ok().flatten()
    }

    fn cookie(&self, name: CookieName) -> Option<OpaqueToken> {
        cookie::read(self.request.headers(), &self.arrival, name)
    }

    async fn visit(&self, cookie: Option<&OpaqueToken>) -> Result<Option<Arc<Visit>>> {
        let asked = Asked {
            context: self.context,
            request: self.request,
            arrival: &self.arrival,
            site: &self.site,
        };
        asked.by_cookie(cookie).await
    }

    /// Returns what a browser needs to open a target at this host: `None` if it may, or is denied, and otherwise
    /// the demand of the sign-in.
    fn needs(&self, target: &str, visit: Option<&Visit>) -> Option<StepUp> {
        let path = target.split('?').next().unwrap_or(target);
        let facts = RequestFacts {
            arrival: self.arrival.clone(),
            path: CanonicalPath::parse(path).ok()?,
            method: Method::parse("GET").ok()?,
            is_preflight: false,
        };
        let visitor = visit.map(|visit| &visit.visitor);
        match decide(&self.site, &facts, visitor, self.context.core.now()) {
            Decision::SignIn(_, step) => Some(step),
            Decision::Allow(_) | Decision::Deny(..) => None,
        }
    }
}

async fn start(visitor: &HostRequest<'_>) -> Result<HttpResponse> {
    let target = own_target(visitor.param("to").unwrap_or("/"));
    let cookie = visitor.cookie(CookieName::Session);
    let visit = visitor.visit(cookie.as_ref()).await?;
    match visitor.needs(&target, visit.as_deref()) {
        Some(step) => begin(visitor, target, step).await,
        None => Ok(visitor.see(&target)),
    }
}

/// Redirects the browser to the authorization endpoint, with a challenge and a state that are bound to it.
async fn begin(visitor: &HostRequest<'_>, target: String, step: StepUp) -> Result<HttpResponse> {
    let context = visitor.context;
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
    let (claims, max_age) = (claims.to_string(), step.max_age.map(|age| age.to_string()));
    pairs.extend(step.factor.map(|_| ("claims", claims.as_str())));
    // A session with another second factor has the same level.
    let is_passkey = step.factor == Some(SiteFactor::Passkey);
    pairs.extend(is_passkey.then_some(("prompt", "login")));
    pairs.extend(max_age.as_deref().map(|age| ("max_age", age)));
    let endpoint = format!("{}/oauth2/authorize", core.issuer());
    let mut response = see_other(&with_query(&endpoint, &pairs));
    let named = (CookieName::Start, browser.expose());
    cookie::set(&mut response, &visitor.arrival, named, Some(cookie::START));
    Ok(response)
}

async fn callback(visitor: &HostRequest<'_>) -> Result<HttpResponse> {
    let browser = visitor.cookie(CookieName::Start);
    let (Some(browser), Some(sent)) = (browser, visitor.param("state")) else {
        return Ok(visitor.failed("the browser has no cookie of the sign-in, or no state"));
    };
    let (key, host) = (&visitor.web.cookie_key, &visitor.arrival.host);
    let Some(state) = State::open(sent, key, host, &browser, visitor.context.core.now()) else {
        return Ok(visitor.failed("the state is of another browser or host, or has expired"));
    };
    match (visitor.param("code"), visitor.param("error")) {
        (Some(code), _) => finish(visitor, code, &state).await,
        (None, Some("unmet_authentication_requirements")) => Ok(visitor.page(PageKind::Weak)),
        (None, error) => Ok(visitor.failed(error.unwrap_or("there is no code"))),
    }
}

/// Redeems the code and starts the session at this host.
async fn finish(visitor: &HostRequest<'_>, code: &str, state: &State) -> Result<HttpResponse> {
    let context = visitor.context;
    let core = &context.core;
    let client = client::ensure(context, &visitor.site).await?;
    let uri = redirect_uri(&visitor.arrival.origin());
    let caller = proxy::caller(&visitor.arrival, visitor.request);
    let redeemed = token::redeem(context, &client, code, &uri, &state.verifier, &caller).await;
    let grant = match redeemed {
        Ok(grant) => grant,
        Err(FlowError::Rejected(error)) => return Ok(visitor.failed(&error.description)),
        Err(FlowError::Server(error)) => return Err(error),
    };
    let token = OpaqueToken::generate(&mut core.rng());
    store(visitor, &grant, &token).await?;
    let visit = visitor.visit(Some(&token)).await?;
    let Some(session) = visit.as_ref().and_then(|visit| visit.session.as_ref()) else {
        return Ok(visitor.failed("the session ended meanwhile"));
    };
    // Another redirect would lead here again.
    let mut response = if visitor.needs(&state.target, visit.as_deref()).is_some() {
        visitor.page(PageKind::Weak)
    } else {
        visitor.see(&state.target)
    };
    let seconds = session.remember.then(|| session.expires_at - core.now());
    let named = (CookieName::Session, token.expose());
    cookie::set(&mut response, &visitor.arrival, named, seconds);
    Ok(response)
}

/// Stores the session of a browser at this host, in place of its former one.
async fn store(visitor: &HostRequest<'_>, grant: &Grant, token: &OpaqueToken) -> Result<()> {
    let core = &visitor.context.core;
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

/// Ends the session at this host and, unless `here=true` is sent, that of the browser at this server, and
/// with it those at all hosts. A page of another site can only lead to the question whether to sign out.
async fn sign_out(visitor: &HostRequest<'_>) -> Result<HttpResponse> {
    let context = visitor.context;
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
    let mut response = match session {
        Some(session) if visitor.param("here") != Some("true") => {
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
    cookie::set(
        &mut response,
        &visitor.arrival,
        (CookieName::Session, ""),
        Some(0),
    );
    Ok(response)
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
fn denied(visitor: &HostRequest<'_>) -> HttpResponse {
    let id = visitor.param("id").and_then(DenialId::parse);
    let id = id.map(|id| id.to_string());
    let question = Question {
        request: visitor.request,
        context: visitor.context,
        proxy: Proxy::Nginx,
        is_navigation: answer::is_navigation(visitor.request.headers(), "GET"),
    };
    let body = json!({ "error": "forbidden", "decision_id": id });
    question.forbidden(PageKind::Denied, id.as_deref(), &body)
}

fn see_other(location: &str) -> HttpResponse {
    answer::see(StatusCode::SEE_OTHER, location)
}
