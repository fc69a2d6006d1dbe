//! The sector of a client with pairwise subjects (OIDC Core §8.1, Registration §5).

use doorward_domain::rules::subject::{self, SectorError};
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::registration::ClientMetadata;

use crate::context::{Core, Directory, Limits};
use crate::error::FlowError;

/// Returns the sector if the client requests pairwise subjects. The document is only fetched from
/// public addresses, and the cause of a failure is only logged.
pub(super) async fn find(
    core: &Core,
    directory: &Directory,
    limits: &Limits,
    wish: &ClientMetadata,
) -> Result<Option<String>, FlowError> {
    let sector = match (&wish.sector_identifier_uri, wish.is_pairwise) {
        (None, false) => return Ok(None),
        (None, true) => subject::sector_of(&wish.redirect_uris),
        (Some(address), _) => {
            let sector = subject::sector_of_document(address).map_err(told)?;
            let document = directory
                .sectors
                .get(directory.fetcher(core, limits), address)
                .await;
            let document = document.ok_or_else(|| told(SectorError::NotListed))?;
            subject::check_document(&document, &wish.redirect_uris).map(|()| sector)
        }
    };
    let sector = sector.map_err(told)?;
    Ok(wish.is_pairwise.then_some(sector))
}

fn told(problem: SectorError) -> FlowError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, problem.to_string()).into()
}
