//! `GET /oauth2/jwks` (RFC 7517 §5).

use arc_swap::ArcSwapOption;
use doorward_domain::keys::{KeyRing, RotationPolicy};
use doorward_web::document::{Document, DocumentFields};

use super::endpoint::{accepts, server_error};
use crate::prelude::*;

/// The registered media type (RFC 7517 §8.5.2). Libraries that compare the type expect JSON, such as oidcc
/// before 3.2.6, so only a client that names this type alone gets it.
const JWK_SET: &str = "application/jwk-set+json";

const FIELDS: DocumentFields = DocumentFields {
    content_type: "application/json",
    cache_control: "public, max-age=300",
    vary: Some("Accept"),
};
// The time that the rotation policy assumes.
const _: () = assert!(RotationPolicy::JWKS_MAX_AGE == 300);

#[derive(Debug)]
struct Prepared {
    ring: Arc<KeyRing>,
    document: Arc<Document>,
}

/// The last served document, of each worker.
#[derive(Debug, Default)]
pub struct Jwks(ArcSwapOption<Prepared>);

impl Jwks {
    /// Returns the document of this ring. Equal keys of a ring that was read again have the same
    /// document.
    fn of(&self, ring: Arc<KeyRing>) -> Arc<Document> {
        let last = self.0.load();
        if let Some(last) = &*last
            && Arc::ptr_eq(&last.ring, &ring)
        {
            return Arc::clone(&last.document);
        }
        let content = ring.jwks_json();
        let equal = last.as_ref().filter(|last| last.document.equals(content));
        let document = match equal {
            Some(last) => Arc::clone(&last.document),
            None => Arc::new(Document::new(FIELDS, content.to_string())),
        };
        self.0.store(Some(Arc::new(Prepared {
            ring,
            document: Arc::clone(&document),
        })));
        document
    }
}

async fn document(web: &WebContext, jwks: &Jwks) -> Result<Arc<Document>, ServerError> {
    let (core, keys) = (&web.context.core, &web.context.issuing.keys);
    Ok(jwks.of(keys.current(&core.db, core.now()).await?))
}

fn media_type(request: &HttpRequest) -> &'static str {
    if accepts(request, JWK_SET) && !accepts(request, FIELDS.content_type) {
        JWK_SET
    } else {
        FIELDS.content_type
    }
}

pub async fn show(web: Data<WebContext>, jwks: Data<Jwks>, request: HttpRequest) -> HttpResponse {
    match document(&web, &jwks).await {
        Ok(document) => document.respond_as(media_type(&request), &request),
        Err(error) => server_error(&request, &error),
    }
}
