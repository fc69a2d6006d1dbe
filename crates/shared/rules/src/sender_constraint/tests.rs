use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{client, native_client, refresh_token};

fn code_of(outcome: Result<(), OAuthError>) -> Option<ErrorCode> {
    outcome.err().map(|error| error.code)
}

fn proved(jkt: Option<&str>, certificate: Option<&str>) -> ProvenKeys {
    ProvenKeys {
        jkt: jkt.map(str::to_owned),
        certificate: certificate.map(str::to_owned),
        proof: None,
    }
}

/// Registration × proof: decision 55, RFC 9449 §5.2, RFC 8705 §3.4.
#[rstest]
#[case((false, false), None, None, Ok(TokenBinding::Nothing))]
#[case((false, false), Some("key"), None, Ok(TokenBinding::Key("key")))]
#[case((false, false), None, Some("own"), Ok(TokenBinding::Nothing))]
#[case((false, false), Some("key"), Some("own"), Ok(TokenBinding::Key("key")))]
#[case((true, false), Some("key"), None, Ok(TokenBinding::Key("key")))]
#[case((true, false), None, None, Err(ErrorCode::InvalidDpopProof))]
#[case((true, false), None, Some("own"), Err(ErrorCode::InvalidDpopProof))]
#[case((false, true), None, Some("own"), Ok(TokenBinding::Certificate("own")))]
#[case((false, true), Some("key"), Some("own"), Ok(TokenBinding::Key("key")))]
#[case((false, true), None, None, Err(ErrorCode::InvalidRequest))]
#[case((false, true), Some("key"), None, Err(ErrorCode::InvalidRequest))]
fn token_is_bound_to_proven_or_registered_key(
    #[case] (dpop, by_certificate): (bool, bool),
    #[case] jkt: Option<&str>,
    #[case] certificate: Option<&str>,
    #[case] expected: Result<TokenBinding<'static>, ErrorCode>,
) {
    let client = Client {
        dpop_bound_access_tokens: dpop,
        certificate_bound_access_tokens: by_certificate,
        ..client()
    };
    let proved = proved(jkt, certificate);
    let found = binding(&client, &proved).map_err(|error| error.code);
    assert_eq!(found, expected);
}

#[test]
fn rfc_8705_3_certificate_bound_token_has_type_bearer() {
    let bound = TokenBinding::Certificate("own");
    assert_eq!(bound.token_type(), TokenType::Bearer);
    let expected = Confirmation::certificate("own");
    assert_eq!(bound.confirmation(), Some(expected));
    assert_eq!(TokenBinding::Key("key").token_type(), TokenType::Dpop);
    assert_eq!(TokenBinding::Nothing.confirmation(), None);
}

/// RFC 9449 §5, RFC 8705 §4.
#[rstest]
#[case(native_client(), (Some("key"), None), (Some("key"), None))]
#[case(native_client(), (None, None), (None, None))]
#[case(native_client(), (None, Some("own")), (None, None))]
#[case(bound(native_client()), (None, Some("own")), (None, Some("own")))]
#[case(bound(native_client()), (Some("key"), Some("own")), (Some("key"), Some("own")))]
#[case(client(), (Some("key"), None), (None, None))]
#[case(bound(client()), (None, Some("own")), (None, None))]
fn refresh_tokens_of_public_clients_are_bound(
    #[case] client: Client,
    #[case] (jkt, certificate): (Option<&str>, Option<&str>),
    #[case] (key, own): (Option<&str>, Option<&str>),
) {
    let found = of_refresh_token(&client, &proved(jkt, certificate));
    assert_eq!(found, proved(key, own));
}

fn bound(client: Client) -> Client {
    Client {
        certificate_bound_access_tokens: true,
        ..client
    }
}

#[rstest]
#[case(None, None, None)]
#[case(None, Some("key"), None)]
#[case(Some("key"), Some("key"), None)]
#[case(Some("key"), Some("other"), Some(ErrorCode::InvalidGrant))]
#[case(Some("key"), None, Some(ErrorCode::InvalidDpopProof))]
fn rfc_9449_5_bound_refresh_token_requires_key(
    #[case] bound: Option<&str>,
    #[case] jkt: Option<&str>,
    #[case] rejected: Option<ErrorCode>,
) {
    let token = RefreshToken {
        dpop_jkt: bound.map(str::to_owned),
        ..refresh_token()
    };
    let proved = proved(jkt, None);
    assert_eq!(code_of(check_refresh_token(&token, &proved)), rejected);
    let next = of_successor(&token, &native_client(), &proved);
    assert_eq!(next.jkt.as_deref(), bound.or(jkt));
}

#[rstest]
#[case(None, None, None)]
#[case(None, Some("own"), None)]
#[case(Some("own"), Some("own"), None)]
#[case(Some("own"), Some("other"), Some(ErrorCode::InvalidGrant))]
#[case(Some("own"), None, Some(ErrorCode::InvalidGrant))]
fn rfc_8705_4_bound_refresh_token_requires_certificate(
    #[case] first: Option<&str>,
    #[case] shown: Option<&str>,
    #[case] rejected: Option<ErrorCode>,
) {
    let token = RefreshToken {
        certificate_thumbprint: first.map(str::to_owned),
        ..refresh_token()
    };
    let proved = proved(None, shown);
    assert_eq!(code_of(check_refresh_token(&token, &proved)), rejected);
    let next = of_successor(&token, &bound(native_client()), &proved);
    assert_eq!(next.certificate.as_deref(), first.or(shown));
}
