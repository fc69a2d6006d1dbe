//! Security header fields of every response.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// `Strict-Transport-Security` for a year. Other hosts of the domain are the operator's decision.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Values of the security header fields that depend on the server or the response.
#[derive(Clone, Debug)]
pub struct SecurityHeaders {
    pub content_policy: HeaderValue,
    pub permissions: HeaderValue,
    /// True if browsers reach the server over HTTPS.
    pub is_https: bool,
    /// True if pages of other origins may read the response.
    pub is_public: bool,
}

impl SecurityHeaders {
    /// Adds the header fields that the handler has not set.
    pub fn add(self, headers: &mut HeaderMap) {
        let readers = if self.is_public {
            "cross-origin"
        } else {
            "same-origin"
        };
        let fixed = [
            (X_FRAME_OPTIONS, "DENY"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "no-referrer"),
            (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
            (CROSS_ORIGIN_RESOURCE_POLICY, readers),
            (CACHE_CONTROL, "no-store"),
        ];
        let fixed = fixed.map(|(name, value)| (name, HeaderValue::from_static(value)));
        let own = [
            (CONTENT_SECURITY_POLICY, self.content_policy),
            (PERMISSIONS_POLICY, self.permissions),
        ];
        let hsts = self.is_https.then_some((STRICT_TRANSPORT_SECURITY, HSTS));
        for (name, value) in fixed.into_iter().chain(own).chain(hsts) {
            if !headers.contains_key(&name) {
                headers.insert(name, value);
            }
        }
    }
}
