//! Simulation of the issuing code: the same functions on the same data, in the same order, up to
//! the point where a code or a token would be issued.

mod user;

use std::sync::Arc;

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::{Client, ClientId, ClientKind, Grant, GrantId, OrgScope};
use doorward_domain::rules::grant_check::{self, GrantCheckError};
use doorward_domain::rules::next_step::NextStep;
use doorward_domain::secret::TokenHash;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::authorize::ClaimsRequest;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::params::Params;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use serde::Serialize;
use url::form_urlencoded::Serializer;

use self::user::{Found, signed_in};
use super::authorize::interaction;
use super::authorize::types::{AuthorizeError, BrowserContext};
use super::signed_in::SignedIn;
use super::token::client_credentials::{self, Allowed, Wanted};
use super::token::{AccessGrant, claims_of};
use super::{dev_token, issue};
use crate::context::{Context, Core, Directory, Issuing, effective_roles};
use crate::error::{FlowError, ServerError};

/// The example of RFC 7636 appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The name of the stand-in client for requests without one.
const STAND_IN: &str = "explain";

/// A request to simulate.
#[derive(Clone, Copy, Debug)]
pub struct SimulationRequest<'a> {
    /// The client; if absent, a stand-in with all scopes.
    pub client: Option<&'a str>,
    /// The signed-in user: user name, e-mail address or id.
    pub user: Option<&'a str>,
    /// The scope; if absent, all that the client may request.
    pub scope: Option<&'a Scope>,
    /// The organization.
    pub org: Option<&'a str>,
    /// The requested resources.
    pub resources: &'a [String],
    /// The redirect URI; if absent, the first registered one.
    pub redirect_uri: Option<&'a str>,
    /// The authentication level of the user's sign-in.
    pub acr: &'a str,
}

/// The result of a simulation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Simulation {
    /// True if a code or a token would be issued now.
    pub allowed: bool,
    /// The passed checks, in order.
    pub passed: Vec<&'static str>,
    /// The failed check, or the page that is shown first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<&'static str>,
    /// The error for the client (RFC 6749 §4.1.2.1, §5.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The remediation, with its commands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant: Vec<String>,
    /// The claims of the access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<AccessTokenClaims>,
}

impl Simulation {
    fn pass(&mut self, gate: &'static str) {
        self.passed.push(gate);
    }

    fn stop(mut self, gate: &'static str, because: impl Into<String>) -> Self {
        self.stopped_by = Some(gate);
        self.because = Some(because.into());
        self
    }

    fn told(mut self, gate: &'static str, error: &OAuthError) -> Self {
        self.error = Some(error.code.as_str().to_owned());
        self.stop(gate, error.description.clone().into_owned())
    }

    fn gate(self, refusal: GrantCheckError, question: &SimulationRequest<'_>) -> Self {
        let mut answer = self.stop("gate", refusal.reason());
        answer.error = Some(refusal.to_error().code.as_str().to_owned());
        answer.grant = lifted(refusal, question);
        answer
    }

    fn remedy(mut self, command: String) -> Self {
        self.grant.push(command);
        self
    }
}

/// Returns the remediation of a failed grant check.
fn lifted(refusal: GrantCheckError, question: &SimulationRequest<'_>) -> Vec<String> {
    let client = question.client.unwrap_or(STAND_IN);
    let user = question.user.unwrap_or("USER");
    let org = question.org.unwrap_or("ORG");
    vec![match refusal {
        GrantCheckError::ClientDisabled => format!("doorward client update {client} --enable"),
        GrantCheckError::GrantNotAllowed => {
            format!("doorward client update {client} --grant … (the whole list)")
        }
        GrantCheckError::UserDisabled => format!("doorward user enable {user}"),
        GrantCheckError::UserLeaving => {
            "the user cancels the deletion at their next sign-in".to_owned()
        }
        GrantCheckError::MembershipLost => format!("doorward org add-member {org} --user {user}"),
        GrantCheckError::SecondFactorMissing => {
            "the user signs in with a second factor: --acr aal2".to_owned()
        }
        GrantCheckError::PasskeyMissing => "the user signs in with a passkey".to_owned(),
        GrantCheckError::GrantEnded | GrantCheckError::UserGone | GrantCheckError::SessionEnded => {
            "the user signs in again".to_owned()
        }
    }]
}

