use rstest::rstest;

use super::*;
use crate::model::sample::{client, native_client, refresh_context};

fn code_of(outcome: Result<(), OAuthError>) -> Option<ErrorCode> {
    outcome.err().map(|error| error.code)
}

#[rstest]
#[case(false, None, None)]
#[case(false, Some("key"), None)]
#[case(true, Some("key"), None)]
#[case(true, None, Some(ErrorCode::InvalidDpopProof))]
fn rfc_9449_5_2_a_client_that_has_to_bind_its_tokens_gets_no_others(
    #[case] required: bool,
    #[case] jkt: Option<&str>,
    #[case] refused: Option<ErrorCode>,
) {
    let client = Client {
        dpop_bound_access_tokens: required,
        ..client()
    };
    assert_eq!(code_of(check(&client, jkt)), refused);
}

#[rstest]
#[case(native_client(), Some("key"), Some("key"))]
#[case(native_client(), None, None)]
#[case(client(), Some("key"), None)]
fn rfc_9449_5_refresh_tokens_of_public_clients_are_bound(
    #[case] client: Client,
    #[case] jkt: Option<&str>,
    #[case] bound: Option<&str>,
) {
    assert_eq!(of_refresh_token(&client, jkt).as_deref(), bound);
}

#[rstest]
#[case(None, None, None)]
#[case(None, Some("key"), None)]
#[case(Some("key"), Some("key"), None)]
#[case(Some("key"), Some("other"), Some(ErrorCode::InvalidGrant))]
#[case(Some("key"), None, Some(ErrorCode::InvalidDpopProof))]
fn rfc_9449_5_a_bound_refresh_token_needs_its_key_again(
    #[case] bound: Option<&str>,
    #[case] jkt: Option<&str>,
    #[case] refused: Option<ErrorCode>,
) {
    let token = RefreshToken {
        dpop_jkt: bound.map(str::to_owned),
        ..refresh_context().token
    };
    assert_eq!(code_of(check_refresh_token(&token, jkt)), refused);
    let next = of_successor(&token, &native_client(), jkt);
    assert_eq!(next.as_deref(), bound.or(jkt));
}
