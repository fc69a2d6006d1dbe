use rstest::rstest;

use super::*;

const URL: &str = "https://auth.example.com/saml/sso";
const NOW: UnixSeconds = 1_796_040_000;

fn message(name: &str, attributes: &str, content: &str) -> String {
    let issued = doorward_domain::time::to_rfc3339(NOW);
    format!(
        "<p:{name} xmlns:p='{PROTOCOL}' xmlns:a='{ASSERTION}' ID='_1' Version='2.0' IssueInstant='{issued}' \
         {attributes}><a:Issuer>https://sp.example.com</a:Issuer>{content}</p:{name}>"
    )
}

fn read_text(text: &str) -> Result<Message> {
    read(text.as_bytes(), URL, NOW)
}

fn authn(attributes: &str, content: &str) -> AuthnRequest {
    match read_text(&message("AuthnRequest", attributes, content)) {
        Ok(Message::Authn(request)) => request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn reads_authentication_request() {
    let attributes = format!(
        "Destination='{URL}' ForceAuthn='true' IsPassive='0' AssertionConsumerServiceURL='https://sp.example.com/acs'"
    );
    let content = "<p:NameIDPolicy Format='urn:oasis:names:tc:SAML:2.0:nameid-format:transient'/>\
        <p:RequestedAuthnContext Comparison='minimum'><a:AuthnContextClassRef>urn:x</a:AuthnContextClassRef></p:RequestedAuthnContext>";
    let request = authn(&attributes, content);
    assert_eq!(request.head.id, "_1");
    assert_eq!(request.head.issuer, "https://sp.example.com");
    assert!(request.force_authn);
    assert!(!request.is_passive);
    let consumer = RequestedConsumer::Url("https://sp.example.com/acs".to_owned());
    assert_eq!(request.consumer, consumer);
    assert!(request.name_id_format.unwrap().ends_with("transient"));
    let context = request.context.unwrap();
    assert_eq!(context.comparison, Comparison::Minimum);
    assert_eq!(context.classes, ["urn:x"]);
}

#[test]
fn parts_have_defaults() {
    let request = authn("", "");
    assert_eq!(request.consumer, RequestedConsumer::Default);
    assert!(!request.force_authn && !request.is_passive);
    assert_eq!(request.name_id_format, None);
    assert_eq!(request.context, None);
    let indexed = authn("AssertionConsumerServiceIndex='3'", "");
    assert_eq!(indexed.consumer, RequestedConsumer::Index(3));
}

/// Some service providers write attributes without a value. Those that name an address are no less wrong.
#[rstest]
#[case::format("", "<p:NameIDPolicy Format=''/>", true)]
#[case::destination("Destination=''", "", false)]
#[case::binding("ProtocolBinding=''", "", false)]
#[case::flag("ForceAuthn=''", "", false)]
#[case::index("AssertionConsumerServiceIndex=''", "", false)]
fn empty_format_demands_nothing(
    #[case] attributes: &str,
    #[case] content: &str,
    #[case] is_accepted: bool,
) {
    let read = read_text(&message("AuthnRequest", attributes, content));
    match read {
        Ok(Message::Authn(request)) => {
            assert_eq!((request.name_id_format, is_accepted), (None, true));
        }
        other => assert!(!is_accepted, "{other:?}"),
    }
}

#[rstest]
#[case::destination("Destination='https://auth.example.com/saml/sso/'", "", "Destination")]
#[case::other_host("Destination='https://evil.example/saml/sso'", "", "Destination")]
#[case::flag("ForceAuthn='yes'", "", "ForceAuthn")]
#[case::binding(
    "ProtocolBinding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact'",
    "",
    "ProtocolBinding"
)]
#[case::two_addresses(
    "AssertionConsumerServiceURL='https://x' AssertionConsumerServiceIndex='1'",
    "",
    "AssertionConsumerServiceIndex"
)]
#[case::index(
    "AssertionConsumerServiceIndex='x'",
    "",
    "AssertionConsumerServiceIndex"
)]
#[case::subject("", "<a:Subject><a:NameID>u</a:NameID></a:Subject>", "Subject")]
#[case::no_class("", "<p:RequestedAuthnContext/>", "AuthnContextClassRef")]
#[case::comparison("", "<p:RequestedAuthnContext Comparison='like'/>", "Comparison")]
#[case::second_issuer("", "<a:Issuer>https://other.example</a:Issuer>", "Issuer")]
fn rejection_names_field(#[case] attributes: &str, #[case] content: &str, #[case] field: &str) {
    let error = read_text(&message("AuthnRequest", attributes, content)).unwrap_err();
    assert!(error.to_string().contains(field), "{error}");
}

