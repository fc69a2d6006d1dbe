//! Every reason and every code with its instruction.

use doorward_protocol::error::Cause;
use rstest::rstest;

use super::*;

fn rejected(reason: Reason, expected: &str, received: &str) -> Rejection {
    let mut cause = Cause::from(reason);
    if !expected.is_empty() {
        cause = cause.expected(expected);
    }
    if !received.is_empty() {
        cause = cause.received(received);
    }
    Rejection::from_error(&OAuthError::invalid_request("told").because(cause))
}

const AGAIN: &str = "the user has to sign in again at the application";
const NEW_REQUEST: &str =
    "the application has to push a new request for each sign-in, and use it at once";
const REDEEM_ONCE: &str =
    "the application has to redeem each code once, at once, at this server; start again";
const KEEP_VERIFIER: &str = "the application has to keep code_verifier from the authorization \
     request (check its session or state storage) and send it with the code";

/// The reason, the expected and received value, and the instruction for the client `web`.
const TABLE: &[(Reason, &str, &str, &str)] = &[
    (
        Reason::UnknownClient,
        "",
        "",
        "doorward client list shows the client ids; doorward client create registers one",
    ),
    (
        Reason::ClientDisabled,
        "",
        "",
        "doorward client update web --disabled=false",
    ),
    (
        Reason::AuthMethod,
        "client_secret_basic",
        "client_secret_post",
        "doorward client update web --auth-method client_secret_post",
    ),
    (
        Reason::Secret,
        "",
        "",
        "send the present secret, or make a new one: doorward client rotate-secret web",
    ),
    (
        Reason::AssertionKey,
        "",
        "",
        "sign with a registered key, or register it: doorward client update web --jwks FILE",
    ),
    (
        Reason::AssertionAudience,
        "https://id.example",
        "https://other.example",
        "the application has to set aud to https://id.example",
    ),
    (
        Reason::AssertionClaims,
        "",
        "",
        "the application has to correct the claim of its assertion",
    ),
    (
        Reason::AssertionUsed,
        "",
        "",
        "the application has to make a new assertion, with a jti of its own, for each request",
    ),
    (
        Reason::CertificateMissing,
        "",
        "",
        "the application has to connect to the mutual TLS address, with its certificate",
    ),
    (
        Reason::Certificate,
        "",
        "",
        "connect with the registered certificate, or register the other one: doorward client update web --help",
    ),
    (
        Reason::GrantType,
        "authorization_code",
        "client_credentials",
        "doorward client update web --add-grant client_credentials",
    ),
    (
        Reason::RedirectUri,
        "https://a.example/cb",
        "https://a.example/cb/",
        "if the address is the application's own: doorward client update web --add-redirect-uri https://a.example/cb/",
    ),
    (
        Reason::RedirectUriMissing,
        "https://a.example/cb",
        "",
        "the application has to send redirect_uri: https://a.example/cb",
    ),
    (
        Reason::ChallengeMissing,
        "",
        "",
        "doorward client update web --pkce auto",
    ),
    (
        Reason::PublicChallengeMissing,
        "",
        "",
        "the application has to send code_challenge with code_challenge_method=S256 (PKCE)",
    ),
    (
        Reason::ResponseMode,
        "query form_post",
        "fragment",
        "the application has to use one of these response modes: query form_post",
    ),
    (
        Reason::Scope,
        "openid",
        "tasks:read",
        "doorward client update web --add-scope tasks:read",
    ),
    (
        Reason::ScopeUnknown,
        "",
        "nonsense",
        "the application has to request a registered scope: see `doorward scope list`",
    ),
    (
        Reason::Resource,
        "tasks:read tasks:write",
        "https://api.example",
        "allow the scopes that it needs, of tasks:read tasks:write: doorward client update web --add-scope SCOPE",
    ),
    (
        Reason::ResourceUnknown,
        "",
        "http://localhost:8000/mcp",
        "register it with a scope: doorward resource create http://localhost:8000/mcp --name NAME, doorward scope create SCOPE --description SENTENCE --resource http://localhost:8000/mcp, doorward client update web --add-scope SCOPE",
    ),
    (
        Reason::PostLogoutRedirectUri,
        "https://a.example/out",
        "https://a.example/bye",
        "if the address is the application's own: doorward client update web --add-post-logout-redirect-uri https://a.example/bye",
    ),
    (
        Reason::PushRequired,
        "",
        "",
        "push the request to /oauth2/par, or allow others: doorward client update web --require-par=false, unless authorization.require_pushed_requests is set",
    ),
    (
        Reason::SignatureRequired,
        "",
        "",
        "send a signed request object, or allow others: doorward client update web --require-request-object=false",
    ),
    (Reason::RequestUriUsed, "", "", NEW_REQUEST),
    (Reason::RequestUriExpired, "", "", NEW_REQUEST),
    (Reason::RequestUriUnknown, "", "", NEW_REQUEST),
    (Reason::CodeUnknown, "", "", REDEEM_ONCE),
    (Reason::CodeUsed, "", "", REDEEM_ONCE),
    (Reason::CodeExpired, "", "", REDEEM_ONCE),
    (
        Reason::CodeOfOtherClient,
        "",
        "",
        "the application has to redeem the code with the client_id that it was issued to",
    ),
    (
        Reason::CodeRedirectUri,
        "https://a.example/cb",
        "https://a.example/",
        "the application has to send the same redirect_uri to both endpoints",
    ),
    (Reason::Verifier, "", "", KEEP_VERIFIER),
    (Reason::VerifierMissing, "", "", KEEP_VERIFIER),
    (
        Reason::VerifierUnexpected,
        "",
        "",
        "the application has to send code_challenge in the authorization request as well",
    ),
    (
        Reason::ProofKey,
        "",
        "",
        "the application has to prove the same key throughout",
    ),
    (
        Reason::ProofMissing,
        "",
        "",
        "send a DPoP proof, or do not require it: doorward client update web --require-dpop=false",
    ),
    (Reason::RefreshToken, "", "", AGAIN),
    (Reason::GrantEnded, "", "", AGAIN),
    (Reason::UserGone, "", "", AGAIN),
    (Reason::UserDisabled, "", "", "doorward user enable USER"),
    (
        Reason::UserLeaving,
        "",
        "",
        "the user can keep the account by signing in",
    ),
    (Reason::SessionEnded, "", "", AGAIN),
    (
        Reason::MembershipLost,
        "",
        "",
        "doorward org add-member ORG --user USER",
    ),
    (Reason::SecondFactorMissing, "", "", AGAIN),
    (Reason::PasskeyMissing, "", "", AGAIN),
    (
        Reason::SamlIssuer,
        "",
        "https://sp.example.com",
        "doorward client list --kind=saml shows the registered ones; doorward client create --saml NAME \
         --metadata=FILE registers one",
    ),
    (
        Reason::SamlRequest,
        "",
        "",
        "the application has to correct its request",
    ),
    (
        Reason::SamlConsumer,
        "https://sp.example.com/acs",
        "https://sp.example.com/ACS",
        "if the address is the application's own: doorward client update web --add-redirect-uri \
         https://sp.example.com/ACS",
    ),
    (
        Reason::SamlSignature,
        "",
        "",
        "register the present certificate: doorward saml update web --metadata=FILE",
    ),
    (
        Reason::SamlUnsigned,
        "",
        "",
        "the application has to sign its requests, and to send them by redirect; or accept unsigned ones: doorward \
         saml update web --signed-requests=false",
    ),
    (
        Reason::SamlLogout,
        "",
        "",
        "doorward saml update web --logout-url=URL",
    ),
    (
        Reason::SamlAlgorithm,
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "",
        "the application has to sign with http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    ),
];

/// A new reason without a row fails the test.
#[test]
fn each_reason_has_fix() {
    for reason in &Reason::ALL {
        let row = TABLE.iter().find(|row| row.0 == *reason);
        let Some((_, expected, received, fix)) = row else {
            panic!("no row for {}", reason.as_str());
        };
        let one = rejected(*reason, expected, received);
        assert_eq!(one.fix(Some("web")), *fix, "{}", reason.as_str());
        assert_eq!(one.because, reason.sentence());
        assert_eq!(Reason::parse(reason.as_str()), Some(*reason));
    }
    assert_eq!(TABLE.len(), Reason::ALL.len());
}

#[test]
fn each_code_without_reason_has_fix() {
    for code in &ErrorCode::ALL {
        let one = Rejection::from_error(&OAuthError::new(*code, "why"));
        assert!(!one.fix(None).is_empty(), "{code}");
        assert_eq!(one.because, "why");
    }
}

#[rstest]
#[case::public(
    "none",
    "client_secret_post",
    "the client is public: remove the secret from the application's settings"
)]
#[case::no_secret(
    "client_secret_basic",
    "none",
    "configure the client's credentials in the application; doorward client rotate-secret web makes a new secret"
)]
fn auth_method_fix_matches_client(
    #[case] expected: &str,
    #[case] received: &str,
    #[case] fix: &str,
) {
    let one = rejected(Reason::AuthMethod, expected, received);
    assert_eq!(one.fix(Some("web")), fix);
}

