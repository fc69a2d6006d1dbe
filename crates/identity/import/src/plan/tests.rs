//! Table tests of the plan: roles, permissions, groups, providers and clients.

use doorward_domain::model::{ClientAuth, ClientKind, PkcePolicy};
use doorward_domain::secret::Secret;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::token::GrantType;
use doorward_rules::provider::Preset;
use rstest::rstest;

use super::catalog::{Catalog, Stock};
use super::client::NewClient;
use super::draft::Planned;
use crate::item::{Decision, Item, Kind};
use crate::options::ImportOptions;
use crate::record::{
    ClientRecord, ClientSecret, GroupRecord, LinkRecord, PermissionRecord, ProviderRecord,
    RoleRecord,
};

const NOW: i64 = 1_800_000_000;
const ID: &str = "0190d1c0-0000-7000-8000-000000000001";

fn options() -> ImportOptions {
    ImportOptions {
        source: "test".to_owned(),
        ..ImportOptions::default()
    }
}

fn stock() -> Stock {
    Stock {
        own_issuer: "https://id.example".to_owned(),
        permissions: [("tasks:write".to_owned(), "https://tasks.example".to_owned())].into(),
        roles: ["admin", "developer"].map(str::to_owned).into(),
        clients: ["taken".to_owned()].into(),
        providers: [("corp".to_owned(), "https://corp.example".to_owned())].into(),
        redirect_schemes: vec!["cursor".to_owned()],
        private_http: false,
        ..Stock::default()
    }
}

fn codes(item: &Item) -> Vec<&str> {
    item.notes.iter().map(|note| note.code).collect()
}

fn role(name: &str) -> RoleRecord {
    RoleRecord {
        name: name.to_owned(),
        ..RoleRecord::default()
    }
}

fn client(id: &str, kind: ClientKind) -> ClientRecord {
    let mut record = ClientRecord::new(id.to_owned(), "App".to_owned(), kind);
    record.grant_types = vec![GrantType::AuthorizationCode];
    record.redirect_uris = vec!["https://app.example/cb".to_owned()];
    record
}

fn plan_client(record: &ClientRecord) -> Planned<NewClient> {
    let options = options();
    Catalog::new(&options, stock()).client(record, NOW)
}

#[rstest]
// A role that has power here is never given by its name.
#[case("admin", "admin-2", Decision::Change)]
#[case("Admin", "admin-2", Decision::Change)]
#[case("developer", "developer-2", Decision::Change)]
#[case("editor", "editor", Decision::Import)]
#[case("Team Leads", "team-leads", Decision::Change)]
#[case("orders:orders:write", "orders:orders:write", Decision::Import)]
fn role_is_created_without_power(
    #[case] name: &str,
    #[case] expected: &str,
    #[case] decision: Decision,
) {
    let options = options();
    let planned = Catalog::new(&options, stock()).role(role(name));
    assert_eq!(planned.item.decision, decision);
    assert_eq!(planned.item.new_id.as_deref(), Some(expected));
    let created = planned.create.unwrap();
    assert_eq!(created.name, expected);
    assert!(created.permissions.is_empty());
}

#[rstest]
#[case::nothing(None, false, &[], &["permission_not_given"])]
#[case::resource_alone(Some("https://blog.example"), false, &[], &["permission_not_given"])]
#[case::given(Some("https://blog.example"), true, &["blog.post:add"], &["permission_not_imported"])]
fn role_gets_permissions_only_by_option(
    #[case] audience: Option<&str>,
    #[case] grants: bool,
    #[case] expected: &[&str],
    #[case] notes: &[&str],
) {
    let options = ImportOptions {
        audience: audience.map(str::to_owned),
        grants_permissions: grants,
        ..options()
    };
    let mut catalog = Catalog::new(&options, stock());
    let permission = catalog.permission(&PermissionRecord {
        name: "blog.add_post".to_owned(),
        codename: "blog.post:add".to_owned(),
        description: String::new(),
    });
    assert_eq!(permission.create.is_some(), audience.is_some());
    let planned = catalog.role(RoleRecord {
        permissions: ["blog.add_post", "other.add"].map(str::to_owned).into(),
        ..role("editors")
    });
    assert_eq!(codes(&planned.item), notes);
    let created: Vec<_> = planned.create.unwrap().permissions.into_iter().collect();
    assert_eq!(created, expected);
}

