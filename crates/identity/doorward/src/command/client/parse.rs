//! Parsers and formatters of client settings.

use doorward_domain::model::{Client, ClientAuth, ClientId};
use doorward_protocol::{client_auth::ClientAuthMethod, scope::Scope, token::GrantType};

use crate::error::{CliError, Result};

pub(super) fn client_id(text: &str) -> Result<ClientId> {
    ClientId::parse(text)
        .ok_or_else(|| CliError::usage("a client id is 1 to 255 visible ASCII characters"))
}

pub(super) fn auth_method(text: &str) -> Result<ClientAuth> {
    ClientAuth::parse(text).ok_or_else(|| {
        let methods = ClientAuthMethod::ALL.iter().map(|method| method.as_str());
        let known: Vec<_> = std::iter::once(ClientAuth::SECRET).chain(methods).collect();
        CliError::Usage(format!(
            "unknown method {text:?}; write one of {}",
            known.join(", ")
        ))
    })
}

/// Describes the authentication method, and a missing secret.
pub(super) fn describe_method(client: &Client) -> String {
    let method = match client.auth_method {
        ClientAuth::Secret => format!("{} ({})", ClientAuth::SECRET, ClientAuth::Secret),
        ClientAuth::Only(method) => method.to_string(),
    };
    if client.auth_method.is_by_secret() && !client.has_secret() {
        format!("{method} (no secret yet: doorward client rotate-secret)")
    } else {
        method
    }
}

pub(super) fn grant_list(client: &Client) -> String {
    client
        .grant_types
        .iter()
        .map(GrantType::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn grants(values: &[String]) -> Option<Vec<GrantType>> {
    (!values.is_empty()).then(|| values.iter().map(|word| grant(word)).collect())
}

/// Parses a grant type from its name or the last part of it.
fn grant(word: &str) -> GrantType {
    match word {
        "device_code" => GrantType::DeviceCode,
        "token_exchange" => GrantType::TokenExchange,
        "jwt_bearer" => GrantType::JwtBearer,
        "ciba" => GrantType::Ciba,
        name => GrantType::parse(name),
    }
}

/// Accepts `--scope a --scope b` as well as `--scope "a b"`.
pub(super) fn scopes(values: &[String]) -> Result<Option<Scope>> {
    if values.is_empty() {
        return Ok(None);
    }
    let scope = Scope::parse(&values.join(" ")).map_err(CliError::usage)?;
    Ok(Some(scope))
}
