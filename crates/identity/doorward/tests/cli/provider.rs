//! Tests of `doorward provider`: identity providers by commands and by a file.

use serde_json::json;

use super::program::Place;

fn ready() -> Place {
    let place = Place::configured();
    place.write("google.secret", "from-a-file-4711\n");
    place
}

const PUT: &[&str] = &[
    "provider",
    "put",
    "google",
    "--kind",
    "google",
    "--client-id",
    "1234",
];

#[test]
fn provider_is_created_shown_disabled_and_deleted() {
    let place = ready();
    let secret = ["--client-secret-file", "google.secret", "--trusts-email"];
    let error = place.run(&[PUT, &secret].concat()).succeeded().stderr;
    assert!(error.contains("/login/callback/google"), "{error}");
    let shown = place.json(&["provider", "show", "google", "--json"]);
    assert_eq!(shown["issuer"], "https://accounts.google.com");
    assert_eq!(shown["name"], "Google");
    assert_eq!(shown["has_secret"], json!(true));
    assert_eq!(shown["settings"]["trusts_email"], json!(true));
    assert_eq!(shown["users"], json!(0));
    assert!(!shown.to_string().contains("from-a-file"), "{shown}");
    // The database does not contain the secret in clear text.
    let secret = b"from-a-file-4711";
    for file in ["identity.sqlite", "identity.sqlite-wal"] {
        let kept = std::fs::read(place.path(file)).unwrap_or_default();
        assert!(
            !kept.windows(secret.len()).any(|part| part == secret),
            "{file}"
        );
    }
    assert!(place.path("identity.sqlite").exists());
    place.run(&["provider", "disable", "google"]).succeeded();
    let listed = place.run(&["provider", "list"]).succeeded().stdout;
    assert!(
        listed.contains("google") && listed.contains("false"),
        "{listed}"
    );
    place.write("other.secret", "another-one\n");
    let file = ["--client-secret-file", "other.secret"];
    let replaced = [&["provider", "replace-secret", "google"], &file[..]].concat();
    assert_eq!(
        place.json(&[&replaced[..], &["--json"]].concat())["has_secret"],
        json!(true)
    );
    place.run(&["provider", "enable", "google"]).succeeded();
    let listed = place.json(&["provider", "list", "--json"]);
    assert_eq!(listed[0]["active"], json!(true));
    place.run(&["provider", "remove", "google"]).succeeded();
    place
        .run(&["provider", "show", "google"])
        .failed(1, "there is no provider");
}

#[test]
fn update_keeps_other_settings() {
    let place = ready();
    let secret = ["--client-secret-file", "google.secret", "--trusts-email"];
    place.run(&[PUT, &secret].concat()).succeeded();
    let update = ["provider", "update", "google", "--json"];
    let options = ["--name", "Work", "--claim", "username=preferred_username"];
    let changed = place.json(&[&update[..], &options].concat());
    assert_eq!(changed["name"], "Work");
    assert_eq!(changed["has_secret"], json!(true));
    assert_eq!(changed["settings"]["trusts_email"], json!(true));
    let claims = &changed["settings"]["claims"];
    assert_eq!(claims["username"], "preferred_username");
    assert_eq!(claims["email"], "email");
    place.run(&update).failed(2, "nothing to change");
}

#[tokio::test]
async fn last_use_is_shown() {
    let place = ready();
    place.run(PUT).succeeded();
    let shown = place.json(&["provider", "show", "google", "--json"]);
    assert_eq!(shown["last_used_at"], json!(null));
    let listed = place.run(&["provider", "list"]).succeeded().stdout;
    assert!(listed.contains("LAST USED AT"), "{listed}");
    let url = format!("sqlite://{}", place.path("identity.sqlite").display());
    let used = "UPDATE providers SET last_used_at = 1700000000";
    doorward_testkit::rows::execute(&url, used).await;
    let time = "2023-11-14T22:13:20Z";
    let shown = place.json(&["provider", "show", "google", "--json"]);
    assert_eq!(shown["last_used_at"], time);
    let listed = place.json(&["provider", "list", "--json"]);
    assert_eq!(listed[0]["last_used_at"], time);
    let listed = place.run(&["provider", "list", "--wide"]);
    let listed = listed.succeeded().stdout;
    assert!(listed.contains(time), "{listed}");
}

