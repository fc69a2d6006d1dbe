//! Header fields of rate limits: `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers-10), and `Retry-After`.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The state of a rate limit for one caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowance<'a> {
    pub name: &'a str,
    pub quota: u64,
    /// Length of the window in seconds.
    pub window: u64,
    pub remaining: u64,
    /// Seconds until attempts are certainly available again.
    pub reset: i64,
    pub is_exhausted: bool,
}

impl Allowance<'_> {
    /// Sets the header fields, with `Retry-After` if the limit was exceeded.
    pub fn insert(&self, headers: &mut HeaderMap) {
        for (name, value) in self.fields() {
            headers.insert(name, value);
        }
        if self.is_exhausted {
            headers.insert(RETRY_AFTER, HeaderValue::from(self.reset));
        }
    }

    /// Appends the header fields to those of other limits: both fields are lists.
    pub fn append(&self, headers: &mut HeaderMap) {
        for (name, value) in self.fields() {
            headers.append(name, value);
        }
    }

    fn fields(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        // RFC 9651 §3.3.3: a string holds printable ASCII characters.
        let is_plain = |c: &char| (' '..='~').contains(c) && !matches!(c, '"' | '\\');
        let name: String = self.name.chars().filter(is_plain).collect();
        let policy = format!("\"{name}\";q={};w={}", self.quota, self.window);
        let state = format!("\"{name}\";r={};t={}", self.remaining, self.reset);
        [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, state)]
            .into_iter()
            .filter_map(|(field, text)| Some((field, HeaderValue::from_str(&text).ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Allowance<'_> = Allowance {
        name: "per\"son",
        quota: 5,
        window: 60,
        remaining: 0,
        reset: 42,
        is_exhausted: true,
    };

    fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
        let found = headers.get_all(name);
        found.map(|it| it.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn insert_replaces_fields() {
        let mut headers = HeaderMap::new();
        LIMIT.insert(&mut headers);
        LIMIT.insert(&mut headers);
        assert_eq!(
            values(&headers, "ratelimit-policy"),
            ["\"person\";q=5;w=60"]
        );
        assert_eq!(values(&headers, "ratelimit"), ["\"person\";r=0;t=42"]);
        assert_eq!(values(&headers, "retry-after"), ["42"]);
    }

    #[test]
    fn append_keeps_fields_of_earlier_limits() {
        let mut headers = HeaderMap::new();
        let is_spent = false;
        Allowance {
            is_exhausted: is_spent,
            ..LIMIT
        }
        .insert(&mut headers);
        Allowance {
            name: "ip",
            ..LIMIT
        }
        .append(&mut headers);
        assert_eq!(
            values(&headers, "ratelimit"),
            ["\"person\";r=0;t=42", "\"ip\";r=0;t=42"]
        );
        assert_eq!(values(&headers, "retry-after"), [""; 0]);
    }
}
