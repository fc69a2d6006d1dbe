//! `GET|POST /consent`.

use doorward_domain::model::Client;
use doorward_oauth::authorize::types::Outcome;
use doorward_oauth::consent::{self, ConsentResponse, Decision};
use doorward_protocol::scope::Scope;
use doorward_rules::client_document;
use doorward_rules::consent::{self as rule, ConsentPrompt};
use doorward_rules::next_step::NextStep;
use doorward_templates::Consent;
use doorward_templates::consent::{ConsentApp, Lifetime, RedirectHost, RequestedItems, logo_path};
use doorward_templates::detail::DetailRow;
use doorward_templates::scope::ScopeRow;
use doorward_web::page_support;

use super::prelude::*;

/// Shows the consent prompt, or continues if none is needed.
pub async fn get(page: &Page) -> Answer {
    let params = page.query()?;
    let resumed = page.required_interaction(&params).await?;
    let signed_in = page.session().await?;
    let browser = page.browser(signed_in.as_ref());
    let outcome =
        interaction::proceed(&page.context, resumed.clone(), &browser, page.caller()).await?;
    match (&outcome, &signed_in) {
        (Outcome::Step(_, NextStep::Consent(question)), Some(current)) => {
            show_form(page, &resumed, question, current).await
        }
        _ => Ok(go_on(page, &outcome)),
    }
}

async fn show_form(
    page: &Page,
    resumed: &ActiveInteraction,
    question: &ConsentPrompt,
    signed_in: &SignedIn,
) -> Answer {
    let (client, request) = (&resumed.client, &resumed.interaction.request);
    let pages = rule::pages(client, &request.redirect_uri);
    let view = Consent {
        layout: page.layout(),
        flow: resumed.interaction.id.to_string(),
        app: ConsentApp {
            name: client.name.clone(),
            host: RedirectHost::from_uri(&request.redirect_uri),
            published_at: published_at(client),
            verified: client.registered_by.is_verified(),
            publisher: client.consent.publisher.clone(),
            policy_uri: pages.policy,
            tos_uri: pages.terms,
            logo: rule::logo(client).map(logo_path),
        },
        account: chip(&signed_in.user),
        asked: requested_items(page, client, question).await?,
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the requested items: new ones first, then those granted before. If nothing is new, all
/// are shown again.
pub(super) async fn requested_items(
    page: &Page,
    client: &Client,
    question: &ConsentPrompt,
) -> Result<RequestedItems> {
    let registry = page.context.registry().await?;
    let rows = |scope: &Scope, is_new: bool| {
        let rows = scope.iter().map(|name| {
            let entry = registry.scopes.iter().find(|entry| entry.name == name);
            let description = entry.map(|entry| entry.description.clone());
            let audience = entry.and_then(|entry| entry.audience.as_ref());
            let resource = audience.map(|audience| registry.resource_name(audience));
            let row = ScopeRow::new(name, description);
            ScopeRow {
                resource,
                is_new,
                ..row
            }
        });
        ScopeRow::list(rows.collect())
    };
    let ConsentPrompt {
        new,
        optional,
        stored,
        new_details,
        stored_details,
    } = question;
    let (view, layout) = (registry.view(), page.layout());
    let in_words = |details, is_new| DetailRow::list(details, &view, &layout, is_new);
    // If everything is new, marking items as new has no meaning.
    let is_more = question.is_more();
    let core = &page.context.core;
    let end = rule::end(client, core.config.consent.lifetime, core.now());
    let lifetime = end.map_or(Lifetime::UntilRemoved, Lifetime::Until);
    let earlier = rows(stored, false);
    let before = in_words(stored_details, false);
    let (required, kept, details, kept_details) = if question.is_old() {
        (earlier, Vec::new(), before, Vec::new())
    } else {
        let required = rows(&new.difference(optional), is_more);
        (required, earlier, in_words(new_details, is_more), before)
    };
    Ok(RequestedItems {
        required,
        optional: rows(optional, is_more),
        kept,
        details,
        kept_details,
        lifetime,
    })
}

pub(super) fn parse_response(fields: &Params) -> Result<ConsentResponse> {
    let unreadable = |_| PageError::from(ErrorKind::BadRequest);
    Ok(ConsentResponse {
        decision: match text(fields, "decision")? {
            "allow" => Decision::Allow,
            "deny" => Decision::Deny,
            _ => return Err(ErrorKind::BadRequest.into()),
        },
        ticked: fields.all("scope").collect(),
        offered: match text(fields, "offered")? {
            "" => Scope::default(),
            names => Scope::parse(names).map_err(unreadable)?,
        },
    })
}

/// Returns the host of a client without registration, verified by the metadata document from there.
fn published_at(client: &Client) -> Option<String> {
    client.document?;
    client_document::host(client.id.as_str(), true).ok()
}

/// Rejects an approval while the server is read-only.
pub(super) fn require_writable(page: &Page, answer: &ConsentResponse) -> Result<()> {
    match answer.decision {
        Decision::Allow => page_support::require_writable(page),
        Decision::Deny => Ok(()),
    }
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let resumed = page.required_interaction(&fields).await?;
    let answer = parse_response(&fields)?;
    require_writable(page, &answer)?;
    let signed_in = page.session().await?;
    let browser = page.browser(signed_in.as_ref());
    let outcome = consent::decide(&page.context, resumed, &answer, &browser, page.caller()).await?;
    Ok(go_on(page, &outcome))
}
