//! `/.doorward/…` at the host of a site: the pages that its proxy passes on to this server. They start and finish
//! the sign-in at the host, and end it.

use actix_web::web::{Data, Path, ServiceConfig, resource, to};
use actix_web::{HttpRequest, HttpResponse};
use doorward_domain::keys::Signer;
use doorward_domain::model::{Client, DenialId, Grant, Session, SiteFactor, SiteSession};
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

use crate::browser::{CookieName, START, State, bound_to, own_target, set_cookie};
use crate::canonical::{CanonicalPath, Method};
use crate::client::redirect_uri;
use crate::endpoint::{forbidden, reject, rejected, see, unavailable};
use crate::page::{self, PageKind};
use crate::proxy;
use crate::rule::{Arrival, Decision, RequestFacts, StepUp, decide};
use crate::visit::{Asked, Visit};

/// Lifetime of the hint of a sign-out in seconds.
const HINT_TTL: i64 = 60;

pub fn configure(config: &mut ServiceConfig) {
    config.service(resource("/.doorward/{page}").default_service(to(open)));
}

async fn open(request: HttpRequest, web: Data<WebContext>, name: Path<String>) -> HttpResponse {
    let core = &web.context.core;
    let answered = match proxy::arrival(&request, &core.config) {
        Ok(arrival) => answer(&request, &web, arrival, &name).await,
        Err(refusal) => Ok(reject(None, &refusal)),
    };
    answered.unwrap_or_else(|error| unavailable(&request, core, &error))
}

async fn answer(
    request: &HttpRequest,
    web: &WebContext,
    arrival: Arrival,
    name: &str,
) -> Result<HttpResponse> {
    let show = |kind| Ok(page::respond(&web.context.core, request, kind, None));
    let Some(asked) = Asked::find(web, request, arrival).await? else {
        return show(PageKind::Unknown);
    };
    let Ok(params) = Params::parse(request.query_string().as_bytes()) else {
        return show(PageKind::Failed);
    };
    let param = |name: &str| params.optional(name).ok().flatten();
    match name {
        "start" => start(&asked, param("to").unwrap_or("/")).await,
        "callback" => callback(&asked, [param("state"), param("code"), param("error")]).await,
        "sign-out" => sign_out(&asked, param("here") == Some("true")).await,
        "denied" => Ok(denied(&asked, param("id"))),
        _ => Ok(HttpResponse::NotFound().finish()),
    }
}

fn failed(asked: &Asked<'_>, reason: &str) -> HttpResponse {
    rejected(asked.page(PageKind::Failed), "site_sign_in", reason, "")
}

/// Returns what a browser needs to open a target at this host: `None` if it may, or is denied, and otherwise the
/// demand of the sign-in.
fn needs(asked: &Asked<'_>, target: &str, visit: Option<&Visit>) -> Option<StepUp> {
    let path = target.split('?').next().unwrap_or(target);
    let facts = RequestFacts {
        arrival: asked.arrival.clone(),
        path: CanonicalPath::parse(path).ok()?,
        method: Method::parse("GET").ok()?,
        is_preflight: false,
        is_navigation: true,
    };
    let visitor = visit.map(|visit| &visit.visitor);
    match decide(&asked.site, &facts, visitor, asked.core().now()) {
        Decision::SignIn(_, step) => Some(step),
        Decision::Allow(_) | Decision::Deny(..) => None,
    }
}

async fn start(asked: &Asked<'_>, target: &str) -> Result<HttpResponse> {
    let target = own_target(target);
    let visit = asked.by_cookie().await?;
    match needs(asked, &target, visit.as_deref()) {
        Some(step) => begin(asked, target, step).await,
        None => Ok(see(&(asked.arrival.origin() + &target))),
    }
}

/// Redirects the browser to the authorization endpoint, with a challenge and a state that are bound to it.
async fn begin(asked: &Asked<'_>, target: String, step: StepUp) -> Result<HttpResponse> {
    let (core, client) = (asked.core(), asked.client().await?);
    let known = asked.cookie(CookieName::Start);
    let browser = known.unwrap_or_else(|| OpaqueToken::generate(&mut core.rng()));
    let verifier = OpaqueToken::generate(&mut core.rng());
    let state = State::new(target, &verifier, core.now());
    let (key, host) = (&asked.web.cookie_key, &asked.arrival.host);
    let state = key.seal_json(&state, &bound_to(host, &browser), &mut core.rng());
    let state = state.map_err(ServerError::internal)?;
    let challenge = s256(verifier.expose());
    let redirect_uri = redirect_uri(&asked.arrival.origin());
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
    let mut response = see(&with_query(&endpoint, &pairs));
    let named = (CookieName::Start, browser.expose());
    set_cookie(&mut response, &asked.arrival, named, Some(START));
    Ok(response)
}

