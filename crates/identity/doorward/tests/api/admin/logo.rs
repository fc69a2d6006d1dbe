//! Tests of a client's logo: re-encoded, stored on the server, and shown on the consent page.

use doorward_domain::model::RegisteredBy;
use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows};
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(consent_page_shows_logo, logo_is_stored_for_read_version,);

pub fn picture(format: ImageFormat) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let picture = DynamicImage::from(RgbImage::new(600, 300));
    picture.write_to(&mut file, format).expect("a picture");
    file.into_inner()
}

pub async fn put(world: &World<'_>, who: &str, id: &str, media: &str, file: Vec<u8>) -> Page {
    let path = format!("/api/admin/clients/{id}/logo");
    put_at(world, who, &path, media, file).await
}

pub async fn put_at(world: &World<'_>, who: &str, path: &str, media: &str, file: Vec<u8>) -> Page {
    let agent = UserAgent::new();
    let request = agent
        .http()
        .put(world.stack.at(path))
        .bearer_auth(world.token(who).await)
        .header("if-match", "*")
        .header("content-type", media)
        .body(file);
    agent.send(request).await
}

/// Returns the address of the logo on the consent page.
async fn shown(stack: &Stack, agent: &UserAgent) -> Option<String> {
    let request = Authorization::new(stack.issuer(), &stack.seed.web).with("prompt", "consent");
    let page = request.start(agent).await.expect_page();
    assert!(page.has("#consent"), "{}", page.dump());
    let logo = page.attributes("img.face.app", "src").pop();
    // Only a client without a logo is shown by the initial of its name.
    assert_eq!(
        page.has("span.face.app[aria-hidden]"),
        logo.is_none(),
        "{}",
        page.dump()
    );
    logo
}

async fn consent_page_shows_logo(stack: &Stack) {
    let world = World::new(stack).await;
    let id = stack.seed.web.id.as_str();
    let alice = UserAgent::new();
    let own = Authorization::new(stack.issuer(), &stack.seed.trusted);
    own.complete(&alice, "alice").await.code();
    assert_eq!(shown(stack, &alice).await, None);
    let page = put(
        &world,
        "admin",
        id,
        "image/jpeg",
        picture(ImageFormat::Jpeg),
    )
    .await;
    let first = ok(&page, 200)["consent"]["logo"].clone();
    let first = first.as_str().expect("an address").to_owned();
    stack.clear_caches();
    assert_eq!(shown(stack, &alice).await.as_ref(), Some(&first));
    let page = UserAgent::new().get(stack.at(&first)).await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, Some("image/png"))
    );
    let drawn = image::load_from_memory(&page.body).expect("a picture");
    assert_eq!((drawn.width(), drawn.height()), (256, 256));
    assert!(world.has_event("client.changed", "admin", "logo").await);
    // A new picture has a new address, and the old address no longer works.
    let page = put(
        &world,
        "admin",
        id,
        "image/webp",
        picture(ImageFormat::WebP),
    )
    .await;
    let second = ok(&page, 200)["consent"]["logo"].clone();
    let second = second.as_str().expect("an address").to_owned();
    assert_ne!(first, second);
    assert_eq!(UserAgent::new().get(stack.at(&first)).await.status, 404);
    // Another change of the client keeps the logo.
    let path = format!("/api/admin/clients/{id}");
    let change = json!({ "consent": { "publisher": "Example Ltd" } });
    let read = ok(
        &world.change("admin", "PATCH", &path, Some(&change)).await,
        200,
    );
    assert_eq!(read["consent"]["logo"], json!(second));
    // Also for a client that registered itself, beside the warning (OIDC Registration §2).
    let by = |by: RegisteredBy| {
        move |client: &mut doorward_domain::model::Client| {
            client.registered_by = by;
        }
    };
    stack.change_client(id, by(RegisteredBy::Token)).await;
    assert_eq!(shown(stack, &alice).await.as_ref(), Some(&second));
    stack
        .change_client(id, by(RegisteredBy::Administrator))
        .await;
    let path = format!("{path}/logo");
    let read: Value = ok(&world.change("admin", "DELETE", &path, None).await, 200);
    assert_eq!(read["consent"].get("logo"), None);
    stack.clear_caches();
    assert_eq!(shown(stack, &alice).await, None);
    assert_eq!(UserAgent::new().get(stack.at(&second)).await.status, 404);
}

async fn logo_is_stored_for_read_version(stack: &Stack) {
    let world = World::new(stack).await;
    let id = stack.seed.web.id.as_str();
    let png = picture(ImageFormat::Png);
    let page = put(&world, "admin", id, "application/json", png.clone()).await;
    problem(&page, 415, "unsupported-media-type");
    let page = put(&world, "admin", id, "image/png", b"<svg/>".to_vec()).await;
    problem(&page, 400, "invalid-input");
    let page = put(&world, "admin", id, "image/png", vec![0; 3 * 1024 * 1024]).await;
    problem(&page, 413, "body-too-large");
    assert_eq!(
        put(&world, "admin", "nobody", "image/png", png.clone())
            .await
            .status,
        404
    );
    // The permission is checked before the picture is read.
    let page = put(&world, "alice", id, "image/png", png.clone()).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let path = format!("/api/admin/clients/{id}/logo");
    let fields = [("if-match", "\"old\""), ("content-type", "image/png")];
    let stale = world
        .call_with("admin", "DELETE", &path, None, &fields)
        .await;
    assert_eq!(stale.status, 412, "{}", stale.dump());
    let unseen = world.call("admin", "DELETE", &path, None).await;
    assert_eq!(unseen.status, 428, "{}", unseen.dump());
}
