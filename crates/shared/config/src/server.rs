//! Keys outside any section: the issuer, the listener, trusted proxies and the secret key.

use doorward_protocol::forwarded::ForwardedHeader;

use super::key::{Key, Kind};
use super::{Config, SecretText};

/// Name of the header `X-Forwarded-For`.
const X_FORWARDED_FOR: &str = ForwardedHeader::XForwardedFor.as_str();
/// Name of the header `Forwarded` (RFC 7239).
const FORWARDED: &str = ForwardedHeader::Forwarded.as_str();

impl Config {
    /// Returns the header in which trusted proxies write the client's address.
    pub fn forwarded_header(&self) -> ForwardedHeader {
        ForwardedHeader::parse(&self.forwarded_header).unwrap_or_default()
    }

    /// Returns the former secret keys in base64, the latest first.
    pub fn former_secret_keys(&self) -> impl Iterator<Item = &str> {
        let text = self.former_secret_keys.as_ref();
        let text = text.map_or("", SecretText::expose);
        text.split(|c: char| c == ',' || c.is_whitespace())
            .filter(|key| !key.is_empty())
    }
}

/// The keys at the top of the file.
pub const KEYS: &[Key] = &[
    Kind::Url.unset().alias("DOORWARD_ISSUER").describe(
        "issuer",
        "Public origin of this server, such as `https://id.example.org`: scheme and host, no path \
         and no trailing slash. It is written into every token and never taken from a request; \
         only hosts of `former_issuers.urls` have another one. `serve` does not start without it.",
    ),
    Kind::Listen
        .default("127.0.0.1:8400")
        .alias("DOORWARD_LISTEN")
        .describe(
            "listen",
            "Address and port of the `serve` listener: HTTPS with `tls.certificate` or \
             `tls.acme.directory`, otherwise plain HTTP for a proxy that terminates TLS. Or \
             `unix:` and the path of a Unix socket for such a proxy on this machine: each of its \
             connections counts as one of a trusted proxy, so only the proxy may have access.",
        ),
    Kind::Networks.default("").describe(
        "trusted_proxies",
        "Networks of proxies whose `forwarded_header` is trusted. The header is ignored from \
         other addresses.",
    ),
    Kind::OneOf(&[X_FORWARDED_FOR, FORWARDED])
        .default(X_FORWARDED_FOR)
        .describe(
            "forwarded_header",
            "Header in which trusted proxies write the client's address: `x-forwarded-for` or \
         `forwarded` (RFC 7239). The other header is ignored, because a client may have written \
         it.",
        ),
    Kind::Secret.unset().alias("DOORWARD_SECRET_KEY").describe(
        "secret_key",
        "Secret key of this server: 32 random bytes in base64 (`openssl rand -base64 32`). It \
         encrypts the private signing keys at rest and signs forms. If it is lost, new signing \
         keys are needed. `serve` does not start without it.",
    ),
    Kind::Secret
        .unset()
        .alias("DOORWARD_NEXT_SECRET_KEY")
        .describe(
            "next_secret_key",
            "Secret key that will replace `secret_key`, in the same form. It only decrypts and \
             verifies: set it on all replicas before the first one uses it as `secret_key` \
             (docs/guides/secret-key.md).",
        ),
    Kind::Secret
        .unset()
        .alias("DOORWARD_FORMER_SECRET_KEYS")
        .describe(
            "former_secret_keys",
            "Former secret keys, separated by white space or commas, the latest first. They only \
             decrypt and verify. `doorward key rotate-secret` encrypts everything again with \
             `secret_key`; then remove them.",
        ),
];
