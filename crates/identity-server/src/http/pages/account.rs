//! `GET /account`: what a person sees of their own account.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use doorward_domain::model::Session;

use crate::flow::account::{self, Overview};
use crate::flow::session::SignedIn;
use crate::http::page::{Page, PageError};
use crate::views::Account;
use crate::views::account::{ConnectedApp, SessionRow};
use crate::views::device::Device;
use crate::views::scope::ScopeRow;

/// Shows the account, or leads to the sign-in page.
pub async fn get(page: Page) -> HttpResponse {
    let outcome = show(&page).await;
    page.answer(outcome)
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let Some(who) = page.signed_in().await? else {
        return Ok(page.see_other("/login"));
    };
    let overview = account::overview(&page.state, &who).await?;
    Ok(page.html(StatusCode::OK, &view(page, &who, overview)))
}

fn view(page: &Page, who: &SignedIn, overview: Overview) -> Account {
    let apps = overview
        .apps
        .into_iter()
        .map(|(client, consent)| ConnectedApp {
            client_id: client.id.as_str().to_owned(),
            name: client.name.clone(),
            scopes: consent
                .scope
                .iter()
                .map(|name| ScopeRow::new(name, None))
                .collect(),
            granted_at: consent.granted_at,
        });
    let sessions = overview.sessions.iter().map(|session| row(session, who));
    Account {
        chrome: page.chrome(),
        name: who.user.display_name(),
        username: who.user.username.clone(),
        email: who.user.email.clone(),
        email_verified: who.user.email_verified,
        roles: overview.roles,
        created_at: who.user.created_at,
        password_changed_at: who.user.password_changed_at,
        sessions: sessions.collect(),
        apps: apps.collect(),
        can_manage: false,
        notice: None,
        now: page.state.now(),
    }
}

fn row(session: &Session, who: &SignedIn) -> SessionRow {
    SessionRow {
        id: session.id.to_string(),
        device: Device::from_user_agent(&session.user_agent),
        ip: (!session.ip.is_empty()).then(|| session.ip.clone()),
        signed_in_at: session.created_at,
        last_seen_at: session.last_seen_at,
        current: session.id == who.session.id,
    }
}
