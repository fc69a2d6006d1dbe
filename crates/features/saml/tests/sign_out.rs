//! Tests of sign-outs: requested by a service provider, and by the user for all service providers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_access::clock::Clock as _;
use doorward_domain::model::saml_client::SamlSettings;
use doorward_domain::time::to_rfc3339;
use doorward_testkit::{Page, Stack, UserAgent, flows};
use flate2::read::DeflateDecoder;
use openssl::asn1::Asn1Time;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use openssl::x509::X509Builder;
use std::io::Read as _;
use url::Url;

use crate::saml::{
    PROVIDER, complete, deflated, document, redirect, register, rejected_documents, rejected_urls,
    request,
};

flows!(
    signed_request_ends_session_at_once,
    unsigned_request_asks_user,
    request_about_other_user_ends_nothing,
    rejected_request_ends_nothing,
    sign_out_of_user_visits_service_provider,
    service_provider_without_answer_is_listed,
);

const LOGOUT: &str = "https://sp.example.com/out";

pub fn settings(certificate: Option<String>) -> SamlSettings {
    SamlSettings {
        logout_url: Some(LOGOUT.to_owned()),
        signing_certificates: certificate.into_iter().collect(),
        ..SamlSettings::default()
    }
}

pub fn certificate(key: &PKey<Private>) -> String {
    let mut builder = X509Builder::new().unwrap();
    builder.set_pubkey(key).unwrap();
    builder
        .set_not_before(&Asn1Time::days_from_now(0).unwrap())
        .unwrap();
    builder
        .set_not_after(&Asn1Time::days_from_now(1).unwrap())
        .unwrap();
    builder.sign(key, MessageDigest::sha256()).unwrap();
    STANDARD.encode(builder.build().to_der().unwrap())
}

/// Signs a user in, and returns the name and the session in the assertion.
pub async fn sign_in(stack: &Stack, agent: &UserAgent) -> (String, String) {
    let page = agent.get(redirect(stack, &request(stack, "", ""))).await;
    let answer = document(&complete(agent, page).await);
    let after = answer.split("<saml:NameID ").nth(1).unwrap();
    let name = after.split(['<', '>']).nth(1).unwrap().to_owned();
    let index = answer.split("SessionIndex=\"").nth(1).unwrap();
    (name, index.split('"').next().unwrap().to_owned())
}

pub fn logout_request(stack: &Stack, name: &str, index: &str) -> String {
    let now = to_rfc3339(stack.clock.now());
    format!(
        "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_9\" Version=\"2.0\" IssueInstant=\"{now}\" \
         Destination=\"{}\"><saml:Issuer>{PROVIDER}</saml:Issuer><saml:NameID>{name}</saml:NameID>\
         <samlp:SessionIndex>{index}</samlp:SessionIndex></samlp:LogoutRequest>",
        stack.at("/saml/logout")
    )
}

pub fn logout_response(stack: &Stack, in_response_to: &str) -> String {
    let now = to_rfc3339(stack.clock.now());
    format!(
        "<samlp:LogoutResponse xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_5\" Version=\"2.0\" IssueInstant=\"{now}\" \
         InResponseTo=\"{in_response_to}\"><saml:Issuer>{PROVIDER}</saml:Issuer><samlp:Status><samlp:StatusCode \
         Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status></samlp:LogoutResponse>"
    )
}

