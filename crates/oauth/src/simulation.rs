//! Simulation of the issuing code: the same functions on the same data, in the same order, up to
//! the point where a code or a token would be issued.

mod pages;
mod types;
mod user;

use std::sync::Arc;

use doorward_access::jwt::claims::IdTokenClaims;
use doorward_domain::model::{
    ClaimOutput, Client, ClientId, ClientKind, Grant, GrantId, GrantOrigin, OrgScope,
};
use doorward_domain::secret::TokenHash;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::authorize::ClaimsRequest;
use doorward_protocol::params::Params;
use doorward_protocol::token::GrantType;
use doorward_rules::access_token::Described;
use doorward_rules::grant_check::{self, GrantCheckError};
use doorward_rules::next_step::NextStep;
use doorward_services::context::{Context, Core, Directory, Issuing, effective_roles};
use doorward_services::error::{FlowError, ServerError};
use doorward_services::signed_in::SignedIn;
use doorward_store::repo::access_token_status::UserFacts;
use url::form_urlencoded::Serializer;

use self::types::PLACEHOLDER_NAME;
use self::user::{UserLookup, signed_in};
use super::authorize::interaction;
use super::authorize::types::AuthorizeError;
use super::token::client_credentials::{self, AllowedAccess, RequestedAccess};
use super::token::common::access_token_ttl;
use super::token::{AccessGrant, claims_of, id_claims_of};
use super::{dev_token, issue, userinfo};
use crate::custom_claims::{self, Recipient, SubjectRoles};

pub use self::types::{Simulation, SimulationRequest};

/// The example of RFC 7636 appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

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
    let mut simulation = Simulation::default();
    let Some(params) = params_of(core, directory, question).await? else {
        return Ok(unknown_client(simulation, question));
    };
    let (client, redirect_uri) = match interaction::target(core, directory, &params).await {
        Ok(found) => found,
        Err(FlowError::Server(server_error)) => return Err(server_error),
        // The client was found before, so it is disabled.
        Err(FlowError::Rejected(AuthorizeError::UnknownClient)) => {
            return Ok(simulation.disabled_client(question));
        }
        Err(FlowError::Rejected(AuthorizeError::Unreadable(error))) => {
            return Ok(simulation.with_error("redirect_uri", &error));
        }
        Err(FlowError::Rejected(_)) => {
            let command = format!(
                "doorward client update {} --redirect-uri …",
                question.client_name()
            );
            let because = "the redirect URI is not registered (compared byte by byte)";
            return Ok(simulation
                .stop("redirect_uri", because)
                .with_remediation(command));
        }
    };
    simulation.pass("client");
    simulation.pass("redirect_uri");
    let request = match interaction::read(core, directory, &params, &client, redirect_uri).await {
        Ok(request) => request,
        Err(FlowError::Server(server_error)) => return Err(server_error),
        Err(FlowError::Rejected(error)) => return Ok(simulation.with_error("request", &error)),
    };
    simulation.pass("request");
    let mut current = match signed_in(core, question.user, question.acr).await? {
        UserLookup::Nobody => None,
        UserLookup::Unknown(name) => {
            return Ok(simulation.stop("person", format!("no user {name}")));
        }
        UserLookup::Person(current) => Some(*current),
    };
    if let Some(current) = current.as_ref().filter(|current| !current.user.is_active()) {
        let command = format!("doorward user enable {}", current.user.login_identifier());
        let reason = GrantCheckError::UserDisabled.reason();
        return Ok(simulation.stop("sign_in", reason).with_remediation(command));
    }
    let hash = TokenHash::digest("simulation");
    let mut interaction = interaction::new_interaction(core, &client, request, hash);
    let step = if question.answers {
        let asked = &mut simulation.asked;
        pages::answer(context, &client, &mut interaction, &mut current, asked).await?
    } else {
        pages::step(context, &client, &interaction, current.as_ref()).await?
    };
    let (NextStep::Issue(allowed), Some(current)) = (&step, &current) else {
        return Ok(pages::stop(simulation, &step, question));
    };
    simulation.pass("next_step");
    let grant = issue::new_grant(core, &interaction, allowed, current);
    let allowed = AllowedGrant {
        client: &client,
        grant: &grant,
        signed_in: current,
    };
    finish(
        core,
        directory,
        &context.issuing,
        simulation,
        question,
        allowed,
    )
    .await
}

