//! The client for the operator's receiver of the audit log over HTTPS. Only the configuration names its
//! address, as that of the trace collector.

use std::time::Duration;

use doorward_domain::boxed;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Certificate, Client, Url};

use super::client::build;
use super::error::{EgressError, reason};

/// The timeout of a request, whose body may be large.
const TOTAL: Duration = Duration::from_secs(15);

#[derive(Debug)]
pub struct LogEndpoint {
    client: Client,
    url: Url,
    /// Marked as sensitive, so that it is not written.
    authorization: Option<HeaderValue>,
}

impl LogEndpoint {
    /// Creates a client for a URL, with a bearer token and the authorities (PEM) to trust instead of
    /// those of the operating system.
    ///
    /// # Errors
    /// [`EgressError::Address`] if the URL cannot be parsed, [`EgressError::Unreachable`] if the token or
    /// the authorities cannot be used.
    pub fn new(
        url: &str,
        token: Option<&str>,
        authorities: Option<&[u8]>,
    ) -> Result<Self, EgressError> {
        let url = Url::parse(url).map_err(|_| EgressError::Address("it is not a URL"))?;
        let mut builder = Client::builder();
        if let Some(pem) = authorities {
            let trusted = Certificate::from_pem_bundle(pem);
            let trusted = trusted.map_err(|error| EgressError::Unreachable(reason(&error)))?;
            builder = builder.tls_certs_only(trusted);
        }
        Ok(Self {
            client: build(builder)?,
            url,
            authorization: token.map(bearer).transpose()?,
        })
    }

    /// Posts lines of JSON. A status of 2xx acknowledges them.
    ///
    /// # Errors
    /// [`EgressError::Status`] for another status, [`EgressError::Unreachable`] without an answer.
    #[boxed]
    pub async fn post(&self, lines: String) -> Result<(), EgressError> {
        let mut request = self
            .client
            .post(self.url.clone())
            .timeout(TOTAL)
            .header(CONTENT_TYPE, "application/x-ndjson")
            .body(lines);
        if let Some(value) = &self.authorization {
            request = request.header(AUTHORIZATION, value.clone());
        }
        let sent = request.send().await;
        let answer = sent.map_err(|error| EgressError::Unreachable(reason(&error)))?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(EgressError::Status(answer.status().as_u16()))
        }
    }
}

fn bearer(token: &str) -> Result<HeaderValue, EgressError> {
    let value = HeaderValue::from_str(&format!("Bearer {token}"));
    let mut value = value.map_err(|_| {
        let problem = "the token has characters that a header must not contain";
        EgressError::Unreachable(problem.to_owned())
    })?;
    value.set_sensitive(true);
    Ok(value)
}
