//! Tests of sign-ins of service providers over HTTP: what they get, and requests that are rejected.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_access::clock::Clock as _;
use doorward_domain::model::saml_client::{
    AttributeNames, NameIdFormat, SamlClient, SamlConsumer, SamlSettings,
};
use doorward_domain::model::{Client, ClientId, ClientKind};
use doorward_domain::time::to_rfc3339;
use doorward_store::repo;
use doorward_testkit::authorization::next_form;
use doorward_testkit::stack::HOST;
use doorward_testkit::{Form, Page, Stack, UserAgent, flows, flows_with};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::json;
use url::Url;

flows!(
    service_provider_gets_assertion,
    silent_request_gets_no_passive,
    requested_parts_are_honored,
    rejected_documents_have_no_response_in_any_binding,
    rejected_requests_name_field_and_command,
    endpoints_of_oauth_reject_client,
    consent_is_asked_and_denied,
    sign_in_without_request_needs_permission,
    form_of_other_site_keeps_session,
    metadata_has_certificate_of_signatures,
);
flows_with!(SHORT_NAME; host_name_is_in_metadata);

const SHORT_NAME: &[(&str, &str)] = &[(HOST, "localhost")];
pub const PROVIDER: &str = "https://sp.example.com/metadata";
const CONSUMER: &str = "https://sp.example.com/acs";
const SECOND: &str = "https://sp.example.com/second";
pub const ID: &str = "wiki";
/// Longer than the 80 bytes of SAML Bindings §3.4.3, and the URL of another site.
pub const RELAY_STATE: &str = "https://evil.example/a?state & more, which is longer than the eighty bytes of the specification";

pub async fn register(stack: &Stack, first_party: bool, settings: SamlSettings) {
    let id = ClientId::parse(ID).unwrap();
    let client = Client {
        redirect_uris: vec![CONSUMER.to_owned(), SECOND.to_owned()],
        scopes: ["openid", "profile", "email"].into_iter().collect(),
        pairwise_sector: Some("sp.example.com".to_owned()),
        first_party,
        ..Client::new(
            id.clone(),
            "Wiki".to_owned(),
            ClientKind::Saml,
            stack.clock.now(),
        )
    };
    let saml = SamlClient {
        client_id: id,
        entity_id: PROVIDER.to_owned(),
        settings,
    };
    let tx = stack.db().await.begin_write().await.unwrap();
    repo::clients::insert(&tx, &client).await.unwrap();
    repo::saml_clients::insert(&tx, &saml).await.unwrap();
    tx.commit().await.unwrap();
    stack.clear_caches();
}

/// Changes the settings of the registered client.
pub async fn change(stack: &Stack, settings: SamlSettings) {
    let saml = SamlClient {
        client_id: ClientId::parse(ID).unwrap(),
        entity_id: PROVIDER.to_owned(),
        settings,
    };
    let tx = stack.db().await.begin_write().await.unwrap();
    repo::saml_clients::update(&tx, &saml).await.unwrap();
    tx.commit().await.unwrap();
    stack.clear_caches();
}

/// Returns an authentication request with further attributes and elements.
pub fn request(stack: &Stack, attributes: &str, content: &str) -> String {
    let now = to_rfc3339(stack.clock.now());
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_7\" Version=\"2.0\" IssueInstant=\"{now}\" \
         {attributes}><saml:Issuer>{PROVIDER}</saml:Issuer>{content}</samlp:AuthnRequest>"
    )
}

pub fn deflated(document: &str) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(document.as_bytes()).unwrap();
    STANDARD.encode(encoder.finish().unwrap())
}

pub fn redirect(stack: &Stack, document: &str) -> String {
    let message = deflated(document);
    let pairs = [
        ("SAMLRequest", message.as_str()),
        ("RelayState", RELAY_STATE),
    ];
    Url::parse_with_params(&stack.at("/saml/sso"), pairs)
        .unwrap()
        .to_string()
}

