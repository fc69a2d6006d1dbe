//! The browser at the authorization endpoint, and the outcomes of its request.

use doorward_domain::model::{Consent, InteractionId};
use doorward_protocol::authorize::ResponseMode;
use doorward_services::factors::Factors;
use doorward_services::limits::LimitStatus;

use crate::prelude::*;

/// The authorization response and its delivery (RFC 6749 §4.1.2, OAuth 2.0 Form Post Response
/// Mode).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Response {
    /// The validated redirect URI.
    pub redirect_uri: String,
    pub mode: ResponseMode,
    pub pairs: Vec<(&'static str, String)>,
    /// The client's name, for the page of a form post.
    pub client_name: String,
    pub client_id: ClientId,
    pub error: Option<OAuthError>,
    /// True if the user must confirm before the browser goes there (RFC 9700 §4.11.2).
    pub needs_confirmation: bool,
}

/// The description of an error about a client that does not exist or is disabled.
pub const UNKNOWN_CLIENT: &str =
    "no active client has this client_id; `doorward client list` shows those that exist";

/// An error that is shown on a page, because there is no trusted redirect URI (RFC 6749 §4.1.2.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AuthorizeError {
    /// The client does not exist or is disabled.
    UnknownClient,
    /// The redirect URI is not registered; the error contains both URIs.
    RedirectUri(OAuthError),
    /// `client_id` or `redirect_uri` cannot be read.
    Unreadable(OAuthError),
    Expired,
    Finished,
    OtherBrowser,
    /// Too many interactions were started from this address.
    TooMany(LimitStatus),
}

pub(crate) enum StartError {
    Page(AuthorizeError),
    /// The own parameters of the request cannot be read: the client gets the error if the parameters
    /// beside them name it.
    Request(OAuthError),
}

#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    Step(InteractionId, NextStep),
    Respond(Response),
}

#[derive(Clone, Copy, Debug)]
pub struct BrowserContext<'a> {
    /// SHA-256 of the browser's cookie.
    pub hash: TokenHash,
    pub signed_in: Option<&'a SignedIn>,
    /// The records that were read with the session.
    pub known: Option<&'a AuthorizationRecords>,
}

impl<'a> BrowserContext<'a> {
    /// Creates the context of a browser without records that were read with the session.
    pub const fn new(hash: TokenHash, signed_in: Option<&'a SignedIn>) -> Self {
        Self {
            hash,
            signed_in,
            known: None,
        }
    }
}

/// The records of a signed-in user that decide on an authorization request, read together with the
/// session.
#[derive(Clone, Debug)]
pub struct AuthorizationRecords {
    pub factors: Factors,
    /// The client that the request named.
    pub client: ClientId,
    /// The consent to that client, active or not.
    pub consent: Option<Consent>,
}

/// An interaction to which the browser returns, with its client.
#[derive(Clone, Debug)]
pub struct ActiveInteraction {
    pub interaction: Interaction,
    pub client: Arc<Client>,
}

/// The storage state of the interaction. An interaction that completes at once is never stored, so
/// silent requests (`prompt=none`) write nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IsStored {
    Yes,
    No,
}
