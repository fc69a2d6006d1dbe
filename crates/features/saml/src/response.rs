//! The response to a sign-in: an assertion about the user, or the reason why there is none.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_domain::model::saml_client::{NameIdFormat, SamlClient, SamlSession};
use doorward_domain::model::{Client, Grant};
use doorward_oauth::authorize::foreign::{EndedSignIn, ForeignResponse, SignInEnd};
use doorward_oauth::authorize::types::Response;
use doorward_oauth::userinfo::claims_of_grant;
use doorward_protocol::authorize::ResponseMode;
use doorward_protocol::error::ErrorCode;
use doorward_services::context::Context;
use doorward_services::error::{Result, ServerError};
use doorward_services::signed_in::SignedIn;
use serde::{Deserialize, Serialize};

use crate::authn_context;
use crate::own_keys;
use crate::provider;
use doorward_saml_protocol::assertion::{self, Envelope, NameId, Protection, Statement, Status};
use doorward_saml_protocol::attributes::attributes;
use doorward_saml_protocol::key::{VerificationKey, XmlSigner};
use doorward_saml_protocol::metadata::OwnAddresses;
use doorward_saml_protocol::names::format_of;
use doorward_saml_protocol::signature::Encryption;

/// Name of the protocol in an interaction.
pub const PROTOCOL: &str = "saml";
/// Lifetime of a session at the service provider in seconds: it learns of no end without a browser.
const SESSION_TTL: i64 = 60 * 60;

/// The parts of a request that its response needs, stored in the interaction.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Payload {
    /// ID of the request; `None` without one.
    pub id: Option<String>,
    pub relay_state: Option<String>,
    /// Identifier of the requested format of the name.
    pub name_id_format: Option<String>,
    /// Classes of authentication contexts that the response may name.
    pub classes: Vec<String>,
}

/// Writes the response to a sign-in.
pub async fn respond(ended: EndedSignIn<'_>) -> Result<ForeignResponse> {
    let EndedSignIn {
        context, client, ..
    } = ended;
    let payload: Payload =
        serde_json::from_value(ended.foreign.payload.clone()).map_err(ServerError::internal)?;
    let found = provider::settings(context, &client.id).await?;
    let saml = found.ok_or_else(|| ServerError::internal("the client has no SAML settings"))?;
    let (signer, certificate) = own_keys::active(context).await?;
    let sign = |bytes: &[u8]| signer.sign_bytes(bytes);
    let signer = XmlSigner {
        certificate: &certificate,
        sign: &sign,
    };
    let own = OwnAddresses::new(context.core.issuer());
    let ids = [(); 2].map(|()| new_id(context));
    let writer = Writer {
        context,
        client,
        saml: &saml,
        payload: &payload,
        signer,
        assertion_id: &ids[1],
        envelope: Envelope {
            id: &ids[0],
            issuer: &own.entity_id,
            provider: &saml.entity_id,
            destination: &ended.request.redirect_uri,
            in_response_to: payload.id.as_deref(),
            now: context.core.now(),
        },
    };
    let (document, session) = match ended.end {
        SignInEnd::Granted { grant, signed_in } => writer.grant(grant, signed_in).await?,
        SignInEnd::Rejected(error) => {
            let status = status_of(error.code);
            (writer.fail(status, &error.description)?, None)
        }
    };
    let mut pairs = vec![("SAMLResponse", STANDARD.encode(document))];
    pairs.extend(payload.relay_state.map(|state| ("RelayState", state)));
    Ok(ForeignResponse {
        response: Response {
            redirect_uri: ended.request.redirect_uri.clone(),
            mode: ResponseMode::FormPost,
            pairs,
            client_name: client.name.clone(),
            client_id: client.id.clone(),
            error: None,
            needs_confirmation: false,
        },
        session,
    })
}

/// Returns a new ID of a message or an assertion, which must not begin with a digit.
pub fn new_id(context: &Context) -> String {
    use doorward_domain::secret::OpaqueToken;
    let token = OpaqueToken::generate(&mut context.core.rng());
    format!("_{}", token.expose())
}

