use super::*;
use doorward_domain::model::sample::client;

/// Every requirement × every form.
#[test]
fn required_request_mode_is_enforced() {
    for case in 0..32_u8 {
        let [everybody_pushes, must_push, must_sign, pushed, signed] =
            [0, 1, 2, 3, 4].map(|bit| case >> bit & 1 == 1);
        let client = Client {
            require_pushed_authorization_requests: must_push,
            require_signed_request_object: must_sign,
            ..client()
        };
        let result = check(&client, everybody_pushes, Form { pushed, signed });
        let expected = (pushed || !(must_push || everybody_pushes)) && (signed || !must_sign);
        assert_eq!(result.is_ok(), expected, "{case:05b}");
        if let Err(error) = result {
            assert_eq!(error.code.as_str(), "invalid_request");
        }
    }
}

#[test]
fn parameter_beside_request_must_match_organization() {
    let cases: [(&[&str], Option<&str>, bool); 8] = [
        (&[], None, true),
        (&[], Some("acme"), true),
        (&[""], Some("acme"), true),
        (&["acme"], Some("acme"), true),
        (&["acme"], None, false),
        (&["acme"], Some("zeta"), false),
        (&["acme", "acme"], Some("acme"), false),
        (&["", ""], None, false),
    ];
    for (beside, within, fits) in cases {
        let pairs = beside.iter().map(|slug| ("organization", *slug));
        let answer = check_organization(&Params::from_pairs(pairs), within);
        assert_eq!(answer.is_ok(), fits, "{beside:?} {within:?}");
    }
}
