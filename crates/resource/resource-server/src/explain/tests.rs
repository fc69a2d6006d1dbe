use doorward_protocol::scope::Scope;
use sea_orm::ConnectionTrait as _;
use uuid::Uuid;

use super::*;

fn principal(subject: &str, entitlements: &[&str]) -> Principal {
    Principal {
        credential: doorward_access::Credential::SignedToken,
        subject: subject.into(),
        client_id: "app".into(),
        scope: Scope::parse("tasks:read").unwrap(),
        roles: Vec::new(),
        groups: Vec::new(),
        managed_groups: Vec::new(),
        entitlements: entitlements
            .iter()
            .map(|entitlement| (*entitlement).to_owned())
            .collect(),
        org: None,
        email_verified: false,
        acr: None,
        amr: Vec::new(),
        auth_time: None,
        sid: None,
        jti: "j".into(),
        expires_at: 0,
        confirmation: None,
        authorization_details:
            doorward_protocol::authorization_details::AuthorizationDetails::default(),
        claims: serde_json::Map::new(),
    }
}

/// Creates a database with a project of two members and one task in it.
async fn database(directory: &tempfile::TempDir) -> String {
    let url = format!("sqlite://{}/tasks.sqlite", directory.path().display());
    db::migrate(&url).await.unwrap();
    let open = db::connect_command(&url).await.unwrap();
    let id = "X'00000000000000000000000000000001'";
    let project = "X'00000000000000000000000000000002'";
    let rows = format!(
        "INSERT INTO projects (id, org, owner_subject, name, name_key, description, \
         confidentiality, internal_notes, version, created_at, updated_at) \
         VALUES ({project}, '', 'lead', 'p', 'p', '', 'restricted', '', 1, 0, 0); \
         INSERT INTO project_members (project_id, subject, org, role, permissions) \
         VALUES ({project}, 'ann', '', 'member', ''); \
         INSERT INTO tasks (id, org, owner_subject, title, title_key, description, \
         description_key, status, priority, due_day, version, created_at, updated_at, project_id) \
         VALUES ({id}, '', 'lead', 't', 't', '', '', 'todo', 2, 2147483647, 1, 0, 0, {project})"
    );
    open.execute_unprepared(&rows).await.unwrap();
    open.close().await.unwrap();
    url
}

#[tokio::test]
async fn every_range_of_page_is_index() {
    let directory = tempfile::tempdir().unwrap();
    let url = database(&directory).await;
    let engine = Engine::load(None).unwrap();
    let ann = principal("ann", &["tasks:read"]);
    let lines = plan(&url, &engine, &ann, "", 0).await.unwrap();
    let text = lines.join("\n");
    for index in [
        "tasks_org_owner_created",
        "tasks_org_assignee_created",
        "tasks_org_project_created",
    ] {
        assert!(text.contains(index), "{text}");
    }
    // No full scan of the table.
    let scans = lines.iter().filter(|line| line.starts_with("SCAN tasks"));
    assert_eq!(scans.count(), 0, "{text}");
    let everything = principal("root", &["tasks:read_all", "projects:restricted"]);
    let lines = plan(&url, &engine, &everything, "", 0).await.unwrap();
    assert!(lines.join("\n").contains("tasks_org_created"), "{lines:?}");
}

#[tokio::test]
async fn simulated_question_is_answered_by_rules_in_force() {
    let directory = tempfile::tempdir().unwrap();
    let url = database(&directory).await;
    let engine = Engine::load(None).unwrap();
    let utc = TimeZone::UTC;
    let ask = async |principal: &Principal, action, id| {
        let question = AccessQuestion {
            principal,
            action,
            kind: "task",
            id,
            now: 0,
            address: None,
            zone: &utc,
        };
        access(&url, &engine, &question).await.unwrap()
    };
    let id = Uuid::from_u128(1);
    let ann = principal("ann", &["tasks:read", "tasks:write"]);
    let answer = ask(&ann, Action::Read, id).await.unwrap();
    assert_eq!(answer["allowed"], true);
    assert_eq!(answer["decided_by"][0]["rule"], "task.project_member");
    // The scope of the route is checked before any policy.
    let answer = ask(&ann, Action::Update, id).await.unwrap();
    assert_eq!(answer["allowed"], false);
    assert_eq!(answer["missing"][0]["code"], "missing_scope");
    let writes = Principal {
        scope: Scope::parse("tasks:read tasks:write").unwrap(),
        ..ann.clone()
    };
    let answer = ask(&writes, Action::Update, id).await.unwrap();
    assert_eq!(answer["allowed"], false);
    assert_eq!(answer["missing"][0]["permission"], "tasks:write_all");
    // The caller may read it, so it exists.
    assert_eq!(answer["status"], 403);
    // A member without a role in the project can be assigned, or lead it.
    assert_eq!(answer["who"]["ways"], json!(["assign", "lead"]));
    let answer = ask(&ann, Action::Delete, id).await.unwrap();
    assert_eq!(answer["decided_by"][0]["needs"], "tasks:delete");
    let bob = principal("bob", &["tasks:read", "tasks:read_all"]);
    let answer = ask(&bob, Action::Read, id).await.unwrap();
    assert_eq!(answer["decided_by"][0]["rule"], "task.restricted_project");
    // An assignee outside the restricted project does not see the task either.
    assert_eq!(answer["who"]["ways"], json!(["member", "lead"]));
    assert!(ask(&ann, Action::Read, Uuid::from_u128(9)).await.is_none());
}
