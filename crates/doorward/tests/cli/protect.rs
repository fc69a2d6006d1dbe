//! `docs/guides/protect-your-api.md`: its service is the file beside this one, compiled, and run
//! against a development instance.

use super::program::{Place, get};

mod service;

#[test]
fn the_page_shows_the_service_that_is_tested_here() {
    let page = include_str!("../../../../docs/guides/protect-your-api.md");
    let shown = page.split("```rust\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    let words = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(words(shown), words(include_str!("protect/service.rs")));
}

#[test]
fn a_service_of_ones_own_accepts_tokens_and_refuses_everything_else() {
    let place = Place::new();
    let mut server = place.start(&["dev", "--port", "0", "--tasks-port", "0"], &[]);
    let welcome = server.stdout_until("Stop with Ctrl-C");
    let after = |label: &str| {
        let line = welcome.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let issuer = after("Identity server");
    let audience = after("Tasks API").replace("/api/tasks/", "/api");
    let (send, receive) = std::sync::mpsc::channel();
    let at = issuer.clone();
    let running = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = service::serve(&at, &audience).unwrap();
            send.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    let handle = receive.recv().unwrap();
    let report = "http://localhost:8402/report";
    let (status, _) = get(report, &[]);
    assert_eq!(status, 401);
    let token = |more: &[&str]| {
        let args = [&["token", "--url", &issuer], more].concat();
        place.run(&args).succeeded().stdout.trim().to_owned()
    };
    let with = |token: &str| get(report, &[("authorization", &format!("Bearer {token}"))]);
    let (status, body) = with(&token(&["--user", "alice"]));
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("may see this report"), "{body}");
    let narrow = token(&[
        "--user",
        "alice",
        "--scope",
        "openid",
        "--scope",
        "tasks:write",
    ]);
    let (status, body) = with(&narrow);
    assert_eq!(status, 403, "{body}");
    let (status, _) = with("nonsense");
    assert_eq!(status, 401);
    drop(handle.stop(true));
    running.join().unwrap();
    assert_eq!(server.terminate(), 0);
}
