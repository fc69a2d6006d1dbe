//! Simulation of a sign-in at a client, with the present settings.

use doorward_domain::model::ClientKind;
use doorward_oauth::simulation::{self, Simulation, SimulationRequest};
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_rules::assurance;
use doorward_services::context::Context;

use crate::prelude::*;
use crate::users;

#[derive(Debug)]
pub struct SimulatedSignIn {
    /// The user; none for an unknown name, and for a client that acts for itself.
    pub user: Option<User>,
    pub simulation: Simulation,
    /// The URL at which the client starts a sign-in (OIDC Core §4), if it registered one.
    pub initiate_login_uri: Option<String>,
}

pub fn acts_for_itself(client: &Client) -> bool {
    client.redirect_uris.is_empty() && client.allows_grant(&GrantType::ClientCredentials)
}

/// Returns true if [`simulate`] can simulate the client. A device has neither a redirect URI nor
/// access without a user.
pub fn can_be_simulated(client: &Client) -> bool {
    let is_saml = client.kind == ClientKind::Saml;
    (!client.redirect_uris.is_empty() && !is_saml) || acts_for_itself(client)
}

/// The permissions that a simulation needs for the whole deployment: its claims contain the roles and
/// groups of the user.
pub const SIMULATION_PERMISSIONS: [&str; 4] =
    ["users:read", "clients:read", "roles:read", "groups:read"];

/// Simulates a sign-in of the user with this name at a client that was read with [`super::get`].
/// The user gives the second factor and the consent that pages ask for. A client that acts for
/// itself requests a token instead. Issues and stores nothing.
#[boxed(?Send)]
pub async fn simulate(
    context: &AdminContext<'_>,
    server: &Context,
    client: &Client,
    name: &str,
    scope: Option<&Scope>,
) -> Result<SimulatedSignIn> {
    for permission in SIMULATION_PERMISSIONS {
        context.require_global(permission)?;
    }
    if !can_be_simulated(client) {
        return Err(AdminError::not_found("simulation", &client.id));
    }
    let is_for_itself = acts_for_itself(client);
    let user = if is_for_itself {
        None
    } else {
        users::find(context, name).await?
    };
    let login = user.as_ref().map_or(name, User::login_identifier);
    let request = SimulationRequest {
        client: Some(client.id.as_str()),
        user: (!is_for_itself).then_some(login),
        scope,
        org: None,
        resources: &[],
        redirect_uri: None,
        acr: assurance::AAL1,
        answers: true,
    };
    let simulation = if is_for_itself {
        Box::pin(simulation::token(server, &request)).await?
    } else {
        Box::pin(simulation::authorize(server, &request)).await?
    };
    let registration = repo::client_registrations::find(context.db.read(), &client.id).await?;
    let uri = registration.and_then(|found| {
        let uri = found.metadata.get("initiate_login_uri")?.as_str()?;
        Some(uri.to_owned())
    });
    Ok(SimulatedSignIn {
        user,
        simulation,
        initiate_login_uri: uri,
    })
}