/// A grant that the sign-in allows, before the grant check.
struct AllowedGrant<'a> {
    client: &'a Client,
    grant: &'a Grant,
    signed_in: &'a SignedIn,
}

/// Applies the grant check, and builds the claims of the token.
async fn finish(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    mut simulation: Simulation,
    question: &SimulationRequest<'_>,
    allowed: AllowedGrant<'_>,
) -> Result<Simulation, ServerError> {
    let AllowedGrant {
        client,
        grant,
        signed_in,
    } = allowed;
    let verdict = issue::admit(
        core,
        core.db.read(),
        client,
        &GrantType::AuthorizationCode,
        grant,
        signed_in,
    )
    .await?;
    if let Err(error) = verdict {
        return Ok(simulation.gate(error, question));
    }
    simulation.pass("gate");
    let scope = OrgScope::from_org(grant.org.as_deref());
    let roles = effective_roles::of_user_in(core, signed_in.user.id, scope).await?;
    let access = AccessGrant::User {
        grant,
        user: &signed_in.user,
        scope: &grant.scope,
        resources: &grant.resources,
        details: &grant.authorization_details,
        roles: &roles,
    };
    let claims = claims_of(core, directory, issuing, &access, client).await?;
    if claims.scope.contains("openid") {
        let (user, roles, facts) = (&signed_in.user, &roles, UserFacts::default());
        let described = Described {
            user,
            roles,
            nonce: None,
        };
        // The account API issues no ID token.
        if grant.origin == GrantOrigin::Authorization {
            let id_token = id_claims_of(core, directory, issuing, client, grant, described, "");
            let id_token = Box::pin(id_token).await?;
            simulation.id_token = Some(IdTokenClaims {
                nonce: None,
                at_hash: None,
                ..id_token
            });
        }
        let released = userinfo::release(core, directory, issuing, &claims, grant, user, &facts);
        simulation.userinfo = Some(Box::pin(released).await?);
    }
    simulation.claims = Some(claims);
    let to = Recipient {
        output: ClaimOutput::AccessToken,
        client: Some(&client.id),
        scope: &grant.scope,
        roles: SubjectRoles::Known(&roles),
        org: grant.org.as_deref(),
        user: Some(grant.user_id),
        subjects: &issuing.subject_key,
    };
    simulation.output_claims =
        custom_claims::of_outputs(core, directory, to, &ClaimOutput::ALL).await?;
    simulation.allowed = true;
    Ok(simulation)
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
    let mut simulation = Simulation::default();
    let client = match question.client {
        Some(id) => directory.client(core, id).await?,
        None => Some(Arc::new(placeholder_client(core, directory).await?)),
    };
    let Some(client) = client else {
        return Ok(unknown_client(simulation, question));
    };
    let current = match signed_in(core, question.user, question.acr).await? {
        UserLookup::Nobody => {
            return simulate_client(core, directory, issuing, simulation, question, &client).await;
        }
        UserLookup::Unknown(name) => {
            return Ok(simulation.stop("person", format!("no user {name}")));
        }
        UserLookup::Person(current) => current,
    };
    simulation.pass("client");
    let (origin, resolved) = match dev_token::resolve_access(
        core,
        directory,
        &client,
        question.scope,
        question.resources,
    )
    .await
    {
        Ok(resolved) => resolved,
        Err(FlowError::Server(server_error)) => return Err(server_error),
        Err(FlowError::Rejected(error)) => return Ok(simulation.with_error("scope", &error)),
    };
    simulation.pass("scope");
    let ttl = access_token_ttl(core, directory, &client, &resolved.resources).await?;
    let now = core.now();
    let grant = Grant {
        id: GrantId::generate(now, &mut core.rng()),
        origin,
        user_id: current.user.id,
        client_id: client.id.clone(),
        session_id: current.session.id,
        scope: resolved.scope,
        resources: resolved.resources,
        org: question.org.map(str::to_owned),
        authorization_details: AuthorizationDetails::default(),
        claims: ClaimsRequest::default(),
        nonce: None,
        authentication: current.session.authentication.clone(),
        created_at: now,
        expires_at: now + ttl,
        revoked_at: None,
        revoke_reason: None,
        code: None,
        refresh: None,
        issuer: None,
    };
    let allowed = AllowedGrant {
        client: &client,
        grant: &grant,
        signed_in: &current,
    };
    finish(core, directory, issuing, simulation, question, allowed).await
}

