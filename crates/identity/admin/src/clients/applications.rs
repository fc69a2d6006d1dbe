//! Applications of the catalogue: their registration as clients, and their configuration. The
//! command line and the console use the same functions.

use std::fmt::Write as _;

use doorward_applications::address::Address;
use doorward_applications::application::{
    Application, Claim, Part, ResourceScope, ResourceUse, UrlError,
};
use doorward_applications::catalogue;
use doorward_applications::values::{ENDPOINTS, Values};
use doorward_domain::model::{
    AccessTokenType, AskedClaims, ClaimOutput, ClientAuth, ClientKind, PkcePolicy, SecurityProfile,
};
use doorward_oauth::clients::input::NewClient;
use doorward_protocol::scope::Scope;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::token::GrantType;
use sha2::{Digest as _, Sha256};

use crate::claims::{self, ClaimSpec};
use crate::clients;
use crate::prelude::*;
use crate::resources::{self, NewResource};
use crate::scopes::{self, NewScope};

pub use super::other_applications::{
    ADDED, OtherApplication, OtherApplications, client_kinds, is_only_of,
};

/// The text in place of a secret that is not known any more.
pub const SECRET_PLACEHOLDER: &str = "CLIENT_SECRET";

#[derive(Clone, Debug)]
pub struct ChosenApplication {
    pub application: &'static Application,
    /// The URL at which users open it; none if it has none.
    pub url: Option<Address>,
}

#[derive(Clone)]
pub struct Configuration {
    /// The parts, in the order of the steps.
    pub parts: Vec<Part>,
    /// The facts to know, each in Markdown.
    pub notes: Vec<String>,
    /// The endpoints of the issuer, by the names of their placeholders.
    pub endpoints: Vec<(&'static str, String)>,
}

impl ChosenApplication {
    pub fn new(application: &'static Application, url: Option<&str>) -> Result<Self, UrlError> {
        let url = application.address(url)?;
        Ok(Self { application, url })
    }

    /// Finds the application with this name in the catalogue.
    pub fn named(name: &str, url: Option<&str>) -> Result<Self> {
        let Some(application) = catalogue::find(name) else {
            let near = catalogue::suggest(name);
            let hint = match near.as_slice() {
                [] => "`doorward client apps` lists the known ones".to_owned(),
                near => format!("did you mean {}?", near.join(" or ")),
            };
            let problem = format!("no application {name:?}; {hint}");
            return Err(AdminError::invalid("app", problem));
        };
        Self::new(application, url).map_err(|error| AdminError::invalid("url", error.to_string()))
    }

    pub fn complete(&self, new: &mut NewClient) -> Result<()> {
        let file = self.application.client.at(self.url.as_ref());
        if new.name.is_empty() {
            self.application.title.clone_into(&mut new.name);
        }
        let settings = &mut new.settings;
        let has_method = settings.auth_method.is_some();
        let is_public = new.kind == ClientKind::Public || (file.public && !has_method);
        // A security profile decides both.
        let has_profile = settings
            .profile
            .is_some_and(|profile| profile != SecurityProfile::None);
        if !is_public && !has_profile && !has_method {
            settings.auth_method = file.auth_method.as_deref().map(auth_method).transpose()?;
        }
        let list = |items: Vec<String>| (!items.is_empty()).then_some(items);
        let uris = &mut settings.redirect_uris;
        *uris = uris.take().or_else(|| list(file.redirect_uris));
        let uris = &mut settings.post_logout_redirect_uris;
        *uris = uris.take().or_else(|| list(file.post_logout_redirect_uris));
        let uri = &mut settings.backchannel_logout_uri;
        *uri = uri.take().or(file.backchannel_logout_uri);
        let serves = &mut settings.serves;
        *serves = serves.take().or_else(|| list(file.serves));
        if settings.grant_types.is_none() && !file.grants.is_empty() {
            let grants = file.grants.iter().map(|name| GrantType::parse(name));
            settings.grant_types = Some(grants.collect());
        }
        if settings.scopes.is_none() && !file.scopes.is_empty() {
            let scopes = Scope::parse(&file.scopes.join(" "));
            let scopes = scopes.map_err(|error| AdminError::invalid("scope", error.to_string()))?;
            settings.scopes = Some(scopes);
        }
        if settings.pkce.is_none() && !is_public && !has_profile {
            settings.pkce = file.pkce.as_deref().and_then(PkcePolicy::parse);
        }
        let in_id_token = settings.claims_in_id_token.or(file.claims_in_id_token);
        settings.claims_in_id_token = in_id_token;
        if is_public {
            new.kind = ClientKind::Public;
        }
        Ok(())
    }