/// Signs in and consents where a page asks for it, until a page posts to the service provider.
pub async fn complete(agent: &UserAgent, mut page: Page) -> Form {
    for _ in 0..5 {
        page = agent.follow(page, "https://sp.example.com").await;
        if let Some(form) = page.find_form("form:has([name=SAMLResponse])") {
            return form;
        }
        let form = next_form(&page, "alice");
        let form = form.unwrap_or_else(|| panic!("no form: {}", page.dump()));
        page = agent.submit(&form).await;
    }
    panic!("no response: {}", page.dump());
}

pub fn document(form: &Form) -> String {
    let response = STANDARD
        .decode(form.value("SAMLResponse").unwrap())
        .unwrap();
    String::from_utf8(response).unwrap()
}

async fn response(stack: &Stack, agent: &UserAgent, attributes: &str, content: &str) -> String {
    let url = redirect(stack, &request(stack, attributes, content));
    document(&complete(agent, agent.get(url).await).await)
}

async fn service_provider_gets_assertion(stack: &Stack) {
    register(stack, true, SamlSettings::default()).await;
    let agent = UserAgent::new();
    let page = agent.get(redirect(stack, &request(stack, "", ""))).await;
    let form = complete(&agent, page).await;
    assert_eq!(form.action.as_str(), CONSUMER);
    assert_eq!(form.value("RelayState"), Some(RELAY_STATE));
    let first = document(&form);
    for part in [
        "status:Success",
        "InResponseTo=\"_7\"",
        "<saml:Audience>https://sp.example.com/metadata</saml:Audience>",
        "Recipient=\"https://sp.example.com/acs\"",
        ">alice@example.org<",
        "FriendlyName=\"mail\"",
        "classes:PasswordProtectedTransport",
        "nameid-format:persistent",
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }
    // Signed in: no page, the same name, and other IDs.
    let second = response(stack, &agent, "", "").await;
    let name = |text: &str| {
        let name = text.split("<saml:NameID ").nth(1).unwrap();
        let name = name.split(['<', '>']).nth(1).unwrap();
        name.to_owned()
    };
    assert_eq!(name(&first), name(&second));
    let id = |text: &str| text.split("ID=\"").nth(1).unwrap()[..20].to_owned();
    assert_ne!(id(&first), id(&second));
}

async fn silent_request_gets_no_passive(stack: &Stack) {
    register(stack, true, SamlSettings::default()).await;
    let agent = UserAgent::new();
    let silent = "IsPassive=\"true\"";
    let page = agent
        .get(redirect(stack, &request(stack, silent, "")))
        .await;
    let answer = document(&page.form("form:has([name=SAMLResponse])"));
    assert!(answer.contains("status:NoPassive"), "{answer}");
    assert!(!answer.contains("<saml:Assertion "), "{answer}");
    response(stack, &agent, "", "").await;
    let page = agent
        .get(redirect(stack, &request(stack, silent, "")))
        .await;
    let answer = document(&page.form("form:has([name=SAMLResponse])"));
    assert!(answer.contains("status:Success"), "{answer}");
    let both = "IsPassive=\"true\" ForceAuthn=\"true\"";
    let page = agent.get(redirect(stack, &request(stack, both, ""))).await;
    let answer = document(&page.form("form:has([name=SAMLResponse])"));
    assert!(answer.contains("status:NoPassive"), "{answer}");
}

