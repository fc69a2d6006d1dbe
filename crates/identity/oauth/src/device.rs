//! Device authorization (RFC 8628): a device without a browser requests access, and the user
//! answers in a browser elsewhere. The first session that enters the code is bound to it and is the
//! only one that may answer.

use doorward_domain::credentials::user_code::UserCode;
use doorward_domain::model::{Consent, DeviceRequest, DeviceRequestId};
use doorward_protocol::device::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};
use doorward_rules::authorize::{self, Registry, RequestedAccess};
use doorward_rules::consent::{self as rule, ConsentPrompt, ConsentRequest};
use doorward_rules::device::{INTERVAL, TTL};
use doorward_rules::grant_check;
use doorward_services::limits::OpenRequestKind;

use super::backchannel_logout;
use super::consent::{self, ConsentResponse, Decision};
use super::deleted_client;
use super::issue;
use super::ping;
use crate::prelude::*;

/// The path of the page that accepts user codes.
pub const PAGE: &str = "/device";
/// Maximum number of attempts to find an unused user code.
const DRAWS: usize = 5;

/// Starts a request of an authenticated client (RFC 8628 §3.1).
#[boxed(?Send)]
pub async fn start(
    context: &Context,
    client: &Client,
    request: &DeviceAuthorizationRequest,
    caller: &Caller,
) -> FlowResult<DeviceAuthorizationResponse> {
    let core = &context.core;
    grant_check::check_use(client, &GrantType::DeviceCode)?;
    let registry = context.registry().await?;
    let registry = registry.view();
    let requested = RequestedAccess {
        scope: &request.scope,
        resource: &request.resource,
        details: &request.authorization_details,
    };
    let resolved = authorize::resolve_for_user(&requested, client, &registry)?;
    let open = &context.limits.open_requests;
    open.admit(core, OpenRequestKind::Device).await?;
    let token = OpaqueToken::generate(&mut core.rng());
    for _ in 0..DRAWS {
        let row = new_request(core, client, request, &resolved, &token, caller);
        let written = in_transaction(&core.db, async |tx| {
            Ok::<_, FlowError>(repo::device_requests::insert(tx, &row).await?)
        })
        .await;
        let gone = deleted_client::unknown();
        if deleted_client::or_reject(core, client, gone, written).await? {
            let page = format!("{}{PAGE}", core.issuer());
            return Ok(DeviceAuthorizationResponse {
                device_code: token.expose().to_owned(),
                user_code: row.user_code.to_string(),
                verification_uri_complete: format!("{page}?user_code={}", row.user_code),
                verification_uri: page,
                expires_in: TTL,
                interval: INTERVAL,
            });
        }
    }
    Err(ServerError::Unavailable("no user code is free".to_owned()).into())
}

pub(super) fn new_request(
    core: &Core,
    client: &Client,
    request: &DeviceAuthorizationRequest,
    resolved: &ResolvedAccess,
    token: &OpaqueToken,
    caller: &Caller,
) -> DeviceRequest {
    let (now, mut rng) = (core.now(), core.rng());
    DeviceRequest {
        id: DeviceRequestId::generate(&mut rng),
        device_hash: token.hash(),
        user_code: UserCode::generate(&mut rng),
        client_id: client.id.clone(),
        scope: resolved.scope.clone(),
        resources: resolved.resources.clone(),
        authorization_details: request.authorization_details.clone(),
        org: request.organization.clone(),
        ip: caller.ip_text(),
        created_at: now,
        expires_at: now + TTL,
        poll_interval: INTERVAL,
        polled_at: None,
        session_id: None,
        decided_at: None,
        grant_id: None,
        used_at: None,
        backchannel: None,
    }
}

/// Checks a request that waits for its answer against the current registration of its client.
/// Returns the scope that can still be granted.
pub(super) fn recheck(
    request: &DeviceRequest,
    client: &Client,
    registry: &Registry<'_>,
) -> Result<Scope, OAuthError> {
    grant_check::check_use(client, grant_type(request))?;
    let resolved = RequestedAccess {
        scope: &request.scope,
        resource: &request.resources,
        details: &request.authorization_details,
    };
    authorize::recheck_access(&resolved, client, registry)
}

const fn grant_type(request: &DeviceRequest) -> &'static GrantType {
    match request.backchannel {
        Some(_) => &GrantType::Ciba,
        None => &GrantType::DeviceCode,
    }
}

/// The error for a code that is unknown, expired, or bound to another session. Users see no
/// difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvalidUserCode;

#[derive(Clone, Debug)]
pub struct BoundDeviceRequest {
    pub request: DeviceRequest,
    pub client: Arc<Client>,
}

/// Binds the request with this user code to the session.
#[boxed(?Send)]
pub async fn claim(
    core: &Core,
    signed_in: &SignedIn,
    code: &UserCode,
) -> FlowResult<DeviceRequestId, InvalidUserCode> {
    in_transaction(&core.db, async |tx| {
        let claimed =
            repo::device_requests::bind_session(tx, code, signed_in.session.id, core.now()).await?;
        claimed
            .map(|request| request.id)
            .ok_or(FlowError::Rejected(InvalidUserCode))
    })
    .await
}

/// The authentication that a user must complete before answering.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequiredAuthentication {
    SecondStep,
    Enrolment,
    Passkey,
}

