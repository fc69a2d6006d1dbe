//! HTTPS of the main listener: its certificate, which the files may change while the server runs, and
//! the redirect from plain HTTP.

use std::fmt::Debug;
use std::io;
use std::net::TcpListener;

use actix_http::{Request, Response};
use actix_service::{IntoServiceFactory, ServiceFactory};
use actix_web::body::MessageBody;
use actix_web::dev::AppConfig;
use actix_web::dev::Server;
use doorward_access::mtls::Limits;
use doorward_https::{
    Certificates, PairBytes, PairError, PairFiles, RedirectTarget, Reload, Reloader, Served,
    Stopper, Stopping,
};
use doorward_telemetry::metrics::Metrics;
use tokio::time::MissedTickBehavior;
use url::Url;

use crate::prelude::*;

/// Interval between two looks at the files.
const EVERY: Duration = Duration::from_secs(5);

/// The certificate of the main listener, and the signal that its connections end.
pub(crate) struct Https {
    pub certificates: Arc<Certificates>,
    files: PairFiles,
    reloader: Reloader,
    stopper: Arc<Stopper>,
    stopping: Stopping,
}

/// Returns the files of the certificate, if the main listener has one.
pub(crate) fn pair_files(config: &Config) -> Option<PairFiles> {
    let (certificate, private_key) = config.tls.files()?;
    Some(PairFiles {
        certificate: certificate.to_owned(),
        private_key: private_key.to_owned(),
    })
}

impl Https {
    /// Reads the certificate; returns `None` if the main listener accepts plain HTTP.
    ///
    /// # Errors
    /// Returns an error if the certificate cannot be served.
    pub fn open(config: &Config, clock: &dyn Clock) -> Result<Option<Self>, PairError> {
        let Some(files) = pair_files(config) else {
            return Ok(None);
        };
        let bytes = files.read()?;
        let pair = bytes.parse()?;
        let certificates = Arc::new(Certificates::default());
        let served = certificates.set(&pair)?;
        log_served(config, &served, clock.now());
        let mut reloader = Reloader::default();
        reloader.look(Ok(bytes), clock.now());
        let (stopper, stopping) = Stopper::new();
        Ok(Some(Self {
            certificates,
            files,
            reloader,
            stopper: Arc::new(stopper),
            stopping,
        }))
    }

    /// Serves an app by HTTPS.
    pub fn serve<F, I, S, B>(
        &self,
        listener: TcpListener,
        limits: Limits,
        app: F,
    ) -> io::Result<Server>
    where
        F: Fn() -> I + Send + Clone + 'static,
        I: IntoServiceFactory<S, Request>,
        S: ServiceFactory<Request, Config = AppConfig> + 'static,
        S::Error: Into<actix_web::Error>,
        S::InitError: Debug,
        S::Response: Into<Response<B>>,
        B: MessageBody + 'static,
    {
        let certificates = Arc::clone(&self.certificates);
        doorward_https::serve(listener, certificates, self.stopping.clone(), limits, app)
    }

    /// Serves redirects from plain HTTP to HTTPS.
    pub fn serve_redirect(
        &self,
        config: &Config,
        listener: TcpListener,
        limits: Limits,
    ) -> io::Result<Server> {
        let port = Url::parse(&config.issuer).ok().and_then(|url| url.port());
        let certificates = Arc::clone(&self.certificates);
        let target = RedirectTarget::new(&config.issuer, port, certificates);
        doorward_https::serve_redirect(listener, target, limits)
    }

    /// Returns the signal that ends connections without a request.
    pub fn stopper(&self) -> Arc<Stopper> {
        Arc::clone(&self.stopper)
    }

    /// Serves the newest certificate of the files until the server stops.
    pub async fn watch(mut self, context: Arc<Context>, metrics: Arc<Metrics>) {
        let core = &context.core;
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let files = self.files.clone();
            let found = actix_web::rt::task::spawn_blocking(move || files.read()).await;
            // The task was cancelled: the runtime ends.
            let Ok(found) = found else { return };
            self.look(found, &core.config, core.now());
            if let Some(served) = self.certificates.current() {
                metrics.certificate_expiry(served.facts.remaining(core.now()));
            }
        }
    }

    fn look(&mut self, found: Result<PairBytes, PairError>, config: &Config, now: UnixSeconds) {
        let error = match self.reloader.look(found, now) {
            Reload::Unchanged => return,
            Reload::Broken(error) => error,
            Reload::Serve(pair) => match self.certificates.set(&pair) {
                Ok(served) => return log_served(config, &served, now),
                Err(error) => error,
            },
        };
        tracing::error!(
            %error, remediation = error.remediation(),
            "certificate not replaced, the former one is served"
        );
    }
}

/// Logs the certificate that is served from now on, and what clients will reject.
fn log_served(config: &Config, served: &Served, now: UnixSeconds) {
    let facts = &served.facts;
    let days = facts.remaining(now).div_euclid(24 * 60 * 60);
    tracing::info!(names = facts.names.join(" "), days, "certificate served");
    for problem in facts.problems(&config.certificate_hosts(), now) {
        tracing::warn!(
            key = "tls.certificate", %problem,
            remediation = problem.remediation(), "clients reject the certificate"
        );
    }
}