async fn simulate_client(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    mut simulation: Simulation,
    question: &SimulationRequest<'_>,
    client: &Client,
) -> Result<Simulation, ServerError> {
    if let Err(rejection) = grant_check::check_grant_type(client, &GrantType::ClientCredentials) {
        return Ok(simulation.gate(rejection, question));
    }
    simulation.pass("client");
    let requested = RequestedAccess {
        scope: question.scope,
        organization: question.org,
        resource: question.resources,
        details: None,
    };
    let AllowedAccess {
        access: resolved,
        roles: held,
        details,
    } = match client_credentials::allow(core, directory, client, &requested).await {
        Ok(allowed) => allowed,
        Err(FlowError::Server(server_error)) => return Err(server_error),
        Err(FlowError::Rejected(error)) => return Ok(simulation.with_error("grant", &error)),
    };
    simulation.pass("grant");
    let access = AccessGrant::Client {
        client,
        org: question.org,
        scope: &resolved.scope,
        resources: &resolved.resources,
        details: &details,
        roles: &held,
    };
    simulation.claims = Some(claims_of(core, directory, issuing, &access, client).await?);
    let to = Recipient {
        output: ClaimOutput::AccessToken,
        client: Some(&client.id),
        scope: &resolved.scope,
        roles: SubjectRoles::Known(&held),
        org: question.org,
        user: None,
        subjects: &issuing.subject_key,
    };
    // UserInfo and the ID token are about a user.
    let outputs = [ClaimOutput::AccessToken, ClaimOutput::Introspection];
    simulation.output_claims = custom_claims::of_outputs(core, directory, to, &outputs).await?;
    simulation.allowed = true;
    Ok(simulation)
}

/// Returns a client with every scope, for requests that name no client: they ask about the user.
async fn placeholder_client(core: &Core, directory: &Directory) -> Result<Client, ServerError> {
    let registry = directory.registry(core).await?;
    let id = ClientId::parse(PLACEHOLDER_NAME);
    let id = id.ok_or_else(|| {
        ServerError::Internal("the id of the stand-in client is not valid".to_owned())
    })?;
    Ok(Client {
        grant_types: vec![GrantType::AuthorizationCode],
        scopes: registry
            .scopes
            .iter()
            .map(|scope| scope.name.as_str())
            .collect(),
        ..Client::new(
            id,
            PLACEHOLDER_NAME.to_owned(),
            ClientKind::Public,
            core.now(),
        )
    })
}

fn unknown_client(simulation: Simulation, question: &SimulationRequest<'_>) -> Simulation {
    let name = question.client_name();
    let because = format!("no client {name}, or it is disabled");
    let command = format!("doorward client show {name}");
    simulation.stop("client", because).with_remediation(command)
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
        .append_pair("state", "simulation")
        .append_pair("nonce", "simulation")
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
