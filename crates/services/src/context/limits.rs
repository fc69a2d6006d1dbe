//! The limits of attempts.

use std::sync::Arc;

use doorward_config::Config;
use doorward_domain::secret::MasterKey;
use doorward_store::Ephemeral;
use doorward_telemetry::metrics::Metrics;

use crate::attempts::AttemptLog;
use crate::denial_log::Keeper;
use crate::open_requests::OpenRequests;
use crate::rate_limit::RateLimiter;
use crate::running_exports::RunningExports;

#[derive(Debug)]
pub struct Limits {
    pub rate_limiter: RateLimiter,
    /// The log of denials, with the limit on those of unknown callers.
    pub denials: Keeper,
    pub attempts: Arc<AttemptLog>,
    pub open_requests: OpenRequests,
    /// The exports of personal data that run.
    pub exports: Arc<RunningExports>,
}

impl Limits {
    pub(super) fn new(
        config: &Config,
        shared: Arc<dyn Ephemeral>,
        master: &MasterKey,
        metrics: &Arc<Metrics>,
    ) -> Self {
        let counter = RateLimiter::new(shared, master, &config.limits, Arc::clone(metrics));
        Self {
            rate_limiter: if config.is_dev() {
                counter.forgiving_sign_ins()
            } else {
                counter
            },
            denials: Keeper::default(),
            attempts: Arc::new(AttemptLog::new(master, Arc::clone(metrics))),
            open_requests: OpenRequests::default(),
            exports: Arc::default(),
        }
    }
}
