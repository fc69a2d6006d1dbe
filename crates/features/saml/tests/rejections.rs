//! Tests of the reasons of rejected requests in the log, and of requests and answers that come again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_access::clock::Clock as _;
use doorward_admin::decisions;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::saml_client::SamlSettings;
use doorward_store::repo;
use doorward_testkit::authorization::next_form;
use doorward_testkit::{Form, Page, Stack, UserAgent, flows};
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use serde_json::Value;

use crate::saml::{
    RELAY_STATE, change, complete, document, redirect, register, rejected_documents, rejected_urls,
    request,
};
use crate::saml_sign_out as sign_out;

flows!(
    each_rejection_logs_reason_of_page,
    interaction_has_one_response,
    repeated_request_gets_response_with_other_ids,
    response_is_no_request,
    relay_state_returns_unchanged_from_each_binding,
);

const LOGOUT: &str = "/saml/logout";
const RESPONSE: &str = "form:has([name=SAMLResponse])";

fn new_key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

/// Returns the recorded inputs of the decision that made an error page.
async fn recorded(stack: &Stack, page: &Page) -> Value {
    assert_eq!(page.status, 400, "{}", page.dump());
    assert!(!page.has("[name=SAMLResponse]"), "{}", page.dump());
    let id = page.header("x-decision-id");
    let id = id.unwrap_or_else(|| panic!("{}", page.dump()));
    let db = stack.db().await;
    let operator = AdminContext::command_line(&db, &stack.clock);
    let found = decisions::explain(&operator, id).await.unwrap();
    found.inputs
}

/// Returns the reason in the log of a page with this text.
fn reason_of(text: &str) -> &'static str {
    match text {
        "entity ID" => "saml_issuer",
        "assertion consumer service" => "saml_consumer",
        "SigAlg must be" => "saml_algorithm",
        "matches none" => "saml_signature",
        "must be sent by redirect" => "saml_unsigned",
        "no address for sign-outs" => "saml_logout",
        _ => "saml_request",
    }
}

async fn assert_rejected(stack: &Stack, page: &Page, text: &str) {
    let inputs = recorded(stack, page).await;
    assert!(page.text().contains(text), "{text}: {}", page.dump());
    assert_eq!(inputs["reason"], reason_of(text), "{text}: {}", page.dump());
}

/// Returns URLs of both endpoints that are rejected, with the text of their pages.
fn rejected_by_redirect(stack: &Stack, plain: &str, bye: &str) -> Vec<(String, &'static str)> {
    let sign_on = |document: &str| redirect(stack, document);
    let logout = |document: &str| sign_out::url(stack, "SAMLRequest", document, None);
    let answered = |document: &str| sign_out::url(stack, "SAMLResponse", document, None);
    let elsewhere = "AssertionConsumerServiceURL=\"https://evil.example/acs\"";
    let elsewhere = request(stack, elsewhere, "");
    let answer = sign_out::logout_response(stack, "_7");
    let wrong = sign_out::url(stack, "SAMLRequest", bye, Some(&new_key()));
    let mut urls = vec![
        (sign_on(&elsewhere), "assertion consumer service"),
        (stack.at("/saml/sso"), "SAMLRequest"),
        (answered(&answer), "InResponseTo must be"),
        (wrong, "matches none"),
    ];
    urls.extend(rejected_urls(sign_on, plain));
    urls.extend(rejected_urls(logout, bye));
    let own = format!("Destination=\"{}\"", stack.at(LOGOUT));
    for (url, plain) in [
        (&sign_on as &dyn Fn(&str) -> String, plain),
        (&logout, &bye.replace(&own, "")),
        (&answered, &answer),
    ] {
        let rejected = rejected_documents(stack, plain).into_iter();
        urls.extend(rejected.map(|(document, text)| (url(&document), text)));
    }
    urls
}

async fn each_rejection_logs_reason_of_page(stack: &Stack) {
    let key = new_key();
    let certificate = sign_out::certificate(&key);
    register(stack, true, sign_out::settings(Some(certificate.clone()))).await;
    let agent = UserAgent::new();
    let plain = request(stack, "", "");
    let (name, index) = sign_out::sign_in(stack, &agent).await;
    let bye = sign_out::logout_request(stack, &name, &index);
    for (url, text) in rejected_by_redirect(stack, &plain, &bye) {
        assert_rejected(stack, &agent.get(&url).await, text).await;
    }
    let post = async |agent: &UserAgent, messages: &[String]| {
        let messages = messages.iter().map(String::as_str);
        let fields: Vec<(&str, &str)> = messages.map(|text| ("SAMLRequest", text)).collect();
        agent.post(stack.at("/saml/sso"), &fields).await
    };
    let doubled = ["x", "y"].map(str::to_owned);
    for messages in [&[][..], &doubled] {
        assert_rejected(stack, &post(&agent, messages).await, "SAMLRequest").await;
    }
    let sent = agent
        .http()
        .post(stack.at("/saml/sso"))
        .body("SAML%52equest=x");
    let form = sent.header("content-type", "application/x-www-form-urlencoded");
    assert_rejected(stack, &agent.send(form).await, "percent-encoded").await;
    for (document, text) in rejected_documents(stack, &plain) {
        let page = post(&agent, &[STANDARD.encode(document)]).await;
        assert_rejected(stack, &page, text).await;
    }
    // A signature is demanded, which only one binding has; and an answer has no address.
    let demanded = SamlSettings {
        signed_requests: true,
        ..sign_out::settings(Some(certificate))
    };
    change(stack, demanded).await;
    let by_redirect = agent.get(redirect(stack, &plain)).await;
    let by_form = post(&agent, &[STANDARD.encode(&plain)]).await;
    for page in [by_redirect, by_form] {
        assert_rejected(stack, &page, "must be sent by redirect").await;
    }
    change(stack, SamlSettings::default()).await;
    let url = sign_out::url(stack, "SAMLRequest", &bye, None);
    let page = UserAgent::new().get(url).await;
    assert_rejected(stack, &page, "no address for sign-outs").await;
}

