//! Registration of a known application: `client create --app`, `client apps`, `client config`.

use std::fmt::Write as _;

use clap::Args;
use doorward_admin::claims::{self, ClaimSpec};
use doorward_admin::clients;
use doorward_admin::operator::AdminContext;
use doorward_applications::address::Address;
use doorward_applications::application::{Application, Claim};
use doorward_applications::catalogue;
use doorward_applications::values::{ENDPOINTS, Filled, Values};
use doorward_domain::model::{
    ClaimOutput, Client, ClientChange, ClientKind, PkcePolicy, SecurityProfile,
};
use doorward_domain::random::Random;
use doorward_domain::secret::OpaqueToken;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::parse::{auth_method, client_id, grants, scopes};
use crate::{error::CliError, output, target::Installation};

/// Text in place of a secret that is not known any more.
const SECRET: &str = "CLIENT_SECRET";

/// The application to register.
#[derive(Debug, Args)]
pub(super) struct ApplicationArgs {
    /// Application to register, as `client apps` lists it: sets its redirect URIs, scopes and other
    /// settings, and prints its configuration; other options win
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// URL at which users open the application of `--app`
    #[arg(long, value_name = "URL", requires = "app")]
    url: Option<String>,
}

/// The client whose configuration to print.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// Client ID
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    /// Application, as `client apps` lists it
    #[arg(long, value_name = "NAME")]
    app: String,
    /// URL at which users open the application
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A known application with its URL.
pub(super) struct Chosen {
    /// Application.
    pub application: &'static Application,
    url: Option<Address>,
}

impl ApplicationArgs {
    /// Returns the application, if one was named.
    pub(super) fn choose(&self) -> Result<Option<Chosen>, CliError> {
        let name = self.app.as_deref();
        name.map(|name| Chosen::new(name, self.url.as_deref()))
            .transpose()
    }
}

impl Chosen {
    fn new(name: &str, url: Option<&str>) -> Result<Self, CliError> {
        let application = catalogue::find(name).ok_or_else(|| unknown(name))?;
        let url = application.address(url);
        let url = url.map_err(|problem| CliError::Usage(problem.to_string()))?;
        Ok(Self { application, url })
    }

    /// Adds the application's settings to those that were given, and returns the kind of the client.
    pub(super) fn complete(
        &self,
        settings: &mut ClientChange,
        kind: ClientKind,
    ) -> Result<ClientKind, CliError> {
        let file = self.application.client.at(self.url.as_ref());
        let has_method = settings.auth_method.is_some();
        let is_public = kind == ClientKind::Public || (file.public && !has_method);
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
        let types = &mut settings.grant_types;
        *types = types.take().or_else(|| grants(&file.grants));
        if settings.scopes.is_none() {
            settings.scopes = scopes(&file.scopes)?;
        }
        if settings.pkce.is_none() && !is_public && !has_profile {
            settings.pkce = file.pkce.as_deref().and_then(PkcePolicy::parse);
        }
        let in_id_token = settings.claims_in_id_token.or(file.claims_in_id_token);
        settings.claims_in_id_token = in_id_token;
        Ok(if is_public {
            ClientKind::Public
        } else {
            ClientKind::Confidential
        })
    }

