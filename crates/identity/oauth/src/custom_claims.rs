//! Custom claims: the facts that they need, for every token and response that contains them.

use std::collections::BTreeMap;

use doorward_domain::model::FieldValues;
use doorward_rules::custom_claim_values::{self, ClaimFacts};
use doorward_rules::custom_claims;
use doorward_services::context::Registries;
use doorward_store::repo::access_token_status::{RequestedFacts, RolesNeeded};
use doorward_store::repo::profile_fields::FieldsOfUser;
use serde::Serialize;

use crate::prelude::*;

#[derive(Clone, Copy, Debug)]
pub(crate) enum SubjectRoles<'a> {
    Known(&'a EffectiveRoles),
    /// Those of a user, read if a mapping needs them.
    User(UserId),
    /// Those of a client that acts for itself, read if a mapping needs them.
    Client(&'a ClientId),
}

/// An output that may contain custom claims.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recipient<'a> {
    pub output: ClaimOutput,
    /// The client of the token; none for an API key.
    pub client: Option<&'a ClientId>,
    pub scope: &'a Scope,
    pub roles: SubjectRoles<'a>,
    pub org: Option<&'a str>,
    /// The user; none for a client that acts for itself.
    pub user: Option<UserId>,
}

/// A custom claim that an output does not contain, because a bound was exceeded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OmittedClaim {
    pub id: String,
    /// The name of the claim, with those of the members below it.
    pub claim: String,
    pub output: &'static str,
    pub reason: &'static str,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Evaluation {
    pub claims: Map<String, Value>,
    pub omitted: Vec<OmittedClaim>,
}

#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct OutputClaims {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_claims: BTreeMap<&'static str, Map<String, Value>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub omitted_claims: Vec<OmittedClaim>,
}

/// Returns the facts about a user that the custom claims of an output need.
pub(crate) async fn needed_facts(
    context: &Context,
    client: &ClientId,
    output: ClaimOutput,
) -> Result<RequestedFacts> {
    let registry = context.registry().await?;
    let chosen = custom_claims::applicable(&registry.claims, Some(client), output);
    let roles = if custom_claims::needs_roles(&chosen) {
        RolesNeeded::Always
    } else {
        RolesNeeded::Never
    };
    Ok(RequestedFacts {
        roles,
        fields: custom_claims::needs_profile_fields(&chosen),
        ..RequestedFacts::default()
    })
}

/// Computes the custom claims of these outputs, for a simulation: logs nothing.
pub(crate) async fn of_outputs(
    context: &Context,
    to: Recipient<'_>,
    outputs: &[ClaimOutput],
) -> Result<OutputClaims> {
    let mut all = OutputClaims::default();
    let registry = context.registry().await?;
    for &output in outputs {
        let to = Recipient { output, ..to };
        let found = evaluate(context, &registry, to, &UserFacts::default()).await?;
        all.omitted_claims.extend(found.omitted);
        if !found.claims.is_empty() {
            all.custom_claims.insert(output.as_str(), found.claims);
        }
    }
    Ok(all)
}

/// Computes the custom claims of an output, and logs those that were left out.
pub(crate) async fn of(
    context: &Context,
    registry: &Registries,
    to: Recipient<'_>,
) -> Result<Map<String, Value>> {
    of_user(context, registry, to, &UserFacts::default()).await
}

/// Computes the same claims with facts about the user that were read with the token. Reads only the
/// others.
pub(crate) async fn of_user(
    context: &Context,
    registry: &Registries,
    to: Recipient<'_>,
    known: &UserFacts,
) -> Result<Map<String, Value>> {
    let found = evaluate(context, registry, to, known).await?;
    for OmittedClaim {
        id,
        claim,
        output,
        reason,
    } in &found.omitted
    {
        let client = to.client.map(ClientId::as_str);
        let user = to.user.map(|user| user.to_string());
        tracing::warn!(%id, %claim, output, client, user, reason, "custom claim left out");
    }
    Ok(found.claims)
}

/// Computes the custom claims of an output. Roles and the organization are current; mappings are at
/// most a second old.
async fn evaluate(
    context: &Context,
    registry: &Registries,
    to: Recipient<'_>,
    known: &UserFacts,
) -> Result<Evaluation> {
    let core = &context.core;
    let chosen = custom_claims::applicable(&registry.claims, to.client, to.output);
    if chosen.is_empty() {
        return Ok(Evaluation::default());
    }
    let org_scope = OrgScope::from_org(to.org);
    let read;
    let roles = match (to.roles, &known.roles) {
        (SubjectRoles::Known(roles), _) | (SubjectRoles::User(_), Some(roles)) => roles,
        _ if !custom_claims::needs_roles(&chosen) => {
            read = EffectiveRoles::default();
            &read
        }
        (SubjectRoles::User(user), None) => {
            read = effective_roles::of_user_in(core, user, org_scope).await?;
            &read
        }
        (SubjectRoles::Client(client), _) => {
            read = effective_roles::of_client_in(core, client, org_scope).await?;
            &read
        }
    };
    let organization = match to.org {
        Some(_) if known.org_name.is_some() => known.org_name.clone(),
        Some(slug) if custom_claims::needs_organization_name(&chosen) => {
            let found = repo::organizations::find(core.db.read_reserved(), slug).await?;
            found.map(|found| found.name)
        }
        _ => None,
    };
    let fields = match to.user {
        Some(user) if custom_claims::needs_profile_fields(&chosen) => {
            values_for(context, to, user, known.fields.as_ref()).await?
        }
        _ => FieldValues::new(),
    };
    let facts = ClaimFacts {
        scope: to.scope,
        roles,
        org: to.org,
        org_name: organization.as_deref(),
        fields: &fields,
    };
    let computed = custom_claim_values::compute(&chosen, to.output, &facts);
    let omitted = computed
        .omitted
        .iter()
        .map(|(mapping, omission)| OmittedClaim {
            id: mapping.id.clone(),
            claim: mapping.label(),
            output: to.output.as_str(),
            reason: omission.reason(),
        });
    Ok(Evaluation {
        omitted: omitted.collect(),
        claims: computed.claims,
    })
}

/// Returns the values of the user's custom profile fields. References to users are the subjects
/// that this client knows: a client with pairwise subjects learns no user ID (OIDC Core §8).
async fn values_for(
    context: &Context,
    to: Recipient<'_>,
    user: UserId,
    known: Option<&FieldsOfUser>,
) -> Result<FieldValues> {
    let mut fields = match known {
        Some(fields) => fields.clone(),
        None => repo::profile_fields::of_user(context.core.db.read_reserved(), user).await?,
    };
    let client = match to.client {
        Some(id) => context.client(id.as_str()).await?,
        None => None,
    };
    if let Some(client) = client.filter(|client| client.pairwise_sector.is_some()) {
        for (field, other) in fields.references {
            let core = &context.core;
            let known = core
                .aliases
                .known_as(core.db.read_reserved(), &client.id, other)
                .await?;
            let subject = context.issuing.subject_key.subject(&client, known);
            fields.values.insert(field, Value::from(subject));
        }
    }
    Ok(fields.values)
}
