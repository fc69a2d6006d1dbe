//! Plans of single objects leave the others of their kind alone.

use crate::only::{Keys, with_others};
use crate::plan::Change;

use super::*;

fn keys(kind: &str, names: &[&str]) -> Keys {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Keys::from([(kind.to_owned(), names)])
}

/// Applies objects of these keys.
async fn apply_only(context: &AdminContext<'_>, objects: Objects, only: &Keys) -> Result<Done> {
    let (objects, state) = with_others(context, objects, only).await?;
    let apply = Apply {
        state,
        takes_secrets: true,
        ..Apply::default()
    };
    Box::pin(run(context, &objects, Some(&apply))).await
}

#[tokio::test]
async fn named_objects_change_and_others_stay() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let roles = ["a", "b"].map(|name| json!({ "name": name }));
    let wanted = roles
        .into_iter()
        .fold(stored(&context).await, |objects, role| {
            with(objects, "roles", role)
        });
    make(&context, &wanted).await;
    let new = objects("roles", json!([{ "name": "c" }]));
    let done = apply_only(&context, new, &keys("roles", &["a", "c"]))
        .await
        .unwrap();
    let changes: Vec<_> = done.plan.changes.iter().map(Change::title).collect();
    assert_eq!(changes, ["roles/c", "roles/a"]);
    // The kind of a deletion needs no list.
    let done = apply_only(&context, Objects::new(), &keys("roles", &["c"]))
        .await
        .unwrap();
    assert!(done.is_applied);
    let names: Vec<Value> = stored(&context).await["roles"]
        .iter()
        .map(|role| role["name"].clone())
        .filter(|name| ["a", "b", "c"].iter().any(|known| name == known))
        .collect();
    assert_eq!(names, ["b"]);
}

#[tokio::test]
async fn change_in_between_is_not_taken_back() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    let role = json!({ "name": "a", "description": "Former" });
    make(&context, &with(stored(&context).await, "roles", role)).await;
    let new = objects("roles", json!([{ "name": "b" }]));
    let (described, state) = with_others(&context, new, &keys("roles", &["b"]))
        .await
        .unwrap();
    let change = json!({ "name": "a", "description": "Present" });
    (doorward_admin::roles::operations::UPDATE.run)(change, &context)
        .await
        .unwrap();
    let apply = Apply {
        state,
        ..Apply::default()
    };
    let rejected = run(&context, &described, Some(&apply)).await;
    assert!(matches!(rejected, Err(AdminError::Changed)), "{rejected:?}");
}

#[tokio::test]
async fn unnamed_object_and_unknown_kind_are_rejected() {
    let (world, key) = (World::new().await, key());
    let context = operator(&world, &key);
    for (only, described) in [
        (
            keys("roles", &["a"]),
            objects("roles", json!([{ "name": "b" }])),
        ),
        (keys("rolls", &["a"]), Objects::new()),
    ] {
        let rejected = apply_only(&context, described, &only).await;
        assert!(
            matches!(rejected, Err(AdminError::Invalid { .. })),
            "{rejected:?}"
        );
    }
}
