//! Keys outside any section: the issuer, the listener, trusted proxies and the secret key.

use doorward_protocol::forwarded::ForwardedHeader;

use super::Config;
use super::key::{Key, Kind};

/// Name of the header `X-Forwarded-For`.
const X_FORWARDED_FOR: &str = ForwardedHeader::XForwardedFor.as_str();
/// Name of the header `Forwarded` (RFC 7239).
const FORWARDED: &str = ForwardedHeader::Forwarded.as_str();

impl Config {
    /// Returns the header in which trusted proxies write the client's address.
    pub fn forwarded_header(&self) -> ForwardedHeader {
        ForwardedHeader::parse(&self.forwarded_header).unwrap_or_default()
    }
}

/// The keys at the top of the file.
pub const KEYS: &[Key] = &[
    Key::optional(
        "issuer",
        Kind::Url,
        "Public origin of this server, such as `https://id.example.org`: scheme and host, no path \
         and no trailing slash. It is written into every token and never taken from a request. \
         `serve` does not start without it.",
    )
    .alias("DOORWARD_ISSUER"),
    Key::new(
        "listen",
        Kind::Socket,
        "127.0.0.1:8400",
        "Address and port of the `serve` listener (plain HTTP; put a TLS proxy in front).",
    )
    .alias("DOORWARD_LISTEN"),
    Key::new(
        "trusted_proxies",
        Kind::Networks,
        "",
        "Networks of proxies whose `forwarded_header` is trusted. The header is ignored from \
         other addresses.",
    ),
    Key::new(
        "forwarded_header",
        Kind::OneOf(&[X_FORWARDED_FOR, FORWARDED]),
        X_FORWARDED_FOR,
        "Header in which trusted proxies write the client's address: `x-forwarded-for` or \
         `forwarded` (RFC 7239). The other header is ignored, because a client may have written \
         it.",
    ),
    Key::optional(
        "secret_key",
        Kind::Secret,
        "Secret key of this server: 32 random bytes in base64 (`openssl rand -base64 32`). It \
         encrypts the private signing keys at rest and signs forms. If it is lost, new signing \
         keys are needed. `serve` does not start without it.",
    )
    .alias("DOORWARD_SECRET_KEY"),
];
