//! Custom claims: the facts that they need, for every token and response that contains them.

use doorward_domain::model::{
    ClaimOutput, ClientId, EffectiveRoles, FieldValues, OrgScope, UserId,
};
use doorward_domain::rules::custom_claims::{self, ClaimFacts};
use doorward_domain::rules::subject::SubjectKey;
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
    /// The user; none for a client that acts for itself.
    pub user: Option<UserId>,
    /// The key of the subjects that a client knows instead of user IDs.
    pub subjects: &'a SubjectKey,
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
    let fields = match to.user {
        Some(user) if custom_claims::needs_profile_fields(&chosen) => {
            values_for(core, directory, to, user).await?
        }
        _ => FieldValues::new(),
    };
    let facts = ClaimFacts {
        scope: to.scope,
        roles,
        org: to.org,
        org_name: organization.as_ref().map(|found| found.name.as_str()),
        fields: &fields,
    };
    Ok(custom_claims::compute(&chosen, &facts))
}

/// Returns the values of the user's custom profile fields. References to users are the subjects
/// that this client knows: a client with pairwise subjects learns no user ID (OIDC Core §8).
async fn values_for(
    core: &Core,
    directory: &Directory,
    to: Recipient<'_>,
    user: UserId,
) -> Result<FieldValues, ServerError> {
    let read = core.db.read_reserved();
    let mut values = repo::profile_fields::values_of(read, user).await?;
    let client = match to.client {
        Some(id) => directory.client(core, id.as_str()).await?,
        None => None,
    };
    if let Some(client) = client.filter(|client| client.pairwise_sector.is_some()) {
        for (field, other) in repo::profile_fields::references_of(read, user).await? {
            values.insert(field, Value::from(to.subjects.subject(&client, other)));
        }
    }
    Ok(values)
}