async fn requested_parts_are_honored(stack: &Stack) {
    let settings = SamlSettings {
        consumers: vec![SamlConsumer {
            index: 2,
            url: SECOND.to_owned(),
        }],
        attribute_names: AttributeNames::Basic,
        name_id_format: NameIdFormat::Email,
        ..SamlSettings::default()
    };
    register(stack, true, settings).await;
    let agent = UserAgent::new();
    let answer = response(stack, &agent, "", "").await;
    assert!(
        answer.contains("emailAddress\">alice@example.org<"),
        "{answer}"
    );
    assert!(answer.contains("Name=\"mail\""), "{answer}");
    let by_number = "AssertionConsumerServiceIndex=\"2\"";
    let by_url = "AssertionConsumerServiceURL=\"https://sp.example.com/second\"";
    for attributes in [by_number, by_url] {
        let answer = response(stack, &agent, attributes, "").await;
        assert!(
            answer.contains("Destination=\"https://sp.example.com/second\""),
            "{answer}"
        );
    }
    let policy = |format: &str| format!("<samlp:NameIDPolicy Format=\"{format}\"/>");
    let transient = policy("urn:oasis:names:tc:SAML:2.0:nameid-format:transient");
    let (one, other) = (
        response(stack, &agent, "", &transient).await,
        response(stack, &agent, "", &transient).await,
    );
    let name = |text: &str| text.split(":transient\"").nth(1).unwrap()[..150].to_owned();
    assert_ne!(name(&one), name(&other));
    let unknown = policy("urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName");
    let answer = response(stack, &agent, "", &unknown).await;
    assert!(answer.contains("status:InvalidNameIDPolicy"), "{answer}");
    let context = |class: &str| {
        format!(
            "<samlp:RequestedAuthnContext><saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef>\
             </samlp:RequestedAuthnContext>"
        )
    };
    let password = context("urn:oasis:names:tc:SAML:2.0:ac:classes:Password");
    let answer = response(stack, &agent, "", &password).await;
    assert!(
        answer.contains(
            "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password<"
        ),
        "{answer}"
    );
    let smartcard = context("urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI");
    let answer = response(stack, &agent, "", &smartcard).await;
    assert!(answer.contains("status:NoAuthnContext"), "{answer}");
    stack.set_email_verified("alice", false).await;
    let answer = response(stack, &agent, "", "").await;
    assert!(answer.contains("status:InvalidNameIDPolicy"), "{answer}");
    // ForceAuthn asks again.
    let page = agent
        .get(redirect(stack, &request(stack, "ForceAuthn=\"1\"", "")))
        .await;
    let page = agent.follow(page, "https://sp.example.com").await;
    assert!(page.has("[name=password]"), "{}", page.dump());
}

#[track_caller]
fn assert_rejected(page: &Page, text: &str) {
    assert_eq!(page.status, 400, "{text}: {}", page.dump());
    assert!(page.text().contains(text), "{text}: {}", page.dump());
    assert!(!page.has("[name=SAMLResponse]"), "{text}");
}

/// Returns documents that must be rejected, made of an accepted one, each with a text of the reason.
pub fn rejected_documents(stack: &Stack, plain: &str) -> Vec<(String, &'static str)> {
    let now = to_rfc3339(stack.clock.now());
    let with = |from: &str, to: &str| {
        assert!(plain.contains(from), "{plain}");
        plain.replacen(from, to, 1)
    };
    vec![
        (
            with(
                " Version=",
                " Destination=\"https://evil.example/\" Version=",
            ),
            "Destination must be",
        ),
        (with(PROVIDER, "https://other.example"), "entity ID"),
        (with(&now, "2020-01-01T00:00:00Z"), "IssueInstant"),
        (with(&now, "2099-01-01T00:00:00Z"), "IssueInstant"),
        (
            format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{plain}"),
            "document type",
        ),
        (with(PROVIDER, "&a;"), "entity"),
        (
            with(PROVIDER, "https://sp<!-- -->.example.com/metadata"),
            "a comment inside",
        ),
        (
            with("<saml:Issuer>", "<?x y?><saml:Issuer>"),
            "processing instruction",
        ),
        (with(PROVIDER, &format!("<![CDATA[{PROVIDER}]]>")), "CDATA"),
        (format!("{plain}{plain}"), "not well-formed"),
    ]
}

/// Returns a document that is too long after it was inflated.
pub fn long(plain: &str) -> String {
    plain.replacen("><saml", &format!(" x=\"{}\"><saml", "x".repeat(70_000)), 1)
}

