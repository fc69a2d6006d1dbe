//! Tests of SAML on the command line.

use serde_json::json;

use super::program::Place;

const METADATA: &str = "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://sp.example.com\">\
    <SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
    <SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"https://sp.example.com/out\"/>\
    <AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" index=\"1\" \
    Location=\"https://sp.example.com/acs\"/></SPSSODescriptor></EntityDescriptor>";

#[test]
fn known_application_gives_addresses() {
    let place = Place::configured();
    let zabbix = ["--app", "zabbix", "--url", "https://zabbix.example.com"];
    let checked = place.json(&[&["saml", "check", "--json"][..], &zabbix].concat());
    let settings = checked["configuration"].to_string();
    assert_eq!(checked.get("id"), None, "{checked}");
    assert!(settings.contains("SSO service URL: "), "{checked}");
    let created = place.json(&[&["client", "create", "--json"][..], &zabbix].concat());
    let found = [
        &created["entity_id"],
        &created["acs"][0],
        &created["attribute_names"],
    ];
    let expected = [
        "zabbix",
        "https://zabbix.example.com/index_sso.php?acs",
        "basic",
    ];
    assert_eq!(json!(found), json!(expected), "{created}");
}

#[test]
fn flag_chooses_saml_and_its_options() {
    let place = Place::configured();
    let run = |args: &[&str]| place.run(&[&["client", "create"][..], args].concat());
    let by_hand = [
        "--entity-id",
        "https://sp.example.com",
        "--acs",
        "https://sp.example.com/acs",
    ];
    run(&[&["X"][..], &by_hand].concat()).failed(2, "--saml");
    let mixed = [
        &["--saml", "X", "--redirect-uri", "https://sp.example.com"][..],
        &by_hand,
    ];
    run(&mixed.concat()).failed(2, "'--redirect-uri' cannot be used with '--saml'");
    let url = ["--url", "https://zabbix.example.com"];
    let mixed = [
        &["--app", "zabbix", "--grant", "authorization_code"][..],
        &url,
    ];
    run(&mixed.concat()).failed(2, "'--grant' cannot be used with");
    run(&[&["--saml", "X"][..], &by_hand].concat()).succeeded();
    // The catalogue of OpenID Connect has it too, which goes before.
    let gitlab = ["--app", "gitlab", "--url", "https://gitlab.example.com"];
    let created = place.json(&[&["client", "create", "--json"][..], &gitlab].concat());
    assert!(created["client_secret"].is_string(), "{created}");
    let created = place.json(&[&["client", "create", "--saml", "--json"][..], &gitlab].concat());
    assert_eq!(created["name"], "GitLab", "{created}");
    assert_eq!(created["entity_id"], "https://gitlab.example.com");
    let id = created["id"].as_str().unwrap();
    let shown = place.json(&["saml", "show", id, "--json"]);
    assert_eq!(shown["configuration"], created["configuration"]);
    let apps = place.json(&["client", "apps", "--json"]);
    let apps = apps.as_array().unwrap().iter();
    let of_saml = apps.filter(|app| app["kind"] == "saml");
    assert_eq!(of_saml.count(), 25);
}

#[test]
fn saml_client_is_managed() {
    let place = Place::configured();
    let run = |args: &[&str]| place.run(args);
    let file = place.path("sp.xml");
    std::fs::write(&file, METADATA).unwrap();
    let file = file.to_str().unwrap();
    let checked = place.json(&["saml", "check", "--metadata", file, "--json"]);
    assert_eq!(checked["entity_id"], "https://sp.example.com");
    assert_eq!(checked["acs"], json!(["https://sp.example.com/acs"]));
    run(&[
        "client",
        "create",
        "--saml",
        "Wiki",
        "--id",
        "wiki",
        "--metadata",
        file,
    ])
    .succeeded();
    run(&["client", "create", "--saml", "Other", "--metadata", file])
        .failed(1, "the client wiki has it");
    let shown = place.json(&["saml", "show", "wiki", "--json"]);
    assert_eq!(shown["logout_url"], "https://sp.example.com/out");
    assert_eq!(shown["signed"], "assertion");
    let changed = METADATA.replace("/acs", "/new").replace("/out", "/leave");
    std::fs::write(file, changed).unwrap();
    let checked = place.json(&[
        "saml",
        "check",
        "--client",
        "wiki",
        "--metadata",
        file,
        "--json",
    ]);
    let differences = checked["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 2, "{checked}");
    assert!(
        differences[0].as_str().unwrap().starts_with("acs: "),
        "{checked}"
    );
    run(&[
        "saml",
        "update",
        "wiki",
        "--metadata",
        file,
        "--signed",
        "both",
    ])
    .succeeded();
    let shown = place.json(&["saml", "show", "wiki", "--json"]);
    let found = ["acs", "logout_url", "signed"].map(|name| &shown[name]);
    let expected = json!([
        ["https://sp.example.com/new"],
        "https://sp.example.com/leave",
        "both"
    ]);
    assert_eq!(json!(found), expected, "{shown}");
    let client = place.json(&["client", "show", "wiki", "--json"]);
    let found = ["kind", "grant_types", "auth_method"].map(|name| &client[name]);
    assert_eq!(json!(found), json!(["saml", [], "none"]), "{client}");
    run(&["client", "update", "wiki", "--grant", "authorization_code"]).failed(1, "has none");
    run(&["client", "rotate-secret", "wiki"]).failed(1, "");
    run(&["client", "create", "X", "--kind", "saml"]).failed(2, "confidential, public");
    run(&["saml", "update", "wiki", "--signed-requests"]).failed(1, "certificate");
    run(&[
        "saml",
        "update",
        "wiki",
        "--acs",
        "https://*.example.com/acs",
    ])
    .failed(1, "byte by byte");
    run(&["client", "delete", "wiki"]).succeeded();
    run(&["saml", "show", "wiki"]).failed(1, "wiki");
}
