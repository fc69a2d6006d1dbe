//! The pages for users, one file each, with their style sheets, scripts and pictures.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod account;
mod account_apps;
mod account_sessions;
mod activity;
mod activity_file;
mod add_passkey;
mod api_keys;
mod assets;
mod change_email;
mod check_up;
mod consent;
mod convert;
mod device;
mod email_code;
pub mod inbox;
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
mod pictures;
mod preferences;
mod profile;
mod providers;
mod register;
mod second_factor;
mod select_account;
mod session_ended;
mod setup;
mod sign_in_methods;
mod sign_in_response;
mod support_code;
mod trusted_devices;
mod two_factor;
mod verify_email;
mod waiting_flow;

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig, resource, to};
use doorward_web::page::Page;
use doorward_web::page_route::post;
use doorward_web::page_support::{
    form_page, form_resource as form, get_only, page_resource as page, submit_resource as submit,
};

pub fn configure(config: &mut ServiceConfig) {
    assets::configure(config);
    configure_two_factor(config);
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
        .service(form("/register", register::get, register::post))
        .service(form("/consent", consent::get, consent::post))
        .service(form(
            "/select-account",
            select_account::get,
            select_account::post,
        ))
        .service(form("/logout", logout::get, logout::post))
        .service(form("/setup", setup::get, setup::post))
        .service(page("/account", account::get))
        .service(page("/account/security", sign_in_methods::get))
        .service(submit("/preferences", preferences::post))
        .service(page("/account/activity", activity::get))
        .service(form("/account/secure", activity::secure, activity::disown))
        .service(page("/account/secure/password", activity::password))
        .service(page("/account/secure/review", activity::review))
        .service(form("/device", device::get, device::post))
        .service(form("/device/confirm", device::confirm, device::decide));
    pictures::configure(config);
}

fn sign_in(config: &mut ServiceConfig) {
    providers::configure(config);
    linked_accounts::configure(config);
    config
        .service(form("/login", login::get, login::post))
        .service(form("/login/2fa", second_factor::get, second_factor::post));
}

fn configure_two_factor(config: &mut ServiceConfig) {
    config
        .service(page("/account/security/2fa", two_factor::get))
        .service(page("/account/security/2fa/set-up", two_factor::set_up))
        .service(submit("/account/security/2fa/start", two_factor::start))
        .service(submit("/account/security/2fa/confirm", two_factor::confirm))
        .service(submit("/account/security/2fa/codes", two_factor::codes))
        .service(submit("/account/security/2fa/saved", two_factor::saved))
        .service(submit("/account/security/2fa/off", two_factor::off))
        .service(submit(
            "/account/security/2fa/distrust",
            trusted_devices::distrust,
        ));
}

fn credentials(config: &mut ServiceConfig) {
    passkeys::configure(config);
    config
        .service(form("/verify-email", verify_email::get, verify_email::post))
        .service(form(
            "/forgot-password",
            password_reset::forgot,
            password_reset::request,
        ))
        .service(form(
            "/reset-password",
            password_reset::get,
            password_reset::post,
        ))
        .service(form("/account/password", password::get, password::post))
        .service(
            resource("/.well-known/change-password")
                .route(web::get().to(password::well_known))
                .default_service(to(get_only)),
        )
        .service(form(
            "/account/email",
            change_email::get,
            change_email::post,
        ))
        .service(form(
            "/account/email/confirm",
            change_email::show_confirm,
            change_email::confirm,
        ))
        .service(form(
            "/account/email/undo",
            change_email::show_undo,
            change_email::undo,
        ))
        .service(submit("/verify-email/resend", verify_email::resend));
}

fn personal(config: &mut ServiceConfig) {
    config
        .service(form("/account/profile", profile::get, profile::post))
        .service(page("/account/data", personal_data::get))
        .service(submit("/account/data/export", personal_data::export))
        .service(submit("/account/data/delete", personal_data::delete))
        .service(form(
            "/account/keep",
            personal_data::show_pending,
            personal_data::cancel,
        ))
        .service(submit("/account/profile/picture", profile::upload))
        .service(submit("/account/profile/picture/remove", profile::remove));
}

async fn home(page: Page) -> HttpResponse {
    page.see_other("/account")
}
