//! Writes the changes of imported users, each user in one transaction.

use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::source_change::{self, Mode, SourceChange};
use doorward_domain::model::UserId;
use doorward_store::repo;
use doorward_store::repo::imports::ImportedRecord;

use super::import::{Import, ImportError};
use crate::item::{Decision, Item, Note};

/// Number of states that one transaction stores.
const STATES: usize = 100;

/// A change of an imported user.
pub struct UserChange {
    pub id: UserId,
    pub change: Box<SourceChange>,
    /// With the state after the change.
    pub record: ImportedRecord,
}

impl Import<'_> {
    /// Returns the context of changes, whose audit events name the source.
    fn changer(&self) -> AdminContext<'_> {
        self.operator.clone().with_source(&self.options.source)
    }

    /// Changes a user. A change that the rules reject is the result of its record, and no error. `former` has
    /// the administrators that a dry run would take away.
    pub(super) async fn change(
        &self,
        item: &mut Item,
        change: &UserChange,
        former: &mut Vec<UserId>,
    ) -> Result<(), ImportError> {
        let UserChange { id, change, record } = change;
        let changer = self.changer();
        let mode = if self.is_dry {
            Mode::Check(former)
        } else {
            Mode::Apply(record)
        };
        // Boxed, because the future is large.
        let done = Box::pin(source_change::apply(&changer, *id, change, mode));
        let (code, error) = match done.await {
            Ok(()) => return Ok(()),
            Err(error @ AdminError::LastHolder(_)) => ("last_admin", error),
            Err(
                error @ (AdminError::Invalid { .. }
                | AdminError::Taken { .. }
                | AdminError::NotFound { .. }
                | AdminError::Changed),
            ) => ("rejected", error),
            Err(error) => return Err(error.into()),
        };
        item.decision = Decision::Skip;
        item.changes = Box::default();
        item.notes.push(Note::new(code, error.to_string()));
        Ok(())
    }

    /// Stores what the source has given to users that do not change otherwise.
    pub(super) async fn remember(&self, records: &[ImportedRecord]) -> Result<(), ImportError> {
        for some in records.chunks(STATES) {
            let tx = self.operator.begin().await?;
            for record in some {
                repo::imports::update_applied(&tx, record).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}
