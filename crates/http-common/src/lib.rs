//! HTTP parts that the identity server and the resource server share: problem documents, bodies,
//! client addresses, cookies, rate limit fields, security header fields, user agents.

pub mod address;
pub mod body;
pub mod cookies;
pub mod problem;
pub mod rate_limit_headers;
pub mod security_headers;
pub mod user_agent;