#[rstest]
#[case::in_time(TTL, true)]
#[case::within_skew(-SKEW, true)]
#[case::expired(TTL + SKEW + 1, false)]
#[case::from_the_future(-SKEW - 1, false)]
fn messages_expire(#[case] age: i64, #[case] is_read: bool) {
    let text = message("AuthnRequest", "", "");
    let found = read(text.as_bytes(), URL, NOW + age);
    assert_eq!(found.is_ok(), is_read, "{found:?}");
    if let Err(error) = found {
        let text = error.to_string();
        assert!(
            text.starts_with("IssueInstant must be within the last five minutes"),
            "{text}"
        );
    }
}

#[rstest]
#[case::version("Version='2.0'", "Version='1.1'", "Version must be 2.0, got 1.1")]
#[case::no_version("Version='2.0'", "", "Version is missing")]
#[case::no_time("IssueInstant='2026", "Instant='2026", "IssueInstant is missing")]
#[case::no_id("ID='_1'", "ID=''", "ID is missing")]
#[case::no_issuer("<a:Issuer>https://sp.example.com</a:Issuer>", "", "Issuer is missing")]
#[case::empty_issuer("https://sp.example.com", " ", "Issuer is missing")]
#[case::format(
    "<a:Issuer>",
    "<a:Issuer Format='urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'>",
    "Format of Issuer"
)]
#[case::issue_instant("IssueInstant='2026", "IssueInstant='x2026", "IssueInstant must be")]
#[case::namespace(
    "xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol'",
    "xmlns:p='urn:x'",
    "{urn:x}AuthnRequest"
)]
fn head_is_checked(#[case] part: &str, #[case] other: &str, #[case] expected: &str) {
    let text = message("AuthnRequest", "", "");
    assert!(text.contains(part), "{text}");
    let error = read_text(&text.replacen(part, other, 1)).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn reads_sign_out() {
    let content = "<a:NameID>u1</a:NameID><p:SessionIndex>s1</p:SessionIndex><p:SessionIndex>s2</p:SessionIndex>";
    let Ok(Message::Logout(request)) = read_text(&message("LogoutRequest", "", content)) else {
        panic!("no sign-out");
    };
    assert_eq!(request.name_id, "u1");
    assert_eq!(request.session_indexes, ["s1", "s2"]);
    let content = format!("<p:Status><p:StatusCode Value='{SUCCESS}'/></p:Status>");
    let text = message("LogoutResponse", "InResponseTo='_9'", &content);
    let Ok(Message::LogoutResponse(response)) = read_text(&text) else {
        panic!("no response");
    };
    assert!(response.is_success);
    assert_eq!(response.in_response_to, "_9");
}

/// The request that a signature inside covers is an element deeper: only the outer one counts.
#[test]
fn nested_request_does_not_count() {
    let signed = "<p:LogoutRequest ID='_2'><a:NameID>victim</a:NameID></p:LogoutRequest>";
    let extensions = format!("<p:Extensions>{signed}</p:Extensions>");
    let without = message("LogoutRequest", "", &extensions);
    let error = read_text(&without).unwrap_err();
    assert_eq!(error, MessageError::Missing("NameID"));
    let with = message(
        "LogoutRequest",
        "",
        &format!("{extensions}<a:NameID>own</a:NameID>"),
    );
    let Ok(Message::Logout(request)) = read_text(&with) else {
        panic!("no sign-out");
    };
    assert_eq!(request.name_id, "own");
}

#[test]
fn expired_sign_out_is_rejected() {
    let end = doorward_domain::time::to_rfc3339(NOW - SKEW);
    let attributes = format!("NotOnOrAfter='{end}'");
    let text = message("LogoutRequest", &attributes, "<a:NameID>u1</a:NameID>");
    let error = read_text(&text).unwrap_err().to_string();
    assert!(error.starts_with("NotOnOrAfter must be after"), "{error}");
}
