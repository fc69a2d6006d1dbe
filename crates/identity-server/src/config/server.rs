//! The keys outside any section: who this server is, where it listens, its secret key.

use super::key::{Key, Kind};

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
        "Networks whose `Forwarded` and `X-Forwarded-*` headers are believed. Headers from \
         anyone else are ignored.",
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
