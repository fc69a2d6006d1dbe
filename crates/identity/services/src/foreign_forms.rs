//! The forms of foreign password hashes in the deployment, read at most once a second.

use doorward_store::Db;

use crate::cache::LoadedCache;
use crate::error::Result;
use crate::prelude::*;

/// The time after which the forms are read again.
const CACHE_TTL: Duration = Duration::from_secs(1);

/// The key of the one entry.
const ALL: &[u8] = &[];

/// A hash of each form, which no password matches.
type Dummies = Vec<ForeignHash>;

#[derive(Debug)]
pub struct ForeignForms(LoadedCache<Dummies>);

impl Default for ForeignForms {
    fn default() -> Self {
        Self(LoadedCache::new(1, CACHE_TTL))
    }
}

impl ForeignForms {
    /// Removes the forms, so that the next check reads them.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// Returns a hash of each form among the users. Without any, this reads one row of an empty
    /// index once a second.
    #[boxed]
    pub async fn dummies(&self, db: &Db) -> Result<Arc<Dummies>> {
        let load = || async {
            let forms = repo::user_hashes::foreign_forms(db.read()).await?;
            // A form that cannot be read belongs to hashes that cannot be verified either.
            let dummies = forms
                .iter()
                .filter_map(|form| ForeignHash::dummy(form).ok());
            Ok(Arc::new(dummies.collect()))
        };
        self.0.get_or_load(ALL, load).await
    }
}
