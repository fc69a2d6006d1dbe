//! Processing of every request before its handler, and of every response after it.
//!
//! The order is fixed in [`protect`]: request ID and client address, rejections (host,
//! sizes), the handler with its panics caught, the security headers, the log line.

mod encoding;
mod error;
mod former;
mod headers;
mod host;
mod limits;
mod log;
mod organization;
mod request_id;
mod shared;

#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::dev::{Service, Transform, forward_ready};
use actix_web::error::{ErrorInternalServerError, InternalError};
use actix_web::http::ConnectionType;
use actix_web::http::header::SET_COOKIE;
use doorward_access::body::{self, BodyMonitor};
use doorward_http_common::address;
use doorward_http_common::rejection_log::{self, LoggedRequest};
use doorward_http_common::request_id::X_REQUEST_ID;
use doorward_services::request_issuer;
use doorward_telemetry::request_metrics::ResponseLabels;
use doorward_telemetry::statements::counting;
use doorward_telemetry::telemetry::{self, SpanStart};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use self::error::{Audience, MiddlewareError, Site};
use self::host::HostKind;
use self::shared::Shared;
use super::proxy_socket::ProxySocket;
use super::request::received_request::{self, AtMtls, Identity, ReceivedRequest};
use super::request::{method, path};
use super::web_context::WebContext;
use crate::cors;
use crate::prelude::*;

pub use self::headers::allow_frames;

/// Returns the middleware of this server, for `App::wrap`. It must be the outermost.
pub fn stack(web: &WebContext) -> Stack {
    let (core, metrics, traces) = (&web.context.core, &web.metrics, &web.traces);
    let shared = Shared::new(
        &core.config,
        Arc::clone(core.brand()),
        Arc::clone(&core.clock),
        core.random.clone(),
        Arc::clone(metrics),
        Arc::clone(traces),
    );
    Stack(Rc::new(Shared {
        context: Some(Arc::clone(&web.context)),
        ..shared
    }))
}

/// Wraps the application; see [`stack`].
#[derive(Clone, Debug)]
pub struct Stack(Rc<Shared>);

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
            shared: Rc::clone(&self.0),
        }))
    }
}