/// Simulates the authorization endpoint for a browser in which this user has just signed in.
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn authorize(
    context: &Context,
    question: &SimulationRequest<'_>,
) -> Result<Simulation, ServerError> {
    let Context {
        core, directory, ..
    } = context;
    let mut answer = Simulation::default();
    let Some(params) = params_of(core, directory, question).await? else {
        return Ok(unknown_client(answer, question));
    };
    let (client, redirect_uri) = match interaction::target(core, directory, &params).await {
        Ok(found) => found,
        Err(FlowError::Server(fault)) => return Err(fault),
        Err(FlowError::Rejected(AuthorizeError::UnknownClient)) => {
            return Ok(unknown_client(answer, question));
        }
        Err(FlowError::Rejected(AuthorizeError::Unreadable(error))) => {
            return Ok(answer.told("redirect_uri", &error));
        }
        Err(FlowError::Rejected(_)) => {
            let command = format!(
                "doorward client update {} --redirect-uri …",
                client_name(question)
            );
            let because = "the redirect URI is not registered (compared byte by byte)";
            return Ok(answer.stop("redirect_uri", because).remedy(command));
        }
    };
    answer.pass("client");
    answer.pass("redirect_uri");
    let request = match interaction::read(core, directory, &params, &client, redirect_uri).await {
        Ok(request) => request,
        Err(FlowError::Server(fault)) => return Err(fault),
        Err(FlowError::Rejected(error)) => return Ok(answer.told("request", &error)),
    };
    answer.pass("request");
    let who = match signed_in(core, question.user, question.acr).await? {
        Found::Nobody => None,
        Found::Unknown(name) => return Ok(answer.stop("person", format!("no user {name}"))),
        Found::Person(who) => Some(*who),
    };
    if let Some(who) = who.as_ref().filter(|who| !who.user.is_active()) {
        let command = format!("doorward user enable {}", who.user.username);
        let reason = GrantCheckError::UserDisabled.reason();
        return Ok(answer.stop("sign_in", reason).remedy(command));
    }
    let hash = TokenHash::of("rehearsal");
    let interaction = interaction::begin(core, &client, request, hash);
    let browser = BrowserContext {
        hash,
        signed_in: who.as_ref(),
    };
    let step = interaction::step(context, &client, &interaction, &browser).await?;
    let (NextStep::Issue(allowed), Some(who)) = (&step, &who) else {
        return Ok(page(answer, &step, question));
    };
    answer.pass("next_step");
    let grant = issue::new_grant(core, &interaction, allowed, who);
    finish(
        core,
        &context.issuing,
        answer,
        question,
        &client,
        &grant,
        who,
    )
    .await
}

/// Applies the grant check, and builds the claims of the token.
async fn finish(
    core: &Core,
    issuing: &Issuing,
    mut answer: Simulation,
    question: &SimulationRequest<'_>,
    client: &Client,
    grant: &Grant,
    who: &SignedIn,
) -> Result<Simulation, ServerError> {
    let verdict = issue::admit(
        core,
        core.db.read(),
        client,
        &GrantType::AuthorizationCode,
        grant,
        who,
    )
    .await?;
    if let Err(refusal) = verdict {
        return Ok(answer.gate(refusal, question));
    }
    answer.pass("gate");
    let place = OrgScope::of(grant.org.as_deref());
    let held = effective_roles::of_user_in(core, who.user.id, place).await?;
    answer.claims = Some(claims_of(
        core,
        issuing,
        &AccessGrant::User {
            grant,
            user: &who.user,
            scope: &grant.scope,
            resources: &grant.resources,
            details: &grant.authorization_details,
            held: &held,
        },
        client,
    ));
    answer.allowed = true;
    Ok(answer)
}

/// Simulates the token endpoint: for a user's grant, or for a client that acts for itself.
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn token(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    question: &SimulationRequest<'_>,
) -> Result<Simulation, ServerError> {
    let mut answer = Simulation::default();
    let client = match question.client {
        Some(id) => directory.client(core, id).await?,
        None => Some(Arc::new(stand_in(core, directory).await?)),
    };
    let Some(client) = client else {
        return Ok(unknown_client(answer, question));
    };
    let who = match signed_in(core, question.user, question.acr).await? {
        Found::Nobody => return own(core, directory, issuing, answer, question, &client).await,
        Found::Unknown(name) => return Ok(answer.stop("person", format!("no user {name}"))),
        Found::Person(who) => who,
    };
    answer.pass("client");
    let (origin, settled) =
        match dev_token::settle(core, directory, &client, question.scope, question.resources).await
        {
            Ok(settled) => settled,
            Err(FlowError::Server(fault)) => return Err(fault),
            Err(FlowError::Rejected(error)) => return Ok(answer.told("scope", &error)),
        };
    answer.pass("scope");
    let now = core.now();
    let grant = Grant {
        id: GrantId::generate(now, &mut core.rng()),
        origin,
        user_id: who.user.id,
        client_id: client.id.clone(),
        session_id: who.session.id,
        scope: settled.scope,
        resources: settled.resources,
        org: question.org.map(str::to_owned),
        authorization_details: AuthorizationDetails::default(),
        claims: ClaimsRequest::default(),
        nonce: None,
        authentication: who.session.authentication.clone(),
        created_at: now,
        expires_at: now + core.config.tokens.access_ttl,
        revoked_at: None,
        revoke_reason: None,
        issuer: None,
    };
    finish(core, issuing, answer, question, &client, &grant, &who).await
}

