//! Resources: the audiences of access tokens (RFC 8707).

pub mod operations;

use doorward_domain::model::{AccessTokenType, AskedClaims, Resource};
use doorward_protocol::setting_url;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_store::repo::clients::NameList;

use serde::Deserializer;
use serde::de::Error as _;

use crate::checked_value::{check_line, check_offered};
use crate::json_member::{OneOf, optional_word, word};
use crate::prelude::*;

type TokenTypes = OneOf<AccessTokenType>;
type Algorithms = OneOf<SigningAlg>;

/// A resource to register.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResource {
    /// Absolute URI, which is the audience of its access tokens.
    #[schema(format = "uri")]
    pub identifier: String,
    /// Name shown to users.
    pub name: String,
    /// `typ` of its access tokens: `at+jwt` (RFC 9068), the default, or `jwt` for resource servers that
    /// accept no other.
    #[serde(default, deserialize_with = "word")]
    #[schema(inline, value_type = Option<TokenTypes>)]
    pub token_type: AccessTokenType,
    /// Algorithm of its access tokens; RS256 if omitted.
    #[serde(default)]
    #[schema(inline, value_type = Algorithms)]
    pub token_signing_alg: SigningAlg,
    /// Claim about the user in its access tokens, whatever their scope is: `groups`, `roles` (every role,
    /// not only those with a permission of the resource), `email_verified`.
    #[serde(default, deserialize_with = "claims")]
    #[schema(value_type = Vec<String>)]
    pub token_claims: AskedClaims,
    /// Lifetime of its access tokens in seconds, within `tokens.access_ttl_max`; that of the client, or
    /// `tokens.access_ttl`, if omitted or zero.
    #[schema(format = "duration")]
    pub access_token_ttl: Option<i64>,
}

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ResourcePatch)]
pub struct ResourceChange {
    /// URI of the resource.
    pub identifier: String,
    /// New URI; its scopes, permissions, clients and grants follow.
    #[schema(format = "uri")]
    pub new_identifier: Option<String>,
    /// Name shown to users.
    pub name: Option<String>,
    /// `typ` of its access tokens.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<TokenTypes>)]
    pub token_type: Option<AccessTokenType>,
    /// Algorithm of its access tokens.
    #[schema(inline, value_type = Option<Algorithms>)]
    pub token_signing_alg: Option<SigningAlg>,
    /// Claim about the user in its access tokens; replaces the whole list, empty for none.
    #[serde(default, deserialize_with = "optional_claims")]
    #[schema(value_type = Option<Vec<String>>)]
    pub token_claims: Option<AskedClaims>,
    /// Lifetime of its access tokens in seconds; 0 for that of the client, or `tokens.access_ttl`.
    #[schema(format = "duration")]
    pub access_token_ttl: Option<i64>,
}

fn optional_claims<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<AskedClaims>, D::Error> {
    let read = |names: Vec<String>| {
        let known = || format!("Must be of {}.", AskedClaims::ALL.names().join(", "));
        AskedClaims::parse(&names.join(" ")).ok_or_else(|| D::Error::custom(known()))
    };
    Option::deserialize(deserializer)?.map(read).transpose()
}

fn claims<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AskedClaims, D::Error> {
    optional_claims(deserializer).map(Option::unwrap_or_default)
}

#[boxed(?Send)]
pub async fn list(context: &AdminContext<'_>) -> Result<Vec<Resource>> {
    context.need("clients:read")?;
    Ok(repo::resources::list_all(context.db.read()).await?)
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, identifier: &str) -> Result<Resource> {
    context.need("clients:read")?;
    let found = repo::resources::find(context.db.read(), identifier).await?;
    found.ok_or_else(|| AdminError::not_found("resource", identifier))
}

#[boxed(?Send)]
pub async fn create(context: &AdminContext<'_>, new: NewResource) -> Result<Resource> {
    context.must_administer()?;
    let resource = Resource {
        token_type: new.token_type,
        token_signing_alg: new.token_signing_alg,
        token_claims: new.token_claims,
        access_token_ttl: new.access_token_ttl.filter(|ttl| *ttl != 0),
        ..Resource::new(new.identifier, new.name.trim().to_owned(), context.now())
    };
    check(&resource)?;
    check_offered(context, "token_signing_alg", resource.token_signing_alg)?;
    check_lifetime(context, &resource)?;
    let tx = context.begin().await?;
    require_free(&tx, &resource.identifier).await?;
    repo::resources::upsert(&tx, &resource).await?;
    let event = context.event(AuditKind::ResourceChanged, &resource.identifier, "created");
    context
        .commit_created(tx, &event, &resource.identifier, None)
        .await?;
    Ok(resource)
}

