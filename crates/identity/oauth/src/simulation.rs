//! Simulation of the issuing code: the same functions on the same data, in the same order, up to
//! the point where a code or a token would be issued.

mod pages;
mod types;
mod user;

use doorward_access::jwt::claims::IdTokenClaims;
use doorward_rules::grant_check;
use url::form_urlencoded::Serializer;

use self::types::PLACEHOLDER_NAME;
use self::user::{UserLookup, signed_in};
use super::authorize::interaction;
use super::authorize::types::AuthorizeError;
use super::token::client_credentials::{self, RequestedAccess};
use super::token::common::access_token_ttl;
use super::token::{AccessGrant, IdTokenGrant, claims_of, id_claims_of};
use super::{dev_token, issue, userinfo};
use crate::custom_claims::{self, Recipient, SubjectRoles};
use crate::prelude::*;

pub use self::types::{Simulation, SimulationRequest};

/// The example of RFC 7636 appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Simulates the authorization endpoint for a browser in which this user has just signed in.
#[boxed(?Send)]
pub async fn authorize(context: &Context, question: &SimulationRequest<'_>) -> Result<Simulation> {
    let core = &context.core;
    let mut simulation = Simulation::default();
    let Some(params) = params_of(context, question).await? else {
        return Ok(unknown_client(simulation, question));
    };
    let (client, redirect_uri) = match interaction::target(context, &params).await {
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
    let request = match interaction::read(context, &params, &client, redirect_uri).await {
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
    finish(context, simulation, question, &client, &grant, current).await
}

async fn finish(
    context: &Context,
    mut simulation: Simulation,
    question: &SimulationRequest<'_>,
    client: &Client,
    grant: &Grant,
    signed_in: &SignedIn,
) -> Result<Simulation> {
    let core = &context.core;
    let by = &GrantType::AuthorizationCode;
    match issue::admit(core, core.db.read(), client, by, grant, signed_in).await {
        Ok(()) => simulation.pass("gate"),
        Err(FlowError::Rejected(error)) => return Ok(simulation.gate(error, question)),
        Err(FlowError::Server(error)) => return Err(error),
    }
    let scope = OrgScope::from_org(grant.org.as_deref());
    let roles = effective_roles::of_user_in(core, signed_in.user.id, scope).await?;
    let access = AccessGrant::of_user(grant, &signed_in.user, &roles);
    let registry = context.registry().await?;
    let claims = claims_of(context, &registry, client, &access).await?;
    if claims.scope.contains("openid") {
        let (user, roles, facts) = (&signed_in.user, &roles, UserFacts::default());
        let described = Described {
            user,
            roles,
            nonce: None,
        };
        // The account API issues no ID token.
        if grant.origin == GrantOrigin::Authorization {
            let basis = IdTokenGrant {
                grant,
                scope: &grant.scope,
                described,
            };
            let id_token = id_claims_of(context, &registry, client, basis, "");
            let id_token = Box::pin(id_token).await?;
            simulation.id_token = Some(IdTokenClaims {
                nonce: None,
                at_hash: None,
                ..id_token
            });
        }
        let released = userinfo::release(context, &claims, grant, user, &facts);
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
    };
    simulation.output_claims = custom_claims::of_outputs(context, to, &ClaimOutput::ALL).await?;
    simulation.allowed = true;
    Ok(simulation)
}

/// Simulates the token endpoint: for a user's grant, or for a client that acts for itself.
#[boxed(?Send)]
pub async fn token(context: &Context, question: &SimulationRequest<'_>) -> Result<Simulation> {
    let core = &context.core;
    let mut simulation = Simulation::default();
    let client = match question.client {
        Some(id) => context.client(id).await?,
        None => Some(Arc::new(placeholder_client(context).await?)),
    };
    let Some(client) = client else {
        return Ok(unknown_client(simulation, question));
    };
    let current = match signed_in(core, question.user, question.acr).await? {
        UserLookup::Nobody => {
            return simulate_client(context, simulation, question, &client).await;
        }
        UserLookup::Unknown(name) => {
            return Ok(simulation.stop("person", format!("no user {name}")));
        }
        UserLookup::Person(current) => current,
    };
    simulation.pass("client");
    let (origin, resolved) =
        match dev_token::resolve_access(context, &client, question.scope, question.resources).await
        {
            Ok(resolved) => resolved,
            Err(FlowError::Server(server_error)) => return Err(server_error),
            Err(FlowError::Rejected(error)) => return Ok(simulation.with_error("scope", &error)),
        };
    simulation.pass("scope");
    let ttl = access_token_ttl(context, &client, &resolved.resources).await?;
    let grant = Grant {
        scope: resolved.scope,
        resources: resolved.resources,
        org: question.org.map(str::to_owned),
        ..issue::grant_in_session(core, origin, &client.id, &current.session, core.now() + ttl)
    };
    finish(context, simulation, question, &client, &grant, &current).await
}

async fn simulate_client(
    context: &Context,
    mut simulation: Simulation,
    question: &SimulationRequest<'_>,
    client: &Client,
) -> Result<Simulation> {
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
    let registry = context.registry().await?;
    let allowed = match client_credentials::allow(context, &registry, client, &requested).await {
        Ok(allowed) => allowed,
        Err(FlowError::Server(server_error)) => return Err(server_error),
        Err(FlowError::Rejected(error)) => return Ok(simulation.with_error("grant", &error)),
    };
    simulation.pass("grant");
    let access = allowed.grant(client, question.org);
    simulation.claims = Some(claims_of(context, &registry, client, &access).await?);
    let to = Recipient {
        output: ClaimOutput::AccessToken,
        client: Some(&client.id),
        scope: access.scope,
        roles: SubjectRoles::Known(access.roles),
        org: question.org,
        user: None,
    };
    // UserInfo and the ID token are about a user.
    let outputs = [ClaimOutput::AccessToken, ClaimOutput::Introspection];
    simulation.output_claims = custom_claims::of_outputs(context, to, &outputs).await?;
    simulation.allowed = true;
    Ok(simulation)
}

/// Returns a client with every scope, for requests that name no client: they ask about the user.
async fn placeholder_client(context: &Context) -> Result<Client> {
    let registry = context.registry().await?;
    let id = ClientId::parse(PLACEHOLDER_NAME).ok_or_else(|| {
        ServerError::Internal("the id of the stand-in client is not valid".to_owned())
    })?;
    let (name, now) = (PLACEHOLDER_NAME.to_owned(), context.core.now());
    let scopes = registry.scopes.iter().map(|scope| scope.name.as_str());
    Ok(Client {
        grant_types: vec![GrantType::AuthorizationCode],
        scopes: scopes.collect(),
        ..Client::new(id, name, ClientKind::Public, now)
    })
}

fn unknown_client(simulation: Simulation, question: &SimulationRequest<'_>) -> Simulation {
    let name = question.client_name();
    let because = format!("no client {name}, or it is disabled");
    let command = format!("doorward client show {name}");
    simulation.stop("client", because).with_remediation(command)
}

/// Returns the parameters of the request; `None` without a client.
async fn params_of(context: &Context, question: &SimulationRequest<'_>) -> Result<Option<Params>> {
    let found = match question.client {
        Some(id) => context.client(id).await?,
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
    Params::parse(form.finish().as_bytes())
        .map(Some)
        .map_err(|error| ServerError::Internal(error.to_string()))
}
