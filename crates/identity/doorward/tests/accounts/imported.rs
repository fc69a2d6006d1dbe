//! Tests of sign-ins after an import: old passwords and codes.

mod django;
mod files;
mod moved;
mod nightly;
mod site;

use std::path::Path;

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_domain::credentials::password::HashParams;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::derived_keys::{ProviderKey, RecoveryKey, TotpKey};
use doorward_domain::model::UserId;
use doorward_domain::secret::MasterKey;
use doorward_import::apply::{Import, ImportError};
use doorward_import::item::{Decision, Item, Kind};
use doorward_import::options::ImportOptions;
use doorward_import::read::keycloak::Export;
use doorward_import::read::{ReadError, on_thread};
use doorward_import::record::Record;
use doorward_import::report::{Observer, Summary};
use doorward_import::sync::Comparison;
use doorward_store::repo;
use doorward_testkit::{Page, Stack, UserAgent, flows};
use serde_json::Value;
use tokio::sync::mpsc::Receiver;

use crate::password_reset::choose;
use crate::support::{NEW_PASSWORD, is_signed_in, location, sign_in};
use crate::two_factor::enter;

flows!(
    every_user_of_keycloak_signs_in_as_before,
    dry_run_and_second_run_change_nothing,
);

/// Collects results.
#[derive(Debug, Default)]
struct Items(Vec<Item>);

impl Observer for Items {
    fn item(&mut self, item: &Item) -> std::io::Result<()> {
        self.0.push(item.clone());
        Ok(())
    }
}

impl Items {
    fn find(&self, kind: Kind, old_id: &str) -> &Item {
        let mut found = self.0.iter();
        found
            .find(|item| item.kind == kind && item.old_id == old_id)
            .expect(old_id)
    }

    fn codes(&self, kind: Kind, old_id: &str) -> Vec<&str> {
        let item = self.find(kind, old_id);
        item.notes.iter().map(|note| note.code).collect()
    }
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../import/tests/fixtures/keycloak")
        .join(name)
}

async fn import_shop(stack: &Stack, is_dry: bool) -> (Items, Summary) {
    let export = Export::open(&fixture("realm-shop.json"), None, None).unwrap();
    let options = ImportOptions {
        source: format!("keycloak:{}", export.realm()),
        ..ImportOptions::default()
    };
    let records = on_thread(move |sink| export.read(sink));
    Box::pin(import(stack, &options, records, is_dry)).await
}

/// Runs an import beside the running server.
async fn import(
    stack: &Stack,
    options: &ImportOptions,
    records: Receiver<Result<Record, ReadError>>,
    is_dry: bool,
) -> (Items, Summary) {
    let done = Box::pin(import_compared(stack, options, records, is_dry, None));
    done.await.unwrap()
}

/// Runs an import that is compared with the users of an earlier one.
async fn import_compared(
    stack: &Stack,
    options: &ImportOptions,
    records: Receiver<Result<Record, ReadError>>,
    is_dry: bool,
    comparison: Option<&Comparison>,
) -> Result<(Items, Summary), ImportError> {
    let key = {
        let (config, _) = stack.mail_parts();
        MasterKey::from_base64(config.secret_key.as_ref().unwrap().expose()).unwrap()
    };
    let db = stack.db().await;
    let import = Import {
        operator: AdminContext::command_line(&db, &stack.clock),
        options,
        comparison,
        issuer: stack.issuer(),
        totp_key: TotpKey::derive(&key),
        recovery_key: RecoveryKey::derive(&key),
        provider_key: ProviderKey::derive(&key),
        hashing: HashParams::default(),
        is_dry,
    };
    let mut items = Items::default();
    let summary = import.run(records, &mut items).await?;
    Ok((items, summary))
}

/// Returns the number of users with this result.
fn number(summary: &Summary, decision: Decision) -> u64 {
    let users = summary.records.get(Kind::User.as_str());
    let number = users.and_then(|users| users.get(decision.as_str()));
    number.copied().unwrap_or_default()
}

