//! What happens to every request before its handler sees it, and to every answer after.
//!
//! The order is fixed in [`protect`]: arrival (request id, client address), refusals (host, sizes),
//! the handler with its panics caught, the security headers, the line in the log.

mod address;
mod cors;
mod encoding;
mod headers;
mod host;
mod limits;
mod log;
mod path;
mod refusal;
mod request_id;
mod tenant;

#[cfg(test)]
mod tests;

use std::future::{Ready, ready};
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::error::{ErrorInternalServerError, InternalError};
use actix_web::http::header::{HeaderName, HeaderValue, SET_COOKIE, USER_AGENT};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse};
use doorward_access::body::{self, Arrived};
use doorward_domain::time::Clock;
use doorward_protocol::forwarded::ForwardedHeader;
use doorward_store::db::counting;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use ipnet::IpNet;
use tracing::Instrument as _;

use self::host::{AllowedHosts, Served};
use self::refusal::{Audience, Refusal};
use crate::config::Config;
use crate::flow::caller::Caller;
use crate::metrics::{Answered, Metrics};
use crate::state::State;
use crate::telemetry::{self, Begun, Traces};

pub use self::cors::{registered as registered_origins, speaks_for};
pub use self::headers::{allow_form_action, allow_frames};
pub use self::path::written as written_path;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_USER_AGENT: usize = 255;

/// The middleware of this server, for `App::wrap`. It goes outermost.
pub fn stack(state: &State) -> Stack {
    let (metrics, traces) = (Arc::clone(&state.metrics), Arc::clone(&state.traces));
    let clock = Arc::clone(&state.clock);
    Stack(Rc::new(Edge::new(&state.config, clock, metrics, traces)))
}

/// What the middleware needs to know, made once at start.
#[derive(Debug)]
struct Edge {
    hosts: AllowedHosts,
    issuer: String,
    https: bool,
    trusted_proxies: Vec<IpNet>,
    forwarded_header: ForwardedHeader,
    site_name: String,
    clock: Arc<dyn Clock>,
    /// How long a body may take.
    patience: Duration,
    metrics: Arc<Metrics>,
    traces: Arc<Traces>,
}

impl Edge {
    fn new(
        config: &Config,
        clock: Arc<dyn Clock>,
        metrics: Arc<Metrics>,
        traces: Arc<Traces>,
    ) -> Self {
        Self {
            hosts: AllowedHosts::new(config),
            issuer: config.issuer.clone(),
            https: config.issuer.starts_with("https://"),
            trusted_proxies: config.trusted_proxies.clone(),
            forwarded_header: config.forwarded_header(),
            site_name: config.branding.name.clone(),
            clock,
            metrics,
            traces,
            patience: Duration::from_secs(config.limits.body_timeout.unsigned_abs()),
        }
    }
}

/// What is known of a request when it arrives; kept in its extensions.
#[derive(Clone, Debug)]
struct Arrival {
    request_id: String,
    ip: Option<IpAddr>,
    /// Whether a trusted proxy sent it.
    by_proxy: bool,
}

/// The organization whose host a request names; kept in its extensions.
#[derive(Clone, Debug)]
struct Tenant(String);

/// The organization whose host this request names.
pub fn tenant(request: &HttpRequest) -> Option<String> {
    let named = request.extensions().get::<Tenant>().cloned();
    named.map(|Tenant(slug)| slug)
}

/// That a request names the host where clients show certificates; kept in its extensions.
#[derive(Clone, Copy, Debug)]
struct AtMtls;

/// Whether this request names the host where clients show certificates (RFC 8705 §5).
pub fn is_at_mtls(request: &HttpRequest) -> bool {
    request.extensions().get::<AtMtls>().is_some()
}

/// Whether a proxy sent this request whose headers are believed (SECURITY HD-1).
pub fn is_from_proxy(request: &HttpRequest) -> bool {
    let arrival = request.extensions();
    arrival.get::<Arrival>().is_some_and(|one| one.by_proxy)
}

