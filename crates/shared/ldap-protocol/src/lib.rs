//! LDAP as a server reads and writes it (RFC 4511): frames of messages, distinguished names, filters within bounds, the
//! schema, and the attributes of a response. Nothing here reads a socket or a database.

pub mod dn;
pub mod entry;
pub mod filter;
pub mod message;
pub mod schema;
pub mod wanted;
