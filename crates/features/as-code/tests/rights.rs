//! A caller plans and applies what the caller may do by single operations, and nothing else.

use std::collections::BTreeSet;

use doorward_admin::deployment::Deployment;
use doorward_admin::kinds::{self, Document, Kind};
use doorward_admin::operation::Entry;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_domain::secret::MasterKey;
use doorward_identity_server::features::as_code::operations::{APPLY, PLAN};
use doorward_services::names::ADMINISTRATION_LOCK;
use doorward_store::db::Parts;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::super::world::World;
use super::documents::{documents, minimal};

flows!(
    plan_has_rights_of_its_operations,
    caller_of_organization_plans_nothing,
);

/// Seals the secrets of providers.
const KEY: &str = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";

/// Returns the permissions of this server.
async fn all_permissions(stack: &Stack, world: &World<'_>) -> BTreeSet<String> {
    let known = repo::roles::list_permissions(world.db.read())
        .await
        .unwrap();
    let own = known.into_iter().filter(|it| it.audience == stack.issuer());
    own.map(|it| it.codename).collect()
}

async fn stored(context: &AdminContext<'_>, kind: &Kind) -> Vec<Document> {
    let objects = kind.objects(context).await.unwrap().into_iter();
    objects.map(|object| object.document).collect()
}

/// Runs the operations of a change and takes them back. Returns true if one is denied.
async fn is_denied(
    context: &AdminContext<'_>,
    kind: &Kind,
    before: Option<&Document>,
    after: Option<&Document>,
) -> bool {
    let tx = context
        .db
        .begin_enclosing(ADMINISTRATION_LOCK, Parts::Savepoints)
        .await
        .unwrap();
    let mut is_denied = false;
    for step in kind.steps(before, after) {
        let inner = context.within(tx.db());
        let done = (step.entry.run)(Value::Object(step.body), &inner).await;
        is_denied |= matches!(done, Err(AdminError::Denied(_)));
    }
    tx.rollback().await.unwrap();
    is_denied
}

async fn run(
    entry: &Entry,
    context: &AdminContext<'_>,
    kind: &Kind,
    documents: &[Document],
) -> Result<Value, AdminError> {
    let body = json!({ "objects": { kind.name: documents } });
    Ok((entry.run)(body, context).await?.document)
}

fn with_key<'a>(context: AdminContext<'a>, key: &'a MasterKey) -> AdminContext<'a> {
    AdminContext {
        deployment: Deployment::Command(Some(key)),
        ..context
    }
}

/// An object of a kind that is created, changed or deleted.
struct Case {
    kind: &'static Kind,
    before: Option<Document>,
    after: Option<Document>,
    wanted: Vec<Document>,
}

async fn cases(operator: &AdminContext<'_>) -> Vec<Case> {
    let mut cases = Vec::new();
    for kind in kinds::all() {
        let now = stored(operator, kind).await;
        let others = |key: &str| {
            let mut others = now.clone();
            others.retain(|it| kind.key_of(it) != key);
            others
        };
        let mut add = |before: Option<Document>, after: Option<Document>| {
            let key = kind.key_of(after.as_ref().or(before.as_ref()).unwrap());
            let wanted = others(&key).into_iter().chain(after.clone()).collect();
            cases.push(Case {
                kind,
                before,
                after,
                wanted,
            });
        };
        let (_, new) = minimal()
            .into_iter()
            .find(|(name, _)| *name == kind.name)
            .unwrap();
        add(None, Some(serde_json::from_value(new).unwrap()));
        let (_, own) = documents()
            .into_iter()
            .find(|(name, _)| *name == kind.name)
            .unwrap();
        let key = kind.key_of(own[0].as_object().unwrap());
        let own = now.iter().find(|it| kind.key_of(it) == key).unwrap();
        let member = ["name", "description", "label", "texts", "source"]
            .into_iter()
            .find(|name| own.contains_key(*name) && !kind.key.contains(name));
        let member = member.unwrap_or("rules");
        let mut changed = own.clone();
        let value = match member {
            "texts" => json!({ "help": "Dag" }),
            "source" => json!({ "kind": "constant", "value": "x" }),
            "rules" => json!(["/* user"]),
            _ => "Other".into(),
        };
        changed.insert(member.to_owned(), value);
        add(Some(own.clone()), Some(changed));
        add(Some(own.clone()), None);
    }
    cases
}