#[test]
fn role_is_mapped_only_by_option() {
    let mut options = options();
    options.roles = [
        ("Admin".to_owned(), "admin".to_owned()),
        ("x".to_owned(), "missing".to_owned()),
    ]
    .into();
    let mut catalog = Catalog::new(&options, stock());
    let mapped = catalog.role(role("Admin"));
    assert_eq!(
        (mapped.create, mapped.item.new_id.as_deref()),
        (None, Some("admin"))
    );
    let missing = catalog.role(role("x"));
    assert_eq!(codes(&missing.item), ["unknown_role"]);
    let mut notes = Vec::new();
    let names = ["Admin", "x", "never seen"].map(str::to_owned);
    let roles = catalog.roles_of(&names, &mut notes);
    assert_eq!(roles, ["admin".to_owned()].into());
    assert_eq!(notes.len(), 2);
}

#[test]
fn two_names_with_one_slug_stay_two_roles() {
    let options = options();
    let mut catalog = Catalog::new(&options, stock());
    let one = catalog.role(role("Team Leads")).create.unwrap();
    let other = catalog.role(role("team/leads"));
    assert_eq!(one.name, "team-leads");
    assert_eq!(other.create.unwrap().name, "team-leads-2");
    assert_eq!(codes(&other.item), ["taken", "renamed"]);
}

#[test]
fn second_run_changes_nothing() {
    let options = options();
    let mut stock = stock();
    stock.roles.insert("editor".to_owned());
    stock.groups.insert("/sales".to_owned());
    let imported = [
        ((Kind::Role, "Editor".to_owned()), "editor".to_owned()),
        ((Kind::Role, "Gone".to_owned()), "gone".to_owned()),
        ((Kind::Group, "/Sales".to_owned()), "/sales".to_owned()),
        ((Kind::Client, "app".to_owned()), "app".to_owned()),
    ];
    stock.imported = imported.into();
    let mut catalog = Catalog::new(&options, stock);
    let known = catalog.role(role("Editor"));
    assert_eq!(
        (known.create, known.item.decision),
        (None, Decision::Unchanged)
    );
    // Removed here on purpose: it does not come back.
    let gone = catalog.role(role("Gone"));
    assert_eq!(
        (gone.create, codes(&gone.item)),
        (None, vec!["removed_here"])
    );
    let group = GroupRecord {
        path: "/Sales".to_owned(),
        name: "Sales".to_owned(),
        ..GroupRecord::default()
    };
    assert_eq!(catalog.group(group).item.decision, Decision::Unchanged);
    let client = catalog.client(&client("app", ClientKind::Public), NOW);
    assert_eq!(client.item.decision, Decision::Unchanged);
}

#[rstest]
#[case("blog.add_post", "blog.post:add", None, "no_audience")]
#[case(
    "blog.add_post",
    "blog.post:add",
    Some("https://id.example"),
    "own_audience"
)]
#[case("x.write", "tasks:write", Some("https://blog.example"), "taken")]
#[case("x.write", "nothing", Some("https://blog.example"), "name")]
#[case(
    "blog.add_post",
    "blog.post:add",
    Some("https://blog.example"),
    "renamed"
)]
#[case("x.write", "tasks:write", Some("https://tasks.example"), "exists")]
fn permission_needs_its_resource(
    #[case] name: &str,
    #[case] codename: &str,
    #[case] audience: Option<&str>,
    #[case] code: &str,
) {
    let options = ImportOptions {
        audience: audience.map(str::to_owned),
        ..options()
    };
    let planned = Catalog::new(&options, stock()).permission(&PermissionRecord {
        name: name.to_owned(),
        codename: codename.to_owned(),
        description: String::new(),
    });
    assert_eq!(codes(&planned.item), [code]);
    assert_eq!(planned.create.is_some(), code == "renamed");
}

#[test]
fn groups_form_trees_of_at_most_eight_levels() {
    let options = options();
    let mut catalog = Catalog::new(&options, stock());
    let mut parent = None;
    for level in 1..=9 {
        let path = format!("{}/L {level}", parent.clone().unwrap_or_default());
        let planned = catalog.group(GroupRecord {
            path: path.clone(),
            parent: parent.clone(),
            name: format!("L {level}"),
            ..GroupRecord::default()
        });
        assert_eq!(planned.create.is_some(), level <= 8, "{level}");
        parent = Some(path);
    }
    let orphan = catalog.group(GroupRecord {
        path: "/no/x".to_owned(),
        parent: Some("/no".to_owned()),
        name: "x".to_owned(),
        ..GroupRecord::default()
    });
    assert_eq!(codes(&orphan.item), ["parent"]);
}