async fn callback(asked: &Asked<'_>, sent: [Option<&str>; 3]) -> Result<HttpResponse> {
    let [state, code, error] = sent;
    let (Some(browser), Some(state)) = (asked.cookie(CookieName::Start), state) else {
        let reason = "the browser has no cookie of the sign-in, or no state";
        return Ok(failed(asked, reason));
    };
    let (key, host) = (&asked.web.cookie_key, &asked.arrival.host);
    let Some(state) = State::open(state, key, host, &browser, asked.core().now()) else {
        let reason = "the state is of another browser or host, or has expired";
        return Ok(failed(asked, reason));
    };
    match (code, error) {
        (Some(code), _) => finish(asked, code, &state).await,
        (None, Some("unmet_authentication_requirements")) => Ok(asked.page(PageKind::Weak)),
        (None, error) => Ok(failed(asked, error.unwrap_or("there is no code"))),
    }
}

/// Redeems the code and starts the session at this host.
async fn finish(asked: &Asked<'_>, code: &str, state: &State) -> Result<HttpResponse> {
    let (context, core) = (&asked.web.context, asked.core());
    let client = asked.client().await?;
    let uri = redirect_uri(&asked.arrival.origin());
    let caller = asked.caller();
    let redeemed = token::redeem(context, &client, code, &uri, &state.verifier, &caller);
    let grant = match redeemed.await {
        Ok(grant) => grant,
        Err(FlowError::Rejected(error)) => return Ok(failed(asked, &error.description)),
        Err(FlowError::Server(error)) => return Err(error),
    };
    let token = OpaqueToken::generate(&mut core.rng());
    store(asked, &grant, &token).await?;
    let visit = asked.read(&token.hash()).await?;
    let Some(session) = visit.as_ref().and_then(|visit| visit.session.as_ref()) else {
        return Ok(failed(asked, "the session ended meanwhile"));
    };
    // Another redirect would lead here again.
    let mut response = match needs(asked, &state.target, visit.as_deref()) {
        Some(_) => asked.page(PageKind::Weak),
        None => see(&(asked.arrival.origin() + &state.target)),
    };
    let seconds = session.remember.then(|| session.expires_at - core.now());
    let named = (CookieName::Session, token.expose());
    set_cookie(&mut response, &asked.arrival, named, seconds);
    Ok(response)
}

/// Stores the session of a browser at this host, in place of its former one.
async fn store(asked: &Asked<'_>, grant: &Grant, token: &OpaqueToken) -> Result<()> {
    let core = asked.core();
    let session = SiteSession {
        token_hash: token.hash(),
        site_id: asked.site.id,
        host: asked.arrival.host.to_string(),
        session_id: grant.session_id,
        grant_id: grant.id,
        created_at: core.now(),
    };
    let former = asked.cookie(CookieName::Session);
    let stored = in_plain_transaction(&core.db, async |tx| {
        if let Some(former) = &former {
            repo::site_sessions::delete(tx, &former.hash()).await?;
        }
        Ok(repo::site_sessions::insert(tx, &session).await?)
    });
    stored.await
}

/// Ends the session at this host and, unless `here=true` is sent, that of the browser at this server, and
/// with it those at all hosts. A page of another site can only lead to the question whether to sign out.
async fn sign_out(asked: &Asked<'_>, is_here: bool) -> Result<HttpResponse> {
    let core = asked.core();
    let site = header::text(asked.request.headers(), "sec-fetch-site");
    if !matches!(site, Some("same-origin" | "none")) {
        return Ok(see(&format!("{}/logout", core.issuer())));
    }
    let visit = asked.by_cookie().await?;
    if let Some(cookie) = asked.cookie(CookieName::Session) {
        let ended = in_plain_transaction(&core.db, async |tx| {
            Ok(repo::site_sessions::delete(tx, &cookie.hash()).await?)
        });
        ended.await?;
    }
    let session = visit.as_ref().and_then(|visit| visit.session.as_ref());
    let mut response = match session {
        Some(session) if !is_here => {
            let client = asked.client().await?;
            let hint = hint(&asked.web.context, &client, session).await?;
            let endpoint = format!("{}/oauth2/logout", core.issuer());
            let pairs = [
                ("id_token_hint", hint.as_str()),
                ("client_id", client.id.as_str()),
            ];
            see(&with_query(&endpoint, &pairs))
        }
        _ => asked.page(PageKind::SignedOut),
    };
    let none = (CookieName::Session, "");
    set_cookie(&mut response, &asked.arrival, none, Some(0));
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
    let sign = |signer: &Signer| signer.sign_statement(&claims);
    context.issuing.sign(core, alg, sign).await
}

/// Shows the denial that a terse proxy did not pass on: a page to browsers, JSON to programs.
fn denied(asked: &Asked<'_>, id: Option<&str>) -> HttpResponse {
    let id = id.and_then(DenialId::parse).map(|id| id.to_string());
    let (core, request) = (asked.core(), asked.request);
    let is_navigation = proxy::is_navigation(request.headers(), "GET");
    let body = json!({ "error": "forbidden", "decision_id": id });
    let page = (PageKind::Denied, id.as_deref());
    forbidden(core, request, is_navigation, page, &body)
}
