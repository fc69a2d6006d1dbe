//! Custom claims: the facts that they need, for every token and response that contains them.

use doorward_domain::model::{ClaimOutput, ClientId, EffectiveRoles, OrgScope, UserId};
use doorward_domain::rules::custom_claims::{self, ClaimFacts};
use doorward_protocol::scope::Scope;
use doorward_store::repo;
use serde_json::{Map, Value};

use crate::context::{Core, Directory, effective_roles};
use crate::error::ServerError;

/// The roles and groups of the subject.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SubjectRoles<'a> {
    /// They have been read already.
    Known(&'a EffectiveRoles),
    /// Those of a user, read if a mapping needs them.
    User(UserId),
    /// Those of a client that acts for itself, read if a mapping needs them.
    Client(&'a ClientId),
}

/// An output that may contain custom claims.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recipient<'a> {
    /// The output.
    pub output: ClaimOutput,
    /// The client of the token; none for an API key.
    pub client: Option<&'a ClientId>,
    /// The scope of the token.
    pub scope: &'a Scope,
    /// The roles and groups of the subject.
    pub roles: SubjectRoles<'a>,
    /// The organization that the subject acts in.
    pub org: Option<&'a str>,
}

/// Computes the custom claims of an output. Roles and the organization are current; mappings are at
/// most a second old.
pub(crate) async fn of(
    core: &Core,
    directory: &Directory,
    to: Recipient<'_>,
) -> Result<Map<String, Value>, ServerError> {
    let registry = directory.registry(core).await?;
    let chosen = custom_claims::applicable(&registry.claims, to.client, to.output);
    if chosen.is_empty() {
        return Ok(Map::new());
    }
    let org_scope = OrgScope::from_org(to.org);
    let read;
    let roles = match to.roles {
        SubjectRoles::Known(roles) => roles,
        _ if !custom_claims::needs_roles(&chosen) => {
            read = EffectiveRoles::default();
            &read
        }
        SubjectRoles::User(user) => {
            read = effective_roles::of_user_in(core, user, org_scope).await?;
            &read
        }
        SubjectRoles::Client(client) => {
            read = effective_roles::of_client_in(core, client, org_scope).await?;
            &read
        }
    };
    let organization = match to.org {
        Some(slug) if custom_claims::needs_organization_name(&chosen) => {
            repo::organizations::find(core.db.read_reserved(), slug).await?
        }
        _ => None,
    };
    let facts = ClaimFacts {
        scope: to.scope,
        roles,
        org: to.org,
        org_name: organization.as_ref().map(|found| found.name.as_str()),
    };
    Ok(custom_claims::compute(&chosen, &facts))
}
