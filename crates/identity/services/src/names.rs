//! Names that several use cases share.

/// The name of the lock that administrative changes hold.
pub const ADMINISTRATION_LOCK: &str = "administration";

/// The scope that covers every administrative permission, for clients that users administer with.
pub const ADMIN_SCOPE: (&str, &str) = ("admin", "Administer this server as you may");
