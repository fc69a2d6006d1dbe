//! Leave to do without PKCE for a while.

use clap::Args;
use doorward_domain::model::PkceException;

/// Whether a client may do without PKCE for a while.
#[derive(Debug, Args)]
pub(super) struct PkceArgs {
    /// Let this confidential client do without PKCE for a while
    #[arg(long, requires_all = ["reason", "until"])]
    pub no_pkce: bool,
    /// Why it may do without PKCE
    #[arg(long, requires = "no_pkce")]
    pub reason: Option<String>,
    /// Until when it may do without PKCE: a date, or a time in RFC 3339
    #[arg(long, requires = "no_pkce", value_name = "DATE", value_parser = super::super::when)]
    pub until: Option<i64>,
}

impl PkceArgs {
    /// The exception, where it was asked for.
    pub fn exception(&self) -> Option<PkceException> {
        let reason = self.reason.clone()?;
        Some(PkceException {
            reason,
            until: self.until?,
        })
    }
}
