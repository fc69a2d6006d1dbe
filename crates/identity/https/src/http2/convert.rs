//! Requests and responses between hyper, which has the newer types, and actix-web. The app sees
//! the same request as by HTTP/1.1.

use std::net::SocketAddr;

use actix_http::header::{HeaderName, HeaderValue};
use actix_http::{Method, Payload, Request, Response, Uri, Version};
use actix_web::body::{BodySize, BoxBody, MessageBody as _};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, COOKIE, HOST};

use super::body;

/// A request that RFC 9113 §8.3.1 calls malformed.
#[derive(Debug)]
pub(super) struct Malformed;

/// Converts a request. The authority becomes the field `Host`, and the fields `Cookie` become one
/// (RFC 9113 §8.2.3).
pub(super) fn request(
    request: hyper::Request<Incoming>,
    peer: Option<SocketAddr>,
) -> Result<Request, Malformed> {
    let (parts, body) = request.into_parts();
    let payload = if body.is_end_stream() {
        Payload::None
    } else {
        Payload::Stream {
            payload: body::payload(body),
        }
    };
    let mut request = Request::with_payload(payload);
    write_head(&parts, peer, &mut request)?;
    Ok(request)
}

fn write_head(
    parts: &http::request::Parts,
    peer: Option<SocketAddr>,
    request: &mut Request,
) -> Result<(), Malformed> {
    let head = request.head_mut();
    head.peer_addr = peer;
    head.version = Version::HTTP_2;
    head.method = Method::from_bytes(parts.method.as_str().as_bytes()).map_err(|_| Malformed)?;
    let target = parts.uri.path_and_query();
    let target = target.map_or("/", http::uri::PathAndQuery::as_str);
    head.uri = target.parse::<Uri>().map_err(|_| Malformed)?;
    let mut cookies: Vec<u8> = Vec::new();
    for (name, value) in &parts.headers {
        if name == COOKIE {
            if !cookies.is_empty() {
                cookies.extend_from_slice(b"; ");
            }
            cookies.extend_from_slice(value.as_bytes());
        } else {
            let name = HeaderName::from_bytes(name.as_str().as_bytes()).map_err(|_| Malformed)?;
            head.headers.append(name, field(value.as_bytes())?);
        }
    }
    if !cookies.is_empty() {
        head.headers
            .append(actix_http::header::COOKIE, field(&cookies)?);
    }
    let Some(authority) = parts.uri.authority() else {
        return Ok(());
    };
    let mut named = parts.headers.get_all(HOST).iter();
    let is_same = |host: &http::HeaderValue| {
        let host = host.as_bytes();
        host.eq_ignore_ascii_case(authority.as_str().as_bytes())
    };
    if !named.all(is_same) {
        return Err(Malformed);
    }
    let host = field(authority.as_str().as_bytes())?;
    head.headers.insert(actix_http::header::HOST, host);
    Ok(())
}

fn field(value: &[u8]) -> Result<HeaderValue, Malformed> {
    HeaderValue::from_bytes(value).map_err(|_| Malformed)
}

/// Converts a response; that to HEAD has the length of the body that it lacks. hyper removes the
/// fields of a connection (RFC 9113 §8.2.2).
pub(super) fn response(response: Response<BoxBody>, is_head: bool) -> hyper::Response<BoxBody> {
    let (head, body) = response.into_parts();
    let mut converted = hyper::Response::new(BoxBody::new(()));
    if let Ok(status) = hyper::StatusCode::from_u16(head.status().as_u16()) {
        *converted.status_mut() = status;
    }
    for (name, value) in head.headers() {
        let name = http::HeaderName::from_bytes(name.as_str().as_bytes());
        let value = http::HeaderValue::from_bytes(value.as_bytes());
        // Both types accept the same bytes.
        if let (Ok(name), Ok(value)) = (name, value) {
            converted.headers_mut().append(name, value);
        }
    }
    match body.size() {
        BodySize::Sized(length) if is_head => {
            converted
                .headers_mut()
                .insert(CONTENT_LENGTH, length.into());
        }
        _ if is_head => {}
        _ => *converted.body_mut() = body,
    }
    converted
}

#[cfg(test)]
mod tests;
