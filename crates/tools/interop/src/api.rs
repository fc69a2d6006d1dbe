//! Calls an API that is configured for Doorward's access tokens.

use doorward_user_agent::UserAgent;

use crate::doorward::{Client, Doorward};
use crate::failure::Failure;
use crate::programs::Api;

/// Calls the API with an access token, with an altered one and with none.
///
/// # Errors
///
/// Returns the call that was answered with an unexpected status.
pub async fn check(
    doorward: &Doorward,
    base: &str,
    client: &Client,
    api: &Api,
) -> Result<(), Failure> {
    let token = doorward.access_token(client, api.token_type).await?;
    let (signed, signature) = token.rsplit_once('.').ok_or("the token is no JWT")?;
    // The bytes of the signature in reverse order.
    let altered: String = signature.chars().rev().collect();
    let calls = [
        ("with the token", Some(token.clone()), 200),
        ("altered", Some(format!("{signed}.{altered}")), 401),
        ("without a token", None, 401),
    ];
    let agent = UserAgent::new();
    for (call, token, expected) in calls {
        let mut request = agent.http().get(format!("{base}{}", api.path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.map_err(|error| error.to_string())?;
        let status = response.status().as_u16();
        if status != expected {
            let headers = response.headers();
            let challenge = headers.get("www-authenticate").cloned();
            let text = response.text().await.unwrap_or_default();
            return Err(format!(
                "{call}: {status} instead of {expected}: {challenge:?} {text}"
            ));
        }
    }
    for call in api.calls {
        let url = format!("{base}{}", call.path);
        let request = match call.method {
            "POST" => agent.http().post(url),
            _ => agent.http().get(url),
        };
        let answer = request.bearer_auth(&token).send().await;
        let answer = answer.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let challenge = answer.headers().get("www-authenticate").cloned();
        let found = challenge.as_ref().and_then(|field| field.to_str().ok());
        if status != call.status || !found.unwrap_or_default().contains(call.challenge) {
            let text = answer.text().await.unwrap_or_default();
            return Err(format!(
                "{} {}: {status} instead of {}: {challenge:?} {text}",
                call.method, call.path, call.status
            ));
        }
    }
    Ok(())
}
