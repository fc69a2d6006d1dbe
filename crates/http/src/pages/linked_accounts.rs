//! `/account/providers`: the user's linked accounts at identity providers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig, resource, to};
use doorward_domain::model::LinkId;
use doorward_protocol::params::Params;
use doorward_services::error::FlowError;
use doorward_services::federation::linked_accounts::{self, Overview};
use doorward_services::federation::login_state::{self, Departure, Purpose};
use doorward_services::federation::provider::FederationError;
use doorward_services::second_factor::factors;
use doorward_services::signed_in::SignedIn;
use doorward_templates::ErrorKind;
use doorward_templates::providers::{
    LinkRow, LinkedAccounts, LinkedAccountsError, LinksNotice, ProviderButton, WaitingLink,
};

use super::link_result::{HOME, after, problem_of, word};
use super::mail_link;
use super::providers::{going, named};
use crate::page::{Page, PageError};
use crate::page_route::{get, head, post};
use crate::page_support::{get_only, post_only, text, waiting_flow, within};

/// Registers the page and its forms.
pub(super) fn configure(config: &mut ServiceConfig) {
    let form = |path: &str| resource(format!("{HOME}/{path}")).default_service(to(post_only));
    config
        .service(
            resource(HOME)
                .route(get(show))
                .route(head(show))
                .default_service(to(get_only)),
        )
        .service(form("add").route(post(add)))
        .service(form("connect").route(post(connect)))
        .service(form("remove").route(post(remove)));
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let params = page.query()?;
    let flow = waiting_flow(&params);
    let place = within(HOME, &flow);
    let (who, factors) = page.account_holder_with_factors(&place).await?;
    let notice = match text(&params, "done")? {
        "linked" => Some(LinksNotice::Linked),
        "removed" => Some(LinksNotice::Removed),
        _ => None,
    };
    let is_fresh = factors.is_fresh(&page.context.core, &page.context.accounts, &who);
    let problem = problem_of(text(&params, "problem")?);
    view(page, (&who, is_fresh), flow, notice, problem).await
}

async fn view(
    page: &Page,
    (who, is_fresh): (&SignedIn, bool),
    flow: String,
    notice: Option<LinksNotice>,
    problem: Option<LinkedAccountsError>,
) -> Result<HttpResponse, PageError> {
    let browser = page.browser(None).hash;
    let Overview {
        linked,
        others,
        waiting,
    } = linked_accounts::overview(&page.context.core, who, &browser).await?;
    let mut chrome = page.chrome();
    chrome.return_to = within(HOME, &flow);
    let row = |one: linked_accounts::Linked| LinkRow {
        id: one.link.id.to_string(),
        is_closed: one.provider.is_none(),
        provider: one.provider.map_or(one.link.issuer, |found| found.name),
        label: one.link.label,
        created_at: one.link.created_at,
        last_used_at: one.link.last_used_at,
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(LinkedAccountsError::Failed) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(_) => StatusCode::CONFLICT,
    };
    let view = LinkedAccounts {
        chrome,
        flow,
        person: who.user.username.clone(),
        waiting: waiting.map(|(newcomer, provider)| WaitingLink {
            provider: provider.name,
            label: newcomer.identity.label().to_owned(),
        }),
        rows: linked.into_iter().map(row).collect(),
        others: others
            .into_iter()
            .map(|one| ProviderButton {
                id: one.id.to_string(),
                name: one.name,
                was_last: false,
            })
            .collect(),
        is_fresh,
        notice,
        problem,
        now: page.context.core.now(),
    };
    Ok(page.html(status, &view))
}

/// Returns the fields of a form of these pages, from a signed-in user.
async fn own_form(page: &Page, payload: Payload) -> Result<(Params, String, SignedIn), PageError> {
    let fields = page.form(payload).await?;
    let flow = waiting_flow(&fields);
    let who = page.account_holder(&within(HOME, &flow)).await?;
    Ok((fields, flow, who))
}

/// Returns the response to a rejected change.
async fn refused(
    page: &Page,
    who: &SignedIn,
    flow: String,
    refusal: FederationError,
) -> Result<HttpResponse, PageError> {
    match refusal {
        FederationError::NotFresh => {
            let place = format!("/login?next={}", within(HOME, &flow));
            Err(PageError::Redirect(place))
        }
        // Removed or linked in the meantime: the page shows the current state.
        FederationError::Over | FederationError::NoProvider => {
            Ok(page.see_other(&within(HOME, &flow)))
        }
        other => {
            let is_fresh =
                factors::is_fresh(&page.context.core, &page.context.accounts, who).await?;
            view(page, (who, is_fresh), flow, None, problem_of(word(other))).await
        }
    }
}

/// `POST /account/providers/add`: redirects to a provider to link an account.
async fn add(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let (fields, flow, who) = own_form(page, payload).await?;
    mail_link::admit(page).await?;
    if !factors::is_fresh(&page.context.core, &page.context.accounts, &who).await? {
        return refused(page, &who, flow, FederationError::NotFresh).await;
    }
    let departure = Departure {
        provider: named(text(&fields, "provider")?)?,
        purpose: Purpose::Link(who.session.id),
        remember: false,
        max_age: None,
        flow: None,
        next: None,
        browser: page.browser(None).hash,
    };
    match login_state::begin(&page.context.core, &page.context.directory, departure).await {
        Ok((provider, url)) => going(page, provider.name, url.as_str()),
        Err(FlowError::Rejected(refusal)) => refused(page, &who, flow, refusal).await,
        Err(FlowError::Server(fault)) => Err(fault.into()),
    }
}

/// `POST /account/providers/connect`: links the federated account that waits in this browser to the
/// account of this session, and continues a pending interaction.
async fn connect(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let (_, flow, who) = own_form(page, payload).await?;
    let browser = page.browser(None).hash;
    match linked_accounts::connect(
        &page.context.core,
        &page.context.delivery,
        &page.context.accounts,
        &who,
        &browser,
        page.caller(),
    )
    .await
    {
        Ok(()) if flow.is_empty() => Ok(page.see_other(&after(Ok(())))),
        Ok(()) => Ok(page.see_other(&format!("/login?flow={flow}"))),
        Err(FlowError::Rejected(refusal)) => refused(page, &who, flow, refusal).await,
        Err(FlowError::Server(fault)) => Err(fault.into()),
    }
}

/// Handles `POST /account/providers/remove`.
async fn remove(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let (fields, flow, who) = own_form(page, payload).await?;
    let id = LinkId::parse(text(&fields, "link")?).ok_or(ErrorKind::BadRequest)?;
    match linked_accounts::remove(
        &page.context.core,
        &page.context.delivery,
        &page.context.accounts,
        &who,
        id,
        page.caller(),
    )
    .await
    {
        Ok(()) => Ok(page.see_other(&format!("{HOME}?done=removed"))),
        Err(FlowError::Rejected(refusal)) => refused(page, &who, flow, refusal).await,
        Err(FlowError::Server(fault)) => Err(fault.into()),
    }
}
