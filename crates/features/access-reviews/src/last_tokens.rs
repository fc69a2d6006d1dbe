//! The last tokens of the roles in lines.

use std::collections::BTreeMap;

use doorward_domain::model::ReviewLine;
use doorward_services::error::ServerError;
use doorward_services::last_tokens;

use doorward_admin::prelude::*;

/// Returns the last token of each line that has one, by the number of the line. It is read now, also for a
/// line with a decision.
pub async fn of_lines(
    conn: &Conn,
    lines: &[ReviewLine],
) -> Result<BTreeMap<u64, UnixSeconds>, ServerError> {
    let held = lines.iter().map(|line| {
        let org = line.org.as_deref();
        Some((line.user()?, &*line.role, org, line.granted_at))
    });
    let found = last_tokens::find(conn, &held.collect::<Vec<_>>()).await?;
    let numbered = lines.iter().zip(found);
    let numbered = numbered.filter_map(|(line, last)| Some((line.number, last?)));
    Ok(numbered.collect())
}
