//! Authentication requests for a user on another device (OpenID Connect CIBA Core 1.0): the user is
//! notified by mail and answers in their own browser, while the client polls or waits for a ping. After the
//! mail, requests work like device requests (RFC 8628), except that only the named user may answer.

use doorward_domain::model::mail::MailContent;
use doorward_domain::model::{Backchannel, DeviceRequest, DeviceRequestId};
use doorward_domain::time::is_expired;
use doorward_protocol::ciba::{BackchannelRequest, BackchannelResponse, Hint};
use doorward_protocol::device::DeviceAuthorizationRequest;
use doorward_rules::authorize::{self, RequestedAccess};
use doorward_rules::device::{INTERVAL, TTL};
use doorward_rules::grant_check;
use doorward_services::email_link;
use doorward_services::limits::LimitStatus;

use super::deleted_client;
use super::device::{self, BoundDeviceRequest, InvalidUserCode, PAGE};
use super::logout::verify_id_token_hint;
use super::ping;
use super::request_object;
use crate::prelude::*;

/// The minimum lifetime that a client may request, in seconds, since a mail takes time.
const SHORTEST: i64 = 60;

/// The error for every hint that names no user of the client: without an account, disabled, or of
/// a user who has never used the client.
const NO_USER: &str = "the hint matches no user who has used this client";

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BackchannelError {
    Error(OAuthError),
    /// Too many requests of this client, or of this client for this user.
    TooMany(LimitStatus),
}

impl From<OAuthError> for BackchannelError {
    fn from(error: OAuthError) -> Self {
        Self::Error(error)
    }
}

/// Returns true if CIBA is available, which requires mail.
pub fn is_served(core: &Core) -> bool {
    core.config.can_mail()
}

/// Starts a request of an authenticated client (§7).
///
/// # Errors
/// `unauthorized_client`, `invalid_scope`, `invalid_target`, `invalid_authorization_details`, and
/// `unknown_user_id` if the hint matches no user (§13).
#[boxed(?Send)]
pub async fn start(
    context: &Context,
    client: &Client,
    request: &BackchannelRequest,
    caller: &Caller,
) -> FlowResult<BackchannelResponse, BackchannelError> {
    let core = &context.core;
    if !is_served(core) {
        return Err(ServerError::Unavailable("no mail can be sent".to_owned()).into());
    }
    admit(client).map_err(|error| FlowError::Rejected(error.into()))?;
    let registry = context.registry().await?;
    let requested = RequestedAccess {
        scope: &request.scope,
        resource: &request.resource,
        details: &request.authorization_details,
    };
    let resolved = authorize::resolve_for_user(&requested, client, &registry.view())
        .map_err(|error| FlowError::Rejected(error.into()))?;
    let too_many = |consumed| FlowError::Rejected(BackchannelError::TooMany(consumed));
    let limiter = &context.limits.rate_limiter;
    let admitted = limiter.admit_backchannel(client, core.now()).await;
    let pass = admitted.map_err(too_many)?;
    let Some(user) = meant(context, client, &request.hint).await? else {
        let error = OAuthError::new(ErrorCode::UnknownUserId, NO_USER);
        return Err(FlowError::Rejected(error.into()));
    };
    limiter
        .admit_backchannel_user(&pass, client, user.id)
        .await
        .map_err(too_many)?;
    let token = OpaqueToken::generate(&mut core.rng());
    let ttl = request.requested_expiry.unwrap_or(TTL).clamp(SHORTEST, TTL);
    let like_a_device = DeviceAuthorizationRequest {
        scope: request.scope.clone(),
        organization: request.organization.clone(),
        resource: request.resource.clone(),
        authorization_details: request.authorization_details.clone(),
    };
    let row = device::new_request(core, client, &like_a_device, &resolved, &token, caller);
    let ping = request.notification_token.as_ref();
    let row = DeviceRequest {
        expires_at: row.created_at + ttl,
        backchannel: Some(Backchannel {
            user_id: user.id,
            binding_message: request.binding_message.clone(),
            ping_sealed: ping
                .map(|ping| ping::seal_ping(context, &row.id, &token, ping))
                .transpose()?,
        }),
        ..row
    };
    store(context, client, &user, &row, caller).await?;
    Ok(BackchannelResponse {
        auth_req_id: token.expose().to_owned(),
        expires_in: ttl,
        interval: INTERVAL,
    })
}

/// Reads a request of an authenticated client, signed or not (§7.1 and §7.1.1).
///
/// # Errors
/// The errors of [`BackchannelRequest::parse`], and `invalid_request` for a signed request that cannot be
/// verified, or an unsigned one of a client that must sign.
#[boxed(?Send)]
pub async fn read(
    context: &Context,
    client: &Client,
    params: &Params,
) -> FlowResult<BackchannelRequest> {
    let params = request_object::open_backchannel(context, client, params).await?;
    let is_pinged = client.backchannel_client_notification_endpoint.is_some();
    Ok(BackchannelRequest::parse(&params, is_pinged)?)
}

/// Checks that the client is confidential and registered for this grant (§4).
fn admit(client: &Client) -> Result<(), OAuthError> {
    grant_check::check_use(client, &GrantType::Ciba)?;
    if client.kind == ClientKind::Public {
        let problem = "a public client may not send backchannel authentication requests";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, problem));
    }
    Ok(())
}

