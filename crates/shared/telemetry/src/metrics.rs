//! The server's metrics in the Prometheus format.
//!
//! Label values are constants or route patterns. They never contain input, so that callers cannot
//! create series and exhaust memory.

use std::time::Duration;

use doorward_protocol::error::OAuthError;
use doorward_protocol::token::GrantType;
use doorward_protocol::words;
use prometheus::core::Collector;
use prometheus::{Gauge, Histogram, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts};

use crate::families::{fixed, histogram, render};
use crate::request_metrics::RequestMetrics;

#[cfg(test)]
mod tests;

/// The bounds of password hash durations, which are long by design.
const HASH_SECONDS: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];
/// The sign-in methods as in the audit log.
const METHODS: &[&str] = &["password", "passkey", "email", "totp", "recovery_code"];
/// The label value for every word that is not on a list.
const OTHER: &str = "other";

/// The counters, gauges and histograms of one process.
#[derive(Debug)]
pub struct Metrics {
    logins: IntCounterVec,
    tokens_issued: IntCounterVec,
    token_errors: IntCounterVec,
    password_hash: Histogram,
    hash_queue_depth: IntGauge,
    rate_limited: IntCounterVec,
    attempts_dropped: IntCounter,
    deployment: Deployment,
    mails: IntCounterVec,
    audit: AuditLog,
    certificate_expiry: IntGaugeVec,
    ldap_operations: IntCounterVec,
    ldap_connections: IntGauge,
    signals_lag: IntGaugeVec,
    requests: RequestMetrics,
}

/// The state of the whole deployment, updated once a minute: the same at each replica.
#[derive(Debug)]
struct Deployment {
    sessions_active: IntGauge,
    cleanup_overdue: IntGauge,
    mail_failing: IntGauge,
    mail_waiting: IntGaugeVec,
    mail_empty: Gauge,
    redis_up: IntGauge,
    keys_age: Gauge,
}

impl Deployment {
    fn new() -> Self {
        Self {
            sessions_active: fixed(IntGauge::new(
                "doorward_sessions_active",
                "Sessions that have not ended, counted once a minute: the same at every replica",
            )),
            cleanup_overdue: fixed(IntGauge::new(
                "doorward_cleanup_overdue_steps",
                "Steps of the cleanup that have not succeeded for an hour: the same at every replica",
            )),
            mail_failing: fixed(IntGauge::new(
                "doorward_mail_failing",
                "1 while mails have waited for another attempt for 15 minutes and none is delivered: the same at every replica",
            )),
            mail_waiting: gauges(
                "doorward_mail_waiting",
                "Mails that wait: links and codes (awaited), and others (notification): the same at every replica",
                &["lane"],
            ),
            mail_empty: fixed(Gauge::new(
                "doorward_mail_empty_seconds",
                "Seconds until no mail waits, at the rate of the last five minutes; infinite if none was sent: the same at every replica",
            )),
            redis_up: fixed(IntGauge::new(
                "doorward_redis_up",
                "1 while Redis answers, asked once a minute; also 1 without Redis",
            )),
            keys_age: fixed(Gauge::new(
                "doorward_keys_age_seconds",
                "How long ago the key that signs was made",
            )),
        }
    }
}

/// The state of the audit log, and of its streams to other systems.
#[derive(Debug)]
struct AuditLog {
    head: IntGauge,
    alarm: IntGaugeVec,
    lag_events: IntGaugeVec,
    lag_seconds: IntGaugeVec,
}

