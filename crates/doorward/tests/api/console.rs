//! Tests of the administration console: its forms run the operations of the administration API with
//! the same authority.

mod apps;
mod groups;
mod lists;
mod people;
mod roles;
mod routes;
mod sign_ins;
mod support;
