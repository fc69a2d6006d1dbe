//! Request data that the middleware stores in the extensions of a request.

use std::net::IpAddr;

use doorward_domain::random::Random;
use doorward_http_common::user_agent;

use crate::prelude::*;

/// Data about an incoming request, stored in its extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReceivedRequest {
    pub request_id: Rc<str>,
    pub ip: Option<IpAddr>,
    pub by_proxy: bool,
    pub random: Random,
}

/// The authenticated user and client of a request, stored in its extensions for the access log.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Identity {
    pub user: Option<String>,
    pub client: Option<String>,
}

pub fn record_user(request: &HttpRequest, user: &impl ToString) {
    let mut extensions = request.extensions_mut();
    let identity = extensions.get_or_insert_with(Identity::default);
    identity.user = Some(user.to_string());
}

pub fn record_client(request: &HttpRequest, client: &impl ToString) {
    let mut extensions = request.extensions_mut();
    let identity = extensions.get_or_insert_with(Identity::default);
    identity.client = Some(client.to_string());
}

pub fn user(request: &HttpRequest) -> Option<String> {
    let extensions = request.extensions();
    extensions.get::<Identity>()?.user.clone()
}

pub(crate) fn identity(request: &HttpRequest) -> Identity {
    let recorded = request.extensions_mut().remove::<Identity>();
    recorded.unwrap_or_default()
}

/// The organization whose host a request names, stored in its extensions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tenant {
    /// Slug of the organization; the organization may not exist.
    pub slug: String,
    /// Name of the host, in lower case and without a port.
    pub host: String,
}

pub fn tenant(request: &HttpRequest) -> Option<String> {
    let extensions = request.extensions();
    Some(extensions.get::<Tenant>()?.slug.clone())
}

/// Returns the name of the organization's host that this request names.
pub fn tenant_host(request: &HttpRequest) -> Option<String> {
    let extensions = request.extensions();
    Some(extensions.get::<Tenant>()?.host.clone())
}

/// A marker for requests to the host for clients with certificates, stored in the extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AtMtls;

/// Returns true if the request names the host for clients with certificates (RFC 8705 §5).
pub fn is_at_mtls(request: &HttpRequest) -> bool {
    request.extensions().get::<AtMtls>().is_some()
}

pub fn is_from_proxy(request: &HttpRequest) -> bool {
    let extensions = request.extensions();
    let received = extensions.get::<ReceivedRequest>();
    received.is_some_and(|received| received.by_proxy)
}

pub fn request_id(request: &HttpRequest) -> Rc<str> {
    let extensions = request.extensions();
    let received = extensions.get::<ReceivedRequest>();
    received.map_or_else(Rc::default, |received| Rc::clone(&received.request_id))
}

/// Returns the remote caller of a request, as determined by the middleware.
pub fn caller(request: &HttpRequest) -> Caller {
    let received = request.extensions().get::<ReceivedRequest>().cloned();
    let received = received.unwrap_or_default();
    Caller {
        ip: received.ip,
        user_agent: user_agent::from_headers(request.headers()),
        request_id: received.request_id.to_string(),
        ..Caller::of_server(&received.random)
    }
}
