use rstest::rstest;

use super::*;
use doorward_domain::model::{ClientId, ClientKind};

fn client(redirect_uris: &[&str]) -> Client {
    let id = ClientId::parse("app").unwrap();
    let mut client = Client::new(id, "App".to_owned(), ClientKind::Confidential, 0);
    client.redirect_uris = redirect_uris.iter().map(|uri| (*uri).to_owned()).collect();
    client
}

fn set(client: &mut Client, setting: &str, url: &str) {
    let url = url.to_owned();
    match setting {
        "backchannel_logout_uri" => client.logout.backchannel = Some(url),
        "frontchannel_logout_uri" => client.logout.frontchannel = Some(url),
        NOTIFICATION => client.backchannel_client_notification_endpoint = Some(url),
        "jwks_uri" => client.jwks_uri = Some(url),
        _ => client.request_uris = vec![url],
    }
}

const SETTINGS: [&str; 5] = [
    "backchannel_logout_uri",
    "frontchannel_logout_uri",
    NOTIFICATION,
    "jwks_uri",
    "request_uris",
];

#[rstest]
#[case::same("https://app.example/x", true)]
#[case::second("https://other.example/x", true)]
#[case::upper("https://APP.example/x", true)]
#[case::other_port("https://app.example:8443/x", true)]
#[case::final_dot("https://app.example./x", true)]
#[case::foreign("https://victim.example/x", false)]
#[case::subdomain("https://api.app.example/x", false)]
#[case::parent("https://example/x", false)]
#[case::suffix("https://app.example.evil.example/x", false)]
#[case::prefix("https://notapp.example/x", false)]
#[case::address("https://192.0.2.1/x", false)]
#[case::user("https://app.example@victim.example/x", false)]
fn host_belongs_to_redirect_uris(#[case] url: &str, #[case] is_own: bool) {
    for setting in SETTINGS {
        let uris = ["https://app.example/cb", "https://other.example/cb"];
        let mut client = client(&uris);
        set(&mut client, setting, url);
        assert_eq!(check(None, &client).is_ok(), is_own, "{setting} {url}");
    }
}

#[test]
fn keys_of_client_without_web_redirects_are_anywhere() {
    for uris in [&[][..], &["org.example.app:/cb"]] {
        for (setting, is_allowed) in SETTINGS.into_iter().zip([false, false, true, true, true]) {
            let mut client = client(uris);
            set(&mut client, setting, "https://keys.example/x");
            assert_eq!(check(None, &client).is_ok(), is_allowed, "{setting}");
        }
    }
}

#[test]
fn foreign_url_that_exists_may_remain() {
    for setting in SETTINGS {
        let mut before = client(&["https://app.example/cb"]);
        set(&mut before, setting, "https://hub.example/x");
        let mut after = before.clone();
        after.name = "Other".to_owned();
        assert_eq!(check(Some(&before), &after), Ok(()), "{setting}");
        set(&mut after, setting, "https://hub.example/y");
        assert!(check(Some(&before), &after).is_err(), "{setting}: another");
        // The URL was allowed because of a redirect URI that is now removed.
        let mut before = client(&["https://app.example/cb", "https://victim.example/cb"]);
        set(&mut before, setting, "https://victim.example/x");
        let mut after = before.clone();
        after.redirect_uris.pop();
        assert!(check(Some(&before), &after).is_err(), "{setting}: removed");
    }
}

#[test]
fn problem_names_setting_and_host() {
    let mut client = client(&["https://app.example/cb"]);
    set(&mut client, SETTINGS[0], "https://victim.example/x");
    let problem = check(None, &client).unwrap_err();
    assert_eq!(problem.setting, SETTINGS[0]);
    assert!(
        problem.to_string().starts_with("victim.example is not"),
        "{problem}"
    );
}
