//! The organization of a request, which a parameter, `X-Tenant-ID` and the host can name. If they
//! disagree, the request is rejected; none takes precedence.

use super::request::received_request;
use crate::prelude::*;

#[cfg(test)]
mod tests;

/// Name of the header that selects an organization.
pub(super) const X_TENANT_ID: &str = "x-tenant-id";

const ORGANIZATION: &str = "organization";

/// A reason why the organization of a request is ambiguous.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrganizationConflict {
    /// The header occurs several times or is not text.
    Unreadable,
    Different,
}

impl From<OrganizationConflict> for OAuthError {
    fn from(unclear: OrganizationConflict) -> Self {
        Self::invalid_request(match unclear {
            OrganizationConflict::Unreadable => "X-Tenant-ID cannot be read",
            OrganizationConflict::Different => {
                "the parameter, X-Tenant-ID and the host specify different organizations"
            }
        })
    }
}

/// Returns the organization that a request names. An empty value names none (RFC 6749 §3.1).
pub fn named(
    request: &HttpRequest,
    parameter: Option<String>,
) -> Result<Option<String>, OrganizationConflict> {
    let header = header::only_text(request.headers(), X_TENANT_ID)
        .map_err(|_| OrganizationConflict::Unreadable)?;
    let header = header.map(str::to_owned);
    agreed([parameter, header, received_request::tenant(request)])
}

/// Returns the parameters of an authorization request with its organization, as if only they had
/// named it. If the sources disagree or one is unreadable, the parameter is repeated, as from an
/// organization's host (decision 42): that is `invalid_request`, reported to the client with its
/// `state` (RFC 6749 §3.1, §4.1.2.1).
pub fn in_parameters(request: &HttpRequest, params: Params) -> Params {
    let given = match params.optional(ORGANIZATION) {
        Ok(given) => given.map(str::to_owned),
        Err(_) => return params,
    };
    let named = match named(request, given) {
        Ok(None) => return params,
        Ok(Some(slug)) => vec![slug],
        Err(_) => vec![String::new(), String::new()],
    };
    let others = params.iter().filter(|(name, _)| *name != ORGANIZATION);
    let named = named.iter().map(|slug| (ORGANIZATION, slug.as_str()));
    Params::from_pairs(others.chain(named))
}

fn agreed(named: [Option<String>; 3]) -> Result<Option<String>, OrganizationConflict> {
    let mut named = named.into_iter().flatten().filter(|slug| !slug.is_empty());
    let Some(first) = named.next() else {
        return Ok(None);
    };
    if named.all(|other| other == first) {
        Ok(Some(first))
    } else {
        Err(OrganizationConflict::Different)
    }
}
