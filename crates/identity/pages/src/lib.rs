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
mod factor_due;
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
mod prelude;
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
use doorward_web::page_route::{get_with, post};
use doorward_web::page_support::{
    form_page, form_resource as form, get_only, page_resource as page, submit_resource as submit,
};

pub fn configure(config: &mut ServiceConfig) {
    assets::configure(config);
    pictures::configure(config);
    configure_sign_in(config);
    configure_interaction(config);
    configure_credentials(config);
    configure_account(config);
    config
        .service(
            resource("/")
                .route(web::get().to(home))
                .default_service(to(get_only)),
        )
        .service(form("/setup", setup::get, setup::post))
        .service(submit("/preferences", preferences::post));
}

fn configure_sign_in(config: &mut ServiceConfig) {
    config
        .service(form("/login", login::get, login::post))
        .service(form("/login/2fa", second_factor::get, second_factor::post))
        .service(
            form_page("/login/passkey")
                .route(web::get().to(login::redirect))
                .route(post(login::post_passkey)),
        )
        .service(form("/login/email", email_code::open, email_code::send))
        .service(form(
            "/login/email/link",
            email_code::open_link,
            email_code::send_link,
        ))
        .service(
            form_page("/login/with/{provider}")
                .route(web::get().to(login::redirect))
                .route(post(providers::start)),
        )
        .service(
            form_page("/login/callback/{provider}")
                .route(get_with(providers::arrive))
                .route(post(providers::posted)),
        )
        .service(form("/login/new", providers::welcome, providers::register))
        .service(form(
            operator_link::PATH,
            operator_link::open,
            operator_link::sign_in,
        ))
        .service(page("/login/ended", session_ended::show_named))
        .service(page(sign_in_response::NOTICE, factor_due::get))
        .service(form("/logout", logout::get, logout::post));
}

fn configure_interaction(config: &mut ServiceConfig) {
    config
        .service(form("/register", register::get, register::post))
        .service(form("/consent", consent::get, consent::post))
        .service(form(
            "/select-account",
            select_account::get,
            select_account::post,
        ))
        .service(
            form_page("/invitation")
                .route(web::get().to(invitation::get))
                .route(post(invitation::post)),
        )
        .service(form("/device", device::get, device::post))
        .service(form("/device/confirm", device::confirm, device::decide));
}

fn configure_credentials(config: &mut ServiceConfig) {
    use {change_email as email, password_reset as reset, two_factor as factor};
    config
        .service(form("/verify-email", verify_email::get, verify_email::post))
        .service(submit("/verify-email/resend", verify_email::resend))
        .service(form("/forgot-password", reset::forgot, reset::request))
        .service(form("/reset-password", reset::get, reset::post))
        .service(form("/account/password", password::get, password::post))
        .service(
            resource("/.well-known/change-password")
                .route(web::get().to(password::well_known))
                .default_service(to(get_only)),
        )
        .service(form("/account/email", email::get, email::post))
        .service(form(
            "/account/email/confirm",
            email::show_confirm,
            email::confirm,
        ))
        .service(form("/account/email/undo", email::show_undo, email::undo))
        .service(form(add_passkey::PATH, add_passkey::open, add_passkey::add))
        .service(page("/account/security", sign_in_methods::get))
        .service(page(passkeys::HOME, passkeys::show))
        .service(submit("/account/security/passkeys/add", passkeys::add))
        .service(submit(
            "/account/security/passkeys/rename",
            passkeys::rename,
        ))
        .service(submit(
            "/account/security/passkeys/remove",
            passkeys::remove,
        ))
        .service(submit("/account/security/passkeys/later", passkeys::later))
        .service(
            resource("/.well-known/passkey-endpoints")
                .route(web::get().to(passkeys::well_known))
                .default_service(to(get_only)),
        )
        .service(page("/account/security/2fa", factor::get))
        .service(page("/account/security/2fa/set-up", factor::set_up))
        .service(submit("/account/security/2fa/start", factor::start))
        .service(submit("/account/security/2fa/confirm", factor::confirm))
        .service(submit("/account/security/2fa/codes", factor::codes))
        .service(submit("/account/security/2fa/saved", factor::saved))
        .service(submit("/account/security/2fa/off", factor::off))
        .service(submit(
            "/account/security/2fa/distrust",
            trusted_devices::distrust,
        ));
}

fn configure_account(config: &mut ServiceConfig) {
    use {account_sessions as sessions, linked_accounts as links, personal_data as data};
    config
        .service(page("/account", account::get))
        .service(form("/account/profile", profile::get, profile::post))
        .service(submit("/account/profile/picture", profile::upload))
        .service(submit("/account/profile/picture/remove", profile::remove))
        .service(page(account_apps::PATH, account_apps::show))
        .service(submit("/account/apps/remove", account_apps::remove))
        .service(page(sessions::PATH, sessions::show))
        .service(submit("/account/sessions/end", sessions::end))
        .service(submit("/account/sessions/end-others", sessions::end_others))
        .service(page("/account/sessions/ended", session_ended::all))
        .service(page("/account/activity", activity::get))
        .service(page("/account/activity.csv", activity_file::download))
        .service(form("/account/secure", activity::secure, activity::disown))
        .service(page("/account/secure/password", activity::password))
        .service(page("/account/secure/review", activity::review))
        .service(form(check_up::PATH, check_up::show, check_up::confirm))
        .service(form(
            support_code::PATH,
            support_code::show,
            support_code::make,
        ))
        .service(page(memberships::PATH, memberships::show))
        .service(form(
            "/account/organizations/leave",
            memberships::confirm,
            memberships::leave,
        ))
        .service(page(api_keys::HOME, api_keys::list))
        .service(form(
            "/account/api-keys/new",
            api_keys::new,
            api_keys::create,
        ))
        .service(form(
            "/account/api-keys/revoke",
            api_keys::confirm_revocation,
            api_keys::revoke,
        ))
        .service(page(link_result::HOME, links::show))
        .service(submit("/account/providers/add", links::add))
        .service(submit("/account/providers/connect", links::connect))
        .service(submit("/account/providers/remove", links::remove))
        .service(page("/account/data", data::get))
        .service(submit("/account/data/export", data::export))
        .service(submit("/account/data/delete", data::delete))
        .service(form("/account/keep", data::show_pending, data::cancel));
}

async fn home(page: Page) -> HttpResponse {
    page.see_other("/account")
}
