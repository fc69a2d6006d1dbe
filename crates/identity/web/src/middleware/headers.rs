//! Security headers of every response.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, PRAGMA,
};
use doorward_domain::model::group::is_at_or_below;
use doorward_http_common::security_headers::SecurityHeaders;
use doorward_protocol::redirect_uri;

#[cfg(test)]
mod tests;

/// Policy of pages. It has no `form-action`: browsers apply that to every redirect that follows a
/// form post, and the redirect URI of a client may redirect to any other origin (decision 94).
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Policy of the console, whose forms never lead to a client.
const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
     form-action 'self'";
const CONSOLE: &str = "/admin";
/// Policy of responses that are not pages: nothing may be loaded, run or framed.
const DATA_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), \
     geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
);

const HTML: &[u8] = b"text/html";

/// Adds headers that the handler of `path` has not set. Other origins may read responses with
/// `is_public`.
pub(super) fn secure<B>(
    response: &mut HttpResponse<B>,
    path: &str,
    is_https: bool,
    is_public: bool,
) {
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
        content_policy: match (is_page, is_console(path)) {
            (true, true) => const { HeaderValue::from_static(CONSOLE_POLICY) },
            (true, false) => const { HeaderValue::from_static(PAGE_POLICY) },
            (false, _) => DATA_POLICY,
        },
        permissions: PERMISSIONS,
        is_https,
        is_public,
    };
    fields.add(headers);
}

fn is_console(path: &str) -> bool {
    is_at_or_below(CONSOLE, path)
}

/// Allows a page to load these URLs in frames, by their origins (OIDC Front-Channel Logout §3).
pub fn allow_frames<B>(response: &mut HttpResponse<B>, addresses: &[String]) {
    let origins: BTreeSet<String> = addresses
        .iter()
        .filter_map(|address| redirect_uri::csp_source(address))
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