async fn prepare(operator: &AdminContext<'_>) {
    for (name, documents) in documents() {
        let kind = kinds::all().find(|kind| kind.name == name).unwrap();
        let own = documents
            .into_iter()
            .map(|it| serde_json::from_value(it).unwrap());
        let wanted: Vec<Document> = stored(operator, kind)
            .await
            .into_iter()
            .chain(own)
            .collect();
        let body = json!({ "objects": { name: wanted }, "new_secrets": true });
        let done = (APPLY.run)(body, operator).await.unwrap().document;
        assert_eq!(done["problems"], json!([]), "{name}: {done}");
    }
}

async fn plan_has_rights_of_its_operations(stack: &Stack) {
    let world = World::new(stack).await;
    let key = MasterKey::from_base64(KEY).unwrap();
    let operator = with_key(AdminContext::command_line(&world.db, &stack.clock), &key);
    prepare(&operator).await;
    let cases = cases(&operator).await;
    let all = all_permissions(stack, &world).await;
    let reads: Vec<&str> = all
        .iter()
        .map(String::as_str)
        .filter(|name| name.ends_with(":read"))
        .collect();
    let mut callers = vec![
        ("no permission".to_owned(), Vec::new()),
        ("read only".to_owned(), reads),
    ];
    for missing in &all {
        let others = all
            .iter()
            .filter(|name| *name != missing)
            .map(String::as_str);
        callers.push((format!("without {missing}"), others.collect()));
    }
    let mut denied = BTreeSet::new();
    for (title, permissions) in &callers {
        let caller = world.operator("helper", permissions, &[]);
        let administrator = world.operator("helper", permissions, &["admin"]);
        for caller in [caller, administrator].map(|it| with_key(it, &key)) {
            for case in &cases {
                let cannot_read = case.kind.objects(&caller).await.is_err();
                let expected = cannot_read
                    || is_denied(
                        &caller,
                        case.kind,
                        case.before.as_ref(),
                        case.after.as_ref(),
                    )
                    .await;
                let planned = run(&PLAN, &caller, case.kind, &case.wanted).await;
                let is_denied = matches!(planned, Err(AdminError::Denied(_)));
                assert_eq!(is_denied, expected, "{title}: {:?} {planned:?}", case.after);
                if expected {
                    denied.insert(case.kind.name);
                    let applied = run(&APPLY, &caller, case.kind, &case.wanted).await;
                    assert!(
                        matches!(applied, Err(AdminError::Denied(_))),
                        "{title}: {applied:?}"
                    );
                }
            }
        }
    }
    let known: BTreeSet<&str> = kinds::all().map(|kind| kind.name).collect();
    assert_eq!(denied, known);
    for case in &cases {
        let now = stored(&operator, case.kind).await;
        let key = case
            .kind
            .key_of(case.after.as_ref().or(case.before.as_ref()).unwrap());
        let own = now.iter().find(|it| case.kind.key_of(it) == key);
        assert_eq!(own, case.before.as_ref(), "a denied apply changes nothing");
    }
}

async fn caller_of_organization_plans_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let all = all_permissions(stack, &world).await;
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let mut caller = world.operator("helper", &all, &["admin"]);
    caller.authority.as_mut().unwrap().org = Some("acme".to_owned());
    for kind in kinds::all() {
        for entry in [&PLAN, &APPLY] {
            let done = run(entry, &caller, kind, &[]).await;
            assert!(
                matches!(done, Err(AdminError::Denied(_))),
                "{}: {done:?}",
                kind.name
            );
        }
    }
}
