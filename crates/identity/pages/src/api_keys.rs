//! `/account/api-keys`: the user's API keys.

use doorward_accounts::api_key::{self, ApiKeyError};
use doorward_domain::model::{ApiKey, ApiKeyId, ScopeEntry};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::scope::is_scope_token;
use doorward_rules::api_key::{ApiKeyRequest, DEFAULT_TTL, MAX_TTL};
use doorward_services::factors::Factors;
use doorward_templates::api_keys::{
    ApiKeyCreated, ApiKeys, ApiKeysNotice, KeyRow, NewApiKey, NewKeyProblem, RevokeApiKey,
    ScopeChoice,
};
use doorward_templates::scope::ScopeRow;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::prelude::*;

pub(super) const HOME: &str = "/account/api-keys";
const DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
const DAY: i64 = 86_400;

/// Returns the signed-in user, or a redirect to a required page.
async fn owner(page: &Page, here: &str) -> Result<(SignedIn, Factors)> {
    let found = page.signed_in_with_factors().await?;
    let (signed_in, factors) =
        found.ok_or_else(|| PageError::Redirect(format!("/login?next={here}")))?;
    if factors.status(&page.context.accounts, &signed_in).required {
        // The account page shows the missing requirement.
        return Err(PageError::Redirect("/account".to_owned()));
    }
    Ok((signed_in, factors))
}

pub(super) async fn list(page: &Page) -> Answer {
    let params = page.query()?;
    let (signed_in, _) = owner(page, HOME).await?;
    let keys = api_key::list(&page.context.core, signed_in.user.id).await?;
    let registry = page.context.registry().await?;
    let view = ApiKeys {
        layout: page.layout(),
        keys: keys.iter().map(|key| row(key, &registry.scopes)).collect(),
        notice: match text(&params, "done")? {
            "revoked" => Some(ApiKeysNotice::Revoked),
            "gone" => Some(ApiKeysNotice::Gone),
            _ => None,
        },
        now: page.context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

fn row(key: &ApiKey, registered: &[ScopeEntry]) -> KeyRow {
    let described = |name: &str| {
        let entry = registered.iter().find(|entry| entry.name == name);
        ScopeRow::new(name, entry.map(|entry| entry.description.clone()))
    };
    let networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
    KeyRow {
        id: key.id.to_string(),
        name: key.name.clone(),
        org: key.org.clone(),
        shown: key.id.prefix(),
        scopes: key.scopes.iter().map(described).collect(),
        networks: networks.join(" "),
        created_at: key.created_at,
        // The last day on which the key works.
        expires_at: key.expires_at - 1,
        last_used_at: key.last_used_at,
        last_used_from: key.last_used_from.map(|address| address.to_string()),
    }
}

pub(super) async fn new(page: &Page) -> Answer {
    let (signed_in, factors) = owner(page, "/account/api-keys/new").await?;
    if !factors.is_fresh(&page.context, &signed_in) {
        return Ok(sign_in_again(page));
    }
    let view = form(page, &signed_in).await?;
    Ok(page.html(StatusCode::OK, &view))
}

fn sign_in_again(page: &Page) -> HttpResponse {
    page.see_other("/login?next=/account/api-keys/new")
}

async fn form(page: &Page, signed_in: &SignedIn) -> Result<NewApiKey> {
    let choice = |entry: ScopeEntry| ScopeChoice {
        row: ScopeRow::new(entry.name, Some(entry.description)),
        ticked: false,
    };
    let core = &page.context.core;
    let grantable = api_key::grantable(&page.context, signed_in.user.id).await?;
    let usual = date_of(core.now() + DEFAULT_TTL);
    Ok(NewApiKey {
        layout: page.layout(),
        name: String::new(),
        scopes: grantable.into_iter().map(choice).collect(),
        expires: usual.clone(),
        example: usual,
        networks: String::new(),
        problems: Vec::new(),
    })
}

fn date_of(at: UnixSeconds) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at).ok();
    moment
        .and_then(|moment| moment.format(DATE).ok())
        .unwrap_or_default()
}

