//! The client for the operator's trace collector. Only the configuration names its address, which
//! may be inside the network, so the address rules for URLs of others do not apply. The other rules
//! do: no redirects, no proxy from the environment, short timeouts.

use doorward_domain::boxed;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url};

use super::client::{KeptClient, build};
use super::error::{EgressError, reason};

#[derive(Debug)]
pub struct Collector {
    client: KeptClient,
    url: Url,
}

impl Collector {
    /// Creates a client for the base URL of OTLP over HTTP; spans are sent to a path below it.
    ///
    /// # Errors
    /// [`EgressError::Address`] if the endpoint is not a URL.
    pub fn new(endpoint: &str) -> Result<Self, EgressError> {
        let url = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        let url = Url::parse(&url).map_err(|_| EgressError::Address("it is not a URL"))?;
        let client = KeptClient::default();
        Ok(Self { client, url })
    }

    /// Sends a batch of encoded spans.
    #[boxed]
    pub async fn post(&self, protobuf: Vec<u8>) -> Result<(), EgressError> {
        let client = self.client.get(|| build(Client::builder()))?;
        let request = client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/x-protobuf")
            .body(protobuf);
        let sent = request.send().await;
        let sent = sent.map_err(|error| EgressError::Unreachable(reason(&error)));
        self.client.note(&sent);
        let answer = sent?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(EgressError::Status(answer.status().as_u16()))
        }
    }
}
