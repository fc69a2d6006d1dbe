//! The issuer of a request. Usually it is that of the configuration. Requests at the host of a former
//! issuer have that one, because clients compare it byte by byte (OIDC Discovery §4.3, RFC 9207
//! §2.4). The middleware decides, so that every endpoint agrees.

use tokio::task::futures::TaskLocalFuture;

tokio::task_local! {
    /// Position of the former issuer in `former_issuers.urls`.
    static FORMER: Option<usize>;
}

/// Runs the work of a request with the former issuer at this position, or with the present one.
pub fn within<F: Future>(former: Option<usize>, work: F) -> TaskLocalFuture<Option<usize>, F> {
    FORMER.scope(former, work)
}

/// Returns the position of the former issuer of this request; `None` outside of one.
pub(crate) fn position() -> Option<usize> {
    FORMER.try_with(|former| *former).ok().flatten()
}
