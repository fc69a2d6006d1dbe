//! Projects: their lifecycle, members, hidden fields and organizations.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::database::Backend;
use crate::fixture::{Caller, DEVELOPER, Fixture, MANAGER, header, problem};

pub const CREATOR: &str = "tasks:read tasks:write tasks:delete projects:create";

/// Creates a project and returns its path.
pub async fn project(person: &Caller<'_>, body: Value) -> String {
    let response = person.send(Method::POST, "/api/projects/", body).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    header(&response, "location").to_owned()
}

async fn member(lead: &Caller<'_>, project: &str, subject: &str, body: Value) -> StatusCode {
    let path = format!("{project}/members/{subject}");
    lead.send(Method::PUT, &path, body).await.status()
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Returns every member of a project, page by page.
pub async fn members(person: &Caller<'_>, project: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = Some(String::new());
    while let Some(cursor) = next {
        let page = json_of(person, &format!("{project}/members/?limit=2{cursor}")).await;
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        next = page["next"]
            .as_str()
            .map(|cursor| format!("&cursor={cursor}"));
    }
    all
}

async fn json_of(person: &Caller<'_>, path: &str) -> Value {
    let response = person.get(path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.json().await.unwrap()
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn project_is_created_changed_and_deleted(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let dev = fixture.person("dev", DEVELOPER);
    let body = json!({"name": "Größe", "department": "engineering", "budget": 1200});
    let refused = dev.send(Method::POST, "/api/projects/", body.clone()).await;
    let refused = problem(refused, 403).await;
    assert_eq!(refused["reasons"][0]["permission"], "projects:create");

    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, body).await;
    let shown = json_of(&mona, &path).await;
    assert_eq!(shown["confidentiality"], "internal");
    assert_eq!(
        (
            &shown["budget"],
            &shown["member_count"],
            &shown["members_url"]
        ),
        (&json!(1200), &json!(1), &json!(format!("{path}/members/")))
    );
    assert_eq!(
        members(&mona, &path).await,
        [json!({
            "subject": "mona", "role": "lead", "permissions": [],
            "joined_at": "2026-11-20T10:00:00Z",
        })]
    );

    let request = mona
        .request(Method::PATCH, &path)
        .header("if-match", "\"v1\"");
    let response = request.json(&json!({"budget": null})).send().await.unwrap();
    assert_eq!(
        (response.status(), header(&response, "etag")),
        (StatusCode::OK, "\"v2\"")
    );
    let request = mona
        .request(Method::PATCH, &path)
        .header("if-match", "\"v1\"");
    problem(
        request.json(&json!({"name": "x"})).send().await.unwrap(),
        412,
    )
    .await;
    for (bad, field) in [
        (json!({"name": " "}), "name"),
        (json!({"budget": -1}), "budget"),
        (json!({"confidentiality": "secret"}), "confidentiality"),
        (json!({"owner_subject": "dev"}), "owner_subject"),
        (json!({"colour": 1}), "colour"),
    ] {
        let body = problem(mona.send(Method::PATCH, &path, bad).await, 400).await;
        assert_eq!(body["errors"][0]["field"], field);
    }

    let task = mona
        .create(json!({"title": "t", "project": id_of(&path)}))
        .await;
    problem(mona.delete(&path).await, 409).await;
    assert_eq!(task["project"], id_of(&path));
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn project_is_deleted_only_without_tasks(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p"})).await;
    assert_eq!(
        member(&mona, &path, "mona", json!({"role": "lead"})).await,
        200
    );
    let task = mona
        .create(json!({"title": "t", "project": id_of(&path)}))
        .await;
    problem(mona.delete(&path).await, 409).await;
    let task = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    assert_eq!(mona.delete(&task).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(mona.delete(&path).await.status(), StatusCode::NO_CONTENT);
    problem(mona.get(&path).await, 404).await;
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn members_access_tasks_of_project_by_role(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p", "confidentiality": "restricted"})).await;
    let users = ["lead", "member", "reviewer", "outsider", "trusted"];
    let [lead, worker, reviewer, outsider, trusted] =
        users.map(|name| fixture.person(name, DEVELOPER));
    for role in ["lead", "member", "reviewer"] {
        assert_eq!(member(&mona, &path, role, json!({"role": role})).await, 200);
    }
    let body = json!({"role": "reviewer", "permissions": ["tasks", "edit", "budget"]});
    assert_eq!(member(&mona, &path, "trusted", body).await, 200);
    let body = json!({"title": "w", "project": id_of(&path)});
    let created = worker.create(body.clone()).await;
    let task = format!("/api/tasks/{}", created["id"].as_str().unwrap());

    // Its members see it; others know neither of the task nor of the project.
    for person in [&lead, &worker, &reviewer, &trusted] {
        assert_eq!(person.titles("/api/tasks/").await, ["w"]);
        json_of(person, &task).await;
        json_of(person, &path).await;
    }
    problem(outsider.get(&task).await, 404).await;
    problem(outsider.get(&path).await, 404).await;
    assert_eq!(outsider.titles("/api/tasks/").await, Vec::<String>::new());
    assert_eq!(
        json_of(&outsider, "/api/projects/").await["items"],
        json!([])
    );
    let refused = outsider
        .send(Method::POST, "/api/tasks/", body.clone())
        .await;
    let refused = problem(refused, 400).await;
    assert_eq!(refused["errors"][0]["field"], "project");

    // Permissions of each role.
    problem(reviewer.send(Method::POST, "/api/tasks/", body).await, 403).await;
    let change = || json!({"status": "done"});
    problem(reviewer.send(Method::PATCH, &task, change()).await, 403).await;
    assert_eq!(
        trusted.send(Method::PATCH, &task, change()).await.status(),
        200
    );
    assert_eq!(
        lead.send(Method::PATCH, &task, change()).await.status(),
        200
    );
    problem(trusted.delete(&task).await, 403).await;
    assert_eq!(lead.delete(&task).await.status(), StatusCode::NO_CONTENT);
    let rename = json!({"name": "q"});
    problem(worker.send(Method::PATCH, &path, rename.clone()).await, 403).await;
    assert_eq!(
        trusted.send(Method::PATCH, &path, rename).await.status(),
        200
    );

    // The permission to edit does not include managing members.
    assert_eq!(
        member(&trusted, &path, "trusted", json!({"role": "lead"})).await,
        403
    );
    assert_eq!(member(&lead, &path, "outsider", json!({})).await, 200);
    json_of(&outsider, &path).await;
    let response = lead.delete(&format!("{path}/members/outsider")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    problem(outsider.get(&path).await, 404).await;
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn field_is_absent_without_permission(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let body = json!({"name": "p", "budget": 5, "internal_notes": "hush"});
    let path = project(&mona, body).await;
    for (subject, body) in [
        ("ann", json!({"email": "ann@example.org", "phone": "+49 1"})),
        ("lead", json!({"role": "lead"})),
        (
            "purse",
            json!({"permissions": ["budget"], "email": "purse@example.org"}),
        ),
    ] {
        assert_eq!(member(&mona, &path, subject, body).await, 200);
    }
    // (subject, reads the budget, the notes, Ann's address)
    let reader = format!("{DEVELOPER} projects:budget");
    let contact = format!("{DEVELOPER} people:contact projects:notes");
    for (subject, entitlements, budget, notes, address) in [
        ("mona", CREATOR, true, true, true),
        ("lead", DEVELOPER, true, true, true),
        ("purse", DEVELOPER, true, false, true),
        ("ann", DEVELOPER, false, false, true),
        ("anybody", DEVELOPER, false, false, false),
        ("reader", &reader, true, false, false),
        ("contact", &contact, false, true, true),
    ] {
        let person = fixture.person(subject, entitlements);
        let shown = json_of(&person, &path).await;
        let listed = json_of(&person, "/api/projects/").await["items"][0].clone();
        for project in [&shown, &listed] {
            assert_eq!(project.get("budget").is_some(), budget, "{subject}");
            assert_eq!(project.get("internal_notes").is_some(), notes, "{subject}");
        }
        if subject == "anybody" || subject == "reader" {
            problem(person.get(&format!("{path}/members/")).await, 403).await;
        } else {
            let ann = members(&person, &path).await[0].clone();
            assert_eq!(ann.get("email").is_some(), address, "{subject}");
        }
        assert!(listed.get("member_count").is_none());
    }
    // A caller who cannot read a field cannot write it, and replacing the rest keeps it.
    let editor = json!({"permissions": ["edit"]});
    assert_eq!(member(&mona, &path, "editor", editor).await, 200);
    let editor = fixture.person("editor", DEVELOPER);
    let refused = editor
        .send(Method::PATCH, &path, json!({"budget": 9}))
        .await;
    problem(refused, 403).await;
    let replaced = editor
        .send(Method::PUT, &path, json!({"name": "new"}))
        .await;
    assert_eq!(replaced.status(), StatusCode::OK);
    let shown = json_of(&mona, &path).await;
    assert_eq!(
        (&shown["name"], &shown["budget"], &shown["internal_notes"]),
        (&json!("new"), &json!(5), &json!("hush"))
    );
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn objects_of_foreign_tenant_are_hidden(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let all = "tasks:read tasks:write tasks:delete tasks:read_all tasks:write_all \
               tasks:delete_all projects:create projects:read_all projects:write_all \
               projects:delete_all projects:restricted decisions:read";
    let acme = fixture.caller("ann", all, &json!({"org": "acme"}));
    let other = fixture.caller("bob", all, &json!({"org": "other"}));
    // The same user in another organization, and in none.
    let elsewhere = fixture.caller("ann", all, &json!({"org": "other"}));
    let nowhere = fixture.person("ann", all);
    let project_path = project(&acme, json!({"name": "p", "confidentiality": "public"})).await;
    assert_eq!(
        member(&acme, &project_path, "ann", json!({"role": "lead"})).await,
        200
    );
    let task = acme
        .create(json!({"title": "t", "project": id_of(&project_path)}))
        .await;
    let task_path = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    for anonymous_caller in [&other, &elsewhere, &nowhere] {
        for path in [&task_path, &project_path] {
            for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
                let body = json!({"title": "x"});
                let body = if path == &task_path {
                    body
                } else {
                    json!({"name": "x"})
                };
                let response = problem(anonymous_caller.send(method, path, body).await, 404).await;
                // Even a reader of decisions does not learn that the object exists.
                assert!(response.get("decision_id").is_none());
            }
        }
        assert_eq!(
            member(anonymous_caller, &project_path, "bob", json!({})).await,
            404
        );
        let body = json!({"title": "x", "project": id_of(&project_path)});
        problem(
            anonymous_caller
                .send(Method::POST, "/api/tasks/", body)
                .await,
            400,
        )
        .await;
        assert_eq!(
            anonymous_caller.titles("/api/tasks/").await,
            Vec::<String>::new()
        );
        assert_eq!(
            json_of(anonymous_caller, "/api/projects/").await["items"],
            json!([])
        );
    }
    assert_eq!(acme.titles("/api/tasks/").await, ["t"]);
    let listed = json_of(&acme, "/api/projects/").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn task_is_assigned_and_moved() {
    let fixture = Fixture::start(Backend::Sqlite).await;
    let alice = fixture.person("alice", CREATOR);
    let bob = fixture.person("bob", DEVELOPER);
    let mona = fixture.caller("mona", MANAGER, &json!({
        "roles": ["manager"], "groups": ["/sales"], "entitlements": ["tasks:read", "tasks:write"]
    }));
    let task = alice.create_titled("t").await;
    problem(bob.get(&task).await, 404).await;
    let given = json!({"assignee": "bob", "department": "sales"});
    let response = alice.send(Method::PATCH, &task, given).await;
    assert_eq!(response.json::<Value>().await.unwrap()["assignee"], "bob");
    assert_eq!(bob.titles("/api/tasks/?assignee=bob").await, ["t"]);
    assert_eq!(mona.titles("/api/tasks/?department=sales").await, ["t"]);
    let done = json!({"status": "done"});
    assert_eq!(
        bob.send(Method::PATCH, &task, done.clone()).await.status(),
        200
    );
    problem(mona.send(Method::PATCH, &task, done).await, 403).await;
    problem(bob.delete(&task).await, 403).await;
    // Moving into a project requires the right to add tasks there.
    let path = project(&alice, json!({"name": "p"})).await;
    let into = json!({"project": id_of(&path)});
    problem(bob.send(Method::PATCH, &task, into.clone()).await, 403).await;
    assert_eq!(alice.send(Method::PATCH, &task, into).await.status(), 200);
    let listed = format!("/api/tasks/?project={}", id_of(&path));
    assert_eq!(alice.titles(&listed).await, ["t"]);
    assert_eq!(
        alice.titles("/api/tasks/?project=nonsense").await,
        Vec::<String>::new()
    );
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn replacing_task_requires_explicit_project(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p"})).await;
    let task = mona
        .create(json!({"title": "t", "project": id_of(&path)}))
        .await;
    let task = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    let silent = json!({"title": "new"});
    let refused = problem(mona.send(Method::PUT, &task, silent.clone()).await, 400).await;
    assert_eq!(
        (
            &refused["errors"][0]["field"],
            &refused["errors"][0]["code"]
        ),
        (&json!("project"), &json!("required"))
    );
    let stored = json!({"title": "kept", "project": id_of(&path)});
    let response = mona.send(Method::PUT, &task, stored).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(json_of(&mona, &task).await["project"], id_of(&path));
    let out = json!({"title": "out", "project": null});
    let response = mona.send(Method::PUT, &task, out).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(json_of(&mona, &task).await.get("project").is_none());
    // Without a project the field is not required.
    let response = mona.send(Method::PUT, &task, silent).await;
    assert_eq!(response.status(), StatusCode::OK);
    // A caller who may not change the task does not learn that it has a project.
    let bob = fixture.person("bob", DEVELOPER);
    let response = bob.send(Method::PUT, &task, json!({"title": "x"})).await;
    problem(response, 404).await;
}

/// A project that is deleted between the check and the statement that refers to it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[actix_web::test]
async fn concurrently_deleted_project_is_409(#[case] backend: Backend) {
    let fixture = Fixture::start(backend).await;
    let mona = fixture.person("mona", CREATOR);
    let path = project(&mona, json!({"name": "p"})).await;
    let task = mona.create_titled("t").await;
    let vanish = "DELETE FROM project_members WHERE project_id = NEW.project_id; \
                  DELETE FROM projects WHERE id = NEW.project_id;";
    let db = crate::database::connect(fixture.database.url()).await;
    let statements = match backend {
        Backend::Sqlite => ["INSERT", "UPDATE"].map(|change| {
            format!("CREATE TRIGGER vanish_{change} BEFORE {change} ON tasks BEGIN {vanish} END")
        }),
        Backend::Postgres => [
            format!(
                "CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN {vanish} RETURN NEW; END $$"
            ),
            "CREATE TRIGGER vanish BEFORE INSERT OR UPDATE ON tasks \
             FOR EACH ROW EXECUTE FUNCTION vanish()"
                .to_owned(),
        ],
    };
    for statement in statements {
        db.execute_unprepared(&statement).await.unwrap();
    }
    let into = json!({"project": id_of(&path)});
    let refused = problem(mona.send(Method::PATCH, &task, into).await, 409).await;
    assert_eq!(refused["type"], "urn:doorward:problem:vanished-meanwhile");
    let new = json!({"title": "new", "project": id_of(&path)});
    problem(mona.send(Method::POST, "/api/tasks/", new).await, 409).await;
    assert_eq!(mona.titles("/api/tasks/").await, ["t"]);
}
