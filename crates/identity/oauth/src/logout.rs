//! Sign-out at the request of a client (OIDC RP-Initiated Logout 1.0).

use doorward_access::jwt::verify::{ID_TOKEN_TYPES, verify_jws};
use doorward_domain::model::SessionId;
use doorward_domain::model::saml_client::SamlSession;
use doorward_protocol::error::Cause;
use doorward_protocol::redirect_uri;
use doorward_rules::logout::{self, LogoutContext, LogoutPlan};
use doorward_services::session;

use crate::authorize::types::UNKNOWN_CLIENT;
use crate::prelude::*;

/// A verified ID token of this server, used as a hint (OIDC Core §3.1.2.1). Its expiry is ignored.
#[derive(Clone, Debug)]
pub struct IdTokenHint {
    pub subject: String,
    pub audience: Vec<String>,
    pub sid: Option<String>,
}

impl IdTokenHint {
    pub fn is_for(&self, client: &Client) -> bool {
        self.audience
            .iter()
            .any(|audience| audience == client.id.as_str())
    }
}

/// Verifies a hint; returns `None` for anything that this server did not sign as an ID token.
pub async fn verify_id_token_hint(context: &Context, hint: &str) -> Result<Option<IdTokenHint>> {
    let core = &context.core;
    let ring = context.issuing.keys.current(&core.db, core.now()).await?;
    let Ok((_, claims)) = verify_jws(hint, ring.verification(), ID_TOKEN_TYPES) else {
        return Ok(None);
    };
    // An access token with the type JWT is not an ID token; it contains `client_id`. Nor is a signed
    // userinfo response, which contains no `exp`.
    let issuer = claims.get("iss").and_then(Value::as_str);
    let ours = issuer.is_some_and(|issuer| core.is_own_issuer(issuer))
        && !claims.contains_key("client_id")
        && claims.contains_key("exp");
    Ok(ours.then(|| read_hint(&claims)).flatten())
}

fn read_hint(claims: &Map<String, Value>) -> Option<IdTokenHint> {
    let audience = match claims.get("aud")? {
        Value::String(item) => vec![item.clone()],
        Value::Array(many) => many
            .iter()
            .filter_map(|many| many.as_str().map(str::to_owned))
            .collect(),
        _ => return None,
    };
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(IdTokenHint {
        subject: text("sub")?,
        audience,
        sid: text("sid"),
    })
}

#[derive(Debug)]
pub struct LogoutRequest {
    pub plan: LogoutPlan,
    pub client: Option<Arc<Client>>,
    /// `state`, to be returned with the redirect.
    pub state: Option<String>,
    /// The session named by a valid hint, if the browser has none.
    pub hinted: Option<SignedIn>,
    /// The error of an invalid request: the user may still sign out, but nothing is returned to the
    /// client.
    pub problem: Option<OAuthError>,
}

impl LogoutRequest {
    pub fn redirect(&self) -> Option<String> {
        let uri = self.plan.redirect.as_deref()?;
        Some(match &self.state {
            Some(state) => redirect_uri::with_query(uri, &[("state", state)]),
            None => uri.to_owned(),
        })
    }
}

/// Reads and checks a sign-out request (§2). A hint of another issuer, a client that does not match
/// it, or an unregistered redirect URI is an error: the request is only carried out after the user
/// confirms.
///
/// # Errors
/// An error of a parameter that cannot be read. Other problems are in the result, beside the client.
#[boxed(?Send)]
pub async fn read(
    context: &Context,
    params: &Params,
    signed_in: Option<&SignedIn>,
) -> FlowResult<LogoutRequest> {
    params.reject_duplicates(&[])?;
    let mut problem = None;
    let mut hint = None;
    if let Some(text) = params.optional("id_token_hint")? {
        hint = verify_id_token_hint(context, text).await?;
        if hint.is_none() {
            problem = Some(OAuthError::invalid_request("id_token_hint is not valid"));
        }
    }
    let client = client_of(context, params.optional("client_id")?, hint.as_ref()).await?;
    if let (Some(known), Some(given)) = (&client, &hint)
        && !given.is_for(known)
    {
        let told = "client_id does not match id_token_hint";
        problem = Some(OAuthError::invalid_request(told));
    }
    let redirect_uri = params.optional("post_logout_redirect_uri")?;
    let situation = LogoutContext {
        client: client.as_deref(),
        hint_fits_session: fits(context, client.as_deref(), hint.as_ref(), signed_in).await?,
        signed_in: signed_in.is_some(),
        redirect_uri,
    };
    let mut plan = logout::plan(&situation);
    if problem.is_none() && redirect_uri.is_some() && plan.redirect.is_none() {
        let is_named = hint.is_some() || params.optional("client_id")?.is_some();
        problem = Some(match (&client, is_named) {
            (Some(known), _) => {
                let cause = Cause {
                    reason: Reason::PostLogoutRedirectUri,
                    expected: known.post_logout_redirect_uris.first().cloned(),
                    received: redirect_uri.map(str::to_owned),
                };
                OAuthError::invalid_request(cause.reason.sentence()).because(cause)
            }
            (None, true) => {
                OAuthError::invalid_request(UNKNOWN_CLIENT).because(Reason::UnknownClient)
            }
            (None, false) => OAuthError::invalid_request(
                "post_logout_redirect_uri needs client_id or id_token_hint, which name the client",
            ),
        });
    }
    let mut hinted = None;
    if problem.is_some() {
        plan.redirect = None;
        plan.confirm = true;
    } else if signed_in.is_none() {
        hinted = session_of(context, hint.as_ref(), client.as_deref()).await?;
    }
    Ok(LogoutRequest {
        plan,
        client,
        state: params.optional("state")?.map(str::to_owned),
        hinted,
        problem,
    })
}