/// Returns the user that a hint names; `None` if that user cannot sign in, or has nothing to do with
/// the client: only clients that they have used may cause mail to them.
async fn meant(context: &Context, client: &Client, hint: &Hint) -> Result<Option<User>> {
    let core = &context.core;
    let read = core.db.read();
    let user = match hint {
        Hint::Login(name) => match identifier::identifier_key(name) {
            Some(key) => repo::users::find_by_identifier(read, &key).await?,
            None => None,
        },
        Hint::IdToken(token) => {
            let hint = verify_id_token_hint(context, token).await?;
            let subject = hint.filter(|hint| hint.is_for(client));
            match subject.and_then(|hint| UserId::parse(&hint.subject)) {
                Some(known) => {
                    let id = core.aliases.user_of(read, &client.id, known).await?;
                    repo::users::find_by_id(read, id).await?
                }
                None => None,
            }
        }
    };
    let Some(user) = user.filter(|user| user.is_active() && !user.is_deletion_pending()) else {
        return Ok(None);
    };
    let is_known = match hint {
        // The client has an ID token of the user.
        Hint::IdToken(_) => true,
        Hint::Login(_) => client.first_party || has_used(core, client, &user).await?,
    };
    Ok(is_known.then_some(user))
}

/// Returns true if the user has consented to the client, also if the consent has expired, or has a
/// grant for it. A user who has removed the client's access has not.
async fn has_used(core: &Core, client: &Client, user: &User) -> Result<bool> {
    let read = core.db.read();
    let consent = repo::consents::find(read, user.id, &client.id).await?;
    match consent {
        Some(consent) => Ok(consent.revoked_at.is_none()),
        None => Ok(repo::grants::has_any(read, user.id, &client.id).await?),
    }
}

/// Stores the request and enqueues the mail in one transaction.
async fn store(
    context: &Context,
    client: &Client,
    user: &User,
    row: &DeviceRequest,
    caller: &Caller,
) -> FlowResult<(), BackchannelError> {
    let core = &context.core;
    let url = format!("{}{PAGE}/confirm?request={}", core.issuer(), row.id);
    let content = MailContent::Approve {
        url,
        app: client.name.clone(),
    };
    // The mail omits the origin of the request, which is the client's server.
    let from = Caller {
        lang: caller.lang,
        ..Caller::of_server(&core.random)
    };
    let written = in_transaction(&core.db, async |tx| {
        if !repo::device_requests::insert(tx, row).await? {
            let error = ServerError::Unavailable("no user code is free".to_owned());
            return Err(FlowError::<BackchannelError>::from(error));
        }
        email_link::mail_user(context, tx, user, content, &from).await?;
        Ok(())
    })
    .await;
    let gone = deleted_client::unknown().into();
    deleted_client::or_reject(core, client, gone, written).await?;
    context.delivery.jobs.wake();
    Ok(())
}

/// Binds a request that names this user to their session when they open it.
pub(super) async fn open<E>(
    core: &Core,
    signed_in: &SignedIn,
    found: Option<DeviceRequest>,
) -> FlowResult<Option<DeviceRequest>, E> {
    let Some(request) = found else {
        return Ok(None);
    };
    let Some(named) = &request.backchannel else {
        return Ok(Some(request));
    };
    if named.user_id != signed_in.user.id {
        return Ok(None);
    }
    let (session, now) = (signed_in.session.id, core.now());
    let tx = core.db.begin_write().await?;
    let (id, user) = (&request.id, signed_in.user.id);
    let claimed = repo::device_requests::bind_user_session(&tx, id, user, session, now).await?;
    tx.commit().await?;
    Ok(Some(DeviceRequest {
        session_id: if claimed {
            Some(session)
        } else {
            request.session_id
        },
        ..request
    }))
}

/// Returns the request for the session that it is bound to, also after it was answered, until it
/// expires.
#[boxed(?Send)]
pub async fn find(
    context: &Context,
    signed_in: &SignedIn,
    id: &DeviceRequestId,
) -> FlowResult<BoundDeviceRequest, InvalidUserCode> {
    let core = &context.core;
    let found = repo::device_requests::find(core.db.read(), id).await?;
    let found = open(core, signed_in, found).await?;
    let own = |request: &DeviceRequest| {
        request.session_id == Some(signed_in.session.id)
            && !is_expired(request.expires_at, core.now())
    };
    let mut request = found
        .filter(own)
        .ok_or(FlowError::Rejected(InvalidUserCode))?;
    let client = context.client(request.client_id.as_str()).await?;
    let Some(client) = client.filter(|client| client.is_active()) else {
        return Err(FlowError::Rejected(InvalidUserCode));
    };
    if request.decided_at.is_none() {
        let registry = context.registry().await?;
        match device::recheck(&request, &client, &registry.view()) {
            Ok(scope) => request.scope = scope,
            Err(error) => {
                tracing::info!(client_id = %client.id, %error, "the registration has changed");
                return Err(FlowError::Rejected(InvalidUserCode));
            }
        }
    }
    Ok(BoundDeviceRequest { request, client })
}