#[rstest]
#[case(
    "https://vendor.example/client.json",
    "the client is a metadata document"
)]
#[case("web", "doorward client list")]
fn unknown_client_fix_matches_its_id(#[case] client: &str, #[case] fix: &str) {
    let one = rejected(Reason::UnknownClient, "", "");
    assert!(one.fix(Some(client)).starts_with(fix));
}

#[test]
fn redirect_uris_differ_at_byte() {
    let one = rejected(
        Reason::RedirectUri,
        "https://a.example/cb",
        "https://a.example/x",
    );
    assert_eq!(one.differs_at(), Some(18));
    assert_eq!(rejected(Reason::Scope, "a", "b").differs_at(), None);
}

/// Values of a client end no log line and no shell quotation.
#[rstest]
#[case::line("a\nrejected b", r"a\u{a}rejected b")]
#[case::terminal("\u{1b}[2J", r"\u{1b}[2J")]
#[case::direction("a\u{202e}b", r"a\u{202e}b")]
fn client_text_is_escaped(#[case] text: &str, #[case] expected: &str) {
    let one = rejected(Reason::RedirectUri, "", text);
    assert_eq!(one.received.as_deref(), Some(expected));
    // A value that was escaped is not offered for registration.
    assert!(one.fix(None).ends_with("--add-redirect-uri URI"));
}

#[test]
fn long_text_of_client_is_cut() {
    let one = rejected(Reason::RedirectUri, "", &"x".repeat(5000));
    assert_eq!(one.received.unwrap_or_default().chars().count(), 201);
}

#[rstest]
#[case("https://a.example/cb", "https://a.example/cb")]
#[case("https://a.example/$(id)", "'https://a.example/$(id)'")]
#[case("a'b", r"'a'\''b'")]
#[case("--help", "--help")]
#[case("/srv/my site", "'/srv/my site'")]
#[case("", "''")]
fn arguments_are_quoted_for_shell(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(quoted(text), expected);
}
