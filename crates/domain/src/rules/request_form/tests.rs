use super::*;
use crate::model::sample::client;

/// Every demand × every form.
#[test]
fn a_request_comes_in_the_form_that_is_demanded() {
    for case in 0..32_u8 {
        let [everybody_pushes, must_push, must_sign, pushed, signed] =
            [0, 1, 2, 3, 4].map(|bit| case >> bit & 1 == 1);
        let client = Client {
            require_pushed_authorization_requests: must_push,
            require_signed_request_object: must_sign,
            ..client()
        };
        let verdict = check(&client, everybody_pushes, Form { pushed, signed });
        let expected = (pushed || !(must_push || everybody_pushes)) && (signed || !must_sign);
        assert_eq!(verdict.is_ok(), expected, "{case:05b}");
        if let Err(error) = verdict {
            assert_eq!(error.code.as_str(), "invalid_request");
        }
    }
}