/// Sends a form of the sign-in again after its response: a second tab, or a copy of the request.
async fn interaction_has_one_response(stack: &Stack) {
    register(stack, false, SamlSettings::default()).await;
    let agent = UserAgent::new();
    let mut page = agent.get(redirect(stack, &request(stack, "", ""))).await;
    let mut sent: Vec<Form> = Vec::new();
    while !page.has(RESPONSE) {
        page = agent.follow(page, "https://sp.example.com").await;
        if page.has(RESPONSE) {
            break;
        }
        let form = next_form(&page, "alice");
        let form = form.unwrap_or_else(|| panic!("no form: {}", page.dump()));
        page = agent.submit(&form).await;
        sent.push(form);
        assert!(sent.len() < 5, "{}", page.dump());
    }
    assert!(document(&page.form(RESPONSE)).contains("status:Success"));
    let before = grants(stack).await;
    for form in sent.iter().rev() {
        let page = agent.submit(form).await;
        let page = agent.follow(page, "https://sp.example.com").await;
        assert!(!page.has("[name=SAMLResponse]"), "{}", page.dump());
    }
    assert_eq!(grants(stack).await, before);
}

/// Returns the number of grants of the user.
async fn grants(stack: &Stack) -> usize {
    let (db, now) = (stack.db().await, stack.clock.now());
    let user = repo::users::find_by_identifier(db.read(), "alice").await;
    let user = user.unwrap().unwrap().id;
    let found = repo::grants::list_for_user(db.read(), user, now).await;
    found.unwrap().len()
}

/// A browser that loads the page again repeats the request. A service provider, which accepts the answer to a
/// request once, sees that the responses differ.
async fn repeated_request_gets_response_with_other_ids(stack: &Stack) {
    register(stack, true, SamlSettings::default()).await;
    let agent = UserAgent::new();
    let url = redirect(stack, &request(stack, "", ""));
    let mut answers = Vec::new();
    for _ in 0..2 {
        let form = complete(&agent, agent.get(&url).await).await;
        answers.push(document(&form));
    }
    let ids = |text: &str| {
        let ids = text.split(" ID=\"").skip(1);
        let mut ids: Vec<String> = ids.map(|rest| rest[..40].to_owned()).collect();
        let index = text.split(" SessionIndex=\"").nth(1).unwrap();
        ids.push(index[..30].to_owned());
        ids
    };
    let (first, second) = (ids(&answers[0]), ids(&answers[1]));
    assert_eq!(first.len(), 3, "{first:?}");
    for id in &first {
        assert!(!second.contains(id), "{first:?} {second:?}");
    }
    for answer in &answers {
        assert_eq!(
            answer.matches(" InResponseTo=\"_7\"").count(),
            2,
            "{answer}"
        );
    }
    // It expires: a copy is worth nothing later.
    stack.clock.advance(9 * 60);
    let page = agent.get(&url).await;
    assert_eq!(recorded(stack, &page).await["reason"], "saml_request");
    assert!(page.text().contains("IssueInstant"), "{}", page.dump());
}

/// A response that a browser brings back to this server, once or twice, begins and ends no session.
async fn response_is_no_request(stack: &Stack) {
    register(stack, true, sign_out::settings(None)).await;
    let agent = UserAgent::new();
    let form = complete(
        &agent,
        agent.get(redirect(stack, &request(stack, "", ""))).await,
    )
    .await;
    let (response, plain) = (form.value("SAMLResponse").unwrap(), document(&form));
    for agent in [&agent, &UserAgent::new()] {
        for name in ["SAMLResponse", "SAMLRequest"] {
            for _ in 0..2 {
                let fields = [(name, response)];
                let page = agent.post(stack.at("/saml/sso"), &fields).await;
                recorded(stack, &page).await;
            }
            let url = sign_out::url(stack, name, &plain, None);
            recorded(stack, &agent.get(url).await).await;
        }
    }
    let page = agent.get(stack.at("/account")).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn relay_state_returns_unchanged_from_each_binding(stack: &Stack) {
    register(stack, true, SamlSettings::default()).await;
    assert!(RELAY_STATE.len() > 80);
    let plain = request(stack, "", "");
    let agent = UserAgent::new();
    let by_redirect = agent.get(redirect(stack, &plain)).await;
    let by_redirect = complete(&agent, by_redirect).await;
    let message = STANDARD.encode(&plain);
    let fields = [
        ("SAMLRequest", message.as_str()),
        ("RelayState", RELAY_STATE),
    ];
    let by_form = agent.post(stack.at("/saml/sso"), &fields).await;
    for form in [by_redirect, complete(&agent, by_form).await] {
        assert_eq!(form.value("RelayState"), Some(RELAY_STATE));
        assert_eq!(form.action.as_str(), "https://sp.example.com/acs");
    }
}
