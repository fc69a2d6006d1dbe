//! New clients with default values.

use doorward_domain::model::PkcePolicy;
use doorward_domain::random::Generator;
use rand::Rng as _;

use super::input::NewClient;
use crate::prelude::*;

/// Builds a client from the input, with defaults and a secret if it needs one. `pkce` is the policy
/// of a confidential client without one.
pub fn build(
    new: NewClient,
    pkce: PkcePolicy,
    now: UnixSeconds,
    mut rng: Generator<'_>,
) -> (Client, Option<OpaqueToken>) {
    let mut given = new.settings;
    let id = new.id.unwrap_or_else(|| random_id(&mut rng));
    let mut client = Client::new(id, new.name.trim().to_owned(), new.kind, now);
    client.pkce = pkce.limited_to(new.kind);
    // A change removes or drops some of these values; here the check has to see them as they are.
    let literal = (
        (
            given.certificate_subject.take(),
            given.sector_identifier.take(),
        ),
        (given.jwks.take(), given.jwks_uri.take()),
        (
            given.backchannel_logout_uri.take(),
            given.frontchannel_logout_uri.take(),
            given.backchannel_client_notification_endpoint.take(),
        ),
    );
    let interactive = given
        .redirect_uris
        .as_ref()
        .is_some_and(|uris| !uris.is_empty());
    let grant_types = given.grant_types.get_or_insert_with(|| {
        if interactive {
            vec![GrantType::AuthorizationCode, GrantType::RefreshToken]
        } else {
            vec![GrantType::ClientCredentials]
        }
    });
    let elsewhere = [GrantType::DeviceCode, GrantType::Ciba];
    let signs_in_users = interactive || elsewhere.iter().any(|grant| grant_types.contains(grant));
    given.scopes.get_or_insert_with(|| {
        let usual: &[&str] = if signs_in_users {
            &["openid", "profile", "email", "offline_access"]
        } else {
            &[]
        };
        usual.iter().copied().collect()
    });
    let stated = given.apply(&mut client, now);
    (
        (client.certificate_subject, client.pairwise_sector),
        (client.jwks, client.jwks_uri),
        (
            client.logout.backchannel,
            client.logout.frontchannel,
            client.backchannel_client_notification_endpoint,
        ),
    ) = literal;
    client_profile::pin(&mut client, &stated);
    let is_by_secret = client.auth_method.is_by_secret();
    let secret = is_by_secret.then(|| OpaqueToken::generate(&mut rng));
    if let Some(secret) = &secret {
        client.replace_secret(secret.hash(), None, now);
    }
    (client, secret)
}

/// Generates a client id of 128 bits in the hyphenated form, which is easy to copy.
#[expect(clippy::expect_used, reason = "a hyphenated UUID is printable ASCII")]
fn random_id(rng: &mut Generator<'_>) -> ClientId {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
    ClientId::parse(&id.to_string()).expect("printable ASCII")
}
