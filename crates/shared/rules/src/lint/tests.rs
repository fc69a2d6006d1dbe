use doorward_protocol::client_auth::ClientAuthMethod;
use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{NOW, client, native_client, strings};
use doorward_domain::model::{PKCE_STREAK, PkcePolicy};

/// Returns a client with this protection of its last sign-in.
fn without_pkce(pkce: PkcePolicy, code_protection: Option<CodeProtection>) -> Client {
    Client {
        pkce,
        code_protection,
        ..client()
    }
}

fn with_key() -> Client {
    Client {
        auth_method: ClientAuthMethod::PrivateKeyJwt.into(),
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
#[case::pkce_auto(without_pkce(PkcePolicy::Auto, None), &["2.1.1", "2.5"])]
#[case::pkce_optional(without_pkce(PkcePolicy::Optional, None), &["2.1.1", "2.5"])]
#[case::pkce_changed(
    Client { pkce_streak: PKCE_STREAK, ..without_pkce(PkcePolicy::Auto, None) },
    &["2.5"]
)]
#[case::pkce_without_codes(
    Client { grant_types: vec![], ..without_pkce(PkcePolicy::Optional, None) },
    &["2.5"]
)]
#[case::localhost(at_localhost("http://localhost:3000/cb"), &["4.1.3"])]
#[case::not_localhost(at_localhost("https://localhost.example/cb"), &[])]
#[case::no_codes(Client { grant_types: vec![], ..at_localhost("http://localhost/cb") }, &[])]
#[case::private_http(at_localhost("http://nas.local/cb"), &["2.6"])]
#[case::details_in_the_open(in_detail(false, false), &["RFC 9396 12"])]
#[case::details_pushed(in_detail(true, false), &[])]
#[case::details_signed(in_detail(false, true), &[])]
#[case::disabled(Client { disabled_at: Some(NOW), ..without_pkce(PkcePolicy::Optional, None) }, &[])]
fn deviations_are_reported_by_section(#[case] client: Client, #[case] sections: &[&str]) {
    let found: Vec<_> = deviations(&client);
    let found: Vec<_> = found.iter().map(|found| found.section).collect();
    assert_eq!(found, sections);
}

/// RFC 9700 §2.1.1: a confidential client without PKCE must use `nonce`.
#[rstest]
#[case(None, RequirementLevel::Should)]
#[case(Some(CodeProtection::Pkce), RequirementLevel::Should)]
#[case(Some(CodeProtection::Nonce), RequirementLevel::Should)]
#[case(Some(CodeProtection::None), RequirementLevel::Must)]
fn client_without_pkce_and_nonce_violates_must(
    #[case] code_protection: Option<CodeProtection>,
    #[case] demand: RequirementLevel,
) {
    let found = deviations(&without_pkce(PkcePolicy::Auto, code_protection));
    assert_eq!((found[0].section, found[0].demand), ("2.1.1", demand));
}

/// An app needs attention only if there is something to do.
#[rstest]
#[case::secret(client(), &[])]
#[case::auto(without_pkce(PkcePolicy::Auto, None), &[])]
#[case::auto_with_pkce(without_pkce(PkcePolicy::Auto, Some(CodeProtection::Pkce)), &[])]
#[case::nonce(without_pkce(PkcePolicy::Auto, Some(CodeProtection::Nonce)), &[])]
#[case::localhost(at_localhost("http://localhost:3000/cb"), &[])]
#[case::unprotected(without_pkce(PkcePolicy::Auto, Some(CodeProtection::None)), &["2.1.1"])]
#[case::can_require(without_pkce(PkcePolicy::Optional, Some(CodeProtection::Pkce)), &["2.1.1"])]
#[case::details(in_detail(false, false), &["RFC 9396 12"])]
fn deviation_is_due_if_operator_can_act(#[case] client: Client, #[case] sections: &[&str]) {
    let found = deviations(&client).into_iter();
    let due = found.filter(|found| found.is_due);
    let due: Vec<_> = due.map(|found| found.section).collect();
    assert_eq!(due, sections);
}
