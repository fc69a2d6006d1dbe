//! The listener for plain HTTP: it redirects browsers to HTTPS, and answers challenges.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HOST, LOCATION};
use actix_web::http::uri::PathAndQuery;
use actix_web::web::{Data, to};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use doorward_access::mtls::Limits;

use crate::certificates::Certificates;

/// Path before the token of an HTTP challenge (RFC 8555 §8.3).
const CHALLENGES: &str = "/.well-known/acme-challenge/";

/// The destination of plain requests: the host that they name if the certificate is valid for it,
/// otherwise the issuer. A request cannot name a host of another server.
#[derive(Debug)]
pub struct RedirectTarget {
    /// The origin of the server, without a trailing slash.
    issuer: String,
    /// The part of an HTTPS address after its host: empty, or `:` and a port.
    port: String,
    certificates: Arc<Certificates>,
}

impl RedirectTarget {
    /// Creates the destination for an https issuer with this port, if it is not the default one.
    pub fn new(issuer: &str, port: Option<u16>, certificates: Arc<Certificates>) -> Self {
        Self {
            issuer: issuer.to_owned(),
            port: port.map(|port| format!(":{port}")).unwrap_or_default(),
            certificates,
        }
    }

    /// Returns the HTTPS URL of a request by its `Host` and its target.
    fn url(&self, host: Option<&str>, target: &str) -> String {
        let host = host.map(|host| match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
            _ => host,
        });
        let served = self.certificates.current();
        let covered = host.filter(|host| {
            let served = served.as_ref();
            is_host(host) && served.is_some_and(|served| served.facts.covers(host))
        });
        match covered {
            Some(host) => format!("https://{host}{}{target}", self.port),
            None => format!("{}{target}", self.issuer),
        }
    }
}

/// Returns true for the characters of a host name; an IP address in brackets is not redirected to.
fn is_host(host: &str) -> bool {
    host.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
}

/// Serves redirects. The responses have no HSTS field: over plain HTTP it has no meaning (RFC 6797
/// §7.2).
///
/// # Errors
/// Returns the errors of the socket.
pub fn serve_redirect(
    listener: TcpListener,
    target: RedirectTarget,
    limits: Limits,
) -> io::Result<actix_web::dev::Server> {
    let target = Data::new(target);
    let app = move || {
        App::new()
            .app_data(target.clone())
            .default_service(to(redirect))
    };
    let server = HttpServer::new(app)
        .workers(1)
        .client_request_timeout(limits.time_limit)
        .max_connections(limits.connections)
        .shutdown_timeout(limits.shutdown_seconds)
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(server)
}

/// Redirects a request that only reads, and answers the challenges of an ACME authority. A client
/// that sends a form or a token request has sent its secrets in plain text: a redirect would hide
/// that.
async fn redirect(request: HttpRequest, target: Data<RedirectTarget>) -> HttpResponse {
    let host = request.headers().get(HOST);
    let host = host.and_then(|host| host.to_str().ok());
    if let Some(token) = request.uri().path().strip_prefix(CHALLENGES) {
        return match target.certificates.key_authorization(token) {
            Some(answer) => HttpResponse::Ok()
                .content_type("application/octet-stream")
                .insert_header((CACHE_CONTROL, "no-store"))
                .body(answer),
            None => HttpResponse::NotFound().finish(),
        };
    }
    let path = request.uri().path_and_query();
    let url = target.url(host, path.map_or("/", PathAndQuery::as_str));
    if [Method::GET, Method::HEAD].contains(request.method()) {
        return HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, url))
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish();
    }
    HttpResponse::Forbidden()
        .insert_header((CACHE_CONTROL, "no-store"))
        .force_close()
        .body(format!("This server accepts only HTTPS. Use {url}\n"))
}

#[cfg(test)]
mod tests;
