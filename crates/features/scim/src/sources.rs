//! Sources: what provisions users and groups, with its token.

use doorward_admin::checked_value::check_line;
use doorward_admin::prelude::*;
use doorward_console_ui::feature::ProvisioningRun;
use doorward_domain::model::ScimSourceId;
use doorward_domain::model::organization::is_slug;
use doorward_domain::model::scim::ScimSource;

/// Maximum number of sources.
const MAX_SOURCES: u64 = 200;
/// Seconds between two records of the use of a source.
const USE: i64 = 60;

/// A source to create.
#[derive(Debug)]
pub(crate) struct NewSource {
    pub name: String,
    pub organization: Option<String>,
    /// True if its e-mail addresses count as verified.
    pub verified: bool,
    pub expires_at: Option<UnixSeconds>,
}

/// Creates a source. Only the return value has the token; the store keeps its hash.
pub(crate) async fn create(
    context: &AdminContext<'_>,
    new: NewSource,
) -> Result<(ScimSource, OpaqueToken)> {
    context.must_administer()?;
    let name = check_line("name", &new.name, 63)?;
    if !is_slug(&name) {
        let problem = "write 2 to 63 of a-z, 0-9 and inner -";
        return Err(AdminError::invalid("name", problem));
    }
    if new.verified && new.organization.is_some() {
        let problem = "an organization cannot vouch for addresses of the deployment";
        return Err(AdminError::invalid("verified", problem));
    }
    let now = context.now();
    check_end(new.expires_at, now)?;
    let token = OpaqueToken::generate(&mut context.rng());
    let tx = context.begin().await?;
    if let Some(slug) = &new.organization
        && repo::organizations::find(&tx, slug).await?.is_none()
    {
        return Err(AdminError::not_found("organization", slug));
    }
    if repo::scim::find_by_name(&tx, &name).await?.is_some() {
        return Err(AdminError::conflict("source", &name));
    }
    if repo::scim::list(&tx, None, MAX_SOURCES).await?.len() as u64 >= MAX_SOURCES {
        let problem = format!("there are {MAX_SOURCES} sources already");
        return Err(AdminError::invalid("name", problem));
    }
    let source = ScimSource {
        id: ScimSourceId::generate(now, &mut context.rng()),
        name,
        org: new.organization,
        token_hash: token.hash(),
        verifies_email: new.verified,
        created_by: context.actor.clone(),
        created_at: now,
        used_at: None,
        expires_at: new.expires_at,
    };
    repo::scim::insert(&tx, &source).await?;
    let event = context.event(AuditKind::ScimSourceChanged, &source.name, "created");
    let event = difference(event, &Value::Null, &audit_details(&source));
    context
        .commit_created(tx, &event, &source.name, Some(&token))
        .await?;
    Ok((source, token))
}

fn check_end(end: Option<UnixSeconds>, now: UnixSeconds) -> Result<()> {
    if end.is_some_and(|end| end <= now) {
        return Err(AdminError::invalid(
            "expires_at",
            "write a time in the future",
        ));
    }
    Ok(())
}

fn audit_details(source: &ScimSource) -> Value {
    json!({
        "organization": source.org, "verified": source.verifies_email,
        "expires_at": source.expires_at,
    })
}

pub(crate) async fn get(context: &AdminContext<'_>, name: &str) -> Result<ScimSource> {
    context.must_administer()?;
    find(context.db.read(), name).await
}

async fn find(conn: &Conn, name: &str) -> Result<ScimSource> {
    let found = repo::scim::find_by_name(conn, name).await?;
    found.ok_or_else(|| AdminError::not_found("source", name))
}

pub(crate) async fn page(
    context: &AdminContext<'_>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<ScimSource>> {
    context.must_administer()?;
    Ok(repo::scim::list(context.db.read(), after, limit).await?)
}

/// Returns the last requests for the page of all systems that give or get users.
pub(crate) async fn provisioning(context: &AdminContext<'_>) -> Result<Vec<ProvisioningRun>> {
    let sources = page(context, None, MAX_SOURCES).await?;
    let now = context.now();
    let runs = sources.into_iter().map(|source| ProvisioningRun {
        kind: "console-provisioning-scim-source",
        failure: (!source.is_live(now)).then(|| "the token has expired".to_owned()),
        name: source.name,
        last_run: source.used_at,
    });
    Ok(runs.collect())
}

/// Replaces the token of a source. The former one ends at once.
pub(crate) async fn renew(
    context: &AdminContext<'_>,
    name: &str,
    expires_at: Option<UnixSeconds>,
) -> Result<(ScimSource, OpaqueToken)> {
    context.must_administer()?;
    check_end(expires_at, context.now())?;
    let token = OpaqueToken::generate(&mut context.rng());
    let tx = context.begin().await?;
    let mut source = find(&tx, name).await?;
    source.token_hash = token.hash();
    source.expires_at = expires_at;
    repo::scim::set_token(&tx, source.id, &source.token_hash, expires_at).await?;
    let event = context.event(AuditKind::ScimSourceChanged, name, "token renewed");
    context
        .commit_with(tx, &event.with("expires_at", expires_at))
        .await?;
    Ok((source, token))
}

/// Deletes a source, and returns it as it was. Its users and groups remain.
pub(crate) async fn delete(context: &AdminContext<'_>, name: &str) -> Result<ScimSource> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let source = find(&tx, name).await?;
    repo::scim::delete(&tx, source.id, context.now()).await?;
    let event = context.event(AuditKind::ScimSourceChanged, name, "deleted");
    let event = difference(event, &audit_details(&source), &Value::Null);
    context.commit_with(tx, &event).await?;
    Ok(source)
}

/// Returns the source with this token, and records its use. `None` for an unknown or expired token, and for an
/// organization that is not active.
pub(crate) async fn authenticate(
    context: &AdminContext<'_>,
    token: &str,
) -> Result<Option<ScimSource>> {
    let Some(token) = OpaqueToken::parse(token) else {
        return Ok(None);
    };
    let (read, now) = (context.db.read(), context.now());
    let found = repo::scim::find_by_token(read, &token.hash()).await?;
    let Some(source) = found.filter(|source| source.is_live(now)) else {
        return Ok(None);
    };
    if let Some(org) = &source.org {
        let found = repo::organizations::find(read, org).await?;
        if !found.is_some_and(|found| found.active) {
            return Ok(None);
        }
    }
    if source.used_at.is_none_or(|used| used <= now - USE) {
        let tx = context.db.begin_write().await?;
        repo::scim::record_use(&tx, source.id, now, now - USE).await?;
        tx.commit().await?;
    }
    Ok(Some(source))
}
