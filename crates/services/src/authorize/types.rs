//! The browser that asks at the authorization endpoint, and what it is answered.

use std::sync::Arc;

use doorward_domain::model::{Client, ClientId, Interaction, InteractionId};
use doorward_domain::rules::next_step::NextStep;
use doorward_domain::secret::TokenHash;
use doorward_protocol::authorize::ResponseMode;
use doorward_protocol::error::OAuthError;

use crate::rate_limit::LimitStatus;
use crate::signed_in::SignedIn;

/// What goes back to the client, and how (RFC 6749 §4.1.2, OAuth 2.0 Form Post Response Mode).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Response {
    /// The validated redirect URI.
    pub redirect_uri: String,
    /// Query, fragment or form post.
    pub mode: ResponseMode,
    /// The parameters.
    pub pairs: Vec<(&'static str, String)>,
    /// The client's name, for the page of a form post.
    pub client_name: String,
    /// The client.
    pub client_id: ClientId,
    /// The error, if the request was rejected.
    pub error: Option<OAuthError>,
    /// Whether the user decides if the browser goes there (RFC 9700 §4.11.2).
    pub is_held: bool,
}

/// Why a request ends on a page of ours instead of at the client: there is no address that one
/// could trust (RFC 6749 §4.1.2.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AuthorizeError {
    /// No such client, or it is switched off.
    UnknownClient,
    /// The redirect URI is not registered; the error has both addresses.
    RedirectUri(OAuthError),
    /// `client_id` or `redirect_uri` cannot be read.
    Unreadable(OAuthError),
    /// The interaction is unknown or over.
    Expired,
    /// The interaction was answered before.
    Finished,
    /// The interaction belongs to another browser.
    OtherBrowser,
    /// Too many interactions began at this address.
    TooMany(LimitStatus),
}

/// What the browser is to do next.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// Show a page of the interaction.
    Step(InteractionId, NextStep),
    /// Go back to the client.
    Respond(Response),
}

/// The browser that asks.
#[derive(Clone, Copy, Debug)]
pub struct BrowserContext<'a> {
    /// SHA-256 of the browser's own cookie.
    pub hash: TokenHash,
    /// Who is signed in there.
    pub signed_in: Option<&'a SignedIn>,
}

/// An interaction that the browser comes back to, with its client.
#[derive(Clone, Debug)]
pub struct ActiveInteraction {
    /// The interaction.
    pub interaction: Interaction,
    /// Who asked.
    pub client: Arc<Client>,
}

/// Whether the interaction has a row already. One that is answered at once never gets one, so that
/// silent requests (`prompt=none`) leave nothing behind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IsStored {
    Yes,
    No,
}
