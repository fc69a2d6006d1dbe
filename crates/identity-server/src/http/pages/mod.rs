//! The pages that people see, one file each.

mod account;
mod activity;
mod add_passkey;
mod api_keys;
mod change_email;
mod consent;
mod device;
mod email_code;
mod ended;
mod invitation;
mod link;
mod linked_accounts;
mod login;
mod logout;
mod new_account;
mod passkeys;
mod password;
mod personal_data;
mod preferences;
mod profile;
mod providers;
mod register;
mod reset;
mod second_step;
mod select_account;
mod setup;
mod trusted_devices;
mod two_factor;
mod verify_email;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, REFRESH};
use actix_web::web::{ServiceConfig, get, head, post, resource, to};
use doorward_domain::model::{InteractionId, User};
use doorward_domain::rules::next_step::NextStep;
use doorward_domain::secret::OpaqueToken;
use doorward_protocol::params::Params;

use super::cookies;
use super::middleware;
use super::page::Page;
use crate::flow::authorize::Outcome;
use crate::views::{AccountChip, BackLink, ErrorKind, LoggedOut};

/// How long frames may take, in seconds, before a browser without our script leaves them.
const FRAMES_TIME: u32 = 5;

/// Registers the pages.
pub fn configure(config: &mut ServiceConfig) {
    configure_two_factor(config);
    configure_activity(config);
    ended::configure(config);
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

/// Registers the ways in.
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
                .route(get().to(second_step::get))
                .route(post().to(second_step::post)),
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

/// Registers what a person sees of their activity, and what they do about it.
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

/// The pages of proving an address, and of passwords.
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
                .route(get().to(reset::forgot))
                .route(head().to(reset::forgot))
                .route(post().to(reset::request)),
        )
        .service(
            form_page("/reset-password")
                .route(get().to(reset::get))
                .route(head().to(reset::get))
                .route(post().to(reset::post)),
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

/// The pages where devices are connected.
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

/// The pages of what a person says about themselves.
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

/// The app's request that waits, as a page or form names it; empty without one.
fn waiting_flow(params: &Params) -> String {
    let named = params.one("flow").ok().flatten();
    let id = named.and_then(InteractionId::parse);
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// A page, with the request that waits.
fn within(page: &str, flow: &str) -> String {
    if flow.is_empty() {
        page.to_owned()
    } else {
        format!("{page}?flow={flow}")
    }
}

fn form_page(path: &str) -> actix_web::Resource {
    resource(path).default_service(to(get_and_post))
}

pub(super) async fn get_only(page: Page) -> HttpResponse {
    page.method_not_allowed("GET, HEAD")
}

async fn post_only(page: Page) -> HttpResponse {
    page.method_not_allowed("POST")
}

async fn get_and_post(page: Page) -> HttpResponse {
    page.method_not_allowed("GET, POST")
}

/// The front door leads to the account, which asks for a sign-in where there is none.
async fn home(page: Page) -> HttpResponse {
    page.see_other("/account")
}

/// Anything else.
pub async fn not_found(page: Page) -> HttpResponse {
    page.error(ErrorKind::NotFound, None)
}

/// Where the browser goes next.
pub fn go_on(page: &Page, outcome: &Outcome) -> HttpResponse {
    match outcome {
        Outcome::Respond(response) => page.respond(response),
        Outcome::Step(flow, step) => page.see_other(&format!("{}?flow={flow}", path_of(step))),
    }
}

fn path_of(step: &NextStep) -> &'static str {
    match step {
        NextStep::SecondFactor => "/login/2fa",
        NextStep::EnrolSecondFactor => "/account/security/2fa",
        NextStep::EnrolPasskey => "/account/security/passkeys",
        NextStep::KeepAccount => "/account/keep",
        NextStep::VerifyEmail => "/verify-email",
        NextStep::SelectAccount => "/select-account",
        NextStep::Consent(_) => "/consent",
        NextStep::Login(_) | NextStep::Issue(_) | NextStep::Refuse(_) => "/login",
    }
}

/// The signed-in person, as pages name them.
pub fn chip(user: &User) -> AccountChip {
    AccountChip {
        name: user.display_name(),
        login: user.email.clone(),
    }
}

/// What a sign-out comes to.
#[derive(Debug)]
pub struct Farewell {
    /// The app that asked.
    pub back: Option<BackLink>,
    /// What the browser loads in frames, so that apps hear of it.
    pub frames: Vec<String>,
    /// Whether a session has ended.
    pub is_ended: bool,
}

/// After a sign-out: to the app that asked, or to a page that says so. Where apps hear of it through
/// frames, that page is shown in any case, and leads on by itself. The browser forgets the session
/// and what it kept of our pages.
pub fn signed_out(page: &Page, farewell: Farewell) -> HttpResponse {
    let Farewell {
        back,
        frames,
        is_ended,
    } = farewell;
    let mut response = match back {
        Some(link) if frames.is_empty() && link.held.is_none() => page.see_other(&link.url),
        back => {
            // A browser without our script goes on as well, once the frames had their time.
            let free = back.as_ref().filter(|link| link.held.is_none());
            let onward = free.and_then(|link| {
                HeaderValue::from_str(&format!("{FRAMES_TIME}; url={}", link.url)).ok()
            });
            let view = LoggedOut {
                chrome: page.chrome(),
                back,
                frames,
                is_ended,
            };
            let mut response = page.html(StatusCode::OK, &view);
            middleware::allow_frames(&mut response, &view.frames);
            if let Some(onward) = onward {
                response.headers_mut().insert(REFRESH, onward);
            }
            response
        }
    };
    // A cookie that holds a name only cannot fail to be a header.
    let _ = response.add_cookie(&cookies::no_session(&page.state));
    let (name, value) = cookies::cleared();
    response.headers_mut().insert(name, value);
    response
}

/// After a sign-in: sets the cookie on the way on.
pub fn with_session(
    page: &Page,
    mut response: HttpResponse,
    begun: &crate::flow::session::Begun,
) -> HttpResponse {
    let cookie = cookies::session(&page.state, begun);
    let device = page.known_device().unwrap_or_default();
    let device = device.after_sign_in(&page.state.throttle, begun.account);
    let device = cookies::device(&page.state, &device);
    if response.add_cookie(&cookie).is_err() || response.add_cookie(&device).is_err() {
        return page.fault(&crate::fault::Fault::Internal(
            "a session cookie is no header".into(),
        ));
    }
    response
}

/// After a second step on a browser that its person trusts from now on.
pub fn with_trust(page: &Page, mut response: HttpResponse, token: OpaqueToken) -> HttpResponse {
    let cookie = cookies::trust(&page.state, &page.trust().with(token));
    // A cookie of base64url cannot fail to be a header.
    let _ = response.add_cookie(&cookie);
    response
}