    /// Creates the custom claims that the application expects. Deletes the client if one is rejected,
    /// because nothing would print its secret.
    pub(super) async fn add_claims(
        &self,
        operator: &AdminContext<'_>,
        client: &Client,
    ) -> Result<(), CliError> {
        for claim in &self.application.client.claims {
            if let Err(error) = add_claim(operator, client, claim).await {
                clients::delete(operator, &client.id).await?;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Prints the client with its secret, and the application's configuration.
    pub(super) fn show(
        &self,
        installation: &Installation,
        client: &Client,
        secret: Option<&OpaqueToken>,
        as_json: bool,
    ) -> Result<(), CliError> {
        let shown = secret.map(OpaqueToken::expose);
        self.print(installation, client, shown, as_json)?;
        if secret.is_some() && !as_json {
            output::print_status("The secret is shown only now; Doorward keeps its hash alone.");
        }
        Ok(())
    }

    fn print(
        &self,
        installation: &Installation,
        client: &Client,
        secret: Option<&str>,
        as_json: bool,
    ) -> Result<(), CliError> {
        let scopes = client.scopes.to_string();
        let random = OpaqueToken::generate(&mut Random::default().rng());
        let redirect_uri = client.redirect_uris.first();
        let without_secret = if client.auth_method.is_by_secret() {
            SECRET
        } else {
            ""
        };
        let values = Values {
            issuer: &installation.config.issuer,
            client_id: client.id.as_str(),
            client_secret: secret.unwrap_or(without_secret),
            url: self.url.as_ref(),
            redirect_uri: redirect_uri.map(String::as_str).unwrap_or_default(),
            scopes: &scopes,
            random: random.expose(),
        };
        let parts = values.configure(self.application);
        if as_json {
            return output::json(&self.document(client, secret, &values, &parts));
        }
        output::line(&format!("client_id      {}", client.id))?;
        if let Some(secret) = secret {
            output::line(&format!("client_secret  {secret}"))?;
        }
        for part in &parts {
            output::line(&format!("\n# {}: {}\n", self.application.title, part.place))?;
            output::document(&part.text)?;
        }
        for note in &self.application.notes {
            output::print_status(&format!("Note: {}", note.trim()));
        }
        Ok(())
    }

    fn document(
        &self,
        client: &Client,
        secret: Option<&str>,
        values: &Values<'_>,
        parts: &[Filled],
    ) -> Value {
        let endpoints = ENDPOINTS.iter();
        let endpoints: Map<String, Value> = endpoints
            .map(|name| ((*name).to_owned(), json!(values.value(name))))
            .collect();
        let mut shown = json!({
            "client_id": client.id.as_str(),
            "application": self.application.id,
            "issuer": values.issuer,
            "endpoints": endpoints,
            "redirect_uris": client.redirect_uris,
            "post_logout_redirect_uris": client.post_logout_redirect_uris,
            "scopes": client.scopes.iter().collect::<Vec<_>>(),
            "configuration": parts.iter().map(part_document).collect::<Vec<_>>(),
            "notes": self.application.notes,
        });
        if let Some(url) = &self.url {
            shown["url"] = json!(url.as_str());
        }
        if let Some(secret) = secret {
            shown["client_secret"] = json!(secret);
        }
        shown
    }
}

/// Creates a custom claim of a client, or replaces it.
async fn add_claim(
    operator: &AdminContext<'_>,
    client: &Client,
    claim: &Claim,
) -> Result<(), CliError> {
    let source = toml::Value::Table(claim.source.clone());
    let outputs = claim.outputs.iter().map(|name| ClaimOutput::parse(name));
    let outputs = outputs.collect::<Option<_>>();
    let spec = ClaimSpec {
        claim: claim.claim.clone(),
        path: claim.path.clone(),
        client_id: Some(client.id.to_string()),
        source: source.try_into().map_err(CliError::failure)?,
        outputs: outputs.ok_or_else(|| CliError::failure("unknown output of a claim"))?,
        scope: None,
    };
    claims::put(operator, &claim_id(client, claim), spec).await?;
    Ok(())
}

/// Returns the ID of a client's custom claim: 32 characters that differ for each client and claim.
fn claim_id(client: &Client, claim: &Claim) -> String {
    let mut hash = Sha256::new();
    for name in std::iter::once(client.id.as_str()).chain(claim.full_path()) {
        hash.update(name);
        hash.update([0]);
    }
    let mut id = "app-".to_owned();
    for byte in hash.finalize().iter().take(14) {
        let _ = write!(id, "{byte:02x}");
    }
    id
}

fn part_document(part: &Filled) -> Value {
    let mut shown = json!({
        "form": part.form.as_str(),
        "place": part.place,
        "text": part.text,
    });
    let variables: Map<String, Value> = part
        .variables()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    if !variables.is_empty() {
        shown["variables"] = Value::Object(variables);
    }
    shown
}

/// Names the applications that a misspelled name probably means.
pub(super) fn unknown(name: &str) -> CliError {
    let near = catalogue::suggest(name);
    let hint = match near.as_slice() {
        [] => "`doorward client apps` lists the known ones".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    CliError::Usage(format!("no application {name:?}; {hint}"))
}

/// Prints every known application.
pub(super) fn list(as_json: bool) -> Result<(), CliError> {
    let all = catalogue::all();
    if as_json {
        let shown = all.iter().map(|application| {
            json!({
                "name": application.id,
                "title": application.title,
                "aliases": application.aliases,
                "version": application.version,
                "run_in_suite": application.is_run(),
                "documentation": application.source,
                "needs_url": application.url.is_some(),
            })
        });
        return output::json(&shown.collect::<Vec<_>>());
    }
    let rows: Vec<_> = all
        .iter()
        .map(|application| {
            let tested = if application.is_run() {
                "run in the test suite"
            } else {
                "from its documentation"
            };
            vec![
                application.id.to_owned(),
                application.title.clone(),
                application.version.clone(),
                tested.to_owned(),
            ]
        })
        .collect();
    output::table(&["NAME", "APPLICATION", "VERSION", "CONFIGURATION"], &rows)
}

/// Prints the configuration of a client's application again.
pub(super) async fn config(installation: &Installation, args: ConfigArgs) -> Result<(), CliError> {
    let chosen = Chosen::new(&args.app, args.url.as_deref())?;
    let client = clients::get(&installation.operator(), &client_id(&args.id)?).await?;
    chosen.print(installation, &client, None, args.json)?;
    if client.auth_method.is_by_secret() && !args.json {
        output::print_status(&format!(
            "Write the secret in place of {SECRET}; `doorward client rotate-secret` creates a new one."
        ));
    }
    Ok(())
}