/// Returns URLs that must be rejected at every endpoint of the Redirect binding, made of the accepted URLs of
/// documents, each with a text of the reason.
pub fn rejected_urls(url: impl Fn(&str) -> String, plain: &str) -> Vec<(String, &'static str)> {
    let accepted = url(plain);
    let sha1 = "SigAlg=http://www.w3.org/2000/09/xmldsig%23rsa-sha1";
    vec![
        (format!("{accepted}&SAMLRequest=x"), "repeats"),
        (format!("{accepted}&RelayState=x"), "repeats"),
        (format!("{accepted}&SAML%52equest=x"), "percent-encoded"),
        (
            format!("{accepted}&{sha1}&Signature=YQ%3D%3D"),
            "SigAlg must be",
        ),
        (format!("{accepted}&Signature=YQ%3D%3D"), "not both"),
        (url(&long(plain)), "inflated"),
    ]
}

async fn rejected_documents_have_no_response_in_any_binding(stack: &Stack) {
    register(stack, true, SamlSettings::default()).await;
    let agent = UserAgent::new();
    response(stack, &agent, "", "").await;
    let plain = request(stack, "", "");
    let elsewhere =
        "AssertionConsumerServiceURL=\"https://sp.example.com/acs?next=https://evil.example\"";
    let mut documents = rejected_documents(stack, &plain);
    documents.push((request(stack, elsewhere, ""), "assertion consumer service"));
    let form = STANDARD.encode(long(&plain));
    let page = agent
        .post(stack.at("/saml/sso"), &[("SAMLRequest", &form)])
        .await;
    assert!(
        page.status >= 400 && !page.has("[name=SAMLResponse]"),
        "{}",
        page.dump()
    );
    for (document, text) in documents {
        assert_rejected(&agent.get(redirect(stack, &document)).await, text);
        let message = STANDARD.encode(&document);
        let fields = [("SAMLRequest", message.as_str())];
        assert_rejected(&agent.post(stack.at("/saml/sso"), &fields).await, text);
    }
}

async fn rejected_requests_name_field_and_command(stack: &Stack) {
    register(stack, true, SamlSettings::default()).await;
    let agent = UserAgent::new();
    let plain = request(stack, "", "");
    let url = |document: &str| redirect(stack, document);
    let mut urls = rejected_urls(url, &plain);
    urls.push((stack.at("/saml/sso"), "SAMLRequest"));
    for (url, text) in urls {
        assert_rejected(&agent.get(&url).await, text);
    }
    let doubled = [("SAMLRequest", "x"), ("SAMLRequest", "y")];
    assert_rejected(&agent.post(stack.at("/saml/sso"), &doubled).await, "");
    let signed = SamlSettings {
        signed_requests: true,
        ..SamlSettings::default()
    };
    change(stack, signed).await;
    let message = STANDARD.encode(&plain);
    let by_form = agent
        .post(stack.at("/saml/sso"), &[("SAMLRequest", &message)])
        .await;
    for page in [agent.get(url(&plain)).await, by_form] {
        assert_eq!(page.status, 400, "{}", page.dump());
        assert!(page.text().contains("HTTP-Redirect"), "{}", page.dump());
    }
}

async fn endpoints_of_oauth_reject_client(stack: &Stack) {
    register(stack, true, SamlSettings::default()).await;
    let agent = UserAgent::new();
    let pairs = [
        ("client_id", ID),
        ("redirect_uri", CONSUMER),
        ("response_type", "code"),
        ("scope", "openid"),
    ];
    let url = Url::parse_with_params(&stack.at("/oauth2/authorize"), pairs).unwrap();
    let page = agent.get(url).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    for (path, fields) in [
        ("/oauth2/token", vec![("grant_type", "client_credentials")]),
        (
            "/oauth2/token",
            vec![("grant_type", "authorization_code"), ("code", "x")],
        ),
        ("/oauth2/par", pairs[1..].to_vec()),
        ("/oauth2/introspect", vec![("token", "x")]),
        ("/oauth2/revoke", vec![("token", "x")]),
        ("/oauth2/device_authorization", vec![("scope", "openid")]),
        (
            "/oauth2/bc-authorize",
            vec![("scope", "openid"), ("login_hint", "alice")],
        ),
    ] {
        let fields = [&[("client_id", ID)][..], &fields].concat();
        let page = agent.post(stack.at(path), &fields).await;
        assert_eq!(page.status, 401, "{path}: {}", page.dump());
        assert_eq!(page.json()["error"], "invalid_client", "{path}");
    }
}

