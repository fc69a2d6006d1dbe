//! The lines of a review: written in batches, so that others write between them.

use crate::rule::MAX_LINES;
use doorward_domain::model::{AccessReview, ReviewLine, ReviewLineId};
use doorward_store::repo::role_assignments::AssignmentFilter;

use super::scope;
use doorward_admin::assignments::NamedAssignment;
use doorward_admin::effective_assignments;
use doorward_admin::prelude::*;

/// Number of assignments read for a transaction.
const BATCH: u64 = 200;
const SEPARATOR: char = '\t';

/// A part of the assignments of a review, and the cursor after it; `None` after the last one.
struct Part {
    found: Vec<NamedAssignment>,
    next: Option<String>,
}

/// Returns a context that reads all assignments of a review. The rights were checked at its creation.
fn unlimited<'a>(context: &AdminContext<'a>) -> AdminContext<'a> {
    AdminContext {
        authority: None,
        ..context.clone()
    }
}

/// Reads the next assignments of a review that are effective, of the members in scope.
async fn read_part(
    context: &AdminContext<'_>,
    review: &AccessReview,
    filters: &[(String, AssignmentFilter)],
    cursor: Option<&str>,
) -> Result<Part> {
    let cursor = cursor.and_then(|cursor| cursor.split_once(SEPARATOR));
    let (key, inner) = cursor.unwrap_or_default();
    let mut rest = filters.iter().skip_while(|(name, _)| name.as_str() < key);
    let Some((name, filter)) = rest.next() else {
        return Ok(Part {
            found: Vec::new(),
            next: None,
        });
    };
    let after = (name == key && !inner.is_empty()).then_some(inner);
    let page = effective_assignments::list_rows(context, filter, after, BATCH).await?;
    let now = context.now();
    let found = page.items.into_iter();
    let found = found.filter(|found| found.is_effective(now));
    let mut found: Vec<_> = found.collect();
    if let Some(members_of) = &review.members_of {
        let users = found
            .iter()
            .filter_map(|found| Some(found.user.as_ref()?.id));
        let users = users.collect();
        let members = scope::members_among(context.db.read(), members_of, users).await?;
        found.retain(|found| {
            let user = found.user.as_ref();
            user.is_some_and(|user| members.contains(&user.id))
        });
    }
    let next = match (page.next, rest.next()) {
        (Some(inner), _) => Some(format!("{name}{SEPARATOR}{inner}")),
        (None, Some((name, _))) => Some(format!("{name}{SEPARATOR}")),
        (None, None) => None,
    };
    Ok(Part { found, next })
}

/// Checks that a review has lines, and at most [`MAX_LINES`].
pub(super) async fn check_size(context: &AdminContext<'_>, review: &AccessReview) -> Result<()> {
    let context = unlimited(context);
    let filters = scope::filters(context.db.read(), review).await?;
    let (mut cursor, mut lines) = (None::<String>, 0);
    loop {
        let part = read_part(&context, review, &filters, cursor.as_deref()).await?;
        lines += part.found.iter().filter_map(holder).count() as u64;
        if lines > MAX_LINES {
            let problem = format!(
                "has more than {MAX_LINES} role assignments; create one review for each organization or group \
                 of its holders, by members_of"
            );
            return Err(AdminError::invalid("scope", problem));
        }
        cursor = part.next;
        if cursor.is_none() {
            break;
        }
    }
    if lines == 0 {
        return Err(AdminError::invalid("scope", "has no role assignments"));
    }
    Ok(())
}

/// Writes the next lines of a review. Returns it afterwards, or `None` if another process has written them
/// in the meantime.
pub(super) async fn run(
    context: &AdminContext<'_>,
    before: &AccessReview,
) -> Result<Option<AccessReview>> {
    let context = &unlimited(context);
    let filters = scope::filters(context.db.read(), before).await?;
    let part = read_part(context, before, &filters, before.cursor.as_deref()).await?;
    let mut lines = Vec::new();
    for found in &part.found {
        let number = before.lines + lines.len() as u64 + 1;
        lines.extend(line(context, before, number, found));
    }
    let count = lines.len() as u64;
    let after = AccessReview {
        filled_at: part.next.is_none().then(|| context.now()),
        cursor: part.next,
        lines: before.lines + count,
        open: before.open + count,
        ..before.clone()
    };
    let tx = context.db.begin_write().await?;
    if !repo::access_reviews::add_lines(&tx, before, &after, &lines).await? {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(after))
}

/// Returns kind, ID and name of the user or client who has a role; `None` for a deleted user.
fn holder(found: &NamedAssignment) -> Option<(SubjectKind, String, String)> {
    let assignment = &found.assignment;
    match (assignment.subject_kind, &found.user) {
        (SubjectKind::Client, _) => {
            let id = assignment.subject_id.clone();
            Some((SubjectKind::Client, id.clone(), id))
        }
        (SubjectKind::User | SubjectKind::Group, Some(user)) => {
            let name = user.login_identifier().to_owned();
            Some((SubjectKind::User, user.id.to_string(), name))
        }
        (SubjectKind::User | SubjectKind::Group, None) => None,
    }
}

fn line(
    context: &AdminContext<'_>,
    review: &AccessReview,
    number: u64,
    found: &NamedAssignment,
) -> Option<ReviewLine> {
    let (holder_kind, holder, holder_name) = holder(found)?;
    let assignment = &found.assignment;
    Some(ReviewLine {
        id: ReviewLineId::generate(context.now(), &mut context.rng()),
        review: review.id,
        number,
        assignment: assignment.id,
        given_to: assignment.subject_kind,
        holder_kind,
        holder,
        holder_name,
        role: assignment.role.clone(),
        org: assignment.org.clone(),
        group_path: found.group().map(str::to_owned),
        member_of: found.member_of.clone(),
        granted_at: assignment.created_at,
        assigned_by: assignment.assigned_by.clone(),
        assigner_name: found.assigner.clone(),
        expires_at: assignment.expires_at,
        last_login: found.user.as_ref().and_then(|user| user.last_login.0),
        decision: None,
        outcome: None,
        decided_by: None,
        decider_name: None,
        decided_at: None,
        reason: None,
    })
}
