//! HTTPS of the main listener: its certificate, from files or from an authority, which may change while
//! the server runs, and the redirect from plain HTTP.

use std::io;
use std::net::TcpListener;
use std::rc::Rc;

use actix_web::dev::Server;
use doorward_access::mtls::Limits;
use doorward_domain::derived_keys::HttpsKey;
use doorward_http_common::background;
use doorward_https::{
    Certificates, PairBytes, PairError, PairFiles, RedirectTarget, Reload, Reloader, Served,
    Stopper, Stopping,
};
use doorward_services::blocking;
use doorward_telemetry::metrics::Metrics;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use url::Url;

use crate::acme::Acme;
use crate::prelude::*;

/// Interval between two looks at the files or the database.
const EVERY: Duration = Duration::from_secs(5);

/// The certificate of the main listener, and the signal that its connections end.
pub(crate) struct Https {
    pub certificates: Arc<Certificates>,
    source: Source,
    stopper: Arc<Stopper>,
    pub stopping: Stopping,
}

/// The source of the certificate.
enum Source {
    Files {
        files: PairFiles,
        reloader: Box<Reloader>,
    },
    Acme {
        acme: Acme,
        /// The last error, which is logged once.
        failure: Option<String>,
    },
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
    /// Reads the certificate; returns `None` if the main listener accepts plain HTTP. Without a
    /// certificate of the authority there are no connections until it has issued the first one.
    ///
    /// # Errors
    /// Returns an error if the certificate of the files cannot be served.
    pub async fn open(core: &Core, key: &HttpsKey) -> Result<Option<Self>, PairError> {
        let certificates = Arc::new(Certificates::default());
        let source = if let Some(files) = pair_files(&core.config) {
            Self::open_files(core, files, &certificates)?
        } else if core.config.tls.acme.directory.is_some() {
            let mut acme = Acme::new(key.clone());
            if let Err(error) = acme.load(core, &certificates).await {
                tracing::error!(%error, "the stored certificate cannot be served");
            }
            Source::Acme {
                acme,
                failure: None,
            }
        } else {
            return Ok(None);
        };
        let (stopper, stopping) = Stopper::new();
        Ok(Some(Self {
            certificates,
            source,
            stopper: Arc::new(stopper),
            stopping,
        }))
    }

    fn open_files(
        core: &Core,
        files: PairFiles,
        certificates: &Certificates,
    ) -> Result<Source, PairError> {
        let bytes = files.read()?;
        let served = certificates.set(&bytes.parse()?)?;
        log_served(&core.config, &served, core.now());
        let mut reloader = Box::<Reloader>::default();
        reloader.look(Ok(bytes), core.now());
        Ok(Source::Files { files, reloader })
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

    /// Starts the task that serves the newest certificate until the server stops.
    pub fn watch(self, context: Arc<Context>, metrics: Arc<Metrics>) -> JoinHandle<()> {
        // A task that panicked leaves it to the next one.
        let https = Rc::new(Mutex::new(self));
        background::keep("certificate", move || {
            let (https, context) = (Rc::clone(&https), Arc::clone(&context));
            let metrics = Arc::clone(&metrics);
            async move { https.lock().await.follow(&context, &metrics).await }
        })
    }

    async fn follow(&mut self, context: &Arc<Context>, metrics: &Metrics) {
        let core = &context.core;
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match &mut self.source {
                Source::Files { files, reloader } => {
                    let files = files.clone();
                    let found = blocking::run(move || files.read()).await;
                    match found {
                        Ok(found) => look(core, &self.certificates, reloader, found),
                        Err(error) => tracing::error!(%error, "certificate files not read"),
                    }
                }
                Source::Acme { acme, failure } => {
                    let turn = Box::pin(acme.turn(context, &self.certificates)).await;
                    log_failure(failure, turn);
                }
            }
            if let Some(served) = self.certificates.current() {
                metrics.certificate_expiry(served.facts.remaining(core.now()));
            }
        }
    }
}

/// Serves a new pair of the files.
fn look(
    core: &Core,
    certificates: &Certificates,
    reloader: &mut Reloader,
    found: Result<PairBytes, PairError>,
) {
    let error = match reloader.look(found, core.now()) {
        Reload::Unchanged => return,
        Reload::Broken(error) => error,
        Reload::Serve(pair) => match certificates.set(&pair) {
            Ok(served) => return log_served(&core.config, &served, core.now()),
            Err(error) => error,
        },
    };
    tracing::error!(
        %error, remediation = error.remediation(),
        "certificate not replaced, the former one is served"
    );
}

/// Logs the first of several equal failures.
fn log_failure(former: &mut Option<String>, turn: Result<()>) {
    let failure = turn.err().map(|error| error.to_string());
    if let Some(error) = failure.as_ref().filter(|_| *former != failure) {
        tracing::error!(%error, "the certificate cannot be renewed");
    }
    *former = failure;
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