    /// Fills in the configuration for a client. `random` is for keys of the application's own
    /// cookies and sessions.
    pub fn configure(
        &self,
        issuer: &str,
        client: &Client,
        secret: Option<&str>,
        random: &OpaqueToken,
    ) -> Configuration {
        let scopes = client.scopes.to_string();
        let redirect_uri = client.redirect_uris.first();
        let without_secret = if client.auth_method.is_by_secret() {
            SECRET_PLACEHOLDER
        } else {
            ""
        };
        let values = Values {
            issuer,
            client_id: client.id.as_str(),
            client_secret: secret.unwrap_or(without_secret),
            url: self.url.as_ref(),
            redirect_uri: redirect_uri.map(String::as_str).unwrap_or_default(),
            scopes: &scopes,
            random: random.expose(),
        };
        let endpoints = ENDPOINTS.into_iter();
        Configuration {
            parts: values.configure(self.application),
            notes: values.notes(self.application),
            endpoints: endpoints
                .filter_map(|name| Some((name, values.value(name)?)))
                .collect(),
        }
    }
}

/// Registers the client of an application, completed with [`ChosenApplication::complete`], and
/// creates the resource, its scopes and the custom claims that the application expects. The secret
/// is only in the return value. A resource or scope that exists is not changed.
///
/// # Errors
/// Those of [`clients::create`], [`AdminError::Denied`] without the role `admin` for an application
/// that expects a resource or custom claims, and [`AdminError::Invalid`] if a scope belongs to
/// another resource. If a claim is rejected, the client is deleted.
#[boxed(?Send)]
pub async fn create(
    context: &AdminContext<'_>,
    chosen: &ChosenApplication,
    new: NewClient,
) -> Result<(Client, Option<OpaqueToken>)> {
    context.require_global("clients:write")?;
    // The response to repeat is that of the client alone.
    let others = &context.for_another();
    let expected = &chosen.application.client.claims;
    let resource = chosen.application.resource.as_ref();
    if !expected.is_empty() || resource.is_some() {
        context.must_administer()?;
    }
    if let Some(resource) = resource {
        let resource = resource.at(chosen.url.as_ref());
        put_resource(others, &new.name, resource).await?;
    }
    let (client, secret) = clients::create(context, new).await?;
    for claim in expected {
        if let Err(error) = put_claim(others, &client, claim).await {
            // Nothing would show its secret.
            clients::delete(others, &client.id).await?;
            return Err(error);
        }
    }
    Ok((client, secret))
}

async fn put_resource(context: &AdminContext<'_>, name: &str, resource: ResourceUse) -> Result<()> {
    let ResourceUse {
        identifier,
        scopes,
        token_claims,
    } = resource;
    let token_claims = AskedClaims::parse(&token_claims.join(" ")).ok_or_else(|| {
        AdminError::invalid("application", "the resource asks for unknown claims")
    })?;
    let known = scopes::list(context).await?;
    let of_another = known.iter().find(|known| {
        let is_wanted = scopes.iter().any(|scope| scope.name == known.name);
        is_wanted && known.audience.as_deref() != Some(identifier.as_str())
    });
    if let Some(known) = of_another {
        let problem = format!(
            "{} is a scope of {}; change it with `doorward scope update`",
            known.name,
            known.audience.as_deref().unwrap_or("this server"),
        );
        return Err(AdminError::invalid("url", problem));
    }
    match resources::get(context, &identifier).await {
        Ok(_) => {}
        Err(AdminError::NotFound { .. }) => {
            let new = NewResource {
                identifier: identifier.clone(),
                name: name.to_owned(),
                token_type: AccessTokenType::AtJwt,
                token_signing_alg: SigningAlg::Rs256,
                token_claims,
                access_token_ttl: None,
            };
            resources::create(context, new).await?;
        }
        Err(error) => return Err(error),
    }
    let is_missing = |scope: &ResourceScope| !known.iter().any(|known| known.name == scope.name);
    for scope in scopes.into_iter().filter(is_missing) {
        let new = NewScope {
            name: scope.name,
            description: scope.about,
            audience: Some(identifier.clone()),
        };
        scopes::create(context, new).await?;
    }
    Ok(())
}

async fn put_claim(context: &AdminContext<'_>, client: &Client, claim: &Claim) -> Result<()> {
    let invalid = |problem: String| AdminError::invalid("claim", problem);
    let source = claim.read_source();
    let outputs = claim.outputs.iter().map(|name| ClaimOutput::parse(name));
    let outputs = outputs.collect::<Option<_>>();
    let spec = ClaimSpec {
        id: claim_id(client, claim),
        claim: claim.claim.clone(),
        path: claim.path.clone(),
        client_id: Some(client.id.to_string()),
        source: source.map_err(|error| invalid(error.to_string()))?,
        outputs: outputs.ok_or_else(|| invalid("unknown output".to_owned()))?,
        scope: None,
    };
    claims::put(context, spec).await?;
    Ok(())
}

/// Returns the id of a client's custom claim: 32 characters that differ for each client and claim.
fn claim_id(client: &Client, claim: &Claim) -> String {
    let mut hash = Sha256::new();
    for name in std::iter::once(client.id.as_str()).chain(claim.full_path()) {
        hash.update(name);
        hash.update([0]);
    }
    let mut id = "app-".to_owned();
    for byte in hash.finalize().iter().take(14) {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

fn auth_method(name: &str) -> Result<ClientAuth> {
    let problem = || AdminError::invalid("auth_method", format!("unknown method {name:?}"));
    ClientAuth::parse(name).ok_or_else(problem)
}
