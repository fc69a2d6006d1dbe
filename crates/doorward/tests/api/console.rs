//! Tests of the administration console: its forms run the operations of the administration API with
//! the same authority.

mod access;
mod admin_lists;
mod also_as;
mod app_edit;
mod app_test;
mod app_users;
mod apps;
mod audit;
mod budget_data;
mod budget_table;
mod budgets;
mod bulk;
mod chosen;
mod find;
mod focus;
mod groups;
mod home;
mod list_file_rows;
mod list_files;
pub mod list_filters;
mod lists;
mod organizations;
mod people;
mod provider_edit;
mod provider_try;
mod providers;
mod roles;
mod routes;
mod setup;
mod sign_ins;
pub mod support;
mod support_code;
pub mod system;
mod undo;
mod unused;
mod user_factors;
