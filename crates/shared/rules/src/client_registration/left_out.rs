//! Values that were requested and not registered, for the registration response: the server may register
//! less (RFC 7591 §3.2.1), but a client that does not compare fails much later.

use serde::Serialize;

use super::RegistrationPolicy;
use crate::prelude::*;
use doorward_protocol::redirect_uri::RedirectUriError;
use doorward_protocol::registration::ClientMetadata;

/// The member of the response that lists them. Clients ignore members that they do not know.
pub const MEMBER: &str = "not_registered";

/// A requested value that was not registered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LeftOut {
    /// The member of the request.
    pub member: &'static str,
    pub value: String,
    /// The reason, with the setting of the operator that would allow the value.
    pub reason: String,
}

/// Returns the requested grant types and scopes that the registered client lacks. Redirect URIs are
/// limited before (`super::limit_redirects`).
pub fn grants_and_scopes(request: &ClientMetadata, client: &Client) -> Vec<LeftOut> {
    let grants = request.grant_types.iter().flatten();
    let grants = grants.filter(|grant| !client.grant_types.contains(grant));
    let grants = grants.map(|grant| LeftOut {
        member: "grant_types",
        value: grant.to_string(),
        reason: "client_registration.grant_types does not list it".to_owned(),
    });
    let scopes = request.scope.iter().flat_map(Scope::iter);
    let scopes = scopes.filter(|name| !client.scopes.contains(name));
    let scopes = scopes.map(|name| LeftOut {
        member: "scope",
        value: name.to_owned(),
        reason: "client_registration.scopes does not list it, or it is not registered".to_owned(),
    });
    grants.chain(scopes).collect()
}

/// Removes the redirect URIs for which `problem` returns one, if others remain; appends them to `left_out`.
///
/// # Errors
/// Returns an error of `problem`, or the first problem if no URI is left.
pub(super) fn remove_uris(
    member: &'static str,
    uris: &mut Vec<String>,
    left_out: &mut Vec<LeftOut>,
    problem: impl Fn(&str) -> Result<Option<String>, String>,
) -> Result<(), String> {
    let mut kept = Vec::new();
    let mut removed = Vec::new();
    for value in &*uris {
        match problem(value)? {
            None => kept.push(value.clone()),
            Some(reason) => removed.push(LeftOut {
                member,
                value: value.clone(),
                reason,
            }),
        }
    }
    match removed.first() {
        Some(first) if kept.is_empty() => Err(format!("{}: {}", first.value, first.reason)),
        _ => {
            *uris = kept;
            left_out.append(&mut removed);
            Ok(())
        }
    }
}

/// Returns the setting that would allow this URI if it is valid and only the policy excludes it.
///
/// # Errors
/// Returns a problem that no setting solves.
pub(super) fn excluded_by(
    uri: &str,
    policy: &RegistrationPolicy,
) -> Result<Option<String>, String> {
    match redirect_uri::check_registration(uri, &policy.redirect_schemes) {
        Ok(()) if super::is_allowed(uri, policy) => Ok(None),
        Ok(()) => Ok(Some(match redirect_uri::private_use_scheme(uri) {
            Some(scheme) => format!(
                "the scheme {scheme} is not allowed; the operator can add it to \
                 client_registration.redirect_schemes"
            ),
            None => "this host is not allowed; the operator can add it to \
                     client_registration.redirect_hosts"
                .to_owned(),
        })),
        Err(problem @ RedirectUriError::UnlistedScheme) => Ok(Some(problem.to_string())),
        Err(problem) => Err(format!("{}: {problem}", redirect_uri::shown(uri))),
    }
}