/// The remote end of a request, as the middleware found it.
pub fn caller(request: &HttpRequest) -> Caller {
    let arrival = request.extensions().get::<Arrival>().cloned();
    let (request_id, ip) = arrival.map_or_else(Default::default, |a| (a.request_id, a.ip));
    let sent = request.headers().get(USER_AGENT);
    let user_agent = sent
        .map(|value| shorten(value.as_bytes()))
        .unwrap_or_default();
    Caller {
        ip,
        user_agent,
        request_id,
        ..Caller::default()
    }
}

/// At most [`MAX_USER_AGENT`] bytes, whole characters, none that controls a terminal (LG-2).
fn shorten(bytes: &[u8]) -> String {
    let mut text: String = String::from_utf8_lossy(bytes)
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let mut end = text.len().min(MAX_USER_AGENT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

/// Wraps the application; see [`stack`].
#[derive(Clone, Debug)]
pub struct Stack(Rc<Edge>);

impl<S, B> Transform<S, ServiceRequest> for Stack
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B, BoxBody>>;
    type Error = Error;
    type Transform = Protected<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(Protected {
            inner: Rc::new(inner),
            edge: Rc::clone(&self.0),
        }))
    }
}

/// The wrapped application.
#[derive(Debug)]
pub struct Protected<S> {
    inner: Rc<S>,
    edge: Rc<Edge>,
}

impl<S, B> Service<ServiceRequest> for Protected<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B, BoxBody>>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    forward_ready!(inner);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        path::settle(&mut request);
        let mut exchange = Exchange::begin(Rc::clone(&self.edge), &request);
        request.extensions_mut().insert(exchange.arrival.clone());
        let early = match admit(&mut request, &self.edge) {
            Err(refusal) => Some(exchange.refuse(refusal)),
            Ok((served, body)) => {
                exchange.body = body;
                exchange.served = served;
                match tenant::answer(&request, &exchange.served, &self.edge.issuer) {
                    Err(refusal) => Some(exchange.refuse(refusal)),
                    Ok(Some(elsewhere)) => Some(elsewhere),
                    Ok(None) => cors::preflight(&request),
                }
            }
        };
        if let Some(response) = early {
            let response = exchange.finish(response);
            exchange.count(None, response.status(), 0);
            return Box::pin(ready(Ok(request
                .into_response(response)
                .map_into_right_body())));
        }
        let inner = Rc::clone(&self.inner);
        // What a handler needs is a multiple of what its body takes, and there are slow bodies.
        let handled = async move {
            body::gather(&mut request, limits::MAX_BODY).await;
            inner.call(request).await
        };
        Box::pin(async move {
            let handled = counting(handled.instrument(exchange.entry.span()));
            let handled = telemetry::within(exchange.span, handled);
            let handled = AssertUnwindSafe(handled).catch_unwind();
            match handled.await {
                Ok((Ok(response), statements)) => {
                    let route = response.request().match_pattern();
                    let response = exchange.end(response);
                    exchange.count(route.as_deref(), response.status(), statements);
                    Ok(response)
                }
                Ok((Err(error), _)) => Err(exchange.fail(error)),
                Err(_) => Err(exchange.fail(panicked())),
            }
        })
    }
}

/// The panic hook has logged the cause.
fn panicked() -> Error {
    ErrorInternalServerError("a handler panicked")
}

/// One request and its answer.
struct Exchange {
    edge: Rc<Edge>,
    arrival: Arrival,
    audience: Audience,
    path: String,
    entry: log::Entry,
    body: Arrived,
    served: Served,
    /// Whether the connection was to become something else.
    upgrades: bool,
    span: Option<Begun>,
}

impl Exchange {
    fn begin(edge: Rc<Edge>, request: &ServiceRequest) -> Self {
        let started = Instant::now();
        let arrival = arrive(request, &edge);
        Self {
            span: edge.traces.begin(request.headers(), &edge.clock),
            edge,
            entry: log::Entry::new(request, &arrival, started),
            audience: Audience::of(request),
            path: request.path().to_owned(),
            arrival,
            body: Arrived::default(),
            served: Served::Issuer,
            upgrades: request.head().upgrade(),
        }
    }

    fn refuse(&self, refusal: Refusal) -> HttpResponse {
        refusal.respond(&self.edge, &self.audience, &self.arrival.request_id)
    }

