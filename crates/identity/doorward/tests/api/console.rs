//! Tests of the administration console: its forms run the operations of the administration API with
//! the same authority.

mod access;
mod admin_lists;
mod also_as;
mod app_edit;
mod app_form;
mod app_test;
mod app_unused;
mod app_users;
mod apps;
#[path = "../../../../features/as-code/tests/console.rs"]
mod as_code;
mod audit;
mod branding;
mod budget_data;
mod budget_table;
mod budgets;
mod bulk;
mod bulk_domain;
#[path = "../../../../features/campaigns/tests/console.rs"]
mod campaigns;
mod chosen;
mod definition_forms;
mod definitions;
mod departure;
pub mod factor_objects;
mod find;
mod focus;
mod groups;
mod home;
mod list_file_rows;
mod list_files;
pub mod list_filters;
mod lists;
mod mail_outage;
#[path = "../../../../features/notices/tests/console.rs"]
mod notices;
pub mod objects;
mod organization_log;
mod organizations;
mod people;
mod provider_edit;
mod provider_try;
mod providers;
#[path = "../../../../features/reports/tests/console.rs"]
mod reports;
#[path = "../../../../features/access-reviews/tests/console.rs"]
mod reviews;
mod roles;
mod routes;
#[path = "../../../../features/saml/tests/console.rs"]
mod saml;
mod setup;
mod sign_ins;
#[path = "../../../../features/signals/tests/console.rs"]
mod signals;
#[path = "../../../../features/sites/tests/console.rs"]
mod sites;
mod stream_objects;
pub mod support;
mod support_code;
mod system;
#[path = "../../../../features/own-texts/tests/console.rs"]
mod texts;
mod undo;
mod unused;
mod user_factors;