pub fn url(stack: &Stack, parameter: &str, document: &str, key: Option<&PKey<Private>>) -> String {
    let encode =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let mut query = format!("{parameter}={}&RelayState=r", encode(&deflated(document)));
    if let Some(key) = key {
        let algorithm = encode("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
        query = format!("{query}&SigAlg={algorithm}");
        let mut signer = Signer::new(MessageDigest::sha256(), key).unwrap();
        let signature = signer.sign_oneshot_to_vec(query.as_bytes()).unwrap();
        query = format!("{query}&Signature={}", encode(&STANDARD.encode(signature)));
    }
    format!("{}?{query}", stack.at("/saml/logout"))
}

/// Returns the message of a redirect to the service provider, with its parameters.
fn message(page: &Page, parameter: &str) -> (String, Url) {
    let location = page.location().unwrap_or_else(|| panic!("{}", page.dump()));
    assert!(location.as_str().starts_with(LOGOUT), "{location}");
    let mut pairs = location.query_pairs();
    let sent = pairs.find(|(name, _)| name == parameter).unwrap().1;
    let mut text = String::new();
    let deflated = STANDARD.decode(sent.as_bytes()).unwrap();
    DeflateDecoder::new(&*deflated)
        .read_to_string(&mut text)
        .unwrap();
    (text, location)
}

async fn is_signed_in(stack: &Stack, agent: &UserAgent) -> bool {
    agent.get(stack.at("/account")).await.status == 200
}

async fn signed_request_ends_session_at_once(stack: &Stack) {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    register(stack, true, settings(Some(certificate(&key)))).await;
    let agent = UserAgent::new();
    let (name, index) = sign_in(stack, &agent).await;
    let other = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let document = logout_request(stack, &name, &index);
    let page = agent
        .get(url(stack, "SAMLRequest", &document, Some(&other)))
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
    assert!(is_signed_in(stack, &agent).await);
    let page = agent
        .get(url(stack, "SAMLRequest", &document, Some(&key)))
        .await;
    let page = agent.follow(page, LOGOUT).await;
    let (answer, location) = message(&page, "SAMLResponse");
    assert!(
        answer.contains("status:Success") && answer.contains("InResponseTo=\"_9\""),
        "{answer}"
    );
    assert!(
        location.query().unwrap().contains("RelayState=r"),
        "{location}"
    );
    assert!(
        location.query().unwrap().contains("Signature="),
        "{location}"
    );
    assert!(!is_signed_in(stack, &agent).await);
}

async fn unsigned_request_asks_user(stack: &Stack) {
    register(stack, true, settings(None)).await;
    let agent = UserAgent::new();
    let (name, index) = sign_in(stack, &agent).await;
    let document = logout_request(stack, &name, &index);
    let page = agent.get(url(stack, "SAMLRequest", &document, None)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(is_signed_in(stack, &agent).await);
    let form = page.form("form[action='/saml/logout']");
    let page = agent.submit(&form).await;
    let page = agent.follow(page, LOGOUT).await;
    let (answer, _) = message(&page, "SAMLResponse");
    assert!(answer.contains("status:Success"), "{answer}");
    assert!(!is_signed_in(stack, &agent).await);
}

async fn request_about_other_user_ends_nothing(stack: &Stack) {
    register(stack, true, settings(None)).await;
    let agent = UserAgent::new();
    let (name, index) = sign_in(stack, &agent).await;
    for (name, index) in [("other", index.as_str()), (&name, "_other")] {
        let document = logout_request(stack, name, index);
        let page = agent.get(url(stack, "SAMLRequest", &document, None)).await;
        let (answer, _) = message(&page, "SAMLResponse");
        assert!(answer.contains("status:UnknownPrincipal"), "{answer}");
    }
    assert!(is_signed_in(stack, &agent).await);
    // Without a session there is nothing to end.
    let document = logout_request(stack, &name, &index);
    let page = UserAgent::new()
        .get(url(stack, "SAMLRequest", &document, None))
        .await;
    let (answer, _) = message(&page, "SAMLResponse");
    assert!(answer.contains("status:Success"), "{answer}");
}

async fn rejected_request_ends_nothing(stack: &Stack) {
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    register(stack, true, settings(Some(certificate(&key)))).await;
    let agent = UserAgent::new();
    let (name, index) = sign_in(stack, &agent).await;
    let plain = logout_request(stack, &name, &index);
    let own = format!("Destination=\"{}\"", stack.at("/saml/logout"));
    let mut documents = rejected_documents(stack, &plain.replace(&own, ""));
    // A signature over the query proves nothing without the destination.
    documents.push((plain.replace(&own, ""), "Destination is missing"));
    let nested = format!("<samlp:Extensions>{plain}</samlp:Extensions>");
    let unnamed = plain.replace(&format!("<saml:NameID>{name}</saml:NameID>"), &nested);
    documents.push((unnamed, "NameID is missing"));
    for (document, text) in documents {
        for key in [None, Some(&key)] {
            // Unsigned, the request only asks the user.
            if key.is_none() && text.starts_with("Destination is") {
                continue;
            }
            let page = agent.get(url(stack, "SAMLRequest", &document, key)).await;
            assert_eq!(page.status, 400, "{text}: {}", page.dump());
            assert!(page.text().contains(text), "{text}: {}", page.dump());
        }
    }
    let unsigned = |document: &str| url(stack, "SAMLRequest", document, None);
    for (url, text) in rejected_urls(unsigned, &plain) {
        let page = agent.get(&url).await;
        assert_eq!(page.status, 400, "{text}: {}", page.dump());
        assert!(page.text().contains(text), "{text}: {}", page.dump());
    }
    assert!(is_signed_in(stack, &agent).await);
}

/// Signs out at the page of this server. Returns the redirect to the service provider.
async fn sign_out(stack: &Stack, agent: &UserAgent) -> Page {
    let page = agent.get(stack.at("/logout")).await;
    let page = agent.submit(&page.form("form[action='/logout']")).await;
    agent.follow(page, LOGOUT).await
}

async fn sign_out_of_user_visits_service_provider(stack: &Stack) {
    register(stack, true, settings(None)).await;
    let agent = UserAgent::new();
    let (name, index) = sign_in(stack, &agent).await;
    let page = sign_out(stack, &agent).await;
    let (asked, _) = message(&page, "SAMLRequest");
    assert!(asked.contains(&name) && asked.contains(&index), "{asked}");
    let id = asked
        .split("ID=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let answer = |id: &str| logout_response(stack, id);
    let page = agent
        .get(url(stack, "SAMLResponse", &answer("_other"), None))
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let page = UserAgent::new()
        .get(url(stack, "SAMLResponse", &answer(&id), None))
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let page = agent
        .get(url(stack, "SAMLResponse", &answer(&id), None))
        .await;
    let page = agent.follow(page, LOGOUT).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(!page.text().contains("Wiki"), "{}", page.dump());
    assert!(!is_signed_in(stack, &agent).await);
    // An answer counts once.
    let page = agent
        .get(url(stack, "SAMLResponse", &answer(&id), None))
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
}

async fn service_provider_without_answer_is_listed(stack: &Stack) {
    register(stack, true, settings(None)).await;
    let agent = UserAgent::new();
    sign_in(stack, &agent).await;
    sign_out(stack, &agent).await;
    // The user comes back without an answer.
    let page = agent.get(stack.at("/saml/signed-out")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(page.text().contains("Wiki"), "{}", page.dump());
    assert!(agent.get(stack.at("/saml/signed-out")).await.is_redirect());
}
