//! The settings that all HTTP clients share.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use super::error::EgressError;

const CONNECT: Duration = Duration::from_secs(2);
/// The timeout of the whole request.
pub(super) const TOTAL: Duration = Duration::from_secs(5);

pub(super) fn build(client: ClientBuilder) -> Result<Client, EgressError> {
    client
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(CONNECT)
        .timeout(TOTAL)
        .user_agent(concat!("doorward/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| EgressError::Unreachable(error.to_string()))
}
