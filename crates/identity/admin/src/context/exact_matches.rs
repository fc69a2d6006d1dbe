//! Objects of several kinds with exactly this name or identifier.

use doorward_domain::model::DenialId;
use doorward_store::repo::exact_matches::{ExactMatch, MatchKind};

use crate::prelude::*;

/// Lists at most 20 objects in reach with exactly this name or identifier: those that the
/// administrator may read. A decision ID finds the sign-in attempt of the denied request.
#[boxed(?Send)]
pub async fn find(context: &AdminContext<'_>, text: &str) -> Result<Vec<ExactMatch>> {
    let (read, now) = (context.db.read(), context.now());
    let mut kinds = MatchKind::ALL.to_vec();
    kinds.retain(|kind| may_read(context, *kind));
    let org = context.confined_to();
    let all = repo::exact_matches::find(read, text, &kinds, org, now).await?;
    let mut found = Vec::new();
    for object in all {
        let is_in_reach = match &object {
            ExactMatch::Organization { slug, .. } => context.reaches(Some(slug)),
            ExactMatch::Group { org, .. } => context.reaches(org.as_deref()),
            _ => true,
        };
        match object {
            ExactMatch::Denial(id) => found.extend(attempts_of_denial(context, id).await?),
            object if is_in_reach => found.push(object),
            _ => {}
        }
    }
    // The page of an attempt shows what the events of its request say.
    if found.iter().any(|it| matches!(it, ExactMatch::Attempt(_))) {
        found.retain(|it| !matches!(it, ExactMatch::Event(_)));
    }
    Ok(found)
}

fn may_read(context: &AdminContext<'_>, kind: MatchKind) -> bool {
    let permitted = match kind {
        MatchKind::Organization => context.need("organizations:read"),
        MatchKind::Role => context.need("roles:read"),
        MatchKind::Group => context.need("groups:read"),
        MatchKind::Session => context.require_global("sessions:read"),
        MatchKind::Attempt | MatchKind::Denial | MatchKind::Event => {
            context.require_global("audit:read")
        }
    };
    permitted.is_ok()
}

async fn attempts_of_denial(context: &AdminContext<'_>, id: DenialId) -> Result<Vec<ExactMatch>> {
    let (read, now) = (context.db.read(), context.now());
    let denial = repo::denials::find(read, id).await?;
    let request = denial
        .as_ref()
        .and_then(|denial| denial.detail.get("request_id"));
    let Some(request) = request.and_then(Value::as_str) else {
        return Ok(Vec::new());
    };
    let kinds = [MatchKind::Attempt];
    Ok(repo::exact_matches::find(read, request, &kinds, None, now).await?)
}
