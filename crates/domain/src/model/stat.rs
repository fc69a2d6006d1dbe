//! Statistics: numbers of sign-ins, rejected requests and issued tokens.

use crate::time::UnixSeconds;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum StatKind {
    /// A successful sign-in.
    SignIn,
    SignInFailed,
    /// A user's first sign-in of a day (UTC).
    ActiveUser,
    /// A rejected OAuth request.
    RequestRejected,
    /// An issued access token.
    TokenIssued,
}

impl StatKind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 5] = [
        Self::SignIn,
        Self::SignInFailed,
        Self::ActiveUser,
        Self::RequestRejected,
        Self::TokenIssued,
    ];

    /// The kinds that are failures of a client.
    pub const FAILURES: [Self; 2] = [Self::SignInFailed, Self::RequestRejected];

    /// Returns the word in storage and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignInFailed => "sign_in_failed",
            Self::ActiveUser => "active_user",
            Self::RequestRejected => "request_rejected",
            Self::TokenIssued => "token_issued",
        }
    }

    /// Reads the word in storage.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
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
