use rstest::rstest;

use super::*;
use crate::model::PkceException;
use crate::model::sample::{NOW, client, native_client, strings};

fn excepted(until: UnixSeconds) -> Client {
    Client {
        pkce_exception: Some(PkceException {
            reason: "a library without PKCE".to_owned(),
            until,
        }),
        ..client()
    }
}

fn with_key() -> Client {
    Client {
        auth_method: ClientAuthMethod::PrivateKeyJwt,
        secret_hash: None,
        ..client()
    }
}

fn at_localhost(uri: &str) -> Client {
    Client {
        redirect_uris: strings(&[uri]),
        ..native_client()
    }
}

fn in_detail(pushed: bool, signed: bool) -> Client {
    Client {
        authorization_details_types: strings(&["payment"]),
        require_pushed_authorization_requests: pushed,
        require_signed_request_object: signed,
        ..with_key()
    }
}

#[rstest]
#[case::as_recommended(with_key(), &[])]
#[case::native(native_client(), &[])]
#[case::a_secret(client(), &["2.5"])]
#[case::no_pkce(excepted(NOW + 1), &["2.1.1", "2.5"])]
#[case::no_pkce_over(excepted(NOW), &["2.1.1", "2.5"])]
#[case::localhost(at_localhost("http://localhost:3000/cb"), &["4.1.3"])]
#[case::not_localhost(at_localhost("https://localhost.example/cb"), &[])]
#[case::no_codes(Client { grant_types: vec![], ..at_localhost("http://localhost/cb") }, &[])]
#[case::details_in_the_open(in_detail(false, false), &["RFC 9396 12"])]
#[case::details_pushed(in_detail(true, false), &[])]
#[case::details_signed(in_detail(false, true), &[])]
#[case::switched_off(Client { disabled_at: Some(NOW), ..excepted(NOW + 1) }, &[])]
fn what_stays_behind(#[case] client: Client, #[case] sections: &[&str]) {
    let found: Vec<_> = deviations(&client, NOW);
    let found: Vec<_> = found.iter().map(|one| one.section).collect();
    assert_eq!(found, sections);
}

#[rstest]
#[case::good(NOW + 1, false)]
#[case::over(NOW, true)]
fn an_exception_says_why_and_until_when(#[case] until: UnixSeconds, #[case] expired: bool) {
    let client = excepted(until);
    let found = deviations(&client, NOW);
    assert_eq!(found[0].demand, Demand::Must);
    assert_eq!(found[0].reason.as_deref(), Some("a library without PKCE"));
    assert_eq!(found[0].until, Some(until));
    assert_eq!(found[0].expired, expired);
    // What it lists as over is what the server refuses.
    assert_eq!(client.requires_pkce(NOW), expired);
}
