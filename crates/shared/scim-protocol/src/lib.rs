//! SCIM 2.0 (RFC 7643, RFC 7644): filters, paths, changes, schemas and errors, as pure functions over JSON.
//!
//! A resource is a JSON object whose attributes have the names of their schema. What clients send differs from that
//! (decision 164): [`schema::Resource::read`] brings it into that form.

pub mod error;
pub mod filter;
pub mod patch;
pub mod projection;
pub mod schema;
pub mod urn;
