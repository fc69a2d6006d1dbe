//! Sign-ins of other protocols. A feature begins one with an authorization request that contains its own; pages,
//! consent, sessions and grants are those of OAuth, and the feature writes the response.

use std::pin::Pin;

use doorward_domain::model::saml_client::SamlSession;
use doorward_protocol::added::Added;
use doorward_protocol::authorize::AuthorizationRequest;
use doorward_protocol::foreign_request::ForeignRequest;
use doorward_rules::consent::ConsentedAccess;
use doorward_rules::grant_check;
use doorward_services::transaction::in_unread_write;

use super::types::{AuthorizeError, Response};
use crate::issue;
use crate::prelude::*;

/// The end of a sign-in.
#[derive(Clone, Copy, Debug)]
pub enum SignInEnd<'a> {
    Granted {
        grant: &'a Grant,
        signed_in: &'a SignedIn,
    },
    Rejected(&'a OAuthError),
}

/// A sign-in that ends, with its request.
#[derive(Clone, Copy, Debug)]
pub struct EndedSignIn<'a> {
    pub context: &'a Context,
    pub client: &'a Client,
    pub request: &'a AuthorizationRequest,
    pub foreign: &'a ForeignRequest,
    pub end: SignInEnd<'a>,
}

/// The response of another protocol, with the session to store beside the grant.
#[derive(Debug)]
pub struct ForeignResponse {
    pub response: Response,
    pub session: Option<SamlSession>,
}

type Written<'a> = Pin<Box<dyn Future<Output = Result<ForeignResponse>> + 'a>>;

/// A protocol beside OAuth.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    pub name: &'static str,
    /// Writes the response.
    pub respond: for<'a> fn(EndedSignIn<'a>) -> Written<'a>,
}

/// The protocols of features.
pub static ADDED: Added<Protocol> = Added::new();

/// Returns the response to a request of another protocol that is rejected.
pub(super) async fn reject(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    foreign: &ForeignRequest,
    error: &OAuthError,
) -> Result<Response> {
    let ended = EndedSignIn {
        context,
        client,
        request,
        foreign,
        end: SignInEnd::Rejected(error),
    };
    let response = respond(ended).await?.response;
    Ok(Response {
        error: Some(error.clone()),
        ..response
    })
}

/// Stores the grant of a sign-in with its session, and returns the response.
pub(super) async fn issue(
    context: &Context,
    client: &Client,
    (interaction, is_stored): (&Interaction, bool),
    foreign: &ForeignRequest,
    allowed: &ConsentedAccess,
    signed_in: &SignedIn,
) -> FlowResult<Response, AuthorizeError> {
    let core = &context.core;
    let grant = issue::new_grant(core, interaction, allowed, signed_in);
    let grant = core.aliases.with_subject(core.db.read(), grant).await;
    let grant = grant.map_err(ServerError::from)?;
    let state = grant_check::GrantState {
        client,
        grantee: client,
        grant: &grant,
        user: Some(&signed_in.user),
        session: Some(&signed_in.session),
        is_member: organization::is_member(core.db.read(), grant.org.as_deref(), grant.user_id)
            .await?,
        demand: factors::requirement(core, core.db.read(), grant.user_id).await?,
    };
    grant_check::check_grant(&state, core.now())
        .map_err(|_| FlowError::Rejected(AuthorizeError::UnknownClient))?;
    let ended = EndedSignIn {
        context,
        client,
        request: &interaction.request,
        foreign,
        end: SignInEnd::Granted {
            grant: &grant,
            signed_in,
        },
    };
    let ForeignResponse { response, session } = respond(ended).await?;
    let insert = async |tx: &WriteTx| -> Result<()> {
        if let Some(session) = &session {
            repo::grants::insert(tx, &grant).await?;
            repo::saml_sessions::insert(tx, session).await?;
        }
        Ok(())
    };
    if is_stored {
        // An interaction has one response: of two tabs, one stores its grant.
        in_transaction(&core.db, async |tx| {
            if !repo::interactions::complete(tx, &interaction.id, core.now()).await? {
                return Err(FlowError::Rejected(AuthorizeError::Finished));
            }
            Ok(insert(tx).await?)
        })
        .await?;
    } else {
        in_unread_write(&core.db, insert).await?;
    }
    Ok(response)
}

async fn respond(ended: EndedSignIn<'_>) -> Result<ForeignResponse> {
    let mut protocols = ADDED.all().iter();
    let found = protocols.find(|protocol| protocol.name == ended.foreign.protocol);
    let protocol = found.ok_or_else(|| {
        // A program without the feature continues an interaction of one that has it.
        ServerError::Internal(format!("no feature for {}", ended.foreign.protocol))
    })?;
    (protocol.respond)(ended).await
}
