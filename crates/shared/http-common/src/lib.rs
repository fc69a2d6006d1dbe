//! HTTP parts that the identity server and the resource server share: problem documents, bodies,
//! client addresses, cookies, header fields, the listener of metrics, rate limit fields, the log of
//! rejections, request IDs, security header fields, user agents; and what both need of the system:
//! background tasks, open files, and the state of both in probes.

pub mod address;
pub mod background;
pub mod body;
pub mod cookies;
pub mod header;
pub mod metrics_listener;
pub mod open_files;
pub mod problem;
pub mod rate_limit_headers;
pub mod rejection_log;
pub mod request_id;
pub mod security_headers;
pub mod system_probe;
pub mod user_agent;
