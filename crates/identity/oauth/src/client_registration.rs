//! Dynamic client registration (RFC 7591), subject to the operator's policy and to the rules for
//! every client.

pub mod create;
mod logo;
pub mod manage;
mod sector;
