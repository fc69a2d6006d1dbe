//! Sample data of every page.

mod account;
mod account_apps;
mod account_sessions;
mod activity;
mod api_keys;
mod change_email;
mod check_up;
mod connect_device;
mod consent;
mod console;
mod email_code;
mod error;
mod factor_due;
mod forgot_password;
mod form_post;
mod inbox;
mod invitation;
mod login;
mod logout;
mod memberships;
mod new_password;
mod passkeys;
mod personal_data;
mod profile;
mod profile_fields;
mod providers;
mod register;
mod second_factor;
mod select_account;
mod session_ended;
mod setup;
mod sign_in_methods;
mod status_page;
mod support_code;
mod two_factor;

pub(crate) use crate::testing::{NOW, Sampled};
