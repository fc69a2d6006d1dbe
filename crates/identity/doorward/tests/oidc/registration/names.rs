//! Names and hosts of clients that register themselves.

use doorward_testkit::{Stack, flows_with};
use serde_json::json;

use super::{BY_TOKEN, initial_token, register, registered, web_client};
use crate::support::assert_oauth_error;

flows_with!(BY_TOKEN; misleading_names_are_rejected, hosts_of_called_urls_belong_to_redirects);

const METADATA: &str = "invalid_client_metadata";

/// Names of this service, its staff, another client, or with hidden or mixed characters.
const MISLEADING: &[&str] = &[
    "Doorward",
    "D00rward Login",
    "D\u{43e}\u{43e}rward",
    "My Doorward",
    "Support Team",
    "Official Supp0rt",
    "4dm1n",
    "The trusted-app",
    "the TRUSTED App",
    "The tru\u{455}ted-app",
    "Photos\u{e0041}",
    "\u{3164}",
    "moc.\u{202e}elpmaxe",
    "Pay\u{200b}Pal",
    "P\u{430}yPal",
    "a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
];

async fn misleading_names_are_rejected(stack: &Stack) {
    let token = initial_token(stack, 100).await;
    let named = |member: &str, name: &str| {
        let mut body = web_client();
        body[member] = json!(name);
        body
    };
    for name in MISLEADING {
        for member in ["client_name", "client_name#de", "client_name#ja-Kana-JP"] {
            // The name of another client is compared with the name that is shown.
            let is_other = name.contains("app") || name.contains("App");
            if is_other && member != "client_name" {
                continue;
            }
            let page = register(stack, Some(&token), &named(member, name)).await;
            assert_oauth_error(&page, 400, METADATA);
            let text = page.json()["error_description"].to_string();
            assert!(text.contains("client_name"), "{name:?}: {text}");
        }
    }
    for name in [
        "Photo Book",
        "Photo Book",
        "Claude Code",
        "写真帳",
        "Фотоальбом",
        "אלבום",
    ] {
        registered(stack, &named("client_name", name)).await;
    }
    // A change is checked too; a name that remains is not.
    let answer = registered(stack, &web_client()).await;
    let url = answer["registration_client_uri"].as_str().unwrap();
    let mut own = answer["registration_access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    for (name, status) in [("Support", 400), ("the trusted app", 400), ("Albums", 200)] {
        let mut body = named("client_name", name);
        body["client_id"] = answer["client_id"].clone();
        let agent = doorward_testkit::UserAgent::new();
        let request = agent.http().put(url).bearer_auth(&own).json(&body);
        let page = agent.send(request).await;
        assert_eq!(page.status, status, "{name}: {}", page.dump());
        if status == 200 {
            own = page.json()["registration_access_token"].to_string();
        }
    }
    assert!(!own.is_empty());
}

async fn hosts_of_called_urls_belong_to_redirects(stack: &Stack) {
    let token = initial_token(stack, 100).await;
    let called = |member: &str, host: &str| {
        let mut body = web_client();
        let url = format!("https://{host}/x");
        if member == "backchannel_client_notification_endpoint" {
            body["backchannel_token_delivery_mode"] = json!("ping");
        }
        body[member] = match member {
            "request_uris" => json!([url]),
            _ => json!(url),
        };
        body
    };
    for member in [
        "backchannel_logout_uri",
        "frontchannel_logout_uri",
        "backchannel_client_notification_endpoint",
        "jwks_uri",
        "request_uris",
    ] {
        for host in [
            "victim.example",
            "api.app.example",
            "app.example.evil.example",
            "192.0.2.1",
        ] {
            let page = register(stack, Some(&token), &called(member, host)).await;
            assert_oauth_error(&page, 400, METADATA);
            let text = page.json()["error_description"].to_string();
            assert!(text.contains("redirect URI"), "{member} {host}: {text}");
        }
        registered(stack, &called(member, "app.example")).await;
    }
}