async fn consent_is_asked_and_denied(stack: &Stack) {
    register(stack, false, SamlSettings::default()).await;
    let agent = UserAgent::new();
    let page = agent.get(redirect(stack, &request(stack, "", ""))).await;
    let page = agent.follow(page, "https://sp.example.com").await;
    let page = agent.submit(&next_form(&page, "alice").unwrap()).await;
    let page = agent.follow(page, "https://sp.example.com").await;
    assert!(page.text().contains("Wiki"), "{}", page.dump());
    let form = page
        .form("form:has([name=decision])")
        .with("decision", "deny");
    let page = agent.submit(&form).await;
    let answer = document(&page.form("form:has([name=SAMLResponse])"));
    assert!(answer.contains("status:RequestDenied"), "{answer}");
    // The answer was given.
    let again = agent.submit(&form).await;
    assert!(!again.has("[name=SAMLResponse]"), "{}", again.dump());
    let answer = response(stack, &agent, "", "").await;
    assert!(answer.contains("status:Success"), "{answer}");
}

async fn sign_in_without_request_needs_permission(stack: &Stack) {
    register(stack, true, SamlSettings::default()).await;
    let agent = UserAgent::new();
    let start = stack.at("/saml/start/wiki");
    assert_eq!(agent.get(&start).await.status, 404);
    let unsolicited = SamlSettings {
        unsolicited: true,
        ..SamlSettings::default()
    };
    change(stack, unsolicited).await;
    let form = complete(&agent, agent.get(&start).await).await;
    let answer = document(&form);
    assert!(answer.contains("status:Success"), "{answer}");
    assert!(!answer.contains("InResponseTo"), "{answer}");
    assert_eq!(form.value("RelayState"), None);
}

async fn form_of_other_site_keeps_session(stack: &Stack) {
    register(stack, true, SamlSettings::default()).await;
    let agent = UserAgent::new();
    response(stack, &agent, "", "").await;
    let message = STANDARD.encode(request(stack, "", ""));
    let body =
        doorward_testkit::agent::encode([("SAMLRequest", message.as_str()), ("RelayState", "r")]);
    let other = UserAgent::new();
    let post = |agent: &UserAgent| {
        agent
            .http()
            .post(stack.at("/saml/sso"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://sp.example.com")
            .header("sec-fetch-site", "cross-site")
            .body(body.clone())
    };
    // A browser withholds the cookies of the session, and sends them with the redirect.
    let page = other.send(post(&other)).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let location = page.location().unwrap();
    let page = agent.get(location).await;
    let form = page.form("form:has([name=SAMLResponse])");
    assert_eq!(form.value("RelayState"), Some("r"));
    let page = agent.send(post(&agent)).await;
    assert!(page.has("[name=SAMLResponse]"), "{}", page.dump());
}

async fn metadata_has_certificate_of_signatures(stack: &Stack) {
    register(stack, true, SamlSettings::default()).await;
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/saml/metadata")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.media_type(), "application/samlmetadata+xml");
    let metadata = page.text();
    let certificate = |text: &str| {
        let after = text.split("<ds:X509Certificate>").nth(1).unwrap();
        after.split('<').next().unwrap().to_owned()
    };
    let answer = response(stack, &agent, "", "").await;
    assert_eq!(certificate(&answer), certificate(&metadata));
    assert_eq!(agent.get(stack.at("/saml/metadata")).await.text(), metadata);
}

async fn host_name_is_in_metadata(stack: &Stack) {
    let page = UserAgent::new().get(stack.at("/saml/metadata")).await;
    let entity_id = json!(format!("{}/saml/metadata", stack.issuer())).to_string();
    assert!(
        page.text().contains(&format!("entityID={entity_id}")),
        "{}",
        page.dump()
    );
}