/// Returns the missing authentication if the operator or the client requires a second factor that
/// this session lacks.
#[boxed(?Send)]
pub async fn missing(
    context: &Context,
    signed_in: &SignedIn,
    client: &Client,
) -> Result<Option<RequiredAuthentication>> {
    let factor = factors::status(context, signed_in).await?;
    let proof = &signed_in.session.authentication;
    if !factor.required && client.factor_requirement().is_met_by(proof) {
        return Ok(None);
    }
    Ok(Some(match (factor.enrolled, factor.passkey_due) {
        (true, _) => RequiredAuthentication::SecondStep,
        (false, true) => RequiredAuthentication::Passkey,
        (false, false) => RequiredAuthentication::Enrolment,
    }))
}

/// Stores the user's answer. An approval must pass the grant check; otherwise the request is
/// denied.
#[boxed(?Send)]
pub async fn decide(
    context: &Context,
    claimed: &BoundDeviceRequest,
    signed_in: &SignedIn,
    answer: &ConsentResponse,
    caller: &Caller,
) -> FlowResult<(), InvalidUserCode> {
    let core = &context.core;
    let BoundDeviceRequest { request, client } = claimed;
    let (now, session) = (core.now(), signed_in.session.id);
    let consent = consent_of(context, claimed, signed_in, answer).await?;
    let grant = new_grant(core, claimed, &consent, signed_in);
    let grant = core
        .aliases
        .with_subject(core.db.read(), grant)
        .await
        .map_err(ServerError::from)?;
    let enqueued = context.delivery.jobs.enqueued();
    let decided = in_transaction(&core.db, async |tx| {
        if !repo::device_requests::record_answer(tx, &request.id, session, now).await? {
            return Err(FlowError::Rejected(InvalidUserCode));
        }
        let by = grant_type(request);
        let denial = match answer.decision {
            Decision::Deny => Some("by the person"),
            Decision::Allow => match issue::admit(core, tx, client, by, &grant, signed_in).await {
                Ok(()) => None,
                Err(FlowError::Rejected(error)) => Some(error.reason()),
                Err(FlowError::Server(error)) => return Err(error.into()),
            },
        };
        let event = match denial {
            None => {
                repo::grants::insert(tx, &grant).await?;
                backchannel_logout::schedule(tx, client, &signed_in.session).await?;
                repo::device_requests::approve(tx, &request.id, grant.id).await?;
                repo::consents::upsert(tx, &consent).await?;
                consent::with_consent_details(
                    caller.event(AuditKind::ConsentGranted, true, now),
                    &consent,
                )
            }
            Some(reason) => caller
                .event(AuditKind::ConsentDenied, false, now)
                .with("reason", reason),
        };
        let event = event
            .by(signed_in.user.id)
            .about(signed_in.user.id)
            .through(&client.id)
            .with("device", request.ip.as_str());
        repo::audit::insert(tx, &event).await?;
        ping::enqueue(context, tx, client, request).await?;
        Ok(())
    })
    .await;
    deleted_client::or_reject(core, client, InvalidUserCode, decided).await?;
    context.delivery.jobs.wake_after(enqueued);
    Ok(())
}

/// Returns the consent prompt: always with all scopes, regardless of former consents, because the
/// holder of the device is unknown.
#[boxed(?Send)]
pub async fn question(context: &Context, claimed: &BoundDeviceRequest) -> Result<ConsentPrompt> {
    let registry = context.registry().await?;
    let optional = rule::optional(&claimed.client, &context.core.config.consent.optional());
    Ok(consent_request(&claimed.request, &optional, registry.view()).question(None))
}

fn consent_request<'a>(
    request: &'a DeviceRequest,
    optional: &'a Scope,
    registry: Registry<'a>,
) -> ConsentRequest<'a> {
    ConsentRequest {
        scope: &request.scope,
        resources: &request.resources,
        details: &request.authorization_details,
        optional,
        registry,
    }
}

async fn consent_of(
    context: &Context,
    claimed: &BoundDeviceRequest,
    signed_in: &SignedIn,
    answer: &ConsentResponse,
) -> Result<Consent> {
    let core = &context.core;
    let BoundDeviceRequest { request, client } = claimed;
    let registry = context.registry().await?;
    let optional = rule::optional(client, &core.config.consent.optional());
    let requested = consent_request(request, &optional, registry.view());
    let question = requested.question(None);
    let allowed = question.granted_scope(&answer.ticked, &answer.offered);
    let user = signed_in.user.id;
    Ok(consent::new_consent(
        core, client, user, &requested, &allowed,
    ))
}

fn new_grant(
    core: &Core,
    claimed: &BoundDeviceRequest,
    consent: &Consent,
    signed_in: &SignedIn,
) -> Grant {
    let request = &claimed.request;
    let end = core.now() + core.config.tokens.refresh_absolute_ttl;
    let until = consent.expires_at.map_or(end, |until| end.min(until));
    let (origin, client) = (GrantOrigin::Authorization, &request.client_id);
    Grant {
        scope: consent.scope.clone(),
        org: request.org.clone(),
        resources: consent.resources.clone(),
        authorization_details: request.authorization_details.clone(),
        ..issue::grant_in_session(core, origin, client, &signed_in.session, until)
    }
}
