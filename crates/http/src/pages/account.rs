//! `/account`: the account overview, where sessions are ended and consents revoked.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use doorward_domain::model::{ClientId, Session, SessionId};
use doorward_domain::rules::consent::logo;
use doorward_domain::rules::passkey;
use doorward_protocol::params::Params;
use doorward_services::account::{self, Overview};
use doorward_services::second_factor::enrollment;
use doorward_services::signed_in::SignedIn;
use doorward_services::{authorized_client, sessions};
use doorward_templates::account::{AccountNotice, ConnectedApp, SessionRow};
use doorward_templates::consent::logo_path;
use doorward_templates::device::Device;
use doorward_templates::profile::picture_path;
use doorward_templates::scope::ScopeRow;
use doorward_templates::two_factor::TwoFactorState;
use doorward_templates::{Account, ErrorKind};

use super::activity;
use super::two_factor;
use crate::page::{Page, PageError};
use crate::page_support::text;

/// Shows the account, or redirects to the sign-in page.
pub async fn get(page: &Page) -> Result<HttpResponse, PageError> {
    let (signed_in, factors) = page.account_holder_with_factors("/account").await?;
    let overview =
        account::overview(&page.context.core, &page.context.directory, &signed_in).await?;
    let factor = enrollment::Overview::from(factors);
    let params = page.query()?;
    let notice = notice(text(&params, "done")?);
    let mut view = view(page, &signed_in, &overview, notice);
    view.two_factor = two_factor::state(&factor);
    if page.context.accounts.passkeys.is_some() {
        view.passkeys = Some(factor.passkeys);
        view.offers_passkey =
            passkey::is_offered(&signed_in.session.authentication, factor.passkeys)
                && !page.is_passkey_postponed();
    }
    view.activity = activity::rows(page, &overview.recent, &signed_in);
    view.has_providers = !page
        .context
        .directory
        .providers(&page.context.core)
        .await?
        .is_empty();
    Ok(page.html(StatusCode::OK, &view))
}

fn view(
    page: &Page,
    signed_in: &SignedIn,
    overview: &Overview,
    notice: Option<AccountNotice>,
) -> Account {
    let described = |name: &str| {
        let entry = overview
            .registry
            .scopes
            .iter()
            .find(|entry| entry.name == name);
        ScopeRow::new(name, entry.map(|entry| entry.description.clone()))
    };
    let apps = overview.apps.iter().map(|app| ConnectedApp {
        client_id: app.client.id.as_str().to_owned(),
        name: app.client.name.clone(),
        logo: logo(&app.client).map(logo_path),
        scopes: app.scope.iter().map(described).collect(),
        granted_at: app.since,
        until: app.until,
        last_used_at: app.last_used_at,
    });
    let sessions = overview
        .sessions
        .iter()
        .map(|session| row(page, session, signed_in));
    Account {
        layout: page.layout(),
        name: signed_in.user.display_name(),
        username: signed_in.user.username.clone(),
        email: signed_in.user.email.clone(),
        picture: picture_path(&signed_in.user.profile),
        email_verified: signed_in.user.email_verified,
        roles: overview.roles.clone(),
        created_at: signed_in.user.created_at,
        password_changed_at: signed_in.user.password_changed_at,
        two_factor: TwoFactorState::default(),
        passkeys: None,
        offers_passkey: false,
        activity: Vec::new(),
        has_providers: false,
        sessions: sessions.collect(),
        apps: apps.collect(),
        api_keys: overview.api_keys,
        can_mail: page.context.core.config.can_mail(),
        can_manage: true,
        notice,
        now: page.context.core.now(),
    }
}

fn row(page: &Page, session: &Session, signed_in: &SignedIn) -> SessionRow {
    SessionRow {
        id: session.id.to_string(),
        device: Device::from_user_agent(&session.user_agent),
        ip: (!session.ip.is_empty()).then(|| session.ip.clone()),
        place: page
            .context
            .delivery
            .geoip
            .describe(&session.ip, page.layout().lang),
        signed_in_at: session.created_at,
        last_seen_at: session.last_seen_at,
        current: session.id == signed_in.session.id,
    }
}

/// Returns the notice that a redirect from a form of this page requests.
fn notice(done: &str) -> Option<AccountNotice> {
    match done {
        "session" => Some(AccountNotice::SessionEnded),
        "sessions" => Some(AccountNotice::OthersEnded),
        "app" => Some(AccountNotice::AppRemoved),
        "password" => Some(AccountNotice::PasswordChanged),
        "kept" => Some(AccountNotice::Kept),
        _ => None,
    }
}

/// `POST /account/sessions/end`: ends another session of the user.
pub async fn end_session(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let (signed_in, fields) = read_form(page, payload).await?;
    let id = SessionId::parse(text(&fields, "session")?).ok_or(ErrorKind::BadRequest)?;
    sessions::end_session(&page.context.core, &signed_in, id, page.caller()).await?;
    Ok(page.see_other("/account?done=session"))
}

/// `POST /account/sessions/end-others`: ends every other session of the user.
pub async fn end_other_sessions(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let (signed_in, _) = read_form(page, payload).await?;
    sessions::end_other_sessions(&page.context.core, &signed_in, page.caller()).await?;
    Ok(page.see_other("/account?done=sessions"))
}

/// `POST /account/apps/remove`: revokes the consent of a client.
pub async fn remove_app(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let (signed_in, fields) = read_form(page, payload).await?;
    let id = ClientId::parse(text(&fields, "client_id")?).ok_or(ErrorKind::BadRequest)?;
    authorized_client::remove(&page.context.core, &signed_in, &id, page.caller()).await?;
    Ok(page.see_other("/account?done=app"))
}

async fn read_form(page: &Page, payload: Payload) -> Result<(SignedIn, Params), PageError> {
    let fields = page.form(payload).await?;
    let signed_in = page.signed_in().await?.ok_or(ErrorKind::FlowExpired)?;
    Ok((signed_in, fields))
}
