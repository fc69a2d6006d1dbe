//! Problem documents: `application/problem+json` (RFC 9457).

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Serialize;
#[cfg(feature = "openapi")]
use utoipa::ToSchema;

use crate::rejection_log::Rejected;

/// An error of one input field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(ToSchema))]
pub struct FieldError {
    /// Name of the field or parameter.
    #[cfg_attr(feature = "openapi", schema(example = "username"))]
    pub field: String,
    /// JSON Pointer into the request body (RFC 6901); absent for query parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "/username"))]
    pub pointer: Option<String>,
    /// Stable error code for clients: `required`, `unknown`, `wrong_type`, `taken`, `too_short` …
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "taken"))]
    pub code: Cow<'static, str>,
    /// Explanation for users.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub detail: Cow<'static, str>,
}

impl FieldError {
    /// Creates the error of a member of the JSON body.
    pub fn member(field: &str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::at(&[field], code, detail)
    }

    /// Creates the error of a nested member of the JSON body.
    pub fn at(path: &[&str], code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        // RFC 6901 §3: `~` and `/` are escaped.
        let escape = |part: &&str| format!("/{}", part.replace('~', "~0").replace('/', "~1"));
        Self {
            pointer: Some(path.iter().map(escape).collect()),
            ..Self::parameter(path.last().copied().unwrap_or_default(), code, detail)
        }
    }

    pub fn parameter(
        field: &str,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            field: field.to_owned(),
            pointer: None,
            code: Cow::Borrowed(code),
            detail: detail.into(),
        }
    }

    /// Returns the same error for the member `field`.
    #[must_use]
    pub fn renamed(&self, field: &str) -> Self {
        Self {
            field: field.to_owned(),
            pointer: Some(format!("/{field}")),
            ..self.clone()
        }
    }
}

/// The standard members of a problem (RFC 9457 §3.1), its field errors and its header fields.
#[derive(Debug)]
pub struct Document {
    pub status: StatusCode,
    /// URI of the kind of problem (`type`).
    pub kind: &'static str,
    pub title: &'static str,
    pub detail: Cow<'static, str>,
    pub errors: Vec<FieldError>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// The JSON object. Members are serialized in this order.
#[derive(Serialize)]
struct Body<'a, M> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(flatten)]
    extension: &'a M,
}

impl Document {
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            kind,
            title,
            detail: detail.into(),
            errors: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Adds a header field. A value that no header can hold is left out.
    pub fn add_header(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
    }

    /// Returns the document as JSON, followed by the members of `extension` (RFC 9457 §3.2).
    pub fn to_json(&self, extension: &impl Serialize) -> String {
        let body = Body {
            r#type: self.kind,
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            errors: &self.errors,
            extension,
        };
        serde_json::to_string(&body).unwrap_or_default()
    }

    pub fn respond(&self, extension: &impl Serialize) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response
            .insert_header((CONTENT_TYPE, "application/problem+json"))
            .insert_header((CACHE_CONTROL, "no-store"));
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        let mut response = response.body(self.to_json(extension));
        if self.status.is_client_error() {
            self.rejected().attach(&mut response);
        }
        response
    }

    /// Returns the cause for the log. The details of problems say what to change.
    fn rejected(&self) -> Rejected {
        let errors = self.errors.iter();
        let errors: Vec<_> = errors
            .map(|error| format!("{}: {}", error.field, error.detail))
            .collect();
        Rejected {
            error: self.kind.rsplit(':').next().unwrap_or_default().into(),
            reason: if errors.is_empty() {
                self.detail.to_string()
            } else {
                errors.join("; ")
            },
            ..Rejected::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_ordered() {
        #[derive(Serialize)]
        struct Extension {
            reasons: [u8; 1],
            decision_id: &'static str,
        }
        let extension = Extension {
            reasons: [1],
            decision_id: "d1",
        };
        let mut document = Document::new(StatusCode::BAD_REQUEST, "urn:a", "No", "No.");
        document.errors = vec![FieldError::at(&["a/b", "c~"], "unknown", "None.")];
        assert_eq!(
            document.to_json(&extension),
            concat!(
                r#"{"type":"urn:a","title":"No","status":400,"detail":"No.","#,
                r#""errors":[{"field":"c~","pointer":"/a~1b/c~0","code":"unknown","detail":"None."}],"#,
                r#""reasons":[1],"decision_id":"d1"}"#
            )
        );
    }
}
