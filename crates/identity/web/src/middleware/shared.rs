//! Configuration of the middleware, created once at start.

use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServiceRequest;
use doorward_config::Config;
use doorward_config::former_issuers::FormerIssuers;
use doorward_domain::random::Random;
use doorward_domain::time::Clock;
use doorward_i18n::Lang;
use doorward_protocol::forwarded::ForwardedHeader;
use doorward_rules::brand::Brand;
use doorward_rules::read_only;
use doorward_services::branding;
use doorward_services::context::Context;
use doorward_telemetry::metrics::Metrics;
use doorward_telemetry::telemetry::Traces;
use ipnet::IpNet;

use super::error::MiddlewareError;
use super::host::AllowedHosts;
use crate::request::received_request::Tenant;

#[derive(Debug)]
pub(super) struct Shared {
    pub hosts: AllowedHosts,
    pub issuer: String,
    pub former_issuers: FormerIssuers,
    pub https: bool,
    pub trusted_proxies: Vec<IpNet>,
    pub forwarded_header: ForwardedHeader,
    pub brand: Arc<Brand>,
    pub default_lang: Lang,
    pub clock: Arc<dyn Clock>,
    pub random: Random,
    /// Maximum time until the body of a request has arrived.
    pub time_limit: Duration,
    pub metrics: Arc<Metrics>,
    pub traces: Arc<Traces>,
    /// The context that finds organizations by domain; `None`: no organization has one.
    pub context: Option<Arc<Context>>,
}

impl Shared {
    pub fn new(
        config: &Config,
        brand: Arc<Brand>,
        clock: Arc<dyn Clock>,
        random: Random,
        metrics: Arc<Metrics>,
        traces: Arc<Traces>,
    ) -> Self {
        Self {
            hosts: AllowedHosts::new(config),
            issuer: config.issuer.clone(),
            former_issuers: config.former_issuers.clone(),
            https: config.issuer.starts_with("https://"),
            trusted_proxies: config.trusted_proxies.clone(),
            forwarded_header: config.forwarded_header(),
            brand,
            default_lang: branding::default_lang(config),
            clock,
            random,
            metrics,
            traces,
            context: None,
            time_limit: Duration::from_secs(config.limits.body_timeout.unsigned_abs()),
        }
    }

    /// Returns the rejection of a change while the server is read-only.
    pub fn reject_change(&self, request: &ServiceRequest) -> Option<MiddlewareError> {
        let now = self.clock.now();
        let period = self.context.as_ref()?.core.state.read_only(now)?;
        let is_change = read_only::is_change(request.method().as_str(), request.path());
        is_change.then_some(MiddlewareError::ReadOnly {
            retry_after: period.until - now,
        })
    }

    pub async fn organization_of_domain(&self, domain: &str) -> Result<Tenant, MiddlewareError> {
        let Some(context) = &self.context else {
            return Err(MiddlewareError::UnknownHost);
        };
        let directory = &context.directory;
        match directory
            .organization_of_domain(&context.core, domain)
            .await
        {
            Ok(Some(slug)) => Ok(Tenant {
                slug,
                host: domain.to_owned(),
            }),
            Ok(None) => Err(MiddlewareError::UnknownHost),
            Err(error) => {
                tracing::error!(%error, "domains of organizations are not readable");
                Err(MiddlewareError::ServerError)
            }
        }
    }
}
