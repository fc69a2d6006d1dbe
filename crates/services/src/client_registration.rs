//! Apps that register themselves (RFC 7591): held to the operator's policy, and to what every client is
//! held to.

pub mod create;
pub mod manage;
mod sector;