/// Returns the end of a day, so that the key works on that day. A day within the maximum lifetime
/// does not extend it.
fn end_of_day(date: &str, now: UnixSeconds) -> Option<UnixSeconds> {
    let day = Date::parse(date.trim(), DATE).ok()?;
    let begins = day.midnight().assume_utc().unix_timestamp();
    let longest = now + MAX_TTL;
    let ends = begins + DAY;
    Some(if begins <= longest {
        ends.min(longest)
    } else {
        ends
    })
}

pub(super) async fn create(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let signed_in = page.signed_in().await?.ok_or(ErrorKind::FlowExpired)?;
    let (request, mut view) = read(page, &signed_in, &fields).await?;
    let request = match request {
        Ok(request) => request,
        Err(problem) => {
            view.problems.push(problem);
            return Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
        }
    };
    let (user, proof) = (&signed_in.user, &signed_in.session.authentication);
    match api_key::create(&page.context, user, None, proof, &request, page.caller()).await {
        Ok(created) => {
            let mut layout = page.layout();
            HOME.clone_into(&mut layout.return_to);
            let view = ApiKeyCreated {
                layout,
                name: created.key.name.clone(),
                shown: created.key.id.prefix(),
                key: created.text.expose().to_owned(),
            };
            return Ok(page.html(StatusCode::OK, &view));
        }
        Err(FlowError::Rejected(ApiKeyError::NotFresh)) => return Ok(sign_in_again(page)),
        Err(FlowError::Rejected(ApiKeyError::TooMany)) => {
            view.problems = vec![NewKeyProblem::TooMany];
        }
        Err(FlowError::Rejected(ApiKeyError::Problems(problems))) => {
            view.problems = problems.into_iter().map(NewKeyProblem::Wish).collect();
        }
        Err(FlowError::Server(error)) => return Err(error.into()),
    }
    Ok(page.html(StatusCode::UNPROCESSABLE_ENTITY, &view))
}

/// Returns the requested key, and the form as filled in.
async fn read(
    page: &Page,
    signed_in: &SignedIn,
    fields: &Params,
) -> Result<(Result<ApiKeyRequest, NewKeyProblem>, NewApiKey)> {
    let mut view = form(page, signed_in).await?;
    text(fields, "name")?.clone_into(&mut view.name);
    text(fields, "expires")?.clone_into(&mut view.expires);
    text(fields, "networks")?.clone_into(&mut view.networks);
    let chosen: Vec<&str> = fields.all("scope").collect();
    if !chosen.iter().all(|name| is_scope_token(name)) {
        return Err(ErrorKind::BadRequest.into());
    }
    for choice in &mut view.scopes {
        choice.ticked = chosen.contains(&choice.row.name.as_str());
    }
    let expires_at = match end_of_day(&view.expires, page.context.core.now()) {
        Some(at) => Some(at),
        None if view.expires.trim().is_empty() => None,
        None => return Ok((Err(NewKeyProblem::ExpiryUnreadable), view)),
    };
    let words = view.networks.split([' ', ',', ';', '\t']);
    let request = ApiKeyRequest {
        name: view.name.clone(),
        scopes: chosen.into_iter().collect(),
        expires_at,
        networks: words.map(str::to_owned).collect(),
    };
    Ok((Ok(request), view))
}

fn key_id(params: &Params) -> Result<ApiKeyId> {
    let named = ApiKeyId::parse(text(params, "key")?);
    named.ok_or_else(|| ErrorKind::BadRequest.into())
}

pub(super) async fn confirm_revocation(page: &Page) -> Answer {
    let id = key_id(&page.query()?)?;
    let (signed_in, _) = owner(page, HOME).await?;
    let keys = api_key::list(&page.context.core, signed_in.user.id).await?;
    let Some(key) = keys.iter().find(|key| key.id == id) else {
        return Ok(page.see_other(&format!("{HOME}?done=gone")));
    };
    let view = RevokeApiKey {
        layout: page.layout(),
        key: row(key, &[]),
    };
    Ok(page.html(StatusCode::OK, &view))
}

pub(super) async fn revoke(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let id = key_id(&fields)?;
    let signed_in = page.signed_in().await?.ok_or(ErrorKind::FlowExpired)?;
    let done = api_key::revoke(&page.context.core, signed_in.user.id, &id, page.caller()).await?;
    let said = if done { "revoked" } else { "gone" };
    Ok(page.see_other(&format!("{HOME}?done={said}")))
}

#[cfg(test)]
mod tests;
