//! Queries with SAML messages: accepted ones have each parameter once, under its plain name.

use doorward_saml_protocol::redirect::{self, Direction};
use doorward_saml_protocol::xml::MAX_MESSAGE;

use crate::target::Target;

pub const TARGET: Target = Target {
    name: "saml_query",
    run,
    words: &[
        "&",
        "=",
        "%",
        "+",
        "SAMLRequest=",
        "SAMLResponse=",
        "SAML%52equest=",
        "RelayState=",
        "SigAlg=",
        "Signature=",
        "SAMLEncoding=",
        "http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256",
    ],
};

fn run(input: &[u8]) {
    let Ok(query) = std::str::from_utf8(input) else {
        return;
    };
    // The same bytes as the value of a form, which is never signed.
    if let Ok(posted) = redirect::read_post(Direction::Request, query, Some(query)) {
        assert!(posted.signature.is_none() && posted.document.len() <= MAX_MESSAGE);
        assert_eq!(posted.relay_state.as_deref(), Some(query));
    }
    let Ok(received) = redirect::read(query) else {
        return;
    };
    let decoded: Vec<(String, String)> = url::form_urlencoded::parse(input).into_owned().collect();
    let count = |name: &str| decoded.iter().filter(|(known, _)| known == name).count();
    assert_eq!(count("SAMLRequest") + count("SAMLResponse"), 1);
    for name in ["RelayState", "SigAlg", "Signature"] {
        assert!(count(name) <= 1, "{name}");
    }
    assert_eq!(received.signature.is_some(), count("Signature") == 1);
    assert_eq!(received.relay_state.is_some(), count("RelayState") == 1);
    let document = &received.document;
    assert!(document.len() <= MAX_MESSAGE);
    let again = redirect::query(
        received.direction,
        document,
        received.relay_state.as_deref(),
    );
    let again = redirect::read(&again.expect("deflated")).expect("an own query");
    assert_eq!(
        (&again.document, again.relay_state),
        (document, received.relay_state)
    );
}