    /// Adds the headers and writes the line of the log.
    fn finish<B>(&self, mut response: HttpResponse<B>) -> HttpResponse<B> {
        headers::secure(&mut response, self.edge.https, &self.path);
        cors::allow(&mut response, &self.path);
        if self.served != Served::Issuer {
            // One issuer, one session: no other host ever gives a browser a cookie.
            response.headers_mut().remove(SET_COOKIE);
        }
        if let Ok(id) = HeaderValue::from_str(&self.arrival.request_id) {
            response.headers_mut().insert(X_REQUEST_ID, id);
        }
        // RFC 9110 §15.5.9: whoever is that slow has to begin anew. And who wanted another protocol does
        // so after this answer: the library would say `upgrade` and close it (RFC 9112 §9.6).
        if response.status() == StatusCode::REQUEST_TIMEOUT || self.upgrades {
            response
                .head_mut()
                .set_connection_type(ConnectionType::Close);
        }
        self.entry.write(response.status());
        response
    }

    /// Counts the request under the route that took it.
    fn count(&self, route: Option<&str>, status: StatusCode, statements: u32) {
        let answered = Answered {
            method: self.entry.method(),
            route,
            status: status.as_u16(),
            took: self.entry.age(),
            statements,
        };
        self.edge.metrics.request(&answered);
        if let Some(span) = self.span {
            let request_id = &self.arrival.request_id;
            self.edge.traces.end(span, request_id, &answered);
        }
    }

    /// The handler's answer. An error that was turned into a fault keeps its cause to itself.
    fn end<B: MessageBody + 'static>(
        &self,
        response: ServiceResponse<B>,
    ) -> ServiceResponse<EitherBody<B, BoxBody>> {
        if self.body.is_late() {
            let answer = self.finish(self.refuse(Refusal::BodyTooSlow));
            return response
                .into_response(self.body.hold(answer))
                .map_into_right_body();
        }
        let cause = response
            .response()
            .error()
            .filter(|_| response.status().is_server_error());
        if let Some(cause) = cause {
            tracing::error!(request_id = self.arrival.request_id, %cause, "fault");
            let answer = self.finish(self.refuse(Refusal::Fault));
            return response.into_response(answer).map_into_right_body();
        }
        let (request, answer) = response.into_parts();
        let answer = self.finish(answer);
        if self.body.is_unread() {
            let answer = self.body.hold(answer.map_into_boxed_body());
            return ServiceResponse::new(request, answer).map_into_right_body();
        }
        ServiceResponse::new(request, answer).map_into_left_body()
    }

    /// A failure that took the request with it: the answer travels as an error.
    fn fail(&self, error: Error) -> Error {
        let mut response = error.error_response();
        if self.body.is_late() {
            response = self.refuse(Refusal::BodyTooSlow);
        }
        if response.status().is_server_error() {
            tracing::error!(request_id = self.arrival.request_id, %error, "fault");
            response = self.refuse(Refusal::Fault);
        }
        let response = self.finish(response);
        self.count(None, response.status(), 0);
        InternalError::from_response(error, response).into()
    }
}

fn arrive(request: &ServiceRequest, edge: &Edge) -> Arrival {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let trusted = peer.is_some_and(|peer| address::is_trusted(peer, &edge.trusted_proxies));
    let (headers, trusted_proxies) = (request.headers(), &edge.trusted_proxies);
    let ip =
        peer.map(|peer| address::client(peer, headers, edge.forwarded_header, trusted_proxies));
    let sent = request.headers().get(X_REQUEST_ID).filter(|_| trusted);
    Arrival {
        request_id: request_id::choose(sent, &mut rand::rng()),
        ip,
        by_proxy: trusted,
    }
}

fn admit(request: &mut ServiceRequest, edge: &Edge) -> Result<(Served, Arrived), Refusal> {
    limits::check_head(request)?;
    encoding::settle(request);
    let served = edge.hosts.check(request)?;
    if let Served::Organization(slug) = &served {
        request.extensions_mut().insert(Tenant(slug.clone()));
    }
    if served == Served::Mtls {
        request.extensions_mut().insert(AtMtls);
    }
    limits::check_body(request)?;
    let bound = limits::bound(request, edge.patience);
    Ok((served, body::bound(request, bound)))
}
