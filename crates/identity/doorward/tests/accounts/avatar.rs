//! Tests of profile pictures: re-encoded, served only as images, deleted when removed.

use doorward_testkit::{Page, Stack, UserAgent, flows};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

use crate::profile::{signed_in, userinfo};
use crate::support::location;

flows!(
    picture_becomes_small_png_and_claim,
    removed_picture_is_not_found,
    invalid_picture_is_rejected_with_reason,
    only_picture_form_accepts_more_than_64_kb,
    picture_needs_token_before_file,
    unknown_picture_is_not_found,
);

const PATH: &str = "/account/profile";
const UPLOAD: &str = "/account/profile/picture";

fn photograph(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_pixel(width, height, Rgb([10, 200, 10]));
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::from(picture);
    picture.write_to(&mut file, format).expect("a picture");
    file.into_inner()
}

const BOUNDARY: &str = "doorward-boundary";

fn part(name: &str, file: Option<(&str, &str)>, content: &[u8]) -> Vec<u8> {
    let kind = match file {
        Some((file_name, media)) => {
            format!("; filename=\"{file_name}\"\r\ncontent-type: {media}")
        }
        None => String::new(),
    };
    let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{kind}");
    [head.as_bytes(), b"\r\n\r\n", content, b"\r\n"].concat()
}

async fn send(stack: &Stack, agent: &UserAgent, path: &str, parts: &[Vec<u8>]) -> Page {
    let body = [
        &parts.concat()[..],
        format!("--{BOUNDARY}--\r\n").as_bytes(),
    ]
    .concat();
    let media = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = agent
        .http()
        .post(stack.at(path))
        .header("content-type", media)
        .header("sec-fetch-site", "same-origin")
        .body(body);
    agent.send(request).await
}

async fn upload(stack: &Stack, agent: &UserAgent, name: &str, media: &str, file: &[u8]) -> Page {
    let page = agent.get(stack.at(PATH)).await;
    let form = page.form("#picture-form");
    let csrf = form.value("csrf").expect("a token").to_owned();
    let parts = [
        part("csrf", None, csrf.as_bytes()),
        part("picture", Some((name, media)), file),
    ];
    send(stack, agent, UPLOAD, &parts).await
}

async fn address(stack: &Stack, agent: &UserAgent) -> Option<String> {
    let received = userinfo(stack, agent, "openid profile").await;
    received["picture"].as_str().map(str::to_owned)
}

async fn picture_becomes_small_png_and_claim(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    assert_eq!(address(stack, &agent).await, None);
    let file = photograph(900, 300, ImageFormat::Jpeg);
    let page = upload(stack, &agent, "me.jpg", "image/jpeg", &file).await;
    assert_eq!(location(&page), "/account/profile?done=picture");
    let first = address(stack, &agent).await.expect("a picture claim");
    assert!(
        first.starts_with(&format!("{}/avatars/", stack.issuer())),
        "{first}"
    );
    // The picture is public for holders of its address, and served only as an image.
    let page = UserAgent::new().get(&first).await;
    assert_eq!(page.status, 200, "{}", page.status);
    assert_eq!(page.header("content-type"), Some("image/png"));
    let disposition = page.header("content-disposition").expect("a disposition");
    assert!(disposition.starts_with("attachment"), "{disposition}");
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.contains("sandbox") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        page.header("cross-origin-resource-policy"),
        Some("cross-origin")
    );
    assert_eq!(page.header("cache-control"), Some("public, max-age=3600"));
    assert!(page.header("set-cookie").is_none());
    assert_eq!(
        image::guess_format(&page.body).expect("a format"),
        ImageFormat::Png
    );
    let shown = image::load_from_memory(&page.body).expect("a picture");
    assert_eq!((shown.width(), shown.height()), (256, 256));
    // The pages of the server show the picture from their own origin.
    for place in ["/account", PATH] {
        let page = agent.get(stack.at(place)).await;
        assert!(page.has("img[src^='/avatars/']"), "{}", page.dump());
    }
    // A new picture has a new address, and the old address no longer works.
    let file = photograph(40, 40, ImageFormat::WebP);
    upload(stack, &agent, "me.webp", "image/webp", &file).await;
    let second = address(stack, &agent).await.expect("a picture claim");
    assert_ne!(first, second);
    assert_eq!(UserAgent::new().get(&first).await.status, 404);
    assert_eq!(UserAgent::new().get(&second).await.status, 200);
    // The scope decides on the claim, as for every claim.
    assert!(
        userinfo(stack, &agent, "openid email")
            .await
            .get("picture")
            .is_none()
    );
}

async fn removed_picture_is_not_found(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at(PATH)).await;
    assert!(!page.has("form[action$='/picture/remove']"));
    let file = photograph(40, 40, ImageFormat::Png);
    upload(stack, &agent, "me.png", "image/png", &file).await;
    let picture = address(stack, &agent).await.expect("a picture claim");
    let page = agent.get(stack.at(PATH)).await;
    let page = agent
        .submit(&page.form("form[action$='/picture/remove']"))
        .await;
    assert_eq!(location(&page), "/account/profile?done=removed");
    assert_eq!(address(stack, &agent).await, None);
    assert_eq!(UserAgent::new().get(&picture).await.status, 404);
}

