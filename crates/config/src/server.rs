//! The keys outside any section: who this server is, where it listens, its secret key.

use doorward_protocol::forwarded::ForwardedHeader;

use super::Config;
use super::key::{Key, Kind};

/// The values of `forwarded_header`.
const X_FORWARDED_FOR: &str = ForwardedHeader::XForwardedFor.as_str();
/// RFC 7239.
const FORWARDED: &str = ForwardedHeader::Forwarded.as_str();

impl Config {
    /// Returns the header in which the trusted proxies write the address of the client.
    pub fn forwarded_header(&self) -> ForwardedHeader {
        ForwardedHeader::parse(&self.forwarded_header).unwrap_or_default()
    }
}

/// The keys at the top of the file.
pub const KEYS: &[Key] = &[
    Key::optional(
        "issuer",
        Kind::Url,
        "The public origin of this server, such as `https://id.example.org`: scheme and host, no \
         path and no trailing slash. It is written into every token and never taken from a \
         request. `serve` does not start without it.",
    )
    .alias("DOORWARD_ISSUER"),
    Key::new(
        "listen",
        Kind::Socket,
        "127.0.0.1:8400",
        "The address and port that `serve` listens on (plain HTTP; put a TLS proxy in front).",
    )
    .alias("DOORWARD_LISTEN"),
    Key::new(
        "trusted_proxies",
        Kind::Networks,
        "",
        "Networks whose `forwarded_header` is believed. Headers from anyone else are ignored.",
    ),
    Key::new(
        "forwarded_header",
        Kind::OneOf(&[X_FORWARDED_FOR, FORWARDED]),
        X_FORWARDED_FOR,
        "The header in which the trusted proxies write the address of the client: `x-forwarded-for`, or \
         `forwarded` (RFC 7239). The other one is ignored, since a client may have written it.",
    ),
    Key::optional(
        "secret_key",
        Kind::Secret,
        "32 random bytes in base64 (`openssl rand -base64 32`). Encrypts the private signing keys \
         at rest and signs forms; losing it means new signing keys. `serve` does not start \
         without it.",
    )
    .alias("DOORWARD_SECRET_KEY"),
];