fn expected() -> Vec<Value> {
    let text = std::fs::read(fixture("realm-shop.expected.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

async fn every_user_of_keycloak_signs_in_as_before(stack: &Stack) {
    let (items, summary) = import_shop(stack, false).await;
    let done = |decision| number(&summary, decision);
    let all = expected();
    assert_eq!(
        done(Decision::Import) + done(Decision::Change),
        all.len() as u64
    );
    reports_everything(&items);
    let db = stack.db().await;
    for one in &all {
        let name = one["username"].as_str().unwrap();
        let sub = UserId::parse(one["sub"].as_str().unwrap()).unwrap();
        let user = repo::users::find_by_id(db.read(), sub).await.unwrap();
        let user = user.expect("the sub is unchanged");
        assert_eq!(user.username, name.to_lowercase());
        let Some(password) = one["password"].as_str() else {
            assert_eq!(user.password_hash, None);
            continue;
        };
        let agent = UserAgent::new();
        let wrong = sign_in(stack, &UserAgent::new(), name, "wrong-wrong-wrong").await;
        assert_eq!(wrong.status, 401, "{name}: {}", wrong.dump());
        let page = sign_in(stack, &agent, name, password).await;
        if name == "disabled" {
            assert!(!is_signed_in(stack, &agent).await, "{}", page.dump());
            continue;
        }
        if name == "temporary" {
            check_temporary(stack, &agent, page, name).await;
            continue;
        }
        let page = agent.follow(page, "").await;
        if name == "totpsha1" {
            assert!(!is_signed_in(stack, &agent).await);
            let secret = one["totp_secret_ascii"].as_str().unwrap();
            let secret = TotpSecret::from_bytes(secret.as_bytes()).unwrap();
            let page = enter(&agent, &page, &secret.code_at(stack.clock.now())).await;
            agent.follow(page, "").await;
        }
        if name != "unverified" {
            assert!(is_signed_in(stack, &agent).await, "{name}: {}", page.dump());
        }
    }
}

/// Checks that a session starts only after a new password.
async fn check_temporary(stack: &Stack, agent: &UserAgent, page: Page, name: &str) {
    assert_eq!(location(&page), "/reset-password");
    assert!(!is_signed_in(stack, agent).await);
    let form = agent.follow(page, "").await;
    let page = choose(agent, &form, NEW_PASSWORD).await;
    assert!(page.status < 400, "{}", page.dump());
    sign_in(stack, agent, name, NEW_PASSWORD).await;
    assert!(is_signed_in(stack, agent).await);
}

/// Checks that the report names everything that is not carried.
fn reports_everything(items: &Items) {
    assert_eq!(items.codes(Kind::Client, "saml-app"), ["saml"]);
    let legacy = items.codes(Kind::Client, "legacy");
    for code in [
        "implicit_grant",
        "password_grant",
        "redirect_uri",
        "disabled",
    ] {
        assert!(legacy.contains(&code), "{code}: {legacy:?}");
    }
    assert!(items.codes(Kind::Client, "spa").contains(&"redirect_uri"));
    assert!(items.codes(Kind::Client, "web").contains(&"redirect_uri"));
    assert_eq!(items.find(Kind::Client, "job").decision, Decision::Import);
    assert!(items.codes(Kind::Group, "/sales").contains(&"attributes"));
    assert!(items.codes(Kind::Role, "boss").contains(&"composite"));
    assert!(items.codes(Kind::Provider, "corp").contains(&"disabled"));
    let totp = "48416f13-a7cf-4253-8b2b-baf3d109cdb4";
    assert!(items.codes(Kind::User, totp).contains(&"totp_form"));
    assert_eq!(items.codes(Kind::Source, "components"), ["not_carried"]);
}

async fn dry_run_and_second_run_change_nothing(stack: &Stack) {
    let db = stack.db().await;
    let before = repo::users::count(db.read()).await.unwrap();
    let (planned, _) = import_shop(stack, true).await;
    assert_eq!(repo::users::count(db.read()).await.unwrap(), before);
    let (first, _) = import_shop(stack, false).await;
    let shown = |items: &Items| -> Vec<_> {
        let all = items.0.iter();
        all.map(|item| (item.kind, item.old_id.clone(), item.decision))
            .collect()
    };
    assert_eq!(shown(&planned), shown(&first));
    let between = repo::users::count(db.read()).await.unwrap();
    assert_eq!(between, before + expected().len() as u64);
    let (second, summary) = import_shop(stack, false).await;
    assert_eq!(repo::users::count(db.read()).await.unwrap(), between);
    for item in &second.0 {
        let is_kept = matches!(item.decision, Decision::Unchanged | Decision::Skip);
        assert!(is_kept, "{item:?}");
    }
    let unchanged = number(&summary, Decision::Unchanged);
    assert_eq!(unchanged, expected().len() as u64);
}
