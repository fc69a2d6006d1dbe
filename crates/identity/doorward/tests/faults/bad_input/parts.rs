//! Parts of invalid requests, and their random selection.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

/// The random generator of one request, determined by seed and number, independent of the worker.
pub struct RequestRng(StdRng);

impl RequestRng {
    pub fn new(seed: u64, number: usize) -> Self {
        let number = u64::try_from(number).expect("a number");
        // The factor is odd, so that different numbers give different values.
        let mixed = seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(StdRng::seed_from_u64(mixed))
    }

    /// Returns true in this many of a hundred cases.
    pub fn percent(&mut self, cases: u32) -> bool {
        self.0.random_range(0..100) < cases
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }

    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        choices.choose(&mut self.0).expect("a choice")
    }

    /// Returns random bytes.
    pub fn rubbish(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.0.random()).collect()
    }

    /// Returns an invalid or unexpected value. The caller's user name is excluded: with it, a
    /// random request could delete the account.
    pub fn value(&mut self) -> String {
        match self.below(20) {
            0 => "x".repeat(300),
            1 => "é".repeat(1_000),
            2 => "a\u{301}\u{202e}\u{200b}".repeat(20),
            _ => (*self.one_of(VALUES)).to_owned(),
        }
    }
}

const VALUES: &[&str] = &[
    "",
    " ",
    "x",
    "0",
    "-1",
    "1e999",
    "99999999999999999999",
    "true",
    "null",
    "[]",
    "{\"a\":[1,{\"b\":null}]}",
    "nobody-here",
    "eve@evil.example",
    "eve@@evil..example",
    "@",
    "018f0000-0000-7000-8000-000000000000",
    "00000000-0000-0000-0000-000000000000",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "correct horse battery staple 9!",
    "123456",
    "🦉🦉🦉",
    "\u{feff}x",
    "\u{fffd}",
    "\u{7f}\u{1b}[31m",
    "\r\nset-cookie: a=b",
    "\t",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "../../../etc/passwd",
    "//evil.example",
    "/account\\@evil.example",
    "https://localhost:1/x#y",
    "http://[::1",
    "javascript:alert(1)",
    "urn:ietf:params:oauth:request_uri:nothing",
    "eyJhbGciOiJub25lIn0.e30.",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOjF9.AAAA",
    "a.b.c.d.e",
    "openid openid \u{a0}",
    "de-x-\u{131}",
    "2026-02-30",
    "9999-12-31T23:59:60Z",
    "%",
    "%00",
    "&=+;",
];

/// Parameters of the token endpoint and related endpoints (RFC 6749, 7009, 7523, 7591, 7662, 8628,
/// 8693, CIBA).
pub const GRANT: &[&str] = &[
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "device_code",
    "assertion",
    "auth_req_id",
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
    "requested_token_type",
    "audience",
    "resource",
    "organization",
    "authorization_details",
    "token",
    "token_type_hint",
    "access_token",
];

/// Parameters of authorization and logout requests (RFC 6749, 7636, 9101, 9126, 9396, OIDC, CIBA).
pub const AUTHORIZATION: &[&str] = &[
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
    "prompt",
    "max_age",
    "ui_locales",
    "id_token_hint",
    "login_hint",
    "login_hint_token",
    "acr_values",
    "claims",
    "request",
    "request_uri",
    "dpop_jkt",
    "organization",
    "authorization_details",
    "resource",
    "user_code",
    "binding_message",
    "requested_expiry",
    "post_logout_redirect_uri",
    "client_notification_token",
];

/// Members of client metadata (RFC 7591 §2).
pub const METADATA: &[&str] = &[
    "redirect_uris",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "client_name",
    "logo_uri",
    "scope",
    "jwks_uri",
    "jwks",
    "subject_type",
    "sector_identifier_uri",
    "application_type",
    "backchannel_logout_uri",
    "backchannel_token_delivery_mode",
    "backchannel_client_notification_endpoint",
    "software_statement",
];

/// Form fields of pages.
pub const FIELDS: &[&str] = &[
    "flow",
    "next",
    "identifier",
    "username",
    "email",
    "password",
    "password_confirm",
    "current_password",
    "code",
    "attempt",
    "decision",
    "choice",
    "scope",
    "remember",
    "trust",
    "token",
    "session",
    "client_id",
    "lang",
    "theme",
    "return_to",
    "user_code",
    "key",
    "name",
    "expires",
    "others",
    "end_others",
    "ceremony",
    "credential",
    "provider",
    "passkey",
    "device",
    "event",
    "link",
    "networks",
    "newsletter",
    "product_news",
    "offered",
    "owner",
    "request",
    "saved",
    "seen",
    "way",
    "show",
    "confirm",
    "done",
    "problem",
    "state",
    "error",
    "iss",
    "given_name",
    "birthdate",
];

/// Path segments that are not IDs, in their encoded form.
pub const SEGMENTS: &[&str] = &[
    "%00",
    "%2f",
    "%2F..%2F..%2Fetc%2Fpasswd",
    "%5c",
    "%ff%fe",
    "%c0%ae%c0%ae",
    "%ed%a0%80",
    "%0d%0aset-cookie:%20a=b",
    "%F0%9F%A6%89",
    "%zz",
    "%",
    "%25%32%66",
    "-1",
    "18446744073709551616",
    "null",
    "a%20b",
    "%E2%80%AE",
    "{id}",
    "x;y=z",
    "018F0000-0000-7000-8000-00000000000G",
];

/// Invalid query strings.
pub const QUERIES: &[&str] = &[
    "%zz=%1",
    "flow=%00",
    "flow=%ff",
    "limit=1&limit=2",
    "limit=-1",
    "limit=99999999999999999999&cursor=%F0%9F%A6%89",
    "cursor=AAAA&cursor=",
    "unknown=1",
    "a[]=1&a[b]=2",
    "x=%C3%28",
    "=&=&&&",
    "token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "access_token=x",
    "client_id=nobody&client_id=web-app",
    "+%2b+=%20",
    "?",
];
