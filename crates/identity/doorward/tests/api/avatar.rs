//! Tests of the profile picture by the API: uploaded, re-encoded, deleted when removed.

use std::io::Cursor;

use doorward_testkit::{Page, Stack, UserAgent, flows, flows_with};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::Value;

use crate::support::{body, call, get_as, problem, sign_in};

flows!(
    picture_becomes_small_png_of_profile,
    rejects_non_picture_files,
);
flows_with!(LIMITED; uploads_are_limited_by_address);

const LIMITED: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];

const PATH: &str = "/api/auth/profile/avatar";

fn photograph(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_pixel(width, height, Rgb([10, 200, 10]));
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::from(picture);
    picture.write_to(&mut file, format).expect("a picture");
    file.into_inner()
}

async fn put(stack: &Stack, token: &str, kind: &str, file: Vec<u8>) -> Page {
    let request = call(stack, "PUT", PATH).bearer(token);
    request.body(kind, file).send().await
}

async fn picture_becomes_small_png_of_profile(stack: &Stack) {
    let token = sign_in(stack, "alice").await.access;
    let before = get_as(stack, &token, "/api/auth/profile").await;
    assert_eq!(body(&before, 200)["picture"], Value::Null);
    for (kind, format, side) in [
        ("image/jpeg", ImageFormat::Jpeg, 256),
        ("image/webp", ImageFormat::WebP, 256),
        ("IMAGE/PNG", ImageFormat::Png, 40),
    ] {
        let file = match side {
            40 => photograph(90, 40, format),
            _ => photograph(900, 300, format),
        };
        let page = put(stack, &token, kind, file).await;
        let after = body(&page, 200);
        let read = get_as(stack, &token, "/api/auth/profile").await;
        assert_eq!(after, body(&read, 200));
        // The version changed, so that an earlier change does not overwrite this one.
        assert_ne!(page.header("etag"), before.header("etag"));
        assert_eq!(page.header("etag"), read.header("etag"));
        let url = after["picture"].as_str().expect("a picture");
        let shown = UserAgent::new().get(url).await;
        assert_eq!(shown.header("content-type"), Some("image/png"), "{kind}");
        let shown = image::load_from_memory_with_format(&shown.body, ImageFormat::Png).unwrap();
        assert_eq!((shown.width(), shown.height()), (side, side), "{kind}");
    }
    let read = get_as(stack, &token, "/api/auth/profile").await;
    let url = body(&read, 200)["picture"].as_str().unwrap().to_owned();
    // DELETE is idempotent.
    for _ in 0..2 {
        let page = call(stack, "DELETE", PATH).bearer(&token).send().await;
        assert_eq!(page.status, 204, "{}", page.dump());
    }
    let read = get_as(stack, &token, "/api/auth/profile").await;
    assert_eq!(body(&read, 200)["picture"], Value::Null);
    assert_eq!(UserAgent::new().get(&url).await.status, 404);
}

async fn rejects_non_picture_files(stack: &Stack) {
    let token = sign_in(stack, "alice").await.access;
    let png = photograph(9, 9, ImageFormat::Png);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec();
    let mut bomb = photograph(1, 1, ImageFormat::Gif);
    bomb[6..10].copy_from_slice(&[0xff; 4]);
    let long = vec![0_u8; 2 * 1024 * 1024 + 1];
    for (kind, file, status, word) in [
        ("image/svg+xml", svg.clone(), 415, "unsupported-media-type"),
        ("image/png", svg, 415, "unsupported-media-type"),
        ("text/plain", png.clone(), 415, "unsupported-media-type"),
        (
            "multipart/form-data; boundary=x",
            png.clone(),
            415,
            "unsupported-media-type",
        ),
        ("image/gif", bomb, 413, "body-too-large"),
        ("image/png", long, 413, "body-too-large"),
        ("image/png", Vec::new(), 400, "malformed-request"),
    ] {
        problem(&put(stack, &token, kind, file).await, status, word);
    }
    let request = call(stack, "PUT", PATH).bearer(&token);
    problem(&request.send().await, 415, "unsupported-media-type");
    for method in ["PUT", "DELETE"] {
        let request = call(stack, method, PATH).body("image/png", png.clone());
        problem(&request.send().await, 401, "invalid-token");
    }
    let read = get_as(stack, &token, "/api/auth/profile").await;
    assert_eq!(body(&read, 200)["picture"], Value::Null);
    // All other paths reject a body of this length.
    let request = call(stack, "PATCH", "/api/auth/profile").bearer(&token);
    let request = request.body("application/json", vec![b' '; 70_000]);
    problem(&request.send().await, 413, "body-too-large");
}

/// Checks that picture uploads are limited per address, because re-encoding costs time and memory.
async fn uploads_are_limited_by_address(stack: &Stack) {
    let token = sign_in(stack, "alice").await.access;
    let file = photograph(9, 9, ImageFormat::Png);
    for number in 0..100 {
        let page = put(stack, &token, "image/png", file.clone()).await;
        if page.status == 429 {
            assert!(number >= 5, "{number}");
            problem(&page, 429, "too-many-requests");
            assert!(page.header("retry-after").is_some());
            return;
        }
        body(&page, 200);
    }
    panic!("a hundred pictures were accepted in a minute");
}