#[rstest]
#[case("https://app.example/*", false)]
#[case("*", false)]
#[case("http://app.example/cb", false)]
#[case("myapp:/cb", false)]
#[case("${env.URL}/cb", false)]
#[case("/relative", true)]
#[case("https://app.example/cb", true)]
#[case("http://127.0.0.1/cb", true)]
#[case("com.example.app:/cb", true)]
#[case("edu.kit.data.oidc-agent:/redirect", true)]
#[case("cursor://anysphere.cursor-mcp/oauth/callback", true)]
fn redirect_uri_is_whole_or_reported(#[case] uri: &str, #[case] is_kept: bool) {
    let mut record = client("app", ClientKind::Public);
    record.root_url = Some("https://root.example/".to_owned());
    record.requires_pkce = true;
    record.redirect_uris = vec![uri.to_owned()];
    let planned = plan_client(&record);
    let created = planned.create.unwrap().client;
    if is_kept {
        assert_eq!(
            (created.redirect_uris.len(), created.disabled_at),
            (1, None)
        );
        assert!(planned.item.notes.is_empty(), "{:?}", planned.item);
    } else {
        assert_eq!(codes(&planned.item), ["redirect_uri", "disabled"]);
        assert_eq!(created.disabled_at, Some(NOW));
        let names_setting = planned.item.notes[0].text.contains("redirect_schemes");
        assert_eq!(names_setting, uri.starts_with("myapp"));
    }
}

#[test]
fn logout_uris_and_origins_follow_redirect_uris() {
    let mut record = client("app", ClientKind::Confidential);
    record.requires_pkce = true;
    record.secret = Some(ClientSecret::Plain(
        "0123456789abcdef0123456789abcdef".into(),
    ));
    record
        .redirect_uris
        .push("https://other.example/*".to_owned());
    record.post_logout_redirect_uris = vec!["+".to_owned(), "https://app.example/bye".to_owned()];
    record.origins = vec!["+".to_owned(), "*".to_owned()];
    record.backchannel_logout_uri = Some("https://app.example/bc".to_owned());
    record.frontchannel_logout_uri = Some("https://elsewhere.example/fc".to_owned());
    let planned = plan_client(&record);
    let created = planned.create.unwrap().client;
    assert_eq!(
        created.post_logout_redirect_uris,
        ["https://app.example/cb", "https://app.example/bye"]
    );
    assert_eq!(
        created.allowed_origins,
        ["https://app.example", "https://other.example"]
    );
    assert_eq!(
        created.logout.backchannel.as_deref(),
        Some("https://app.example/bc")
    );
    assert_eq!(created.logout.frontchannel, None);
    assert_eq!(
        codes(&planned.item),
        ["redirect_uri", "origin", "logout_uri"]
    );
}

#[rstest]
#[case(ClientKind::Confidential, false, PkcePolicy::Auto, &["pkce_auto"])]
#[case(ClientKind::Confidential, true, PkcePolicy::Required, &[])]
#[case(ClientKind::Public, false, PkcePolicy::Required, &["pkce_required"])]
#[case(ClientKind::Public, true, PkcePolicy::Required, &[])]
fn client_that_may_send_no_challenge_is_listed(
    #[case] kind: ClientKind,
    #[case] requires: bool,
    #[case] policy: PkcePolicy,
    #[case] expected: &[&str],
) {
    let mut record = client("app", kind);
    record.requires_pkce = requires;
    record.secret = Some(ClientSecret::Plain(
        "0123456789abcdef0123456789abcdef".into(),
    ));
    let planned = plan_client(&record);
    assert_eq!(codes(&planned.item), expected);
    assert_eq!(planned.create.unwrap().client.pkce, policy);
}

#[rstest]
#[case("taken", "taken")]
#[case(ID, "client_id")]
#[case("ü", "client_id")]
#[case("tokens", "client_id")]
#[case("..", "client_id")]
fn client_id_that_cannot_be_kept_is_skipped(#[case] id: &str, #[case] code: &str) {
    let planned = plan_client(&client(id, ClientKind::Public));
    assert_eq!((planned.create, codes(&planned.item)), (None, vec![code]));
}

