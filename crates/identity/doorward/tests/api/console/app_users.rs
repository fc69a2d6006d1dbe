//! Tests of the list of users with access of an app, and of its logo.

use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows};
use image::ImageFormat;

use super::support::{browser, confirmed, csrf, location, open};
use crate::admin::logo::picture;
use crate::admin::world::World;

flows!(
    users_of_first_party_app_are_listed,
    logo_is_uploaded_and_removed,
    files_other_than_pictures_are_rejected,
    logo_of_former_version_changes_nothing,
);

const BOUNDARY: &str = "doorward-boundary";

/// Signs in at the trusted client, which needs no consent.
async fn sign_in(stack: &Stack, name: &str) {
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client);
    let code = request.complete(&UserAgent::new(), name).await.code();
    assert_eq!(stack.exchange(client, &code).await.status, 200);
}

async fn users_of_first_party_app_are_listed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = format!("/admin/apps/{}", stack.seed.trusted.id);
    let list = format!("{home}/users");
    let page = open(stack, &admin, &list).await;
    assert!(page.text().contains("No user has given this app access."));
    // Two sessions of one user are one row.
    for name in ["alice", "bob", "alice"] {
        sign_in(stack, name).await;
    }
    let page = open(stack, &admin, &home).await;
    assert!(page.attributes(".sub a", "href").contains(&list));
    let page = open(stack, &admin, &list).await;
    let [alice, bob] = ["alice", "bob"].map(|name| format!("/admin/people/{}", world.id(name)));
    let mut users = page.attributes("tbody th a", "href");
    users.sort();
    let mut expected = [alice.clone(), bob.clone()];
    expected.sort();
    assert_eq!(users, expected);
    assert_eq!(page.texts_of("tbody td time").len(), 2, "{}", page.dump());
    let page = open(stack, &admin, &format!("{home}/consents")).await;
    assert!(page.texts_of("tbody th").is_empty(), "{}", page.dump());
    // The list leads to the withdrawal.
    let withdraw = format!("{alice}/apps/{}/withdraw", stack.seed.trusted.id);
    let page = open(stack, &admin, &list).await;
    assert!(page.attributes("tbody td a", "href").contains(&withdraw));
    confirmed(stack, &admin, &withdraw, "The access was withdrawn.").await;
    let page = open(stack, &admin, &list).await;
    assert_eq!(page.attributes("tbody th a", "href"), [bob]);
    // An administrator who may not read users does not find it.
    world.let_hold("carol", "apps", &["clients:read"]).await;
    let carol = browser(stack, "carol").await;
    assert_eq!(carol.get(stack.at(&list)).await.status, 404);
}

/// Posts the form with this file, and its version as `version`.
async fn upload(stack: &Stack, agent: &UserAgent, path: &str, version: &str, file: &[u8]) -> Page {
    let csrf = csrf(stack, agent).await;
    let field = |name: &str, value: &[u8]| {
        let kind = match name {
            "logo" => "; filename=\"logo.png\"\r\ncontent-type: image/png",
            _ => "",
        };
        let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{kind}");
        [head.as_bytes(), b"\r\n\r\n", value, b"\r\n"].concat()
    };
    let body = [
        field("csrf", csrf.as_bytes()),
        field("version", version.as_bytes()),
        field("logo", file),
        format!("--{BOUNDARY}--\r\n").into_bytes(),
    ];
    let media = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = agent
        .http()
        .post(stack.at(path))
        .header("content-type", media)
        .header("sec-fetch-site", "same-origin")
        .body(body.concat());
    agent.send(request).await
}

/// Returns the version in the form.
async fn version(stack: &Stack, agent: &UserAgent, path: &str) -> String {
    let page = open(stack, agent, path).await;
    assert_eq!(
        page.attributes("#entry", "enctype"),
        ["multipart/form-data"],
        "{}",
        page.dump()
    );
    page.form("#entry").value("version").unwrap().to_owned()
}

async fn logo_is_uploaded_and_removed(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let home = format!("/admin/apps/{}", stack.seed.web.id);
    let form = format!("{home}/logo");
    let settings = open(stack, &admin, &format!("{home}/edit/consent")).await;
    assert!(settings.attributes(".actions a", "href").contains(&form));
    let page = open(stack, &admin, &home).await;
    assert!(!page.has(".head img"));
    let seen = version(stack, &admin, &form).await;
    let file = picture(ImageFormat::Jpeg);
    let page = upload(stack, &admin, &form, &seen, &file).await;
    let done = format!("{home}?done=console-app-logo-saved");
    assert_eq!(location(&page), done, "{}", page.dump());
    assert!(open(stack, &admin, &done).await.has(".notice"));
    let page = open(stack, &admin, &form).await;
    let logo = page.attributes("#entry img", "src").remove(0);
    let shown = UserAgent::new().get(stack.at(&logo)).await;
    let media = shown.header("content-type");
    assert_eq!((shown.status, media), (200, Some("image/png")));
    assert!(world.has_event("client.changed", "admin", "logo").await);
    // The texts name the file, not its content.
    let texts = page.texts_of("#entry pre");
    assert!(texts[0].starts_with("doorward client set-logo --file=logo.png "));
    assert!(texts[1].contains("@logo.png"), "{texts:?}");
    // The name is beside it, so that it has no text.
    let page = open(stack, &admin, &home).await;
    let sources = page.attributes(".head img.face", "src");
    assert_eq!(
        (sources, page.attributes(".head img", "alt")),
        (vec![logo.clone()], vec![String::new()])
    );
    let remove = format!("{form}/remove");
    let page = open(stack, &admin, &format!("{home}/edit/consent")).await;
    assert!(page.attributes(".actions a", "href").contains(&remove));
    confirmed(stack, &admin, &remove, "The logo was removed.").await;
    assert_eq!(UserAgent::new().get(stack.at(&logo)).await.status, 404);
    let page = open(stack, &admin, &form).await;
    assert!(!page.has("#entry img"));
    assert!(!open(stack, &admin, &home).await.has(".head img"));
}

async fn files_other_than_pictures_are_rejected(stack: &Stack) {
    let _world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let form = format!("/admin/apps/{}/logo", stack.seed.web.id);
    let seen = version(stack, &admin, &form).await;
    let long = vec![0; 3 * 1024 * 1024];
    for (file, message) in [
        (&b""[..], "Choose a file first"),
        (
            &b"<svg onload=\"alert(1)\"/>"[..],
            "This file is not a picture",
        ),
        (&long[..], "This picture is too large"),
    ] {
        let page = upload(stack, &admin, &form, &seen, file).await;
        assert_eq!(page.status, 422, "{}", page.dump());
        assert!(page.has("[role=alert] a[href='#logo']"));
        assert!(page.text().contains(message), "{message}: {}", page.dump());
    }
    // A form of the type without files has no file.
    let token = csrf(stack, &admin).await;
    let page = admin.post(stack.at(&form), &[("csrf", &token)]).await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let carol = browser(stack, "carol").await;
    let page = upload(stack, &carol, &form, &seen, &picture(ImageFormat::Png)).await;
    assert_eq!(page.status, 404, "{}", page.dump());
}

async fn logo_of_former_version_changes_nothing(stack: &Stack) {
    let _world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let form = format!("/admin/apps/{}/logo", stack.seed.web.id);
    let seen = version(stack, &admin, &form).await;
    let file = picture(ImageFormat::Png);
    let page = upload(stack, &admin, &form, &seen, &file).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = upload(stack, &admin, &form, &seen, &file).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    assert!(page.has("[role=alert]"));
}
