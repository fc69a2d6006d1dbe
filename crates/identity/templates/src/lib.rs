//! Pages as typed structs: a handler fills in the fields, `render()` produces the HTML.
//!
//! No page reads data and no template contains text: text comes from [`doorward_i18n`] through
//! [`Layout`]. Tests render every page with sample data in all languages. For visual review,
//! `GALLERY=/tmp/gallery cargo test -p doorward-templates gallery` writes the pages to that
//! directory, with `index.html`.
//!
//! Fields of the same name mean the same on each page: `flow` is the ID of the interaction, empty
//! without one; `app_name` the name of the client that requested the sign-in; `notice` and `problem`
//! the result of the last action. A page of a list has `is_later` unless it is the first, and `next`
//! with the position of its last row if another one follows. Times are in Unix seconds, and `now` is
//! the one that relative times refer to.

pub mod account;
pub mod account_apps;
pub mod account_frame;
pub mod account_sessions;
pub mod activity;
pub mod api_keys;
pub mod assets;
pub mod change_email;
pub mod check_up;
pub mod connect_device;
pub mod consent;
pub mod console;
pub mod detail;
pub mod email_code;
pub mod error;
pub mod factor_due;
pub mod field_error;
pub mod forgot_password;
pub mod form_post;
pub mod inbox;
pub mod invitation;
pub mod layout;
pub mod login;
pub mod logout;
pub mod memberships;
pub mod new_password;
pub mod passkeys;
pub mod personal_data;
mod prelude;
pub mod preview;
pub mod profile;
pub mod profile_fields;
pub mod profile_row;
pub mod providers;
pub mod qr;
pub mod register;
pub mod scope;
pub mod second_factor;
mod sections;
pub mod select_account;
pub mod session_ended;
pub mod setup;
pub mod sign_in_methods;
pub mod status_page;
pub mod support_code;
pub mod two_factor;

pub use account::Account;
pub use askama::Template;
pub use consent::Consent;
pub use error::{ErrorAction, ErrorKind, ErrorPage};
pub use field_error::AccountFields;
pub use form_post::FormPost;
pub use layout::{AccountChip, Bar, Layout, Theme};
pub use login::Login;
pub use logout::{BackLink, LoggedOut, Logout};
pub use register::Register;
pub use second_factor::SecondStep;
pub use select_account::SelectAccount;
pub use setup::Setup;
pub use two_factor::{RecoveryCodes, TwoFactor, TwoFactorSetUp};

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
