//! The sector of a client with pairwise subjects (OIDC Core §8.1, Registration §5).

use doorward_rules::subject::{self, SectorError};

use crate::prelude::*;

/// Returns the sector if the client requests pairwise subjects. The document is only fetched from
/// public addresses, and the cause of a failure is only logged.
pub(super) async fn find(
    context: &Context,
    request: &ClientMetadata,
) -> FlowResult<Option<String>> {
    let sector = match (&request.sector_identifier_uri, request.is_pairwise) {
        (None, false) => return Ok(None),
        (None, true) => subject::sector_of(&request.redirect_uris),
        (Some(address), _) => {
            let sector = subject::sector_of_document(address).map_err(to_error)?;
            let sectors = &context.directory.sectors;
            let document = sectors.get(context.fetcher(), address).await;
            let document = document.ok_or_else(|| to_error(SectorError::NotListed))?;
            subject::check_document(&document, &request.redirect_uris).map(|()| sector)
        }
    };
    let sector = sector.map_err(to_error)?;
    Ok(request.is_pairwise.then_some(sector))
}

fn to_error(problem: SectorError) -> FlowError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, problem.to_string()).into()
}
