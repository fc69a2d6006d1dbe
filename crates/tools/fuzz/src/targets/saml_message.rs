//! Messages of SAML service providers: accepted ones have no part that programs read differently.

use doorward_saml_protocol::request::{self, Message};

use crate::target::Target;

const URL: &str = "https://auth.example.com/saml/sso";
/// The time of the seeds.
const NOW: i64 = 1_796_040_000;

pub const TARGET: Target = Target {
    name: "saml_message",
    run,
    words: &[
        "<!DOCTYPE x>",
        "<!ENTITY a \"b\">",
        "&a;",
        "&#0;",
        "&#x41;",
        "<!-- -->",
        "<?x?>",
        "<![CDATA[x]]>",
        "xmlns:a=\"urn:a\"",
        "<saml:Issuer>",
        "</saml:Issuer>",
        "ID=\"_1\"",
        "Version=\"2.0\"",
        "]]>",
        "\u{feff}",
    ],
};

fn run(input: &[u8]) {
    let Ok(message) = request::read(input, URL, NOW) else {
        return;
    };
    let head = match &message {
        Message::Authn(request) => &request.head,
        Message::Logout(request) => &request.head,
        Message::LogoutResponse(response) => &response.head,
    };
    assert!(!head.id.is_empty() && !head.issuer.is_empty());
    assert!(head.destination.as_deref().is_none_or(|url| url == URL));
    let text = std::str::from_utf8(input).expect("text");
    for part in ["<!DOCTYPE", "<!ENTITY", "<![CDATA["] {
        assert!(!without_comments(text).contains(part), "{part}");
    }
    assert_eq!(request::read(input, URL, NOW), Ok(message));
}

/// Returns a document without its comments, which may contain anything but two hyphens.
fn without_comments(text: &str) -> String {
    let mut parts = text.split("<!--");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| {
        let after = part.split_once("-->").map_or("", |(_, after)| after);
        kept + after
    })
}