impl AuditLog {
    fn new() -> Self {
        Self {
            head: fixed(IntGauge::new(
                "doorward_audit_head_seq",
                "The place of the last link of the audit log's chain: it never goes down",
            )),
            alarm: gauges(
                "doorward_audit_alarm",
                "1 while the end of the audit log is in doubt, by reason",
                &["reason"],
            ),
            lag_events: gauges(
                "doorward_audit_stream_lag_events",
                "Events of the audit log that a stream has not sent: the same at every replica",
                &["stream"],
            ),
            lag_seconds: gauges(
                "doorward_audit_stream_lag_seconds",
                "Age of the oldest event that a stream has not sent: the same at every replica",
                &["stream"],
            ),
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

words! {
    /// The result of an attempt to send a mail.
    pub enum MailResult {
        Sent = "sent",
        /// Not sent; another attempt follows.
        Delayed = "delayed",
        Failed = "failed",
        /// Not sent, because its link was used or replaced.
        Useless = "useless",
    }
}

impl Metrics {
    /// Creates all metrics with the value zero.
    pub fn new() -> Self {
        let created = Self {
            logins: counter(
                "doorward_logins_total",
                "Sign-ins, as they get their place in the audit log: sum over the replicas",
                &["method", "result"],
            ),
            tokens_issued: counter(
                "doorward_tokens_issued_total",
                "Answers of the token endpoint with a token",
                &["grant"],
            ),
            token_errors: counter(
                "doorward_token_errors_total",
                "Refusals and faults of the token endpoint, by the error code of the answer",
                &["grant", "error"],
            ),
            password_hash: fixed(Histogram::with_opts(histogram(
                "doorward_password_hash_seconds",
                "How long a password hash took, without the wait for a thread",
                HASH_SECONDS,
            ))),
            hash_queue_depth: fixed(IntGauge::new(
                "doorward_hash_queue_depth",
                "Password hashes that wait for a thread",
            )),
            rate_limited: counter(
                "doorward_rate_limited_total",
                "Tries beyond a limit",
                &["rule"],
            ),
            attempts_dropped: fixed(IntCounter::new(
                "doorward_attempts_dropped_total",
                "Sign-in attempts beyond a limit, left out of the list of attempts",
            )),
            deployment: Deployment::new(),
            mails: counter(
                "doorward_mails_total",
                "Attempts to send a mail: sent, delayed until another attempt, failed after the last one",
                &["result"],
            ),
            audit: AuditLog::new(),
            certificate_expiry: gauges(
                "doorward_certificate_expiry_seconds",
                "Seconds until the certificate of the HTTPS listener ends; negative afterwards",
                &["listener"],
            ),
            ldap_operations: counter(
                "doorward_ldap_operations_total",
                "Operations of the LDAP server, by their result",
                &["operation", "result"],
            ),
            signals_lag: gauges(
                "doorward_signal_stream_lag_seconds",
                "Age of the oldest signal that an enabled stream has not delivered, measured once a minute: the same at every replica",
                &["method"],
            ),
            ldap_connections: fixed(IntGauge::new(
                "doorward_ldap_connections",
                "Open connections of the LDAP server",
            )),
            requests: RequestMetrics::default(),
        };
        created.begin_counts();
        created
    }

    /// Reports zero sign-ins of each method and zero mails, so that the first one counts as a change.
    fn begin_counts(&self) {
        for result in MailResult::ALL {
            self.mails.with_label_values(&[result.as_str()]);
        }
        for method in METHODS {
            for result in ["success", "failure"] {
                self.logins.with_label_values(&[method, result]);
            }
        }
    }

    /// Counts a sign-in with this method of the audit log.
    pub fn sign_in(&self, method: Option<&str>, is_success: bool) {
        let known = METHODS.iter().find(|known| Some(**known) == method);
        let result = if is_success { "success" } else { "failure" };
        let labels = [known.copied().unwrap_or(OTHER), result];
        self.logins.with_label_values(&labels).inc();
    }

    /// Counts a response of the token endpoint; `grant` is `None` if the request failed before its
    /// grant type was read.
    pub fn token(&self, grant: Option<&GrantType>, error: Option<&OAuthError>) {
        let grant = match grant {
            None => "none",
            Some(GrantType::Other(_)) => OTHER,
            Some(known) => known.as_str(),
        };
        match error {
            None => self.tokens_issued.with_label_values(&[grant]).inc(),
            Some(error) => {
                let labels = [grant, error.code.as_str()];
                self.token_errors.with_label_values(&labels).inc();
            }
        }
    }

    pub fn limited(&self, rule: &'static str) {
        self.rate_limited.with_label_values(&[rule]).inc();
    }

    /// Counts sign-in attempts that are not stored.
    pub fn attempts_dropped(&self, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.attempts_dropped.inc_by(count);
    }

    pub fn password_hash(&self, took: Duration) {
        self.password_hash.observe(took.as_secs_f64());
    }

    pub fn hashes_waiting(&self, count: usize) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.hash_queue_depth.set(count);
    }

    pub fn keys_age(&self, age: i64) {
        self.deployment.keys_age.set(seconds(age));
    }

    /// Records the head of the audit log, and for each alarm reason whether it applies.
    pub fn audit_head(&self, seq: i64, alarms: &[(&'static str, bool)]) {
        self.audit.head.set(seq);
        for (reason, is_raised) in alarms {
            let gauge = self.audit.alarm.with_label_values(&[reason]);
            gauge.set(i64::from(*is_raised));
        }
    }

    /// Records how much of the audit log a stream has not sent.
    pub fn audit_stream(&self, stream: &'static str, events: i64, seconds: i64) {
        let labels = [stream];
        self.audit.lag_events.with_label_values(&labels).set(events);
        let gauge = self.audit.lag_seconds.with_label_values(&labels);
        gauge.set(seconds);
    }

    /// Records the seconds until the certificate of the HTTPS listener ends.
    pub fn certificate_expiry(&self, remaining: i64) {
        let gauge = self.certificate_expiry.with_label_values(&["https"]);
        gauge.set(remaining);
    }

    /// Counts an operation of the LDAP server. Both words are constants.
    pub fn ldap_operation(&self, operation: &'static str, result: &'static str) {
        let labels = [operation, result];
        self.ldap_operations.with_label_values(&labels).inc();
    }

    /// Records how late the latest stream of signals with a method is. The word is a constant.
    pub fn signal_streams(&self, method: &'static str, seconds: i64) {
        let gauge = self.signals_lag.with_label_values(&[method]);
        gauge.set(seconds);
    }

    pub fn ldap_connections(&self, open: usize) {
        self.ldap_connections
            .set(i64::try_from(open).unwrap_or(i64::MAX));
    }

    pub fn sessions(&self, active: u64) {
        self.deployment
            .sessions_active
            .set(i64::try_from(active).unwrap_or(i64::MAX));
    }

    /// Records the number of steps of the cleanup that have not succeeded for an hour.
    pub fn cleanup_overdue(&self, steps: usize) {
        self.deployment
            .cleanup_overdue
            .set(i64::try_from(steps).unwrap_or(i64::MAX));
    }

    /// Counts an attempt to send a mail.
    pub fn mail(&self, result: MailResult) {
        self.mails.with_label_values(&[result.as_str()]).inc();
    }

    /// Records whether mails wait for another attempt and none is delivered.
    pub fn mail_failing(&self, is_failing: bool) {
        self.deployment.mail_failing.set(i64::from(is_failing));
    }

    /// Records the waiting mails by lane, and the seconds until none waits; `None` if none was sent.
    pub fn mail_waiting(&self, lanes: [(&str, u64); 2], empty_in: Option<i64>) {
        for (lane, count) in lanes {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let lane = self.deployment.mail_waiting.with_label_values(&[lane]);
            lane.set(count);
        }
        let empty_in = empty_in.map_or(f64::INFINITY, seconds);
        self.deployment.mail_empty.set(empty_in);
    }

    pub fn redis_up(&self, is_up: bool) {
        self.deployment.redis_up.set(i64::from(is_up));
    }

    /// Returns the metrics of requests and their statements.
    pub const fn requests(&self) -> &RequestMetrics {
        &self.requests
    }

    /// Renders all metrics in the text format of Prometheus, version 0.0.4.
    ///
    /// # Errors
    /// Fails if a metric family cannot be encoded, which does not happen with the metrics of this
    /// file.
    pub fn render(&self) -> Result<Vec<u8>, prometheus::Error> {
        let families: [&dyn Collector; 23] = [
            &self.logins,
            &self.tokens_issued,
            &self.token_errors,
            &self.password_hash,
            &self.hash_queue_depth,
            &self.rate_limited,
            &self.attempts_dropped,
            &self.deployment.sessions_active,
            &self.deployment.cleanup_overdue,
            &self.mails,
            &self.deployment.mail_failing,
            &self.deployment.mail_waiting,
            &self.deployment.mail_empty,
            &self.deployment.redis_up,
            &self.deployment.keys_age,
            &self.audit.head,
            &self.audit.alarm,
            &self.audit.lag_events,
            &self.audit.lag_seconds,
            &self.certificate_expiry,
            &self.ldap_operations,
            &self.ldap_connections,
            &self.signals_lag,
        ];
        render(&[&families[..], &self.requests.families()].concat())
    }
}

/// Converts seconds to a float; exact for 285 million years.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
fn seconds(span: i64) -> f64 {
    span as f64
}

fn gauges(name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
    fixed(IntGaugeVec::new(Opts::new(name, help), labels))
}

fn counter(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    fixed(IntCounterVec::new(Opts::new(name, help), labels))
}
