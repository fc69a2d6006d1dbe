//! The certificate of the LDAP server: read again every few seconds, and served without a restart.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use doorward_config::Config;
use doorward_https::{KeyPair, PairBytes, PairError, PairFiles, PlainContext, Reload, Reloader};
use doorward_services::blocking;
use doorward_services::context::Context;

/// Interval between two looks at the files.
const EVERY: Duration = Duration::from_secs(5);

/// The TLS context for new connections; none until the files can be read.
#[derive(Debug, Default)]
pub struct Certificate(ArcSwapOption<PlainContext>);

pub fn files(config: &Config) -> Option<PairFiles> {
    let (certificate, private_key) = config.ldap_files()?;
    Some(PairFiles {
        certificate: certificate.to_owned(),
        private_key: private_key.to_owned(),
    })
}

impl Certificate {
    pub fn current(&self) -> Option<Arc<PlainContext>> {
        self.0.load_full()
    }

    fn set(&self, pair: &KeyPair) -> Result<(), PairError> {
        self.0.store(Some(Arc::new(PlainContext::new(pair)?)));
        Ok(())
    }

    /// Serves the newest certificate of the files until the task ends.
    pub async fn follow(&self, context: &Context) {
        let Some(files) = files(&context.core.config) else {
            return;
        };
        let mut reloader = Reloader::default();
        loop {
            let found = files.clone();
            match blocking::run(move || found.read()).await {
                Ok(found) => self.look(context, &mut reloader, found),
                Err(error) => tracing::error!(%error, "certificate files not read"),
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    fn look(
        &self,
        context: &Context,
        reloader: &mut Reloader,
        found: Result<PairBytes, PairError>,
    ) {
        let error = match reloader.look(found, context.core.now()) {
            Reload::Unchanged => return,
            Reload::Broken(error) => error,
            Reload::Serve(pair) => match self.set(&pair) {
                Ok(()) => return tracing::info!("certificate of the LDAP server served"),
                Err(error) => error,
            },
        };
        tracing::error!(
            %error, remediation = error.remediation(),
            "certificate of the LDAP server not replaced"
        );
    }
}
