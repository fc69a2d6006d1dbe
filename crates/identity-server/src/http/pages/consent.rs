//! `GET|POST /consent`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use doorward_domain::model::Client;
use doorward_domain::rules::client_document;
use doorward_domain::rules::next_step::NextStep;
use doorward_protocol::scope::Scope;

use super::login::text;
use super::{chip, go_on};
use crate::flow::authorize::{self, Outcome, Resumed};
use crate::flow::consent::{self, Decision};
use crate::flow::session::SignedIn;
use crate::http::page::{Page, PageError};
use crate::views::consent::{ConsentApp, Lifetime, RedirectHost};
use crate::views::scope::ScopeRow;
use crate::views::{Consent, ErrorKind};

/// Asks, or goes on where nothing is left to ask.
pub async fn get(mut page: Page) -> HttpResponse {
    let outcome = show(&mut page).await;
    page.answer(outcome)
}

async fn show(page: &mut Page) -> Result<HttpResponse, PageError> {
    let params = page.query()?;
    let resumed = page.required_interaction(&params).await?;
    page.speak(&resumed.interaction.request.ui_locales);
    let signed_in = page.session().await?;
    let browser = page.browser(signed_in.as_ref());
    let outcome = authorize::next(&page.state, resumed.clone(), &browser, &page.caller).await?;
    match (&outcome, &signed_in) {
        (Outcome::Step(_, NextStep::Consent { new }), Some(who)) => {
            ask(page, &resumed, new, who).await
        }
        _ => Ok(go_on(page, &outcome)),
    }
}

async fn ask(
    page: &Page,
    resumed: &Resumed,
    new: &Scope,
    who: &SignedIn,
) -> Result<HttpResponse, PageError> {
    let request = &resumed.interaction.request;
    let scope = authorize::consent_scope(&resumed.interaction);
    let registry = page.state.registry().await?;
    // Where everything is new, marking it so says nothing (CO-4).
    let mark = *new != scope;
    let rows = scope.iter().map(|name| {
        let entry = registry.scopes.iter().find(|entry| entry.name == name);
        ScopeRow {
            name: name.to_owned(),
            description: entry.map(|entry| entry.description.clone()),
            is_new: mark && new.contains(name),
        }
    });
    let view = Consent {
        chrome: page.chrome(),
        flow: resumed.interaction.id.to_string(),
        app: ConsentApp {
            name: resumed.client.name.clone(),
            host: RedirectHost::from_uri(&request.redirect_uri),
            published_at: published_at(&resumed.client),
            verified: resumed.client.registered_by.is_verified(),
        },
        account: chip(&who.user),
        scopes: ScopeRow::list(rows.collect()),
        lifetime: Lifetime::UntilRemoved,
    };
    Ok(page.html_towards(StatusCode::OK, &view, Some(&request.redirect_uri)))
}

/// The host of a client that nobody has registered, proved by the document that came from there.
fn published_at(client: &Client) -> Option<String> {
    client.document?;
    client_document::host(client.id.as_str(), true).ok()
}

/// Takes the decision.
pub async fn post(page: Page, payload: Payload) -> HttpResponse {
    let outcome = submit(&page, payload).await;
    page.answer(outcome)
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let resumed = page.required_interaction(&fields).await?;
    let decision = match text(&fields, "decision")? {
        "allow" => Decision::Allow,
        "deny" => Decision::Deny,
        _ => return Err(ErrorKind::BadRequest.into()),
    };
    let signed_in = page.session().await?;
    let browser = page.browser(signed_in.as_ref());
    let outcome = consent::decide(&page.state, resumed, decision, &browser, &page.caller).await?;
    Ok(go_on(page, &outcome))
}