/// Finds the live session that a hint names by `sid`: the hint was signed by this server, for this
/// client, and about the user of that session (§2, §3).
async fn session_of(
    context: &Context,
    hint: Option<&IdTokenHint>,
    client: Option<&Client>,
) -> Result<Option<SignedIn>> {
    let core = &context.core;
    let (Some(hint), Some(client)) = (hint, client) else {
        return Ok(None);
    };
    let Some(id) = hint.sid.as_deref().and_then(SessionId::parse) else {
        return Ok(None);
    };
    let found = repo::sessions::find_with_user(core.db.read(), id).await?;
    let Some((session, user)) = found else {
        return Ok(None);
    };
    let known = core
        .aliases
        .known_as(core.db.read(), &client.id, user.id)
        .await?;
    let is_meant = session.is_live(core.now())
        && context.issuing.subject_key.subject(client, known) == hint.subject;
    Ok(is_meant.then(|| SignedIn::in_browser(session, user)))
}

async fn client_of(
    context: &Context,
    client_id: Option<&str>,
    hint: Option<&IdTokenHint>,
) -> Result<Option<Arc<Client>>> {
    let named = client_id.or_else(|| {
        hint.and_then(|hint| hint.audience.first())
            .map(String::as_str)
    });
    let Some(named) = named else { return Ok(None) };
    let client = context.client(named).await?;
    Ok(client.filter(|client| client.is_active() && client.kind != ClientKind::Saml))
}

async fn fits(
    context: &Context,
    client: Option<&Client>,
    hint: Option<&IdTokenHint>,
    signed_in: Option<&SignedIn>,
) -> Result<bool> {
    let Context { core, issuing, .. } = context;
    Ok(match (hint, signed_in) {
        (Some(hint), Some(current)) => {
            let same_session = hint
                .sid
                .as_ref()
                .is_none_or(|sid| *sid == current.session.id.to_string());
            let subject = match client {
                Some(client) => {
                    let known = core
                        .aliases
                        .known_as(core.db.read(), &client.id, current.user.id)
                        .await?;
                    issuing.subject_key.subject(client, known)
                }
                None => current.user.id.to_string(),
            };
            hint.subject == subject && same_session
        }
        _ => false,
    })
}

/// The clients of a session that has ended.
#[derive(Debug, Default)]
pub struct EndedSession {
    /// The URIs to load in frames, which notify clients (OIDC Front-Channel Logout §3).
    pub frames: Vec<String>,
    /// The sessions at service providers, which the browser has to visit.
    pub sessions: Vec<SamlSession>,
}

/// Signs the browser out, if it is signed in.
#[boxed(?Send)]
pub async fn carry_out(
    context: &Context,
    signed_in: Option<&SignedIn>,
    caller: &Caller,
) -> Result<EndedSession> {
    let Some(current) = signed_in else {
        return Ok(EndedSession::default());
    };
    let core = &context.core;
    let apps = repo::clients::framed_in_session(core.db.read(), current.session.id).await?;
    let sessions = repo::saml_sessions::list(core.db.read(), current.session.id).await?;
    session::sign_out(context, current, caller).await?;
    let sid = current.session.id.to_string();
    let addresses = apps
        .iter()
        .filter_map(|app| app.logout.frontchannel.as_ref());
    let frames = addresses.map(|address| logout::frame(address, core.issuer(), &sid));
    Ok(EndedSession {
        frames: frames.collect(),
        sessions,
    })
}