#[test]
fn secrets_work_by_header_and_body_and_masks_are_rejected() {
    let mut record = client("app", ClientKind::Confidential);
    record.requires_pkce = true;
    for (secret, code) in [
        ("web-secret-Zq81", Some("short_secret")),
        ("0123456789abcdef0123456789abcdef", None),
        ("**********", Some("no_secret")),
        ("${vault.web}", Some("no_secret")),
    ] {
        record.secret = Some(ClientSecret::Plain(secret.into()));
        let planned = plan_client(&record);
        assert_eq!(codes(&planned.item), code.into_iter().collect::<Vec<_>>());
        let created = planned.create.unwrap().client;
        assert_eq!(created.secret_hash.is_some(), code != Some("no_secret"));
        assert_eq!(created.auth_method, ClientAuth::Secret);
    }
    record.auth_method = Some(ClientAuthMethod::PrivateKeyJwt);
    assert_eq!(codes(&plan_client(&record).item), ["keys"]);
    record.jwks_uri = Some("https://app.example/jwks".to_owned());
    let created = plan_client(&record).create.unwrap().client;
    assert_eq!(
        created.auth_method,
        ClientAuth::Only(ClientAuthMethod::PrivateKeyJwt)
    );
    assert_eq!(created.secret_hash, None);
}

fn provider(alias: &str, preset: Option<Preset>, issuer: Option<&str>) -> ProviderRecord {
    ProviderRecord {
        alias: alias.to_owned(),
        preset,
        name: None,
        issuer: issuer.map(str::to_owned),
        client_id: "c".to_owned(),
        secret: Some(Secret::from("s")),
        scopes: Vec::new(),
        notes: Vec::new(),
    }
}

#[test]
fn provider_is_disabled_and_its_links_need_issuer() {
    let options = options();
    let mut catalog = Catalog::new(&options, stock());
    let google = catalog.provider(provider("google", Some(Preset::Google), None));
    assert_eq!(codes(&google.item), ["disabled"]);
    let (id, spec) = google.create.unwrap();
    assert_eq!((id.as_str(), spec.disabled), ("google", true));
    let saml = catalog.provider(provider("saml", None, None));
    assert_eq!(codes(&saml.item), ["unsupported"]);
    let nameless = catalog.provider(provider("idp", Some(Preset::Oidc), None));
    assert_eq!(codes(&nameless.item), ["issuer"]);
    let exists = catalog.provider(provider(
        "Ours",
        Some(Preset::Oidc),
        Some("https://corp.example"),
    ));
    assert_eq!(codes(&exists.item), ["exists"]);
    let link = |provider: &str| LinkRecord {
        provider: provider.to_owned(),
        subject: "1".to_owned(),
        label: String::new(),
    };
    let issuer = |alias: &str| catalog.issuers().resolve(&link(alias)).map(|(one, _)| one);
    assert_eq!(issuer("google").unwrap(), "https://accounts.google.com");
    assert_eq!(issuer("Ours").unwrap(), "https://corp.example");
    assert_eq!(issuer("github").unwrap(), "https://github.com");
    assert_eq!(issuer("idp").unwrap_err().code, "link_issuer");
    assert_eq!(issuer("microsoft").unwrap_err().code, "link_microsoft");
}

#[rstest]
#[case::strong(
    "pbkdf2_sha256$1000$salt$pSfD/ee/BLTHfijq3XHvamcc7xAiy/52ylAZDi9ulwg=",
    (true, false),
    None
)]
#[case::weak("md5$salt$cc6c5fd63e8dbe133b807a4fc0b96b5b", (false, true), None)]
#[case::unusable("!x", (false, false), Some("hashed_secret"))]
#[case::unknown("crypt$$ab1234567890.", (false, false), Some("hashed_secret"))]
fn hashed_secret_is_kept_or_reported(
    #[case] hash: &str,
    #[case] (stored, weak): (bool, bool),
    #[case] code: Option<&str>,
) {
    let mut record = client("app", ClientKind::Confidential);
    record.requires_pkce = true;
    record.secret = Some(ClientSecret::Django(hash.into()));
    let planned = plan_client(&record);
    assert_eq!(codes(&planned.item), code.into_iter().collect::<Vec<_>>());
    let created = planned.create.unwrap();
    assert_eq!(created.client.foreign_secret.is_some(), stored);
    assert_eq!(created.weak_secret.is_some(), weak);
    assert_eq!(created.client.secret_hash, None);
}
