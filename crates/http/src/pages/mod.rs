//! The pages for users, one file each.

mod account;
mod account_apps;
mod account_sessions;
mod activity;
mod activity_file;
mod add_passkey;
mod api_keys;
mod change_email;
mod check_up;
mod consent;
mod convert;
mod device;
mod email_code;
mod invitation;
mod link_result;
mod linked_accounts;
mod login;
mod logout;
mod mail_link;
mod memberships;
mod new_account;
mod operator_link;
mod passkeys;
mod password;
mod password_reset;
mod personal_data;
mod preferences;
mod profile;
pub mod providers;
mod register;
mod second_factor;
mod select_account;
mod session_ended;
mod setup;
mod sign_in_methods;
mod support_code;
mod trusted_devices;
mod two_factor;
mod verify_email;

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig, resource, to};

use super::page::Page;
use super::page_support::{form_page, get_only, post_only};
use crate::page_route::{get, post};

/// Registers the pages.
pub fn configure(config: &mut ServiceConfig) {
    configure_two_factor(config);
    configure_activity(config);
    activity_file::configure(config);
    check_up::configure(config);
    support_code::configure(config);
    session_ended::configure(config);
    account_sessions::configure(config);
    account_apps::configure(config);
    memberships::configure(config);
    add_passkey::configure(config);
    email_code::configure(config);
    operator_link::configure(config);
    credentials(config);
    api_keys::configure(config);
    personal(config);
    devices(config);
    sign_in(config);
    config
        .service(
            resource("/")
                .route(web::get().to(home))
                .default_service(to(get_only)),
        )
        .service(
            form_page("/invitation")
                .route(web::get().to(invitation::get))
                .route(post(invitation::post)),
        )
        .service(
            form_page("/register")
                .route(get(register::get))
                .route(post(register::post)),
        )
        .service(
            form_page("/consent")
                .route(get(consent::get))
                .route(post(consent::post)),
        )
        .service(
            form_page("/select-account")
                .route(get(select_account::get))
                .route(post(select_account::post)),
        )
        .service(
            form_page("/logout")
                .route(get(logout::get))
                .route(post(logout::post)),
        )
        .service(
            form_page("/setup")
                .route(get(setup::get))
                .route(post(setup::post)),
        )
        .service(
            resource("/account")
                .route(get(account::get))
                .default_service(to(get_only)),
        )
        .service(
            resource("/account/security")
                .route(get(sign_in_methods::get))
                .default_service(to(get_only)),
        )
        .service(
            resource("/preferences")
                .route(post(preferences::post))
                .default_service(to(post_only)),
        );
}

/// Registers the sign-in pages.
fn sign_in(config: &mut ServiceConfig) {
    providers::configure(config);
    linked_accounts::configure(config);
    config
        .service(
            form_page("/login")
                .route(get(login::get))
                .route(post(login::post)),
        )
        .service(
            form_page("/login/2fa")
                .route(get(second_factor::get))
                .route(post(second_factor::post)),
        );
}

/// Registers the pages of the second factor, below `/account/security/2fa`.
fn configure_two_factor(config: &mut ServiceConfig) {
    for path in ["/account/security/2fa", "/account/security/2fa/set-up"] {
        let page = resource(path).default_service(to(get_only));
        config.service(if path.ends_with("/set-up") {
            page.route(get(two_factor::set_up))
        } else {
            page.route(get(two_factor::get))
        });
    }
    let form = |path: &str| {
        resource(format!("/account/security/2fa/{path}")).default_service(to(post_only))
    };
    config
        .service(form("start").route(post(two_factor::start)))
        .service(form("confirm").route(post(two_factor::confirm)))
        .service(form("codes").route(post(two_factor::codes)))
        .service(form("saved").route(post(two_factor::saved)))
        .service(form("off").route(post(two_factor::off)))
        .service(form("distrust").route(post(trusted_devices::distrust)));
}

/// Registers the pages of the user's activity.
fn configure_activity(config: &mut ServiceConfig) {
    config
        .service(
            resource("/account/activity")
                .route(get(activity::get))
                .default_service(to(get_only)),
        )
        .service(
            form_page("/account/secure")
                .route(get(activity::secure))
                .route(post(activity::disown)),
        )
        .service(
            resource("/account/secure/password")
                .route(get(activity::password))
                .default_service(to(get_only)),
        )
        .service(
            resource("/account/secure/review")
                .route(get(activity::review))
                .default_service(to(get_only)),
        );
}

/// Registers the pages of e-mail verification and of passwords.
fn credentials(config: &mut ServiceConfig) {
    passkeys::configure(config);
    config
        .service(
            form_page("/verify-email")
                .route(get(verify_email::get))
                .route(post(verify_email::post)),
        )
        .service(
            form_page("/forgot-password")
                .route(get(password_reset::forgot))
                .route(post(password_reset::request)),
        )
        .service(
            form_page("/reset-password")
                .route(get(password_reset::get))
                .route(post(password_reset::post)),
        )
        .service(
            form_page("/account/password")
                .route(get(password::get))
                .route(post(password::post)),
        )
        .service(
            resource("/.well-known/change-password")
                .route(web::get().to(password::well_known))
                .default_service(to(get_only)),
        )
        .service(
            form_page("/account/email")
                .route(get(change_email::get))
                .route(post(change_email::post)),
        )
        .service(
            form_page("/account/email/confirm")
                .route(get(change_email::show_confirm))
                .route(post(change_email::confirm)),
        )
        .service(
            form_page("/account/email/undo")
                .route(get(change_email::show_undo))
                .route(post(change_email::undo)),
        )
        .service(
            resource("/verify-email/resend")
                .route(post(verify_email::resend))
                .default_service(to(post_only)),
        );
}

/// Registers the pages for connecting devices.
fn devices(config: &mut ServiceConfig) {
    config
        .service(
            form_page("/device")
                .route(get(device::get))
                .route(post(device::post)),
        )
        .service(
            form_page("/device/confirm")
                .route(get(device::confirm))
                .route(post(device::decide)),
        );
}

/// Registers the pages of the user's personal data.
fn personal(config: &mut ServiceConfig) {
    let form = |path: &str| resource(path).default_service(to(post_only));
    config
        .service(
            form_page("/account/profile")
                .route(get(profile::get))
                .route(post(profile::post)),
        )
        .service(
            resource("/account/data")
                .route(get(personal_data::get))
                .default_service(to(get_only)),
        )
        .service(form("/account/data/export").route(post(personal_data::export)))
        .service(form("/account/data/delete").route(post(personal_data::delete)))
        .service(
            form_page("/account/keep")
                .route(get(personal_data::show_pending))
                .route(post(personal_data::cancel)),
        )
        .service(form("/account/profile/picture").route(post(profile::upload)))
        .service(form("/account/profile/picture/remove").route(post(profile::remove)));
}

/// Redirects `/` to the account, which requires a sign-in.
async fn home(page: Page) -> HttpResponse {
    page.see_other("/account")
}
