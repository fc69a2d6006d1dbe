//! Batches of invitations from a file: checked as a whole, mailed one after another by the server within the
//! limits of the inviter, or by the command that starts them.

pub mod file;

use std::collections::BTreeSet;

use doorward_domain::model::{BulkChangeId, Invitation, InvitationId, Organization, StopReason};
use doorward_rules::invitation::TTL;
use doorward_services::caller::Caller;
use doorward_services::context::Context;

use self::file::RowProblem;
use crate::invitations::{
    check_access, inviter, inviting, log, mail, require_other_address, within_limits,
};
use crate::organizations::get_in;
use crate::prelude::*;
use crate::starter::Starter;
use crate::user_change::email_key;

/// Maximum number of mails in one run of the server.
const STEP: usize = 100;
/// Number of waiting invitations that one statement reads.
const PAGE: u64 = 200;

/// A batch with its progress.
#[derive(Debug, Clone)]
pub struct Batch {
    /// ID; `None` for a file that was only checked.
    pub id: Option<BulkChangeId>,
    pub org: String,
    /// Number of rows.
    pub total: u64,
    /// Number of invitations whose mail waits.
    pub waiting: u64,
    /// Number of invitations that were ended before they were sent.
    pub stopped: u64,
    pub problems: Vec<RowProblem>,
}

/// Checks a file, and invites its users unless this is a dry run or a row has a problem.
#[boxed(?Send)]
pub async fn start(
    context: &AdminContext<'_>,
    slug: &str,
    csv: &str,
    is_dry_run: bool,
) -> Result<Batch> {
    let (rows, mut problems) = file::read(csv)?;
    let tx = context.begin().await?;
    let organization = inviting(context, &tx, slug).await?;
    let (mut seen, mut invitations) = (BTreeSet::new(), Vec::new());
    let now = context.now();
    let batch = BulkChangeId::generate(now, &mut context.rng());
    for row in rows {
        let checked = async {
            let email_key = email_key(context, &row.email)?;
            require_other_address(context, &tx, &email_key).await?;
            let access = check_access(context, &tx, slug, &row.access).await?;
            Ok((email_key, access))
        };
        let (email_key, access) = match checked.await {
            Ok(checked) => checked,
            Err(error) => {
                problems.push(problem(row.line, error)?);
                continue;
            }
        };
        if !seen.insert(email_key.clone()) {
            let problem = "the address is in another row too";
            problems.push(RowProblem::new(row.line, "email", problem));
            continue;
        }
        invitations.push(Invitation {
            id: InvitationId::generate(now, &mut context.rng()),
            // The link is made when the mail is sent.
            hash: OpaqueToken::generate(&mut context.rng()).hash(),
            org: organization.slug.clone(),
            email: row.email.trim().to_owned(),
            email_key,
            inviter: inviter(context),
            created_at: now,
            expires_at: now + TTL,
            ended_at: None,
            access,
            batch: Some(batch),
            queued_at: Some(now),
        });
    }
    problems.sort_by_key(|found| found.line);
    let total = u64::try_from(invitations.len()).unwrap_or_default();
    let checked = Batch {
        id: None,
        org: organization.slug.clone(),
        total,
        waiting: 0,
        stopped: 0,
        problems,
    };
    if is_dry_run || !checked.problems.is_empty() {
        if let Some(once) = &context.once {
            // Nothing was created, so that the request can be repeated.
            repo::idempotency::remove(&tx, &once.claim).await?;
            tx.commit().await?;
        }
        return Ok(checked);
    }
    context.working_outbox()?;
    repo::imports::insert_all(&tx, &invitations).await?;
    let change = "invitation batch started";
    let event = context
        .event(AuditKind::OrganizationChanged, slug, change)
        .with("batch", batch.to_string())
        .with("invitations", total);
    context.commit_created(tx, &event, batch, None).await?;
    if context.authority.is_none() {
        send_batch(context, &organization, &invitations).await?;
    }
    find(context, slug, &batch.to_string()).await
}

/// Returns the problem of a row; an error of the store is one of the whole file.
fn problem(line: u64, error: AdminError) -> Result<RowProblem> {
    Ok(match error {
        AdminError::Invalid { field, problem, .. } => RowProblem::new(line, field, problem),
        AdminError::Denied(denial) => {
            let missing: Vec<_> = denial.missing.into_iter().collect();
            let problem = format!("{} {}", denial.rule.as_str(), missing.join(" "));
            RowProblem::new(line, "access", problem.trim())
        }
        error => return Err(error),
    })
}

/// Sends the mails of a command, which has no limits.
async fn send_batch(
    context: &AdminContext<'_>,
    organization: &Organization,
    invitations: &[Invitation],
) -> Result<()> {
    for invitation in invitations {
        send(context, organization, invitation.clone()).await?;
    }
    Ok(())
}

