//! The way to the operator's own collector of traces. Its address stands in the configuration alone and
//! may be inside the network, so that the rules for addresses of others do not hold for it; the rest
//! does: no redirects, no proxy of the environment, short times.

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::error::{CONNECT, EgressError, TOTAL, reason};

/// Where traces go.
#[derive(Debug)]
pub struct Collector {
    client: Client,
    url: Url,
}

impl Collector {
    /// At the base address of OTLP over HTTP; spans have a path of their own below it.
    ///
    /// # Errors
    /// [`EgressError::Address`] for what is no address, [`EgressError::Unreachable`] where no client
    /// can be made.
    pub fn new(endpoint: &str) -> Result<Self, EgressError> {
        let url = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        let url = Url::parse(&url).map_err(|_| EgressError::Address("it is no URL"))?;
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .user_agent(concat!("doorward/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| EgressError::Unreachable(error.to_string()))?;
        Ok(Self { client, url })
    }

    /// Hands a parcel over.
    ///
    /// # Errors
    /// [`EgressError`] where it was not taken.
    pub async fn post(&self, protobuf: Vec<u8>) -> Result<(), EgressError> {
        let request = self.client.post(self.url.clone());
        let request = request.header(CONTENT_TYPE, "application/x-protobuf");
        let sent = request.body(protobuf).send().await;
        let answer = sent.map_err(|error| EgressError::Unreachable(reason(&error)))?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(EgressError::Status(answer.status().as_u16()))
        }
    }
}