/// Changes a resource. Its scopes, permissions, clients and grants follow a new identifier; access
/// tokens that were issued before keep the former one until they expire.
#[boxed(?Send)]
pub async fn update(
    context: &AdminContext<'_>,
    issuer: &str,
    identifier: &str,
    change: ResourceChange,
) -> Result<Resource> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let found = repo::resources::find(&tx, identifier).await?;
    let before = found.ok_or_else(|| AdminError::not_found("resource", identifier))?;
    context.unchanged(&audit_details(&before))?;
    let mut after = before.clone();
    if let Some(name) = change.name {
        name.trim().clone_into(&mut after.name);
    }
    after.token_type = change.token_type.unwrap_or(after.token_type);
    after.token_claims = change.token_claims.unwrap_or(after.token_claims);
    if let Some(alg) = change.token_signing_alg {
        check_offered(context, "token_signing_alg", alg)?;
        after.token_signing_alg = alg;
    }
    if let Some(ttl) = change.access_token_ttl {
        after.access_token_ttl = Some(ttl).filter(|ttl| *ttl != 0);
        check_lifetime(context, &after)?;
    }
    if let Some(identifier) = change.new_identifier {
        after.identifier = identifier;
    }
    check(&after)?;
    let is_same = after.identifier == before.identifier;
    if before.identifier == issuer && !(is_same && after.token_type == AccessTokenType::AtJwt) {
        // ID tokens have the type JWT and this issuer too, so access tokens must differ by `typ`.
        let problem = "this server's own resource follows `issuer`, and its tokens are at+jwt";
        return Err(AdminError::invalid("identifier", problem));
    }
    if before.identifier != after.identifier {
        require_free(&tx, &after.identifier).await?;
        repo::resources::rename(&tx, &before.identifier, &after.identifier).await?;
    }
    repo::resources::upsert(&tx, &after).await?;
    record_change(context, &tx, &before, &after).await?;
    tx.commit().await?;
    Ok(after)
}

pub(crate) async fn record_change(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    before: &Resource,
    after: &Resource,
) -> Result<()> {
    let event = context.event(AuditKind::ResourceChanged, &before.identifier, "changed");
    let event = difference(event, &audit_details(before), &audit_details(after));
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

/// Deletes a resource, and returns it as it was.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, identifier: &str) -> Result<Resource> {
    context.must_administer()?;
    let tx = context.begin().await?;
    if let Some(user) = first_use(&tx, identifier).await? {
        let problem = format!("{user} belongs to it; remove that first");
        return Err(AdminError::invalid("identifier", problem));
    }
    let found = repo::resources::find(&tx, identifier).await?;
    let before = found.ok_or_else(|| AdminError::not_found("resource", identifier))?;
    context.unchanged(&audit_details(&before))?;
    repo::resources::delete(&tx, identifier).await?;
    let event = context.event(AuditKind::ResourceChanged, identifier, "deleted");
    context.commit_with(tx, &event).await?;
    Ok(before)
}

async fn require_free(tx: &WriteTx, identifier: &str) -> Result<()> {
    match repo::resources::find(tx, identifier).await? {
        Some(_) => Err(AdminError::conflict("resource", identifier)),
        None => Ok(()),
    }
}

async fn first_use(tx: &WriteTx, identifier: &str) -> Result<Option<String>> {
    let mut scopes = repo::scopes::list_all(tx).await?.into_iter();
    if let Some(scope) = scopes.find(|scope| scope.audience.as_deref() == Some(identifier)) {
        return Ok(Some(format!("the scope {}", scope.name)));
    }
    let mut permissions = repo::roles::list_permissions(tx).await?.into_iter();
    if let Some(item) = permissions.find(|item| item.audience == identifier) {
        return Ok(Some(format!("the permission {}", item.codename)));
    }
    let client = repo::clients::find_naming(tx, NameList::Resources, identifier).await?;
    Ok(client.map(|client| format!("the client {client}")))
}

fn check(resource: &Resource) -> Result<()> {
    check_identifier("identifier", &resource.identifier)?;
    check_line("name", &resource.name, 100)?;
    Ok(())
}

fn check_lifetime(context: &AdminContext<'_>, resource: &Resource) -> Result<()> {
    let checked = context
        .settings
        .lifetimes
        .check_access(resource.access_token_ttl);
    checked.map_err(|error| AdminError::invalid("access_token_ttl", error.to_string()))
}

/// Checks a resource identifier: an absolute URI without a fragment (RFC 8707 §2), and without a user
/// or password, because every token names it.
pub(crate) fn check_identifier(field: &'static str, identifier: &str) -> Result<()> {
    if setting_url::parse_resource(identifier).is_ok() && identifier.len() <= 255 {
        return Ok(());
    }
    let problem = "write an absolute URI without a fragment, user and password, such as \
                   https://tasks.example.org/api";
    Err(AdminError::invalid(field, problem))
}

pub(crate) fn audit_details(resource: &Resource) -> Value {
    json!({
        "identifier": resource.identifier,
        "name": resource.name,
        "token_type": resource.token_type.as_str(),
        "token_signing_alg": resource.token_signing_alg,
        "token_claims": resource.token_claims.names(),
        "access_token_ttl": resource.access_token_ttl,
    })
}
