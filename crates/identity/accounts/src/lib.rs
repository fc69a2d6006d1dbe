//! Use cases of users: sign-in, factors, registration, profile, recovery.

// Requests are deeply nested futures; a release build computes their layout recursively.
#![recursion_limit = "256"]

pub mod account;
pub mod activity;
pub mod api_key;
pub mod authorized_client;
pub mod avatar;
pub(crate) mod change;
pub mod change_email;
pub mod deletion;
pub mod directory;
pub mod draft;
pub mod email_code;
pub mod federation;
pub mod invitation;
pub mod login;
pub mod membership;
pub mod new_password;
pub mod notification;
pub mod operator_link;
pub(crate) mod paging;
pub mod passkey;
pub mod password;
pub mod password_reset;
pub mod password_source;
pub mod personal_data;
pub(crate) mod prelude;
pub mod profile;
pub mod profile_fields;
pub mod register;
pub mod second_factor;
pub mod sessions;
pub mod setup;
pub mod setup_token;
pub mod sole_role;
pub mod support_code;
pub mod trusted_device;
pub mod usable_links;
pub mod verify_email;
