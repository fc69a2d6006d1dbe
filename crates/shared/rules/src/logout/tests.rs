use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{LOOPBACK, client, strings};

const BYE: &str = "https://app.example/bye";

/// The user must confirm unless the request has an ID token of the session (RP-Initiated Logout
/// §2).
#[rstest]
#[case::signed_in_with_hint(true, true, false)]
#[case::signed_in_without(true, false, true)]
#[case::signed_out_with_hint(false, true, false)]
#[case::signed_out_without(false, false, false)]
fn sign_out_without_matching_hint_requires_confirmation(
    #[case] signed_in: bool,
    #[case] hint: bool,
    #[case] confirm: bool,
) {
    let client = client();
    for redirect_uri in [None, Some(BYE)] {
        for client in [None, Some(&client)] {
            let context = LogoutContext {
                client,
                hint_fits_session: hint,
                signed_in,
                redirect_uri,
            };
            assert_eq!(plan(&context).confirm, confirm);
        }
    }
}

/// The redirect URI must be one that this client registered for sign-out, byte by byte (§3).
#[rstest]
#[case::registered(true, Some(BYE), true)]
#[case::not_requested(true, None, false)]
#[case::no_client(false, Some(BYE), false)]
#[case::slash(true, Some("https://app.example/bye/"), false)]
#[case::query(true, Some("https://app.example/bye?next=evil"), false)]
#[case::fragment(true, Some("https://app.example/bye#x"), false)]
#[case::upper(true, Some("https://app.example/BYE"), false)]
#[case::userinfo(true, Some("https://app.example@evil.example/bye"), false)]
#[case::sign_in_uri_is_another_list(true, Some("https://app.example/callback"), false)]
#[case::script(true, Some("javascript:alert(1)"), false)]
#[case::empty(true, Some(""), false)]
fn rp_logout_2_1_redirect_requires_registered_uri(
    #[case] known: bool,
    #[case] uri: Option<&str>,
    #[case] goes: bool,
) {
    let client = client();
    for (signed_in, hint_fits_session) in [(true, true), (true, false), (false, false)] {
        let context = LogoutContext {
            client: known.then_some(&client),
            hint_fits_session,
            signed_in,
            redirect_uri: uri,
        };
        assert_eq!(plan(&context).redirect.as_deref(), uri.filter(|_| goes));
    }
}

#[test]
fn loopback_port_does_not_vary_here() {
    let client = Client {
        post_logout_redirect_uris: strings(&[LOOPBACK]),
        ..client()
    };
    let at = |uri| {
        plan(&LogoutContext {
            client: Some(&client),
            hint_fits_session: true,
            signed_in: true,
            redirect_uri: Some(uri),
        })
        .redirect
    };
    assert_eq!(at(LOOPBACK).as_deref(), Some(LOOPBACK));
    assert_eq!(
        at("http://127.0.0.1:1/callback"),
        None,
        "RFC 8252 §7.3 is about codes only"
    );
}

// --- frames ----------------------------------------------------------------------------------

#[rstest]
#[case::plain(
    "https://app.example/out",
    "https://app.example/out?iss=https%3A%2F%2Fid.example&sid=s1"
)]
#[case::its_own_query(
    "https://app.example/out?a=b",
    "https://app.example/out?a=b&iss=https%3A%2F%2Fid.example&sid=s1"
)]
fn section_2_frame_has_issuer_and_session(#[case] address: &str, #[case] expected: &str) {
    assert_eq!(frame(address, "https://id.example", "s1"), expected);
}

#[rstest]
#[case::same_uri("https://app.example/out", true)]
#[case::with_its_port("https://app.example:443/out?a=b", true)]
#[case::another_host("https://www.app.example/out", false)]
#[case::another_port("https://app.example:444/out", false)]
#[case::another_scheme("http://app.example/out", false)]
#[case::no_origin("data:text/html,out", false)]
#[case::nothing("", false)]
fn section_2_frame_uri_shares_origin_of_redirect_uris(
    #[case] address: &str,
    #[case] expected: bool,
) {
    assert_eq!(is_frame_of(&client(), address), expected);
}
