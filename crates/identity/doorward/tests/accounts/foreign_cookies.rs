//! Tests that cookies of other hosts of the domain do not disturb a sign-in, whatever bytes they
//! have: a server must cope with them (RFC 6265 §4.2.2).

use doorward_testkit::{CookieAgent, PASSWORD, Stack, flows};

flows!(foreign_cookies_do_not_prevent_sign_in);

const FOREIGN: [&[u8]; 9] = [
    b"city=K\xf6ln; ",
    b"stra\xdfe=1; ",
    "city=K\u{f6}ln; ".as_bytes(),
    b"x=\x80\xff\xfe\xc3(; ",
    b"x=%zz%ff; ",
    b"x=\"a, b; y={\"a\":[1]}; ",
    b"=; ;;; x; ",
    b"doorward_sessio\xff=1; xdoorward_session=2; doorward_session2=3; ",
    b"\xc2\xa0doorward_session=1; doorward_session\x85=2; ",
];

async fn foreign_cookies_do_not_prevent_sign_in(stack: &Stack) {
    let long = [b"x=", vec![0xe9; 8_000].as_slice(), b"; "].concat();
    for foreign in FOREIGN.into_iter().chain([long.as_slice()]) {
        let shown = String::from_utf8_lossy(foreign);
        let mut jar = CookieAgent::new();
        jar.foreign = foreign.to_vec();
        let page = jar.get(stack.at("/login")).await;
        let form = page.form("#login").with("identifier", "alice");
        let page = jar.submit(&form.with("password", PASSWORD)).await;
        assert_eq!(page.status, 303, "{shown}: {}", page.dump());
        let page = jar.get(stack.at("/account")).await;
        assert_eq!(page.status, 200, "{shown}: {}", page.dump());
        // The preference of the language is a cookie, too.
        let page = jar.submit(&page.press("button[name=lang][value=de]")).await;
        let page = jar.follow(page).await;
        assert!(page.has("html[lang=de]"), "{shown}: {}", page.dump());
        let page = jar.get(stack.at("/logout")).await;
        let page = jar.submit(&page.form("#logout")).await;
        assert_eq!(page.status, 200, "{shown}: {}", page.dump());
        let page = jar.get(stack.at("/account")).await;
        assert_eq!(page.status, 303, "{shown}: {}", page.dump());
    }
}
