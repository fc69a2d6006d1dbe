//! The pages for users, one file each.

mod account;
mod activity;
mod add_passkey;
mod api_keys;
mod change_email;
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
mod new_account;
mod passkeys;
mod password;
mod password_reset;
mod personal_data;
mod preferences;
mod profile;
mod providers;
mod register;
mod second_factor;
mod select_account;
mod session_ended;
mod setup;
mod trusted_devices;
mod two_factor;
mod verify_email;

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get, head, post, resource, to};

use super::page::Page;
use super::page_support::{form_page, get_only, post_only};

/// Registers the pages.
pub fn configure(config: &mut ServiceConfig) {
    configure_two_factor(config);
    configure_activity(config);
    session_ended::configure(config);
    add_passkey::configure(config);
    email_code::configure(config);
    credentials(config);
    api_keys::configure(config);
    personal(config);
    devices(config);
    sign_in(config);
    config
        .service(
            resource("/")
                .route(get().to(home))
                .route(head().to(home))
                .default_service(to(get_only)),
        )
        .service(
            form_page("/invitation")
                .route(get().to(invitation::get))
                .route(head().to(invitation::get))
                .route(post().to(invitation::post)),
        )
        .service(
            form_page("/register")
                .route(get().to(register::get))
                .route(post().to(register::post)),
        )
        .service(
            form_page("/consent")
                .route(get().to(consent::get))
                .route(post().to(consent::post)),
        )
        .service(
            form_page("/select-account")
                .route(get().to(select_account::get))
                .route(post().to(select_account::post)),
        )
        .service(
            form_page("/logout")
                .route(get().to(logout::get))
                .route(post().to(logout::post)),
        )
        .service(
            form_page("/setup")
                .route(get().to(setup::get))
                .route(post().to(setup::post)),
        )
        .service(
            resource("/account")
                .route(get().to(account::get))
                .route(head().to(account::get))
                .default_service(to(get_only)),
        )
        .service(
            resource("/account/sessions/end")
                .route(post().to(account::end_session))
                .default_service(to(post_only)),
        )
        .service(
            resource("/account/sessions/end-others")
                .route(post().to(account::end_other_sessions))
                .default_service(to(post_only)),
        )
        .service(
            resource("/account/apps/remove")
                .route(post().to(account::remove_app))
                .default_service(to(post_only)),
        )
        .service(
            resource("/preferences")
                .route(post().to(preferences::post))
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
                .route(get().to(login::get))
                .route(post().to(login::post)),
        )
        .service(
            form_page("/login/2fa")
                .route(get().to(second_factor::get))
                .route(post().to(second_factor::post)),
        );
}

/// Registers the pages of the second factor, below `/account/security/2fa`.
fn configure_two_factor(config: &mut ServiceConfig) {
    for path in ["/account/security/2fa", "/account/security/2fa/set-up"] {
        let page = resource(path).default_service(to(get_only));
        config.service(if path.ends_with("/set-up") {
            page.route(get().to(two_factor::set_up))
                .route(head().to(two_factor::set_up))
        } else {
            page.route(get().to(two_factor::get))
                .route(head().to(two_factor::get))
        });
    }
    let form = |path: &str| {
        resource(format!("/account/security/2fa/{path}")).default_service(to(post_only))
    };
    config
        .service(form("start").route(post().to(two_factor::start)))
        .service(form("confirm").route(post().to(two_factor::confirm)))
        .service(form("codes").route(post().to(two_factor::codes)))
        .service(form("saved").route(post().to(two_factor::saved)))
        .service(form("off").route(post().to(two_factor::off)))
        .service(form("distrust").route(post().to(trusted_devices::distrust)));
}

/// Registers the pages of the user's activity.
fn configure_activity(config: &mut ServiceConfig) {
    config
        .service(
            resource("/account/activity")
                .route(get().to(activity::get))
                .route(head().to(activity::get))
                .default_service(to(get_only)),
        )
        .service(
            form_page("/account/secure")
                .route(get().to(activity::secure))
                .route(head().to(activity::secure))
                .route(post().to(activity::disown)),
        )
        .service(
            resource("/account/secure/password")
                .route(get().to(activity::password))
                .route(head().to(activity::password))
                .default_service(to(get_only)),
        )
        .service(
            resource("/account/secure/review")
                .route(get().to(activity::review))
                .route(head().to(activity::review))
                .default_service(to(get_only)),
        );
}

/// Registers the pages of e-mail verification and of passwords.
fn credentials(config: &mut ServiceConfig) {
    passkeys::configure(config);
    config
        .service(
            form_page("/verify-email")
                .route(get().to(verify_email::get))
                .route(head().to(verify_email::get))
                .route(post().to(verify_email::post)),
        )
        .service(
            form_page("/forgot-password")
                .route(get().to(password_reset::forgot))
                .route(head().to(password_reset::forgot))
                .route(post().to(password_reset::request)),
        )
        .service(
            form_page("/reset-password")
                .route(get().to(password_reset::get))
                .route(head().to(password_reset::get))
                .route(post().to(password_reset::post)),
        )
        .service(
            form_page("/account/password")
                .route(get().to(password::get))
                .route(head().to(password::get))
                .route(post().to(password::post)),
        )
        .service(
            resource("/.well-known/change-password")
                .route(get().to(password::well_known))
                .route(head().to(password::well_known))
                .default_service(to(get_only)),
        )
        .service(
            form_page("/account/email")
                .route(get().to(change_email::get))
                .route(head().to(change_email::get))
                .route(post().to(change_email::post)),
        )
        .service(
            form_page("/account/email/confirm")
                .route(get().to(change_email::look_confirm))
                .route(head().to(change_email::look_confirm))
                .route(post().to(change_email::confirm)),
        )
        .service(
            form_page("/account/email/undo")
                .route(get().to(change_email::look_undo))
                .route(head().to(change_email::look_undo))
                .route(post().to(change_email::undo)),
        )
        .service(
            resource("/verify-email/resend")
                .route(post().to(verify_email::resend))
                .default_service(to(post_only)),
        );
}

/// Registers the pages for connecting devices.
fn devices(config: &mut ServiceConfig) {
    config
        .service(
            form_page("/device")
                .route(get().to(device::get))
                .route(head().to(device::get))
                .route(post().to(device::post)),
        )
        .service(
            form_page("/device/confirm")
                .route(get().to(device::confirm))
                .route(head().to(device::confirm))
                .route(post().to(device::decide)),
        );
}

/// Registers the pages of the user's personal data.
fn personal(config: &mut ServiceConfig) {
    let form = |path: &str| resource(path).default_service(to(post_only));
    config
        .service(
            form_page("/account/profile")
                .route(get().to(profile::get))
                .route(head().to(profile::get))
                .route(post().to(profile::post)),
        )
        .service(
            resource("/account/data")
                .route(get().to(personal_data::get))
                .route(head().to(personal_data::get))
                .default_service(to(get_only)),
        )
        .service(form("/account/data/export").route(post().to(personal_data::export)))
        .service(form("/account/data/delete").route(post().to(personal_data::delete)))
        .service(
            form_page("/account/keep")
                .route(get().to(personal_data::leaving))
                .route(head().to(personal_data::leaving))
                .route(post().to(personal_data::keep)),
        )
        .service(form("/account/profile/picture").route(post().to(profile::upload)))
        .service(form("/account/profile/picture/remove").route(post().to(profile::remove)));
}

/// Redirects `/` to the account, which requires a sign-in.
async fn home(page: Page) -> HttpResponse {
    page.see_other("/account")
}
