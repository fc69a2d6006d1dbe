//! Documents at URLs that an administrator writes.

use std::sync::Arc;

use doorward_egress::outgoing::{EgressClient, FetchRequirements, System};
use doorward_rules::url_source::SourcedUrl;
use doorward_services::context::settings;

use super::deployment::Part;
use crate::prelude::*;

/// Returns the client for requests to other servers.
pub fn egress<'a>(context: &AdminContext<'a>) -> Result<Part<'a, EgressClient>> {
    if let Some(server) = context.deployment.server() {
        return Ok(Part::Server(&server.directory.http));
    }
    let networks = settings::networks(context.config()?);
    Ok(Part::Command(EgressClient::new(networks, Arc::new(System))))
}

/// Fetches a document of one of these media types. Only the URL of a command may lead into
/// `outgoing.allowed_networks` (decision 96).
#[boxed(?Send)]
pub async fn fetch(
    context: &AdminContext<'_>,
    field: &'static str,
    url: &str,
    types: &'static [&'static str],
    max_bytes: usize,
) -> Result<Vec<u8>> {
    let is_command = context.authority.is_none();
    let url = if is_command {
        SourcedUrl::of_operator(url)
    } else {
        SourcedUrl::of_third_party(url)
    };
    let required = FetchRequirements { types, max_bytes };
    let fetched = egress(context)?.get(url, &required).await;
    let fetched = fetched.map_err(|error| AdminError::invalid(field, error.to_string()))?;
    Ok(fetched.body)
}