async fn own(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    mut answer: Simulation,
    question: &SimulationRequest<'_>,
    client: &Client,
) -> Result<Simulation, ServerError> {
    if let Err(refusal) = grant_check::check_grant_type(client, &GrantType::ClientCredentials) {
        return Ok(answer.gate(refusal, question));
    }
    answer.pass("client");
    let wanted = Wanted {
        scope: question.scope,
        organization: question.org,
        resource: question.resources,
        details: None,
    };
    let Allowed {
        settled,
        held,
        details,
    } = match client_credentials::allow(core, directory, client, &wanted).await {
        Ok(allowed) => allowed,
        Err(FlowError::Server(fault)) => return Err(fault),
        Err(FlowError::Rejected(error)) => return Ok(answer.told("grant", &error)),
    };
    answer.pass("grant");
    answer.claims = Some(claims_of(
        core,
        issuing,
        &AccessGrant::Client {
            client,
            org: question.org,
            scope: &settled.scope,
            resources: &settled.resources,
            details: &details,
            held: &held,
        },
        client,
    ));
    answer.allowed = true;
    Ok(answer)
}

fn client_name<'a>(question: &SimulationRequest<'a>) -> &'a str {
    question.client.unwrap_or(STAND_IN)
}

/// Returns a client with every scope, for requests that name no client: they ask about the user.
async fn stand_in(core: &Core, directory: &Directory) -> Result<Client, ServerError> {
    let registry = directory.registry(core).await?;
    let id = ClientId::parse(STAND_IN);
    let id = id.ok_or_else(|| {
        ServerError::Internal("the id of the stand-in client is not valid".to_owned())
    })?;
    Ok(Client {
        grant_types: vec![GrantType::AuthorizationCode],
        scopes: registry
            .scopes
            .iter()
            .map(|one| one.name.as_str())
            .collect(),
        ..Client::new(id, STAND_IN.to_owned(), ClientKind::Public, core.now())
    })
}

fn unknown_client(answer: Simulation, question: &SimulationRequest<'_>) -> Simulation {
    let name = client_name(question);
    let because = format!("no client {name}, or it is disabled");
    let command = format!("doorward client show {name}");
    answer.stop("client", because).remedy(command)
}

/// Returns the result for a page that is shown first, or for a rejection.
fn page(answer: Simulation, step: &NextStep, question: &SimulationRequest<'_>) -> Simulation {
    let user = question.user.unwrap_or("USER");
    match step {
        NextStep::Refuse(error) => {
            let lost = error.code == ErrorCode::AccessDenied;
            let answer = answer.told("next_step", error);
            match question.org.filter(|_| lost) {
                Some(org) => answer.remedy(format!("doorward org add-member {org} --user {user}")),
                None => answer,
            }
        }
        NextStep::Login(_) => answer.stop("sign_in", "no user is signed in: name one with --user"),
        NextStep::SecondFactor => answer
            .stop("second_factor", "a code of the second factor is required")
            .remedy("the user enters the code: --acr aal2".to_owned()),
        NextStep::EnrolSecondFactor => answer.stop(
            "second_factor",
            "the user must enroll a second factor first, at /account/security/2fa",
        ),
        NextStep::EnrolPasskey => answer.stop(
            "second_factor",
            "the user must add a passkey first, at /account/security/passkeys",
        ),
        NextStep::CancelDeletion => {
            answer.stop("keep_account", GrantCheckError::UserLeaving.reason())
        }
        NextStep::VerifyEmail => answer
            .stop("verify_email", "the user has not verified their address")
            .remedy(format!("doorward user verify-email {user}")),
        NextStep::SelectAccount => answer.stop("select_account", "the user chooses an account"),
        NextStep::Consent(question) => answer.stop(
            "consent",
            format!("the user is asked to allow: {}", question.new),
        ),
        NextStep::Issue(_) => answer.stop("sign_in", "no user is signed in"),
    }
}

/// Returns the parameters of the request; `None` without a client.
async fn params_of(
    core: &Core,
    directory: &Directory,
    question: &SimulationRequest<'_>,
) -> Result<Option<Params>, ServerError> {
    let found = match question.client {
        Some(id) => directory.client(core, id).await?,
        None => None,
    };
    let Some(client) = found else {
        return Ok(None);
    };
    let redirect_uri = question
        .redirect_uri
        .or_else(|| client.redirect_uris.first().map(String::as_str));
    let scope = question.scope.unwrap_or(&client.scopes).to_string();
    let mut form = Serializer::new(String::new());
    form.append_pair("response_type", "code")
        .append_pair("client_id", client.id.as_str())
        .append_pair("scope", &scope)
        .append_pair("state", "rehearsal")
        .append_pair("nonce", "rehearsal")
        .append_pair("code_challenge", CHALLENGE)
        .append_pair("code_challenge_method", "S256");
    for (name, value) in [
        ("redirect_uri", redirect_uri),
        ("organization", question.org),
    ] {
        if let Some(value) = value {
            form.append_pair(name, value);
        }
    }
    for resource in question.resources {
        form.append_pair("resource", resource);
    }
    let params = Params::parse(form.finish().as_bytes());
    params
        .map(Some)
        .map_err(|error| ServerError::Internal(error.to_string()))
}
