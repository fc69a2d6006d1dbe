//! Names that several use cases share.

/// The name of the lock that administrative changes hold.
pub const ADMINISTRATION_LOCK: &str = "administration";

/// The scope that covers every administrative permission, for clients that users administer with.
pub const ADMIN_SCOPE: (&str, &str) = ("admin", "Administer this server as you may");

/// The scopes of clients that receive signals (CAEP Interoperability Profile 1.0 §2.7.3): to read their streams and
/// to receive, and to manage streams.
pub const SIGNAL_SCOPES: [(&str, &str); 2] = [
    ("ssf.read", "Receive signals about users and sessions"),
    ("ssf.manage", "Manage streams of signals"),
];

/// Returns the scopes of this server as a resource.
pub fn resource_scopes() -> impl Iterator<Item = (&'static str, &'static str)> {
    std::iter::once(ADMIN_SCOPE).chain(SIGNAL_SCOPES)
}
