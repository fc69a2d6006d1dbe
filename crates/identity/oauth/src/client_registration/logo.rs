//! The logo that a client names in its registration (OIDC Registration §2 `logo_uri`). It is fetched once,
//! and pages show a picture of this server: a browser that loaded it from the client's host would reveal
//! its user to that host.

use doorward_domain::model::{Logo, LogoId};
use doorward_egress::outgoing::FetchRequirements;
use doorward_services::pictures::{MAX_FILE, MEDIA_TYPES};

use crate::prelude::*;

const PICTURE: FetchRequirements = FetchRequirements {
    types: &MEDIA_TYPES,
    max_bytes: MAX_FILE,
};

pub(super) fn address(metadata: &Map<String, Value>) -> Option<&str> {
    metadata.get("logo_uri")?.as_str()
}

/// Fetches the logo of a registration request and encodes it again. A logo that cannot be fetched or
/// decoded is only logged: the client is registered without it.
pub(super) async fn fetch(
    context: &Context,
    client: &ClientId,
    request: &ClientMetadata,
    now: UnixSeconds,
) -> Option<Logo> {
    let address = address(&request.metadata)?;
    let fetcher = context.fetcher();
    let source = SourcedUrl::of_third_party(address);
    let file = match fetcher.get(source, &PICTURE).await {
        Ok(fetched) => fetched.body,
        Err(error) => {
            tracing::info!(client_id = %client, address, error, "logo not fetched");
            return None;
        }
    };
    match context.accounts.pictures.redraw(file).await {
        Ok(png) => Some(Logo {
            id: LogoId::generate(&mut context.core.rng()),
            client_id: client.clone(),
            png,
            created_at: now,
        }),
        Err(error) => {
            tracing::info!(client_id = %client, address, %error, "logo not decoded");
            None
        }
    }
}

/// Stores the logo of a client in place of the former one, or removes that.
pub(super) async fn store(
    tx: &WriteTx,
    client: &ClientId,
    logo: Option<&Logo>,
) -> Result<(), StoreError> {
    match logo {
        Some(logo) => repo::client_logos::replace(tx, logo).await,
        None => repo::client_logos::remove(tx, client).await,
    }
}
