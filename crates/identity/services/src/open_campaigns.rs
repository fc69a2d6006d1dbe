//! The fact that a campaign for second factors is open. Without one, no request reads the roles of
//! its user for it.

use std::sync::atomic::AtomicBool;

use doorward_domain::model::FactorCampaign;
use doorward_store::StoreError;

use crate::prelude::*;

/// True while a campaign has not ended, as the background work of this process last saw.
#[derive(Clone, Debug, Default)]
pub struct OpenCampaigns(Arc<AtomicBool>);

impl OpenCampaigns {
    /// Returns the state of a process that does not read the campaigns before: there may be one.
    pub fn assumed() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    pub fn is_any(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Reads the open campaigns, and remembers that there are any.
    #[boxed]
    pub async fn read(&self, conn: &Conn) -> Result<Vec<FactorCampaign>, StoreError> {
        let open = repo::factor_campaigns::list_open(conn).await?;
        self.0.store(!open.is_empty(), Ordering::Relaxed);
        Ok(open)
    }
}