#[derive(Debug)]
pub struct Protected<S> {
    inner: Rc<S>,
    shared: Rc<Shared>,
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
        path::normalize(&mut request);
        let mut exchange = Exchange::start(Rc::clone(&self.shared), &request);
        method::normalize(&mut request);
        request
            .extensions_mut()
            .insert(exchange.received_request.clone());
        let inner = Rc::clone(&self.inner);
        Box::pin(async move {
            if let Some(response) = exchange.respond_early(&mut request).await {
                let response = exchange.finish(response);
                exchange.count(None, response.status(), 0);
                return Ok(request.into_response(response).map_into_right_body());
            }
            // A handler needs several times the memory of its body, and bodies may arrive slowly.
            let handled = async move {
                body::gather(&mut request, limits::MAX_BODY).await;
                inner.call(request).await
            };
            let handled = request_issuer::within(exchange.former, handled);
            let handled =
                counting(handled.instrument(exchange.entry.span(&exchange.received_request)));
            let handled = telemetry::within(exchange.span, handled);
            let handled = AssertUnwindSafe(handled).catch_unwind();
            match handled.await {
                Ok((Ok(response), statements)) => {
                    let route = response.request().match_pattern();
                    exchange.identity = received_request::identity(response.request());
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

/// Returns an error for a panic, whose cause the panic hook has logged.
fn panicked() -> Error {
    ErrorInternalServerError("a handler panicked")
}

/// The processing of one request and its response.
struct Exchange {
    shared: Rc<Shared>,
    received_request: ReceivedRequest,
    audience: Audience,
    entry: log::Entry,
    /// The authenticated user and client, known after the handler.
    identity: Identity,
    body: BodyMonitor,
    served: HostKind,
    /// Host that a rejected request names.
    named_host: String,
    /// Position of the former issuer that the request belongs to.
    former: Option<usize>,
    /// True if the client requested a protocol upgrade.
    upgrades: bool,
    span: Option<SpanStart>,
}

impl Exchange {
    fn start(shared: Rc<Shared>, request: &ServiceRequest) -> Self {
        let started = Instant::now();
        let received_request = arrive(request, &shared);
        let sent = request.headers().get_all(telemetry::TRACEPARENT);
        let sent = sent.map(|value| value.to_str().unwrap_or_default());
        Self {
            span: shared
                .traces
                .begin(sent, &shared.clock, &mut shared.random.rng()),
            shared,
            entry: log::Entry::new(request, started),
            audience: Audience::from_request(request),
            received_request,
            identity: Identity::default(),
            body: BodyMonitor::default(),
            served: HostKind::Issuer,
            named_host: String::new(),
            former: None,
            upgrades: request.head().upgrade(),
        }
    }

    /// Returns the response if no handler is called: a rejection, a redirect of an organization's
    /// host, or the answer to a preflight.
    async fn respond_early(&mut self, request: &mut ServiceRequest) -> Option<HttpResponse> {
        match admit(request, &self.shared).await {
            Err(rejection) => {
                self.named_host = host::named_host(request);
                return Some(self.refuse(rejection));
            }
            Ok((served, body)) => (self.served, self.body) = (served, body),
        }
        let known = &self.shared.former_issuers;
        self.former = former::position(request, &self.served, known);
        match self.host_response(request) {
            Err(rejection) => {
                self.named_host = host::named_host(request);
                Some(self.refuse(rejection))
            }
            Ok(Some(elsewhere)) => Some(elsewhere),
            Ok(None) => match self.shared.reject_change(request) {
                Some(rejection) => Some(self.refuse(rejection)),
                None => cors::preflight(request),
            },
        }
    }

    /// Returns the response of a host other than the issuer's, or `None` if a handler responds.
    fn host_response(
        &self,
        request: &ServiceRequest,
    ) -> Result<Option<HttpResponse>, MiddlewareError> {
        let (served, shared) = (&self.served, &self.shared);
        if matches!(served, HostKind::Former(_)) {
            let (former, now) = (&shared.former_issuers, shared.clock.now());
            return former::host_response(request, served, &shared.issuer, former, now);
        }
        organization::host_response(request, served, &shared.issuer)
    }

    fn refuse(&self, error: MiddlewareError) -> HttpResponse {
        let site = Site {
            brand: &self.shared.brand,
            default_lang: self.shared.default_lang,
            now: self.shared.clock.now(),
            named_host: &self.named_host,
            issuer: &self.shared.issuer,
        };
        error.respond(&site, &self.audience, &self.received_request.request_id)
    }

    /// Adds the headers and writes the log line.
    fn finish<B>(&self, mut response: HttpResponse<B>) -> HttpResponse<B> {
        let is_public = cors::is_public(self.entry.path());
        headers::secure(
            &mut response,
            self.entry.path(),
            self.shared.https,
            is_public,
        );
        if cors::is_open(self.entry.path()) {
            cors::allow(&mut response);
        }
        if self.served != HostKind::Issuer {
            // One issuer, one session: no other host sets a cookie.
            response.headers_mut().remove(SET_COOKIE);
        }
        if let Ok(id) = HeaderValue::from_str(&self.received_request.request_id) {
            response.headers_mut().insert(X_REQUEST_ID, id);
        }
        // RFC 9110 §15.5.9: the client must open a new connection. A client that requested an
        // upgrade does so as well: the library would send `upgrade` and close the connection (RFC
        // 9112 §9.6).
        if response.status() == StatusCode::REQUEST_TIMEOUT || self.upgrades {
            response
                .head_mut()
                .set_connection_type(ConnectionType::Close);
        }
        self.entry
            .write(response.status(), &self.received_request, &self.identity);
        let request = LoggedRequest {
            server: "identity",
            method: self.entry.method(),
            path: self.entry.path(),
            client_id: self.identity.client.as_deref(),
            request_id: Some(&self.received_request.request_id),
        };
        rejection_log::log(&request, &response);
        if let Some(former) = self
            .former
            .and_then(|at| self.shared.former_issuers.urls.get(at))
        {
            let client_id = self.identity.client.as_deref();
            tracing::info!(client_id, former_issuer = %former, "former issuer used");
        }
        response
    }

    fn count(&self, route: Option<&str>, status: StatusCode, statements: u32) {
        let answered = ResponseLabels {
            method: self.entry.method(),
            route,
            status: status.as_u16(),
            took: self.entry.age(),
            statements,
        };
        self.shared.metrics.requests().request(&answered);
        if let Some(span) = self.span {
            let request_id = &self.received_request.request_id;
            self.shared.traces.end(span, request_id, &answered);
        }
    }

    /// Completes the handler's response. An error that was converted to a server error does not
    /// reveal its cause.
    fn end<B: MessageBody + 'static>(
        &self,
        response: ServiceResponse<B>,
    ) -> ServiceResponse<EitherBody<B, BoxBody>> {
        if self.body.is_late() {
            let answer = self.finish(self.refuse(MiddlewareError::BodyTooSlow));
            return response
                .into_response(self.body.hold(answer))
                .map_into_right_body();
        }
        let cause = response
            .response()
            .error()
            .filter(|_| response.status().is_server_error());
        if let Some(cause) = cause {
            tracing::error!(request_id = &*self.received_request.request_id, %cause, "fault");
            let answer = self.finish(self.refuse(MiddlewareError::ServerError));
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

    /// Converts a failure without a response: the response is returned as an error.
    fn fail(&self, error: Error) -> Error {
        let mut response = error.error_response();
        if self.body.is_late() {
            response = self.refuse(MiddlewareError::BodyTooSlow);
        }
        if response.status().is_server_error() {
            tracing::error!(request_id = &*self.received_request.request_id, %error, "fault");
            response = self.refuse(MiddlewareError::ServerError);
        }
        let response = self.finish(response);
        self.count(None, response.status(), 0);
        InternalError::from_response(error, response).into()
    }
}

fn arrive(request: &ServiceRequest, shared: &Shared) -> ReceivedRequest {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let by_socket = request.conn_data::<ProxySocket>().is_some();
    let trusted =
        by_socket || peer.is_some_and(|peer| address::is_trusted(peer, &shared.trusted_proxies));
    let (headers, header) = (request.headers(), shared.forwarded_header);
    let trusted_proxies = &shared.trusted_proxies;
    let ip = match peer {
        // A proxy whose chain cannot be read counts as the client.
        Some(peer) => Some(address::client(peer, headers, header, trusted_proxies).unwrap_or(peer)),
        None if by_socket => address::client_of_socket(headers, header, trusted_proxies),
        None => None,
    };
    let sent = request.headers().get(X_REQUEST_ID).filter(|_| trusted);
    ReceivedRequest {
        request_id: request_id::choose(sent, shared.clock.now(), &mut shared.random.rng()),
        ip,
        by_proxy: trusted,
        random: shared.random.clone(),
    }
}

async fn admit(
    request: &mut ServiceRequest,
    shared: &Shared,
) -> Result<(HostKind, BodyMonitor), MiddlewareError> {
    limits::check_head(request)?;
    limits::drop_stream(request);
    encoding::normalize(request);
    let mut served = shared.hosts.check(request)?;
    if let HostKind::Unlisted(host) = &served {
        served = HostKind::Organization(shared.organization_of_domain(host).await?);
    }
    if let HostKind::Organization(tenant) = &served {
        request.extensions_mut().insert(tenant.clone());
    }
    if served == HostKind::Mtls {
        request.extensions_mut().insert(AtMtls);
    }
    limits::check_body(request)?;
    let bound = limits::bound(request, shared.time_limit);
    Ok((served, body::bound(request, bound)))
}