/// Sends a waiting invitation; has no effect on one that was stopped or sent.
async fn send(
    context: &AdminContext<'_>,
    organization: &Organization,
    invitation: Invitation,
) -> Result<()> {
    let tx = context.begin().await?;
    let (now, token) = (context.now(), OpaqueToken::generate(&mut context.rng()));
    if context.must_administer().is_err() {
        let outbox = context.working_outbox()?;
        let (slug, key) = (organization.slug.as_str(), invitation.email_key.as_str());
        within_limits(context, &outbox, &tx, slug, key).await?;
    }
    let sent = Invitation {
        hash: token.hash(),
        created_at: now,
        expires_at: now + TTL,
        queued_at: None,
        ..invitation
    };
    repo::invitations::overtake(&tx, &sent.org, &sent.email_key, now).await?;
    if !repo::invitations::send(&tx, &sent).await? {
        return Ok(());
    }
    mail(context, &tx, &sent, organization.name.clone(), &token).await?;
    context.commit(tx).await
}

/// Returns a context with the present rights of an inviter: in the whole deployment, or else in the
/// organization.
pub(crate) async fn inviting_context<'a>(
    server: &'a Context,
    invitation: &Invitation,
) -> Result<Result<AdminContext<'a>, StopReason>> {
    let caller = Caller::of_server(&server.core.random);
    let Some(inviter) = &invitation.inviter else {
        return Ok(Ok(AdminContext::of_task(server, None, caller)));
    };
    let mut reason = StopReason::PermissionLost;
    for org in [None, Some(invitation.org.as_str())] {
        let starter = Starter {
            kind: inviter.kind,
            id: &inviter.id,
            org,
            client_id: None,
        };
        match starter.authority(server).await? {
            Ok(authority) if authority.has("organizations:write") => {
                return Ok(Ok(AdminContext::of_server(server, authority, caller)));
            }
            Ok(_) => {}
            Err(lost) => reason = lost,
        }
    }
    Ok(Err(reason))
}

/// Sends the next waiting invitations. An inviter whose limit is reached continues later; invitations of one
/// who may not invite any more end.
#[boxed(?Send)]
pub async fn send_due(server: &Context) -> Result<()> {
    let (read, mut after, mut sent) = (server.core.db.read(), None, 0);
    let mut limited = BTreeSet::new();
    while sent < STEP {
        let now = server.core.now();
        let page = repo::invitations::list_queued(read, after, PAGE, now).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.queued_at.map(|at| (at, last.id));
        for invitation in page {
            let inviter = invitation
                .inviter
                .as_ref()
                .map(|inviter| inviter.id.clone());
            if sent == STEP || limited.contains(&inviter) {
                continue;
            }
            match send_one(server, invitation).await {
                Err(AdminError::TooMany(_)) => drop(limited.insert(inviter)),
                result => {
                    result?;
                    sent += 1;
                }
            }
        }
    }
    Ok(())
}

async fn send_one(server: &Context, invitation: Invitation) -> Result<()> {
    let organization = repo::organizations::find(server.core.db.read(), &invitation.org).await?;
    let organization = organization.filter(|found| found.active);
    let context = inviting_context(server, &invitation).await?;
    if let (Some(organization), Ok(context)) = (&organization, &context) {
        return send(context, organization, invitation).await;
    }
    let caller = Caller::of_server(&server.core.random);
    let context = AdminContext::of_task(server, None, caller);
    let tx = context.begin().await?;
    repo::invitations::claim(&tx, invitation.id, context.now()).await?;
    log(&context, &tx, &invitation, "invitation not sent").await?;
    context.commit(tx).await
}

fn unknown(batch: &str) -> AdminError {
    AdminError::not_found("batch of invitations", batch)
}

fn parse(text: &str) -> Result<BulkChangeId> {
    BulkChangeId::parse(text).ok_or_else(|| unknown(text))
}

/// Returns a batch of the last days; its invitations are kept as long as others.
pub(crate) async fn find(context: &AdminContext<'_>, slug: &str, batch: &str) -> Result<Batch> {
    let read = context.db.read();
    get_in(context, read, slug).await?;
    let id = parse(batch)?;
    let limit = u64::try_from(file::MAX_ROWS).unwrap_or(u64::MAX);
    let all = repo::invitations::list_batch(read, slug, id, limit).await?;
    if all.is_empty() {
        return Err(unknown(batch));
    }
    let count = |is: &dyn Fn(&Invitation) -> bool| {
        u64::try_from(all.iter().filter(|found| is(found)).count()).unwrap_or_default()
    };
    Ok(Batch {
        id: Some(id),
        org: slug.to_owned(),
        total: count(&|_| true),
        waiting: count(&|found| found.queued_at.is_some() && found.ended_at.is_none()),
        stopped: count(&|found| found.queued_at.is_some() && found.ended_at.is_some()),
        problems: Vec::new(),
    })
}

/// Stops a batch: invitations whose mail waits end, the others stay.
pub(crate) async fn stop(context: &AdminContext<'_>, slug: &str, batch: &str) -> Result<Batch> {
    let found = find(context, slug, batch).await?;
    if found.waiting == 0 {
        return Err(AdminError::NoChange("no invitation of it waits".to_owned()));
    }
    let tx = context.begin().await?;
    get_in(context, &tx, slug).await?;
    let ended = repo::invitations::stop_batch(&tx, slug, parse(batch)?, context.now()).await?;
    let event = context
        .event(
            AuditKind::OrganizationChanged,
            slug,
            "invitation batch stopped",
        )
        .with("batch", batch)
        .with("invitations", ended);
    context.commit_with(tx, &event).await?;
    find(context, slug, batch).await
}
