//! Statistics of sign-ins, rejected requests and issued tokens.

pub mod operations;

use doorward_domain::model::{StatCount, StatKind};

use crate::prelude::*;
pub use doorward_store::repo::stats::StatFilter;

const SEPARATOR: char = ' ';

pub fn cursor(count: &StatCount) -> String {
    format!("{}{SEPARATOR}{}", count.hour, count.kind.as_str())
}

fn position(cursor: &str) -> Option<(UnixSeconds, StatKind)> {
    let (hour, kind) = cursor.split_once(SEPARATOR)?;
    Some((hour.parse().ok()?, StatKind::parse(kind)?))
}

/// Lists counts by hour and kind.
#[boxed(?Send)]
pub async fn page(
    context: &AdminContext<'_>,
    filter: &StatFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<StatCount>> {
    context.require_global("system:read")?;
    let read = |cursor| {
        let invalid = || AdminError::invalid("cursor", "not from this list");
        position(cursor).ok_or_else(invalid)
    };
    let after = after.map(read).transpose()?;
    Ok(repo::stats::page(context.db.read(), filter, after, limit).await?)
}
