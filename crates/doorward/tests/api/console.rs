//! Tests of the administration console: its forms run the operations of the administration API with
//! the same authority.

mod apps;
mod audit;
mod lists;
mod people;
mod routes;
mod sign_ins;
mod support;
