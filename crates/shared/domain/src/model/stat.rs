//! Statistics: numbers of sign-ins, rejected requests and issued tokens.

use crate::time::UnixSeconds;

doorward_protocol::words! {
    #[derive(PartialOrd, Ord)]
    pub enum StatKind {
        SignIn = "sign_in",
        SignInFailed = "sign_in_failed",
        /// A user's first sign-in of a day (UTC).
        ActiveUser = "active_user",
        RequestRejected = "request_rejected",
        TokenIssued = "token_issued",
    }
}

impl StatKind {
    /// The kinds that are failures of a client.
    pub const FAILURES: [Self; 2] = [Self::SignInFailed, Self::RequestRejected];
}

/// The number of events of one kind within an hour, or within a day that is no longer kept by hour.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatCount {
    /// The client; `None` for the whole deployment.
    pub client: Option<String>,
    /// The start of the hour or the day (UTC).
    pub hour: UnixSeconds,
    pub kind: StatKind,
    pub n: i64,
}
