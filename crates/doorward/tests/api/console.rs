//! Tests of the administration console: its forms run the operations of the administration API with
//! the same authority.

mod app_test;
mod apps;
mod audit;
mod groups;
mod list_files;
pub mod list_filters;
mod lists;
mod organizations;
mod people;
mod providers;
mod roles;
mod routes;
mod sign_ins;
pub mod support;
pub mod system;