#[test]
fn failed_test_is_an_error() {
    let place = ready();
    let put = ["provider", "put", "acme", "--client-id", "1234"];
    let issuer = ["--issuer", "https://127.0.0.1"];
    place.run(&[&put[..], &issuer].concat()).succeeded();
    // The checks are the output; the error is their result.
    let tested = place.run(&["provider", "test", "acme"]);
    assert_eq!(tested.code, 1, "{tested:?}");
    assert!(tested.stdout.contains("failed"), "{tested:?}");
    let error = "a sign-in with acme cannot work";
    assert!(tested.stderr.contains(error), "{tested:?}");
    place
        .run(&["provider", "test", "other"])
        .failed(1, "there is no provider");
}

#[test]
fn authorization_parameters_are_stored_and_checked() {
    let place = ready();
    let with = |more: &[&'static str]| [PUT, more].concat();
    let further = [
        "--authorize-param",
        "access_type=offline",
        "--authorize-param",
        "hd=a=b",
    ];
    place.run(&with(&further)).succeeded();
    let shown = place.json(&["provider", "show", "google", "--json"]);
    assert_eq!(
        shown["settings"]["authorization_parameters"],
        json!({ "access_type": "offline", "hd": "a=b" })
    );
    place
        .run(&with(&["--authorize-param", "access_type"]))
        .failed(2, "NAME=VALUE");
    place
        .run(&with(&["--authorize-param", "state=x"]))
        .failed(1, "--authorize-param");
    let twice = ["--authorize-param", "hd=a", "--authorize-param", "hd=b"];
    place.run(&with(&twice)).failed(2, "--authorize-param");
}

#[test]
fn file_is_applied_whole_or_not_at_all() {
    let place = ready();
    let file = "
        [google]
        kind = \"google\"
        client_id = \"1234\"
        client_secret_file = \"google.secret\"

        [forge]
        kind = \"oauth2\"
        issuer = \"https://forge.example\"
        client_id = \"doorward\"
        scopes = [\"user\"]
        claims = { subject = \"id\", username = \"login\" }
        roles = { staff = \"manager\" }

        [forge.endpoints]
        authorization = \"https://forge.example/authorize\"
        token = \"https://forge.example/token\"
        userinfo = \"https://forge.example/user\"
    ";
    place.write("providers.toml", file);
    // A mapping to a role that does not exist would give nothing.
    place.write("wrong.toml", &file.replace("\"manager\"", "\"manger\""));
    let wrong = place.run(&["provider", "apply", "wrong.toml", "--dry-run"]);
    wrong.failed(1, "the role \"manger\" does not exist");
    let dry = place.run(&["provider", "apply", "providers.toml", "--dry-run"]);
    assert!(dry.succeeded().stdout.contains("would be added"));
    assert_eq!(place.json(&["provider", "list", "--json"]), json!([]));
    let received = place
        .run(&["provider", "apply", "providers.toml"])
        .succeeded();
    assert!(
        received.stdout.contains("The provider forge is added."),
        "{}",
        received.stdout
    );
    let again = place.json(&["provider", "apply", "providers.toml", "--json"]);
    assert_eq!(again[0]["new"], json!(false));
    let forge = place.json(&["provider", "show", "forge", "--json"]);
    assert_eq!(forge["settings"]["claims"]["subject"], "id");
    assert_eq!(
        forge["settings"]["claims"]["email"], "email",
        "the other providers stay"
    );
    assert_eq!(forge["settings"]["roles"]["staff"], "manager");
    // An error in one provider leaves all unchanged.
    let broken = file.replace("https://forge.example/token", "ftp://forge.example/token");
    let broken = broken.replace("client_id = \"1234\"", "client_id = \"5678\"");
    place.write("broken.toml", &broken);
    place
        .run(&["provider", "apply", "broken.toml"])
        .failed(1, "endpoints");
    assert_eq!(
        place.json(&["provider", "show", "google", "--json"])["client_id"],
        "1234"
    );
    // An unknown key is an error, too.
    place.write("typo.toml", "[x]\nclient_id = \"1\"\ntrust_email = true\n");
    place
        .run(&["provider", "apply", "typo.toml"])
        .failed(1, "trust_email");
    place.write("list.toml", "\n[[google]]\nclient_id = \"1\"\n");
    let list = place.run(&["provider", "apply", "list.toml"]);
    list.failed(1, "expected a table for each provider, such as [google]");
}

#[test]
fn signing_key_requires_team_and_valid_key() {
    let place = ready();
    place.write("no.p8", "a-secret\n");
    let key = openssl::ec::EcGroup::from_curve_name(openssl::nid::Nid::X9_62_PRIME256V1)
        .and_then(|group| openssl::ec::EcKey::generate(&group))
        .and_then(openssl::pkey::PKey::from_ec_key)
        .and_then(|key| key.private_key_to_pem_pkcs8())
        .expect("a key");
    place.write("AuthKey.p8", &String::from_utf8(key).expect("PEM"));
    let apple = |more: &[&'static str]| {
        let put = [
            "provider",
            "put",
            "apple",
            "--kind",
            "apple",
            "--client-id",
            "com.example",
        ];
        [&put[..], more].concat()
    };
    place
        .run(&apple(&["--secret-signer", "team_id=TEAM123456"]))
        .failed(1, "key_id");
    let team = [
        "--secret-signer",
        "team_id=TEAM123456",
        "--secret-signer",
        "key_id=KEY1234567",
    ];
    place.run(&apple(&team)).failed(1, "it is the signing key");
    let with = |file: &'static str| apple(&[&team[..], &["--client-secret-file", file]].concat());
    place.run(&with("no.p8")).failed(1, "PEM, P-256");
    place.run(&with("AuthKey.p8")).succeeded();
    let shown = place.json(&["provider", "show", "apple", "--json"]);
    assert_eq!(shown["settings"]["secret_signer"]["key_id"], "KEY1234567");
    assert!(!shown.to_string().contains("PRIVATE KEY"), "{shown}");
    // Without the file, the key stays; without the signer settings, it would be sent as a client
    // secret.
    place.run(&apple(&team)).succeeded();
    place
        .run(&apple(&[]))
        .failed(1, "--client-secret-file: write it again");
    let shown = place.json(&["provider", "show", "apple", "--json"]);
    assert_eq!(shown["has_secret"], json!(true));
    assert_eq!(shown["settings"]["secret_signer"]["key_id"], "KEY1234567");
}

#[test]
fn provider_with_key_has_no_secret() {
    let place = ready();
    let bank = |more: &[&'static str]| {
        let all = [
            "provider",
            "put",
            "bank",
            "--issuer",
            "https://login.bank.example",
            "--client-id",
            "doorward",
        ];
        [&all[..], more].concat()
    };
    let (auth, secret) = ("--client-auth", ["--client-secret-file", "google.secret"]);
    place
        .run(&bank(&[auth, "tls_client_auth"]))
        .failed(1, "private_key_jwt");
    let both = [&[auth, "private_key_jwt"][..], &secret].concat();
    place.run(&bank(&both)).failed(1, "leave it out");
    // The stored secret ends with the change, and is never sent again.
    place.run(&bank(&secret)).succeeded();
    let by_key = [auth, "private_key_jwt", "--pushed-requests", "--dpop"];
    place.run(&bank(&by_key)).succeeded();
    let show = ["provider", "show", "bank", "--json"];
    let shown = place.json(&show);
    assert_eq!(shown["has_secret"], json!(false));
    let settings = &shown["settings"];
    assert_eq!(settings["client_auth"], "private_key_jwt");
    assert_eq!(
        [&settings["pushed_requests"], &settings["dpop"]],
        [true, true]
    );
    let new = ["provider", "replace-secret", "bank"];
    place
        .run(&[&new[..], &secret].concat())
        .failed(1, "leave it out");
    let back = ["provider", "update", "bank", auth, "client_secret"];
    place.run(&back).succeeded();
    assert_eq!(place.json(&show)["has_secret"], json!(false));
    let github = [
        "provider",
        "put",
        "hub",
        "--kind",
        "github",
        "--client-id",
        "x",
        "--dpop",
    ];
    place.run(&github).failed(1, "requires OpenID Connect");
}
