//! Names that several use cases share.

/// The name of the lock that changes of administration hold.
pub const ADMINISTRATION_LOCK: &str = "administration";

/// The scope that covers every administrative permission: an app that a person let administer.
pub const ADMIN_SCOPE: (&str, &str) = ("admin", "Administer this server as you may");
