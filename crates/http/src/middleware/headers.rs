//! Security headers of every response.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, PRAGMA,
};
use doorward_http_common::security_headers::SecurityHeaders;
use doorward_protocol::redirect_uri;

#[cfg(test)]
mod tests;

const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
     form-action 'self'";
/// Policy of responses that are not pages: nothing may be loaded, run or framed.
const DATA_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), \
     geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
);

const HTML: &[u8] = b"text/html";

/// Adds headers that the handler has not set. Other origins may read responses with `is_public`.
pub(super) fn secure<B>(response: &mut HttpResponse<B>, is_https: bool, is_public: bool) {
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| {
        let prefix = kind.as_bytes().get(..HTML.len());
        prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(HTML))
    });
    let headers = response.headers_mut();
    if !headers.contains_key(CACHE_CONTROL) && !headers.contains_key(PRAGMA) {
        // RFC 6749 §5.1 requires it beside `Cache-Control: no-store`.
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    }
    let fields = SecurityHeaders {
        content_policy: if is_page {
            const { HeaderValue::from_static(PAGE_POLICY) }
        } else {
            DATA_POLICY
        },
        permissions: PERMISSIONS,
        is_https,
        is_public,
    };
    fields.add(headers);
}

/// Allows a page to load these URLs in frames, by their origins (OIDC Front-Channel Logout §3).
pub fn allow_frames<B>(response: &mut HttpResponse<B>, addresses: &[String]) {
    let origins: BTreeSet<String> = addresses
        .iter()
        .filter_map(|address| redirect_uri::form_action_source(address))
        // A scheme alone would permit more than one target.
        .filter(|source| source.contains("://"))
        .collect();
    if origins.is_empty() {
        return;
    }
    let sources: Vec<String> = origins.into_iter().collect();
    let policy = format!("{PAGE_POLICY}; frame-src {}", sources.join(" "));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Allows the forms of a page to redirect to `source`, because browsers apply `form-action` to the
/// whole chain of redirects. `source` is an origin or a scheme with its colon; any other text is
/// not added.
pub fn allow_form_action<B>(response: &mut HttpResponse<B>, source: &str) {
    let plain = |c: char| c.is_ascii_alphanumeric() || ":/.-+[]_".contains(c);
    if source.is_empty() || !source.contains(':') || !source.chars().all(plain) {
        return;
    }
    if let Ok(policy) = HeaderValue::from_str(&format!("{PAGE_POLICY} {source}")) {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
}
