//! `/account/providers`: the user's linked accounts at identity providers.

use doorward_accounts::federation::linked_accounts::{self, Overview};
use doorward_accounts::federation::login_state::{self, Departure, Purpose};
use doorward_accounts::federation::provider::FederationError;
use doorward_domain::model::LinkId;
use doorward_rules::provider::Preset;
use doorward_templates::providers::{
    LinkRow, LinkedAccounts, LinkedAccountsError, LinksNotice, ProviderButton, WaitingLink,
};
use doorward_web::page_support::going;

use super::link_result::{HOME, after, error_code, problem_of};
use super::prelude::*;
use super::providers::named;
use super::waiting_flow::{waiting_flow, within};

pub(super) async fn show(page: &Page) -> Answer {
    let params = page.query()?;
    let flow = waiting_flow(&params);
    let place = within(HOME, &flow);
    let (signed_in, factors) = page.account_holder_with_factors(&place).await?;
    let notice = match text(&params, "done")? {
        "linked" => Some(LinksNotice::Linked),
        "removed" => Some(LinksNotice::Removed),
        _ => None,
    };
    let is_fresh = factors.is_fresh(&page.context, &signed_in);
    let problem = problem_of(text(&params, "problem")?);
    view(page, &signed_in, is_fresh, flow, notice, problem).await
}

async fn view(
    page: &Page,
    signed_in: &SignedIn,
    is_fresh: bool,
    flow: String,
    notice: Option<LinksNotice>,
    problem: Option<LinkedAccountsError>,
) -> Answer {
    let browser = page.browser(None).hash;
    let Overview {
        linked,
        others,
        waiting,
    } = linked_accounts::overview(&page.context.core, signed_in, &browser).await?;
    let mut layout = page.layout();
    layout.return_to = within(HOME, &flow);
    let row = |item: linked_accounts::Linked| LinkRow {
        id: item.link.id.to_string(),
        is_closed: item.provider.is_none(),
        provider: item.provider.map_or(item.link.issuer, |found| found.name),
        label: item.link.label,
        created_at: item.link.created_at,
        last_used_at: item.link.last_used_at,
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(LinkedAccountsError::Provider(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(_) => StatusCode::CONFLICT,
    };
    let view = LinkedAccounts {
        layout,
        flow,
        person: signed_in.user.login_identifier().to_owned(),
        waiting: waiting.map(|(sign_up, provider)| WaitingLink {
            provider: provider.name,
            label: sign_up.identity.label().to_owned(),
        }),
        rows: linked.into_iter().map(row).collect(),
        others: others
            .into_iter()
            .map(|item| ProviderButton {
                id: item.id.to_string(),
                known: Preset::of(&item),
                name: item.name,
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

async fn read_form(page: &Page, payload: Payload) -> Result<(Params, String, SignedIn)> {
    let fields = page.form(payload).await?;
    let flow = waiting_flow(&fields);
    let signed_in = page.account_holder(&within(HOME, &flow)).await?;
    Ok((fields, flow, signed_in))
}

async fn error_response(
    page: &Page,
    signed_in: &SignedIn,
    flow: String,
    error: FlowError<FederationError>,
) -> Answer {
    match error {
        FlowError::Server(error) => Err(error.into()),
        FlowError::Rejected(FederationError::NotFresh) => {
            let path = format!("/login?next={}", within(HOME, &flow));
            Err(PageError::Redirect(path))
        }
        // Removed or linked in the meantime: the page shows the current state.
        FlowError::Rejected(FederationError::Over | FederationError::NoProvider) => {
            Ok(page.see_other(&within(HOME, &flow)))
        }
        FlowError::Rejected(other) => {
            let is_fresh = factors::is_fresh(&page.context, signed_in).await?;
            let problem = problem_of(error_code(other));
            view(page, signed_in, is_fresh, flow, None, problem).await
        }
    }
}

pub(super) async fn add(page: &Page, payload: Payload) -> Answer {
    let (fields, flow, signed_in) = read_form(page, payload).await?;
    mail_link::admit(page).await?;
    if !factors::is_fresh(&page.context, &signed_in).await? {
        let error = FlowError::Rejected(FederationError::NotFresh);
        return error_response(page, &signed_in, flow, error).await;
    }
    let departure = Departure {
        provider: named(text(&fields, "provider")?)?,
        purpose: Purpose::Link(signed_in.session.id),
        remember: false,
        max_age: None,
        flow: None,
        next: None,
        browser: page.browser(None).hash,
    };
    match login_state::start(&page.context, departure).await {
        Ok((provider, url)) => going(page, provider.name, url.as_str()),
        Err(error) => error_response(page, &signed_in, flow, error).await,
    }
}

/// `POST /account/providers/connect`: links the federated account that waits in this browser to the
/// account of this session, and continues a pending interaction.
pub(super) async fn connect(page: &Page, payload: Payload) -> Answer {
    let (_, flow, signed_in) = read_form(page, payload).await?;
    let browser = page.browser(None).hash;
    match linked_accounts::connect(&page.context, &signed_in, &browser, page.caller()).await {
        Ok(()) if flow.is_empty() => Ok(page.see_other(&after(Ok(())))),
        Ok(()) => Ok(page.see_other(&format!("/login?flow={flow}"))),
        Err(error) => error_response(page, &signed_in, flow, error).await,
    }
}

pub(super) async fn remove(page: &Page, payload: Payload) -> Answer {
    let (fields, flow, signed_in) = read_form(page, payload).await?;
    let id = LinkId::parse(text(&fields, "link")?).ok_or(ErrorKind::BadRequest)?;
    match linked_accounts::remove(&page.context, &signed_in, id, page.caller()).await {
        Ok(()) => Ok(page.see_other(&format!("{HOME}?done=removed"))),
        Err(error) => error_response(page, &signed_in, flow, error).await,
    }
}
