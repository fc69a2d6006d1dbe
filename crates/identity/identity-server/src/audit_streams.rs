//! Sends the sealed events of the audit log to other systems: to a file, a syslog server and an HTTPS
//! endpoint. One replica at a time sends for a stream; all of them measure how late it is.

mod target;

use doorward_config::Finding;
use doorward_http_common::background;
use doorward_rules::audit_stream::{AuditStream, StreamName};
use doorward_services::audit_streams as streams;
use doorward_telemetry::metrics::Metrics;
use tokio::task::JoinHandle;

use self::target::Target;
use crate::lease;
use crate::prelude::*;

/// Interval between two turns of a stream.
const EVERY: Duration = Duration::from_secs(2);
/// Time after which a turn begins no further batch.
const TURN: Duration = Duration::from_secs(20);
/// Lease of a turn, in seconds: longer than a turn with its last batch.
const LEASE: i64 = 60;

/// Starts a task for each configured stream. It ends when it is aborted. A copy sends no events: its
/// configuration may name the receivers of the original.
pub fn start(context: &Arc<Context>, metrics: &Arc<Metrics>) -> Vec<JoinHandle<()>> {
    if context.core.state.is_copy() {
        return Vec::new();
    }
    let targets = context.core.config.audit.streams.targets().into_iter();
    let tasks = targets.map(|(name, _)| {
        let (context, metrics) = (Arc::clone(context), Arc::clone(metrics));
        background::keep("audit stream", move || {
            let sender = Sender {
                context: Arc::clone(&context),
                metrics: Arc::clone(&metrics),
                name,
                target: None,
            };
            sender.run()
        })
    });
    tasks.collect()
}

/// Returns the findings about streams whose certificates, key or address cannot be used.
pub(crate) fn check(config: &Config) -> Vec<Finding> {
    let streams = &config.audit.streams;
    let targets = streams.targets().into_iter();
    let findings = targets.filter_map(|(name, _)| {
        let problem = Target::open(name, streams).err()?;
        let key = match name {
            StreamName::File => "audit.streams.file",
            StreamName::Syslog => "audit.streams.syslog",
            StreamName::Https => "audit.streams.https",
        };
        let remediation = "correct the certificate files (PEM), the private key and the address";
        Some(config.error(key, &problem, remediation))
    });
    findings.collect()
}

struct Sender {
    context: Arc<Context>,
    metrics: Arc<Metrics>,
    name: StreamName,
    /// Opened on first use, and again after a failure.
    target: Option<Target>,
}

impl Sender {
    async fn run(mut self) {
        loop {
            if let Err(error) = self.take_turn().await {
                let stream = self.name.as_str();
                tracing::warn!(stream, fault = %error, "audit stream not read");
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn take_turn(&mut self) -> Result<()> {
        let context = Arc::clone(&self.context);
        let core = &context.core;
        let config = &core.config.audit.streams;
        let stream = streams::begin(&core.db, self.name, config).await?;
        let is_behind = self.measure(core, &stream).await?;
        if !is_behind || stream.must_wait(core.now()) {
            return Ok(());
        }
        let name = format!("audit stream {}", self.name.as_str());
        let Some(lease) = lease::acquire(core, &name, LEASE).await? else {
            return Ok(());
        };
        let sent = Box::pin(self.send_batches(core)).await;
        lease::release(core, &lease).await?;
        sent?;
        let stream = streams::begin(&core.db, self.name, config).await?;
        self.measure(core, &stream).await?;
        Ok(())
    }

    /// Updates the metrics. Returns true if links are not sent.
    async fn measure(&self, core: &Core, stream: &AuditStream) -> Result<bool> {
        let lag = streams::lag(&core.db, stream, core.now()).await?;
        let name = self.name.as_str();
        self.metrics.audit_stream(name, lag.events, lag.seconds);
        Ok(lag.events > 0)
    }

    /// Sends batches until none is left, one fails, or the turn ends.
    async fn send_batches(&mut self, core: &Core) -> Result<()> {
        let config = &core.config.audit.streams;
        let began = Instant::now();
        while began.elapsed() < TURN {
            let stream = streams::begin(&core.db, self.name, config).await?;
            let Some(batch) = streams::next_batch(&core.db, &stream).await? else {
                break;
            };
            let (name, now) = (self.name.as_str(), core.now());
            if let Err(problem) = self.send(core, &batch).await {
                // The certificates are read again: an expired one may be the cause.
                self.target = None;
                if stream.failures == 0 {
                    tracing::warn!(stream = name, %problem, "audit stream failed");
                }
                streams::record_failure(&core.db, &stream, &problem, now).await?;
                break;
            }
            if stream.failures > 0 {
                tracing::info!(stream = name, "audit stream recovered");
            }
            if !streams::record_sent(&core.db, &stream, batch.last, now).await? {
                break;
            }
        }
        Ok(())
    }

    async fn send(&mut self, core: &Core, batch: &streams::Batch) -> Result<(), String> {
        if batch.events.is_empty() {
            return Ok(());
        }
        let target = match self.target.take() {
            Some(target) => target,
            None => Target::open(self.name, &core.config.audit.streams)?,
        };
        target.send(&core.config.issuer_host(), batch).await?;
        self.target = Some(target);
        Ok(())
    }
}
