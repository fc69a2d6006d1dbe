//! Documents that are serialized and compressed once, and served with entity tags.

use std::io::Write as _;

use actix_web::http::header::{
    AcceptEncoding, CONTENT_ENCODING, ETAG, Encoding, IfNoneMatch, VARY,
};
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::prelude::*;

#[cfg(test)]
mod tests;

/// The encodings that the server can send.
pub(crate) const ENCODINGS: [Encoding; 3] =
    [Encoding::identity(), Encoding::gzip(), Encoding::deflate()];

/// RFC 8246: the URL changes with the content, so browsers need not revalidate.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

#[derive(Clone, Copy, Debug)]
pub struct DocumentFields {
    pub content_type: &'static str,
    pub cache_control: &'static str,
    /// `Vary`, apart from `Accept-Encoding`.
    pub vary: Option<&'static str>,
}

#[derive(Debug)]
pub struct Document {
    fields: DocumentFields,
    plain: Representation,
    gzip: Representation,
}

/// The bytes of a document in one encoding, with their strong entity tag (RFC 9110 §8.8.3).
#[derive(Debug)]
struct Representation {
    body: Bytes,
    tag: String,
    etag: Option<HeaderValue>,
}

impl Document {
    pub fn new(fields: DocumentFields, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self {
            fields,
            gzip: Representation::new(compress(&body)),
            plain: Representation::new(body),
        }
    }

    pub fn equals(&self, content: &str) -> bool {
        self.plain.body == content
    }

    /// Returns the response to a GET or HEAD request: 304 if the client has the document (RFC 9110
    /// §13.1.2).
    pub fn respond(&self, request: &HttpRequest) -> HttpResponse {
        self.respond_as(self.fields.content_type, request)
    }

    /// Returns the response with another media type for the same bytes.
    pub fn respond_as(&self, content_type: &'static str, request: &HttpRequest) -> HttpResponse {
        let accepted = request.get_header::<AcceptEncoding>();
        let encoding = accepted.and_then(|accepted| accepted.negotiate(ENCODINGS.iter()));
        let is_compressed = encoding == Some(Encoding::gzip());
        let representation = if is_compressed {
            &self.gzip
        } else {
            &self.plain
        };
        // A middleware compresses these, and a strong tag names the bytes that are sent.
        let is_tagged = encoding != Some(Encoding::deflate());
        let is_known = is_tagged && representation.is_known(request);
        let mut response = HttpResponse::new(if is_known {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::OK
        });
        let headers = response.headers_mut();
        let cache_control = HeaderValue::from_static(self.fields.cache_control);
        headers.insert(CACHE_CONTROL, cache_control);
        if let Some(vary) = self.fields.vary {
            headers.insert(VARY, HeaderValue::from_static(vary));
        }
        if let Some(etag) = representation.etag.as_ref().filter(|_| is_tagged) {
            headers.insert(ETAG, etag.clone());
        }
        if is_compressed {
            headers.append(VARY, HeaderValue::from_static("accept-encoding"));
        }
        if is_known {
            return response;
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        if is_compressed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
            .set_body(representation.body.clone())
            .map_into_boxed_body()
    }
}

impl Representation {
    fn new(body: Bytes) -> Self {
        let digest = Sha256::digest(&body);
        let tag = URL_SAFE_NO_PAD.encode(&digest[..16]);
        Self {
            etag: HeaderValue::try_from(format!("\"{tag}\"")).ok(),
            body,
            tag,
        }
    }

    /// Returns true if `If-None-Match` names this representation, by weak comparison.
    fn is_known(&self, request: &HttpRequest) -> bool {
        match request.get_header::<IfNoneMatch>() {
            None => false,
            Some(IfNoneMatch::Any) => true,
            Some(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.tag() == self.tag),
        }
    }
}

#[expect(clippy::expect_used, reason = "writing to a vector does not fail")]
fn compress(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).expect("vectors accept all bytes");
    encoder.finish().expect("vectors accept all bytes").into()
}