async fn invalid_picture_is_rejected_with_reason(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".as_slice();
    let html = b"<!doctype html><script>alert(1)</script>".as_slice();
    let mut bomb = photograph(1, 1, ImageFormat::Gif);
    bomb[6..10].copy_from_slice(&[0xff; 4]);
    let long = vec![0_u8; 2 * 1024 * 1024 + 1];
    for (name, media, file, status, values) in [
        (
            "me.svg",
            "image/svg+xml",
            svg,
            415,
            "not a picture that we can read",
        ),
        (
            "me.png",
            "image/png",
            svg,
            415,
            "not a picture that we can read",
        ),
        (
            "me.html",
            "text/html",
            html,
            415,
            "not a picture that we can read",
        ),
        (
            "me.gif",
            "image/gif",
            html,
            415,
            "not a picture that we can read",
        ),
        ("me.gif", "image/gif", bomb.as_slice(), 413, "too large"),
        ("me.png", "image/png", long.as_slice(), 413, "too large"),
        (
            "",
            "application/octet-stream",
            b"".as_slice(),
            422,
            "Choose a file",
        ),
    ] {
        let page = upload(stack, &agent, name, media, file).await;
        assert_eq!(page.status, status, "{name}: {}", page.dump());
        let message = page.text_of("#picture-error").expect("a message");
        assert!(message.contains(values), "{name}: {message}");
        assert!(
            page.has("[role=alert] a[href='#picture']"),
            "{}",
            page.dump()
        );
        assert!(page.has("#profile"), "the rest of the page is there");
    }
    assert_eq!(address(stack, &agent).await, None);
}

async fn only_picture_form_accepts_more_than_64_kb(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let big = vec![b'x'; 70_000];
    let parts = [part("picture", Some(("a", "b/c")), &big)];
    for place in [PATH, "/login", "/account/profile/picture/remove"] {
        let page = send(stack, &agent, place, &parts).await;
        assert_eq!(page.status, 413, "{place}: {}", page.status);
    }
    // A picture of about 1 MB: random pixels do not compress.
    let noise = RgbImage::from_fn(600, 600, |x, y| {
        let mix = x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503) ^ (x * y);
        let [a, b, c, _] = mix.to_le_bytes();
        Rgb([a, b, c])
    });
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(noise)
        .write_to(&mut file, ImageFormat::Png)
        .expect("a picture");
    let file = file.into_inner();
    assert!(file.len() > 500_000, "{}", file.len());
    let page = upload(stack, &agent, "me.png", "image/png", &file).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

async fn picture_needs_token_before_file(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at(PATH)).await;
    let csrf = page
        .form("#picture-form")
        .value("csrf")
        .expect("a token")
        .to_owned();
    let file = photograph(9, 9, ImageFormat::Png);
    let picture = part("picture", Some(("me.png", "image/png")), &file);
    let token = part("csrf", None, csrf.as_bytes());
    for parts in [
        vec![picture.clone()],
        vec![picture.clone(), token.clone()],
        vec![part("csrf", None, b"forged"), picture.clone()],
    ] {
        let page = send(stack, &agent, UPLOAD, &parts).await;
        assert_eq!(page.status, 400, "{}", page.dump());
    }
    // A body of another media type, and a form without a file.
    let page = agent.post(stack.at(UPLOAD), &[("csrf", &csrf)]).await;
    assert_eq!(page.status, 415, "{}", page.dump());
    let page = send(stack, &agent, UPLOAD, std::slice::from_ref(&token)).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    assert_eq!(agent.get(stack.at(UPLOAD)).await.status, 405);
    // A signed-out browser is sent to the sign-in page.
    let anonymous_caller = UserAgent::new();
    let page = anonymous_caller.get(stack.at("/login")).await;
    let csrf = page
        .form("#login")
        .value("csrf")
        .expect("a token")
        .to_owned();
    let parts = [part("csrf", None, csrf.as_bytes()), picture];
    let page = send(stack, &anonymous_caller, UPLOAD, &parts).await;
    assert_eq!(location(&page), "/login?next=/account/profile");
    assert_eq!(address(stack, &agent).await, None);
}

async fn unknown_picture_is_not_found(stack: &Stack) {
    for name in [
        "Zk3s9QyV0cX1bT7mZk3s9Q.png",
        "x.png",
        "..%2f..%2fetc%2fpasswd.png",
        "Zk3s9QyV0cX1bT7mZk3s9Q.svg",
        "%00.png",
    ] {
        let page = UserAgent::new()
            .get(stack.at(&format!("/avatars/{name}")))
            .await;
        assert!([400, 404].contains(&page.status), "{name}: {}", page.dump());
    }
}
