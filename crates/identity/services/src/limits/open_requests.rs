//! The limit on open requests: sign-ins that were begun, pushed requests and device requests. A caller
//! with many addresses can create them without signing in, so that their total number is limited.

use std::sync::{Mutex, MutexGuard, PoisonError};

use doorward_domain::boxed;
use doorward_rules::limits::open_requests::OpenCount;
use doorward_store::repo;

use crate::context::Core;
use crate::error::{Result, ServerError};

doorward_protocol::words! {
    pub enum OpenRequestKind {
        Interaction = "sign-ins in progress",
        Pushed = "pushed requests",
        Device = "device requests",
    }
}

#[derive(Debug, Default)]
pub struct OpenRequests([Mutex<OpenCount>; 3]);

impl OpenRequests {
    fn of(&self, kind: OpenRequestKind) -> MutexGuard<'_, OpenCount> {
        let [interactions, pushed, devices] = &self.0;
        let count = match kind {
            OpenRequestKind::Interaction => interactions,
            OpenRequestKind::Pushed => pushed,
            OpenRequestKind::Device => devices,
        };
        count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Admits a new request, and counts it.
    #[boxed]
    pub async fn admit(&self, core: &Core, kind: OpenRequestKind) -> Result<()> {
        let limits = &core.config.limits;
        let (max, now) = (limits.scaled(limits.open_requests), core.now());
        let is_stale = {
            let mut count = self.of(kind);
            let is_stale = count.is_stale(max, now);
            // Others meanwhile use the former number.
            count.at = if is_stale { Some(now) } else { count.at };
            is_stale
        };
        if is_stale {
            let read = core.db.read();
            let counted = match kind {
                OpenRequestKind::Interaction => {
                    repo::interactions::count_open(read, max, now).await
                }
                OpenRequestKind::Pushed => repo::pushed_requests::count_open(read, max, now).await,
                OpenRequestKind::Device => repo::device_requests::count_open(read, max, now).await,
            };
            *self.of(kind) = OpenCount {
                counted: counted?,
                added: 0,
                at: Some(now),
            };
        }
        let mut count = self.of(kind);
        if count.is_full(max) {
            return Err(ServerError::Unavailable(format!(
                "there are {max} {}; raise limits.open_requests if they are of real users",
                kind.as_str()
            )));
        }
        count.added += 1;
        Ok(())
    }
}
