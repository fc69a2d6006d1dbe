//! The forms of foreign password hashes in the deployment, read at most once a second.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use doorward_domain::credentials::foreign_hash::ForeignHash;
use doorward_store::{Db, StoreError, repo};

/// The time after which the forms are read again.
const FRESH: Duration = Duration::from_secs(1);

/// A hash of each form, which no password matches.
type Dummies = Arc<Vec<ForeignHash>>;

/// The forms that were read last.
#[derive(Debug, Default)]
pub struct ForeignForms(RwLock<Option<(Instant, Dummies)>>);

impl ForeignForms {
    /// Removes the forms, so that the next check reads them.
    pub fn clear(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Returns a hash of each form among the users. Without any, this reads one row of an empty
    /// index once a second.
    pub(crate) async fn dummies(&self, db: &Db) -> Result<Dummies, StoreError> {
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((read_at, dummies)) = known
            && read_at.elapsed() < FRESH
        {
            return Ok(dummies);
        }
        let forms = repo::user_hashes::foreign_forms(db.read()).await?;
        // A form that cannot be read belongs to hashes that cannot be verified either.
        let dummies = forms
            .iter()
            .filter_map(|form| ForeignHash::dummy(form).ok());
        let dummies: Dummies = Arc::new(dummies.collect());
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some((Instant::now(), Arc::clone(&dummies)));
        Ok(dummies)
    }
}
