//! Users of the source that are missing in the file.

use std::collections::HashMap;

use doorward_admin::source_change::SourceChange;
use doorward_domain::model::{User, UserId};
use doorward_store::repo;
use doorward_store::repo::imports::ImportedRecord;

use super::changes::UserChange;
use super::import::{Import, ImportError};
use super::present::user_id;
use crate::item::{Decision, Item, Kind};
use crate::sync::{AppliedState, Comparison, LeaverAction};

/// An active user that is missing in the file.
pub struct Leaver {
    record: ImportedRecord,
    user: User,
}

/// Finds the leavers, and the number of users of the source that are in the file or active. A user that
/// an administrator has enabled again, or who is disabled already, is no leaver.
pub async fn find(
    import: &Import<'_>,
    comparison: &Comparison,
) -> Result<(Vec<Leaver>, u64), ImportError> {
    let conn = import.operator.db.read();
    let source = import.options.source.as_str();
    let (mut leavers, mut users) = (Vec::new(), 0);
    let mut after: Option<String> = None;
    loop {
        let page =
            repo::imports::list_users(conn, source, after.as_deref(), repo::PAGE_MAX).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.old_id.clone());
        let number = page.len();
        let missing: Vec<_> = page
            .into_iter()
            .filter(|record| !comparison.file.old_ids.contains(&record.old_id))
            .collect();
        users += number - missing.len();
        let remaining = missing
            .into_iter()
            .filter(|record| !AppliedState::read(record.applied.as_deref()).has_left);
        let remaining: Vec<_> = remaining.collect();
        let found = repo::users::find_many(conn, remaining.iter().filter_map(user_id)).await?;
        let found = found.into_iter().filter(User::is_active);
        let mut active: HashMap<_, _> = found.map(|user| (user.id, user)).collect();
        leavers.extend(remaining.into_iter().filter_map(|record| {
            let user = active.remove(&user_id(&record)?)?;
            Some(Leaver { record, user })
        }));
    }
    let users = users as u64 + leavers.len() as u64;
    Ok((leavers, users))
}

impl Leaver {
    /// Treats the leaver as the options say. Returns the result. `former` as in [`Import::change`].
    pub async fn treat(
        self,
        import: &Import<'_>,
        comparison: &Comparison,
        former: &mut Vec<UserId>,
    ) -> Result<Item, ImportError> {
        let id = self.user.id;
        let name = self.user.login_identifier();
        let mut item = Item::unchanged(Kind::User, &self.record.old_id, name, &id.to_string());
        let action = comparison.sync.map(|sync| sync.leavers);
        if action != Some(LeaverAction::Disable) {
            item.decision = Decision::Missing;
            return Ok(item);
        }
        item.decision = Decision::Leave;
        let mut record = self.record;
        let mut state = AppliedState::read(record.applied.as_deref());
        state.has_left = true;
        record.applied = Some(state.to_stored());
        let change = UserChange {
            id,
            change: import.with_mails(SourceChange::leave()),
            record,
        };
        import.change(&mut item, &change, former).await?;
        Ok(item)
    }
}