const fn status_of(code: ErrorCode) -> Status {
    match code {
        ErrorCode::LoginRequired
        | ErrorCode::InteractionRequired
        | ErrorCode::ConsentRequired
        | ErrorCode::AccountSelectionRequired => Status::NO_PASSIVE,
        ErrorCode::UnmetAuthenticationRequirements => Status::NO_AUTHN_CONTEXT,
        ErrorCode::AccessDenied => Status::REQUEST_DENIED,
        _ => Status::AUTHN_FAILED,
    }
}

struct Writer<'a> {
    context: &'a Context,
    client: &'a Client,
    saml: &'a SamlClient,
    payload: &'a Payload,
    signer: XmlSigner<'a>,
    assertion_id: &'a str,
    envelope: Envelope<'a>,
}

impl Writer<'_> {
    fn fail(&self, status: Status, text: &str) -> Result<String> {
        let written = assertion::failure(&self.envelope, status, text, &self.signer);
        written.map_err(ServerError::internal)
    }

    async fn grant(
        &self,
        grant: &Grant,
        signed_in: &SignedIn,
    ) -> Result<(String, Option<SamlSession>)> {
        let name_id = match self.name_id(grant, signed_in) {
            Ok(name_id) => name_id,
            Err(text) => return Ok((self.fail(Status::INVALID_NAME_ID_POLICY, &text)?, None)),
        };
        let settings = &self.saml.settings;
        let user = &signed_in.user;
        let claims = claims_of_grant(self.context, self.client, grant, user).await?;
        let attributes = attributes(settings.attribute_names, &claims);
        let index = format!("_{}", grant.id);
        let now = self.envelope.now;
        let authentication = &signed_in.session.authentication;
        let statement = Statement {
            id: self.assertion_id,
            name_id: &name_id,
            authenticated_at: authentication.auth_time,
            session_index: &index,
            session_ends_at: signed_in.session.expires_at.min(now + SESSION_TTL),
            context: authn_context::stated(&self.payload.classes, &authentication.acr),
            attributes: &attributes,
        };
        let certificate = settings.encryption_certificate.as_deref();
        let key = certificate.filter(|_| settings.encrypted);
        let key = key.map(VerificationKey::from_certificate).transpose();
        let key = key.map_err(ServerError::internal)?;
        let encryption = key.map(|key| Encryption::new(key, &mut self.context.core.rng()));
        let protection = Protection {
            signed: settings.signed,
            signer: self.signer,
            encryption: encryption.as_ref(),
        };
        let written = assertion::success(&self.envelope, &statement, &protection);
        let session = SamlSession {
            grant_id: grant.id,
            session_id: grant.session_id,
            client_id: self.client.id.clone(),
            name_id: name_id.value,
            name_id_format: name_id.format,
            created_at: now,
        };
        Ok((written.map_err(ServerError::internal)?, Some(session)))
    }

    /// Returns the name of the user.
    ///
    /// # Errors
    /// Returns the reason why the user has no name of the requested format.
    fn name_id(&self, grant: &Grant, signed_in: &SignedIn) -> Result<NameId, String> {
        let user = &signed_in.user;
        let may = |scope| grant.scope.contains(scope);
        let requested = self.payload.name_id_format.as_deref();
        let format = match requested.map(|uri| format_of(uri).ok_or(uri)) {
            // The request leaves the format open.
            None | Some(Ok(NameIdFormat::Unspecified)) => self.saml.settings.name_id_format,
            Some(Ok(format)) => format,
            Some(Err(uri)) => return Err(format!("the format {uri} is not supported")),
        };
        let value = match format {
            NameIdFormat::Persistent => {
                let key = &self.context.issuing.subject_key;
                key.subject(self.client, grant.known_user())
            }
            NameIdFormat::Transient => new_id(self.context),
            NameIdFormat::Email if !may("email") => return Err(missing("email")),
            // Service providers join accounts by it.
            NameIdFormat::Email if !user.email_verified => {
                return Err("the e-mail address of the user is not verified".to_owned());
            }
            NameIdFormat::Email => user.email.clone(),
            NameIdFormat::Unspecified if !may("profile") => return Err(missing("profile")),
            NameIdFormat::Unspecified if user.username.is_empty() => {
                return Err("the user has no user name".to_owned());
            }
            NameIdFormat::Unspecified => user.username.clone(),
        };
        Ok(NameId { format, value })
    }
}

fn missing(scope: &str) -> String {
    format!("the client does not have the scope {scope}")
}
