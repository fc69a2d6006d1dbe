//! The context that HTTP handlers share.

use std::collections::BTreeMap;

use doorward_domain::derived_keys::{CookieKey, CsrfKey, OnceKey, PaginationKey};
use doorward_domain::secret::MasterKey;
use doorward_services::audit_anchor::AuditAnchor;
use doorward_services::branding::{BrandFile, Branding};
use doorward_services::running_server::RunningServer;
use doorward_telemetry::metrics::Metrics;
use doorward_telemetry::telemetry::Traces;

use crate::document::{Document, DocumentFields, IMMUTABLE};
use crate::mail_page::MailSamples;
use crate::prelude::*;

/// The context of the use cases, and the values of the HTTP layer alone. It is the application data
/// of the server.
#[derive(Debug)]
pub struct WebContext {
    pub context: Arc<Context>,
    pub metrics: Arc<Metrics>,
    pub traces: Arc<Traces>,
    /// The head of the audit log, for `/readyz`.
    pub audit_anchor: Arc<AuditAnchor>,
    pub started_at: UnixSeconds,
    pub csrf_key: CsrfKey,
    /// The key that encrypts the state of sign-ins at sites.
    pub cookie_key: CookieKey,
    pub pagination_key: PaginationKey,
    /// The key that encrypts the stored responses of creations.
    pub once_key: OnceKey,
    /// The files of the brand by name.
    pub brand_files: BTreeMap<String, Document>,
    /// The messages for previews of brands.
    pub mail_samples: Arc<dyn MailSamples>,
}

impl WebContext {
    pub fn new(
        context: Arc<Context>,
        metrics: Arc<Metrics>,
        audit_anchor: Arc<AuditAnchor>,
        master: &MasterKey,
        mail_samples: Arc<dyn MailSamples>,
    ) -> Self {
        let exports = context.core.config.telemetry.otlp_endpoint.is_some();
        let started_at = context.core.now();
        let brand_files = brand_files(&context.core.branding);
        Self {
            context,
            metrics,
            traces: Arc::new(Traces::new(exports)),
            audit_anchor,
            started_at,
            csrf_key: CsrfKey::derive(master),
            cookie_key: CookieKey::derive(master),
            pagination_key: PaginationKey::derive(master),
            once_key: OnceKey::derive(master),
            brand_files,
            mail_samples,
        }
    }

    pub fn running(&self) -> RunningServer<'_> {
        RunningServer {
            context: &self.context,
            audit_anchor: &self.audit_anchor,
            started_at: self.started_at,
        }
    }
}

fn brand_files(branding: &Branding) -> BTreeMap<String, Document> {
    let files = branding.files.iter().cloned();
    files
        .map(|file| (file.name.clone(), brand_document(file)))
        .collect()
}

/// Returns a file of a brand as served.
pub fn brand_document(file: BrandFile) -> Document {
    let fields = DocumentFields {
        content_type: file.content_type,
        cache_control: IMMUTABLE,
        vary: None,
    };
    Document::new(fields, file.body)
}
