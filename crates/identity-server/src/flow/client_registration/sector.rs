//! The sector of a client that wants names of its own for people (OIDC Core §8.1, Registration §5).

use std::sync::Arc;

use doorward_domain::rules::subject::{self, SectorProblem};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::registration::ClientMetadata;
use moka::sync::Cache;
use tokio::sync::Mutex;

use crate::fault::FlowError;
use crate::flow::throttle;
use crate::outgoing::{Source, Want};
use crate::state::State;

/// A list of redirect URIs.
const LIST: Want = Want {
    types: &["application/json"],
    max_bytes: 64 * 1024,
};
/// How many documents are kept.
const DOCUMENTS: u64 = 100;
/// How long a document, or its absence, is kept, in seconds.
const KEPT: i64 = 60;

/// The documents at sector identifiers that were fetched lately, and those that could not be fetched.
#[derive(Debug)]
pub struct SectorDocuments(Cache<String, Arc<Mutex<Slot>>>);

/// One address. The lock is held while fetching, so that one request at a time does.
#[derive(Debug, Default)]
struct Slot(Option<(UnixSeconds, Option<Arc<Vec<u8>>>)>);

impl Default for SectorDocuments {
    fn default() -> Self {
        Self(Cache::new(DOCUMENTS))
    }
}

/// Returns the sector, if the client wants one. The document is fetched from public addresses only, and why
/// that failed is for the log (SECURITY SS-3).
pub(super) async fn find(
    state: &State,
    wish: &ClientMetadata,
) -> Result<Option<String>, FlowError> {
    let sector = match (&wish.sector_identifier_uri, wish.is_pairwise) {
        (None, false) => return Ok(None),
        (None, true) => subject::sector_of(&wish.redirect_uris),
        (Some(address), _) => {
            let sector = subject::sector_of_document(address).map_err(told)?;
            let document = document(state, address).await;
            let document = document.ok_or_else(|| told(SectorProblem::NotListed))?;
            subject::check_document(&document, &wish.redirect_uris).map(|()| sector)
        }
    };
    let sector = sector.map_err(told)?;
    Ok(wish.is_pairwise.then_some(sector))
}

/// Returns the document at an address, fetched at most once in [`KEPT`] seconds, whether that succeeded or
/// not, and within the limit of its host.
async fn document(state: &State, address: &str) -> Option<Arc<Vec<u8>>> {
    let slot = state.sectors.0.get_with_by_ref(address, Arc::default);
    let mut slot = slot.lock().await;
    let now = state.now();
    if let Some((at, kept)) = &slot.0
        && now < at + KEPT
    {
        return kept.clone();
    }
    let fetched = fetch(state, address).await;
    if let Err(error) = &fetched {
        tracing::info!(address, error, "sector identifier not fetched");
    }
    let document = fetched.ok().map(Arc::new);
    slot.0 = Some((now, document.clone()));
    document
}

async fn fetch(state: &State, address: &str) -> Result<Vec<u8>, String> {
    if throttle::admit_fetch(state, address).await.is_err() {
        return Err("too many fetches from this host".to_owned());
    }
    let fetched = state.outgoing.get(address, Source::ThirdParty, &LIST).await;
    let fetched = fetched.map_err(|error| error.to_string())?;
    Ok(fetched.body)
}

fn told(problem: SectorProblem) -> FlowError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, problem.to_string()).into()
}
